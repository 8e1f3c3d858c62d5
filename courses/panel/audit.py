"""Words for what this package writes into Wagtail's log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.certificates.rules import REPLACED, REVOKED, WITHDRAWN


def register_log_actions(actions: Any) -> None:
    """What can happen to a certificate after its issue, and to a question after it was answered."""
    actions.register_action(REVOKED, _("Revoke a certificate"), _("Certificate revoked"))
    actions.register_action(WITHDRAWN, _("Withdraw a certificate"), _("Certificate withdrawn by its holder"))
    actions.register_action(REPLACED, _("Replace a certificate"), _("Certificate replaced"))
    actions.register_action("courses.regrade", _("Grade again"), _("Answers graded again by the new key"))
