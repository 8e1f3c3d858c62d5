"""Words for what this package writes into Wagtail's log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.certificates import bundles
from courses.certificates.rules import ASKED, DECLINED, REPLACED, REVOKED, WITHDRAWN
from courses.flows import apply_rule, correct_attendance, correct_progress, look_at_person, take_evidence
from courses.outside import rules as outside


def register_log_actions(actions: Any) -> None:
    """What can happen to a certificate after its issue, to a question after it was answered, to people by support."""
    actions.register_action(REVOKED, _("Revoke a certificate"), _("Certificate revoked"))
    actions.register_action(WITHDRAWN, _("Withdraw a certificate"), _("Certificate withdrawn by its holder"))
    actions.register_action(REPLACED, _("Replace a certificate"), _("Certificate replaced"))
    actions.register_action(ASKED, _("Ask for a correction"), _("Correction of a certificate asked for"))
    actions.register_action(DECLINED, _("Decline a correction"), _("Correction of a certificate declined"))
    actions.register_action(bundles.ASKED, _("Ask for certificates"), _("Archive of certificates asked for"))
    actions.register_action(take_evidence.TAKEN, _("Take an evidence pack"), _("Evidence pack taken"))
    actions.register_action("courses.regrade", _("Grade again"), _("Answers graded again by the new key"))
    actions.register_action(
        apply_rule.APPLIED,
        _("Apply a completion rule to all who are under way"),
        _("Completion rule applied to all who are under way"),
    )
    actions.register_action(look_at_person.LOOKED, _("Look at a person"), _("Looked at by support"))
    actions.register_action(look_at_person.VIEWED, _("See what a person sees"), _("Own page seen by support"))
    actions.register_action(correct_progress.CORRECTED, _("Correct progress"), _("Progress corrected"))
    actions.register_action(correct_attendance.CORRECTED, _("Correct attendance"), _("Attendance corrected"))
    actions.register_action(
        outside.ACCEPTED, _("Accept training from elsewhere"), _("Training from elsewhere accepted")
    )
    actions.register_action(
        outside.REFUSED, _("Do not accept training from elsewhere"), _("Training from elsewhere not accepted")
    )
