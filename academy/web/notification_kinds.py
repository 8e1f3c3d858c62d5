"""The kinds of mail of the ground: about accounts, and to the operator (see academy.mail.kinds)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.mail.kinds import Kind, register
from academy.mail.outgoing import ONE, SEVERAL
from academy.people.joining import INVITED

ACCOUNT = pgettext_lazy("group of notifications", "Account")
ORGANISATION = pgettext_lazy("group of notifications", "Where you work")
OPERATION = pgettext_lazy("group of notifications", "Operating the academy")

# Codes and links are for whoever asked for them a moment ago: nothing of that belongs on a page.
SIGNING_IN = _("Answers to signing up and signing in")
OF_ACCOUNTS: dict[str, Any] = {
    "account_already_exists": SIGNING_IN,
    "unknown_account": SIGNING_IN,
    "email_confirm": _("Confirm an e-mail address"),
    "email_confirmation": _("Confirm an e-mail address"),
    "email_confirmation_signup": _("Confirm an e-mail address"),
    "email_changed": _("E-mail address changed"),
    "email_deleted": _("E-mail address removed"),
    "login_code": _("Code to sign in"),
    "password_changed": _("Password changed"),
    "password_set": _("Password changed"),
    "password_reset": _("Password changed"),
    "password_reset_key": _("Link for a new password"),
}


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for name, label in OF_ACCOUNTS.items():
        register(Kind(f"account/{name}", label=label, group=ACCOUNT, essential=True, in_bell=False))
    register(
        Kind(
            INVITED,
            label=_("Invitations of organisations"),
            group=ORGANISATION,
            essential=True,
            placeholders={
                "organisation": _("The organisation that invites"),
                "units": _("The units to join"),
                "inviter": _("Who invites"),
                "address": _("The address that is invited"),
                "until": _("The last day to answer"),
            },
            samples={
                "organisation": "Town of Lindenmark",
                "units": "Purchasing",
                "inviter": "Sofia Lindqvist",
                "address": "jana@demo.example",
                "until": date(2027, 3, 3),
            },
        )
    )
    register(
        Kind(
            # Told by courses.flows.widen_view, whose page it leads to.
            "people/wider_view",
            label=_("Your organisation shows its managers more"),
            group=ORGANISATION,
            essential=False,
            placeholders={
                "organisation": _("The organisation"),
                "what": _("What managers see as well"),
                "reason": _("Why, in the organisation's words"),
            },
            samples={
                "organisation": "Town of Lindenmark",
                "what": _("Whether required learning has been started"),
                "reason": "Agreed with the works council on 1 February, until the audit in May.",
            },
        )
    )
    hidden: dict[str, Any] = {"group": OPERATION, "in_bell": False, "is_listed": False}
    register(Kind("website/feedback", label=_("Message to the operator"), essential=True, **hidden))
    # Frames of other kinds' words.
    register(Kind(ONE, label=_("News"), essential=False, **hidden))
    register(Kind(SEVERAL, label=_("Several news in one mail"), essential=False, **hidden))
