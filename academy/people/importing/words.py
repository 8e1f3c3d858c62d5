"""Faults in the reader's language: what is wrong with a cell, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

# {value} is what the cell says, {more} as each text has it.
FAULTS: dict[str, Any] = {
    "email_missing": _("The e-mail address is missing; write it into this cell."),
    "no_address": _("“{value}” is no e-mail address; write one like name@town.example."),
    "email_twice": _("“{value}” stands in line {more} already; keep one of the two lines."),
    "unit_missing": _("The unit is missing; write its name, with those above it: Purchasing / Team North."),
    "unit_long": _("A name of a unit is longer than 200 characters, or more than 10 stand in a row; write fewer."),
    "unit_closed": _("“{value}” is closed; write a unit that takes people."),
    "unit_twice": _("Two units there are called “{value}”; rename one of them first."),
    "not_yours": _("“{value}” is not one of your units; ask the organisation's administrator."),
    "elsewhere": _("This person belongs to a unit that is not yours; ask the organisation's administrator."),
    "several": _("This person belongs to several other units; leave the line out and change it on their own page."),
    "declined": _("This person has said no to an invitation; talk to them, then invite them by hand."),
    "job_unknown": _("“{value}” is no job on the list; write one of the names or codes that the upload page shows."),
    "manager_unknown": _("“{value}” has no line here and does not work here; add a line or correct the address."),
    "manager_refused": _("The line of “{value}” is refused; correct line {more} first."),
    "manager_gone": _("“{value}” has left by then; name somebody else, or nobody."),
    "manager_elsewhere": _("“{value}” works in a unit that is not yours; ask the organisation's administrator."),
    "no_date": _("“{value}” is no date; write it like 2027-03-01."),
    "until_first": _("The last day lies before the first; correct one of the two."),
    "language_unknown": _("“{value}” is no language of the academy; write one of {languages}."),
    "too_long": _("The cell has {value} characters; {more} at most are kept. Shorten it."),
    "formula": _("“{value}” is a formula; write what it comes to."),
    "too_many": _("The line has more cells than the first line; put a value that holds commas into quotation marks."),
    "unknown_column": _("“{value}” is not known and was not read; rename the column if it was meant."),
    "column_twice": _("“{value}” stands there a second time and was not read; delete one of the two."),
}

CHANGES: dict[str, Any] = {
    "moves": _("moves to this unit"),
    "job": _("has another job"),
    "end": _("has another last day"),
    "leads": _("names the unit's manager"),
    "again": _("is invited again"),
}


def said(fault: Sequence[Any]) -> str:
    """What is wrong and what to do, without the place."""
    _place, code, value, more = fault
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    return str(FAULTS[code]).format(value=value, more=more, languages=languages)
