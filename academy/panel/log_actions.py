"""What the audit trail can say about people, besides Wagtail's own actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


def register(actions: Any) -> None:
    """For the hook `register_log_actions`."""
    actions.register_action("academy.create_person", _("Account made"), _("Account made"))
    actions.register_action("academy.erase_person", _("Account erased"), _("Account erased"))
