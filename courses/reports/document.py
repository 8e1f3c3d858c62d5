"""A transcript as rows for a spreadsheet and as a tagged PDF (PDF/UA-1). The words are those of the active language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext

from academy.templatetags.academy import duration, plain_day
from courses.certificates.document import colon, compiled, drawable

from .transcript import Line, Transcript

TEMPLATE = Path(__file__).parent / "transcript.typ"
Cell = dict[str, str]  # {"text": ..., "lang": the language that it is written in, empty for the document's}


def heading() -> str:
    """What the document is called."""
    return pgettext("document", "Transcript")


def counting() -> str:
    """How hours are counted, for whoever relies on them."""
    return gettext(
        "Hours are counted from what was done: lessons by their length, quizzes by their questions, workshops by the "
        "meetings attended in full. In the total each counts once."
    )


def render(found: Transcript) -> bytes:
    """The transcript as a PDF. The same content on the same day gives the same bytes.

    What no font of ours can draw in a title that a learner typed becomes a question mark. Raises DocumentRefused.
    """
    moment = datetime(found.on.year, found.on.month, found.on.day, tzinfo=UTC)
    return compiled(drawn(document(found)), template=TEMPLATE, format="pdf", pdf_standards=["ua-1"], timestamp=moment)


def document(found: Transcript) -> dict[str, Any]:
    """Everything that stands in it: finished texts only."""
    facts = [(pgettext("transcript", "As of"), plain_day(found.on))]
    if found.minutes:
        facts.append((pgettext("transcript", "Hours in this academy"), duration(found.minutes)))
    if found.outside_minutes:
        facts.append((gettext("Training from elsewhere"), duration(found.outside_minutes)))
    return {
        "title": f"{heading()}{colon()}{found.name}",
        "heading": heading(),
        "colon": colon(),
        "lang": get_language() or "en",
        "platform": settings.WAGTAIL_SITE_NAME,
        "holder": found.name,
        "date": {"year": found.on.year, "month": found.on.month, "day": found.on.day},
        "facts": [{"label": label, "text": text} for label, text in facts],
        "sections": [section for section in _sections(found) if section["rows"]],
        "notes": [
            counting(),
            gettext("Certificates can be checked by their code at %(address)s")
            % {"address": f"{settings.BASE_URL}/c/"},
        ],
    }


def table(found: Transcript) -> list[list[Any]]:
    """Rows for a spreadsheet, the first with the names of the columns. Minutes are numbers, dates those of ISO 8601."""
    rows: list[list[Any]] = [
        [
            pgettext("transcript", "What"),
            pgettext("transcript", "Title"),
            pgettext("transcript", "Date"),
            gettext("Minutes"),
            pgettext("transcript", "Remark"),
            pgettext("certificate", "Code"),
            pgettext("transcript", "Status"),
        ]
    ]
    for kind, lines in _kinds(found):
        rows += [[kind, line.title, line.on.isoformat(), line.minutes, _remark(line), line.code, ""] for line in lines]
    rows += [
        [
            str(each.certificate.get_kind_display()),
            each.title,
            each.on.isoformat(),
            "",
            "",
            each.code,
            each.state_name,
        ]
        for each in found.certificates
    ]
    rows.append([pgettext("transcript", "In this academy"), "", found.on.isoformat(), found.minutes, "", "", ""])
    return rows


def drawn(data: Any) -> Any:
    """The same data, with a question mark for each sign that no font can draw."""
    if isinstance(data, str):
        known = drawable()
        return "".join(sign if ord(sign) in known or sign.isspace() else "?" for sign in data)
    if isinstance(data, dict):
        return {key: drawn(value) for key, value in data.items()}
    return [drawn(value) for value in data] if isinstance(data, list) else data


def _kinds(found: Transcript) -> list[tuple[str, list[Line]]]:
    return [
        (gettext("Learning path"), found.paths),
        (gettext("Course"), found.courses),
        (gettext("Workshop"), found.workshops),
        (gettext("Training from elsewhere"), found.outside),
    ]


def _sections(found: Transcript) -> Iterable[dict[str, Any]]:
    headings = [
        pgettext("heading", "Paths"),
        pgettext("heading", "Courses"),
        pgettext("heading", "Workshops"),
        gettext("Training from elsewhere"),
    ]
    on, hours = pgettext("transcript", "Date"), pgettext("transcript", "Hours")
    for name, (kind, lines) in zip(headings, _kinds(found), strict=True):
        rows = [
            [_cell(_titled(line), line.title_language), _cell(plain_day(line.on)), _cell(duration(line.minutes))]
            for line in lines
        ]
        yield {"heading": name, "columns": [kind, on, hours], "rows": rows}
    yield {
        "heading": pgettext("heading", "Certificates"),
        "columns": [
            pgettext("certificate", "Title"),
            on,
            pgettext("certificate", "Code"),
            pgettext("transcript", "Status"),
        ],
        "rows": [
            [
                _cell(each.title, each.title_language),
                _cell(plain_day(each.on)),
                _cell(each.code),
                _cell(each.state_name),
            ]
            for each in found.certificates
        ],
    }


def _titled(line: Line) -> str:
    remark = _remark(line)
    return f"{line.title} ({remark})" if remark else line.title


def _remark(line: Line) -> str:
    """What is said besides: the way, who gave it, or that it was not the whole."""
    if line.is_part:
        return pgettext("attended", "in part")
    return line.where or line.route_name


def _cell(text: str, language: str = "") -> Cell:
    return {"text": text, "lang": language}
