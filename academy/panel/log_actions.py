"""What the audit trail can say about people, besides Wagtail's own actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.mail.rules import CHANGED, RESENT, RESET
from academy.people.importing.rules import APPLIED
from academy.people.rules import CLOSED_WIDER, OPENED_WIDER


def register(actions: Any) -> None:
    """For the hook `register_log_actions`."""
    actions.register_action("academy.create_person", _("Account made"), _("Account made"))
    actions.register_action(APPLIED, _("List of staff applied"), _("A list of staff was applied"))
    actions.register_action("academy.erase_person", _("Account erased"), _("Account erased"))
    actions.register_action(CHANGED, _("Text of a mail changed"), _("The text of a mail was changed"))
    actions.register_action(RESET, _("Text of a mail set back"), _("A mail has its default text again"))
    actions.register_action(RESENT, _("Mail sent again"), _("A mail was sent again"))
    actions.register_action(OPENED_WIDER, _("Show managers more"), _("Managers are shown more"))
    actions.register_action(CLOSED_WIDER, _("Show managers less again"), _("Managers are shown it no more"))
