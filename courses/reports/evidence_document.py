"""The evidence pack: how required learning stood at the end of a day, as one archive for an auditor.

The same day, unit and language give the same bytes whenever it is made: nothing in it says when that was.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, ngettext, pgettext

from academy.kernel.spreadsheet import as_csv
from academy.kernel.workbooks import as_xlsx
from academy.templatetags.academy import plain_day, zone_name
from courses.certificates.document import colon, compiled
from courses.certificates.queries import printed_code
from courses.enrolments.enums import Due

from .document import drawn
from .evidence import Evidence, Line
from .transcript import state_name

TEMPLATE = Path(__file__).parent / "evidence.typ"
# The earliest moment that a ZIP can hold: entries say nothing of when they were made.
THEN = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
UNIX = 3


def heading(found: Evidence) -> str:
    """What the document is called."""
    return gettext("Required learning on %(day)s") % {"day": plain_day(found.then.day)}


def whose(found: Evidence) -> str:
    """As in "Town of Lindau, Works › Roads"; the organisation alone for the whole of it."""
    if found.unit.parent is None:
        return found.then.name
    return f"{found.then.name}, {found.then.path(found.unit.pk)}"


def name_of(line: Line) -> str:
    """The name of that day; of an account that has none (any more) its number."""
    return line.name or gettext("Person %(number)s") % {"number": line.person}


def state_of(line: Line) -> str:
    """How it stood, in words."""
    return str(line.state.label) if line.state != Due.NONE else gettext("Nothing required")


def header() -> list[str]:
    """Names of the columns, in their order."""
    return [
        gettext("Person"),
        gettext("Unit"),
        pgettext("transcript", "Code"),
        gettext("Course or path"),
        gettext("Status"),
        gettext("Due"),
        gettext("Completed on"),
        gettext("Certificate"),
        gettext("State of the certificate"),
        gettext("Valid until"),
    ]


def rows(found: Evidence) -> list[list[Any]]:
    """The lines as cells; days are dates, what is not there is None."""
    return [
        [
            name_of(line),
            line.unit,
            line.code,
            line.title,
            state_of(line),
            line.due_on,
            line.completed_on,
            printed_code(line.held.code) if line.held else None,
            state_name(line.held.state) if line.held else None,
            line.held.valid_until if line.held else None,
        ]
        for line in found.lines
    ]


def archive(found: Evidence) -> bytes:
    """The pack as a ZIP: table, document, what they mean, and checksums. Raises DocumentRefused."""
    table = rows(found)
    files = {
        "README.txt": readme(found).encode(),
        "status.csv": as_csv([header(), *table]),
        "status.pdf": render(found),
        "status.xlsx": as_xlsx(heading(found), header(), table),
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as pack:
        for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
            entry = zipfile.ZipInfo(name, THEN)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, UNIX, READABLE
            pack.writestr(entry, content)
    return target.getvalue()


def render(found: Evidence) -> bytes:
    """The table as a tagged PDF (PDF/UA-1). Raises DocumentRefused."""
    day = found.then.day
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return compiled(drawn(document(found)), template=TEMPLATE, format="pdf", pdf_standards=["ua-1"], timestamp=moment)


def document(found: Evidence) -> dict[str, Any]:
    """Everything that stands in the PDF: finished texts only."""
    day = found.then.day
    return {
        "title": f"{heading(found)}{colon()}{whose(found)}",
        "heading": heading(found),
        "colon": colon(),
        "lang": get_language() or "en",
        "platform": settings.WAGTAIL_SITE_NAME,
        "whose": whose(found),
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "facts": [{"label": label, "text": text} for label, text in facts(found)],
        "columns": [
            gettext("Person"),
            gettext("Unit"),
            gettext("Course or path"),
            gettext("Status"),
            gettext("Due"),
            gettext("Completed on"),
            gettext("Certificate"),
        ],
        "rows": [
            [
                name_of(line),
                line.unit,
                f"{line.code} {line.title}".strip(),
                state_of(line),
                _short(line.due_on),
                _short(line.completed_on),
                held(line),
            ]
            for line in found.lines
        ],
        "notes": notes(found),
    }


def held(line: Line) -> str:
    """The certificate in words: code, and what else there is to know of it."""
    if line.held is None:
        return ""
    said = [printed_code(line.held.code)]
    if line.held.state != "valid":
        said.append(state_name(line.held.state))
    if line.held.valid_until is not None:
        said.append(gettext("valid until %(day)s") % {"day": plain_day(line.held.valid_until)})
    return ", ".join(said)


def facts(found: Evidence) -> list[tuple[str, str]]:
    """What it is about and what it comes to, each with its label."""
    people = ngettext("%(count)s person", "%(count)s people", found.people) % {"count": found.people}
    return [
        (gettext("As it was at the end of"), f"{plain_day(found.then.day)} ({zone_of(found)})"),
        (gettext("Who worked there"), people),
        *((str(state.label), str(count)) for state, count in found.counts.items()),
    ]


def zone_of(found: Evidence) -> str:
    """As in "Brussels time"."""
    return gettext("%(zone)s time") % {"zone": zone_name(found.then.zone)}


def notes(found: Evidence) -> list[str]:
    """How it was worked out, for whoever relies on it."""
    said = [
        gettext(
            "Worked out from the record of what happened, as far as it was written by the end of that day. What was "
            "written, corrected, renamed or deleted later is not in it, even where it concerns that day."
        ),
        gettext(
            "Overdue: the due date lay before that day. Due soon: within 28 days. On track: later, or without a date. "
            "Paused: the person was away, and due dates wait."
        ),
        gettext("It holds no answers, scores, attempts or times, and nothing that people learn of their own accord."),
        gettext(
            "Whoever deleted their account since stands here with a number instead of a name, and without certificates."
        ),
    ]
    if not found.is_over:
        said.insert(0, gettext("That day was not over yet when this was made: more may have happened on it."))
    return said


def readme(found: Evidence) -> str:
    """What is in the archive and how to check it."""
    context = {
        "heading": heading(found),
        "whose": whose(found),
        "facts": facts(found),
        "colon": colon(),
        "notes": notes(found),
        "address": f"{settings.BASE_URL}/c/",
    }
    return render_to_string("courses/evidence/readme.txt", context).strip() + "\n"


def _short(day: date | None) -> str:
    """A day as it fits into a narrow column, the same in every language."""
    return day.isoformat() if day is not None else ""
