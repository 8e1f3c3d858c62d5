"""Draws the certificate's sheet as a tagged PDF (PDF/UA-1 and PDF/A-3a) from frozen facts, with Typst."""

from __future__ import annotations

import io
import json
import re
import threading
import unicodedata
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext
from fontTools.ttLib import TTFont

from .errors import DocumentRefused
from .models import Certificate
from .queries import Claim, claims, printed_code

TEMPLATE = Path(__file__).parent / "certificate.typ"
# Under ua-1 a sign that no font can draw stops the build; without it Typst prints an empty box in silence. So these
# are never switched off, not even for a preview.
STANDARDS = ["ua-1", "a-3a"]
FONT_FOLDERS = ("source-sans/TTF", "source-serif/TTF")
# Names are set in the first, which covers less than the second; the sheet falls back from one to the other.
NAME_FONTS = ("source-serif/TTF/SourceSerif4Display-Semibold.ttf", "source-sans/TTF/SourceSans3-Semibold.ttf")
IN_A_ROW = ("hours", "level", "curriculum", "language")
# Typst's compiler keeps a cache of its own and is not made for several threads (the worker has some).
_one_at_a_time = threading.Lock()


def render_pdf(data: dict[str, Any]) -> bytes:
    """The sheet for what `document_data` returns. The same data gives the same bytes on every machine.

    Raises DocumentRefused if a sign cannot be drawn or the text does not fit on one sheet.
    """
    moment = datetime(data["date"]["year"], data["date"]["month"], data["date"]["day"], tzinfo=UTC)
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        with _one_at_a_time:
            return compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=moment)
    except typst.TypstError as error:
        raise DocumentRefused(str(error)) from error


@lru_cache(maxsize=1)
def compiler() -> Any:
    """One for each process. The system's fonts are shut out, so every machine draws the same."""
    folders = [str(Path(settings.FONTS_DIR) / folder) for folder in FONT_FOLDERS]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)


def missing_signs(text: str) -> str:
    """The signs of a name that no font of the sheet can draw, each once, in order; empty if all can be drawn.

    Invisible signs (controls, marks that turn the direction) count as well. Ask before a name is confirmed: a
    certificate with such a name could never be printed.
    """
    known = drawable()
    hidden = {sign for sign in text if unicodedata.category(sign).startswith("C") and not sign.isspace()}
    unknown = {sign for sign in text if not sign.isspace() and ord(sign) not in known}
    return "".join(dict.fromkeys(sign for sign in text if sign in hidden | unknown))


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Code points that the fonts of names can draw."""
    found: set[int] = set()
    for name in NAME_FONTS:
        with TTFont(Path(settings.FONTS_DIR) / name, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)


def document_data(certificate: Certificate, language: str) -> dict[str, Any]:
    """Everything that stands on the sheet in one language: frozen facts and today's labels, finished texts only."""
    rows = {claim.key: claim for claim in claims(certificate, language)}
    issued = date.fromisoformat(certificate.frozen["issued_on"])
    code = printed_code(certificate.code)
    with translation.override(language):
        labels = {key: claim.label for key, claim in rows.items()} | sentence() | fixed_labels()
    return {
        "lang": language,
        "labels": labels,
        "document_title": f"{labels['kind']}: {rows['course'].words[0].text}",
        "document_description": labels["note"],
        "platform": certificate.frozen["platform"],
        "issuer": certificate.frozen["issuer"],
        "signatory": certificate.frozen["signatory"],
        "holder": certificate.holder_name,
        "course": words(rows["course"])[0],
        "outcomes": words(rows.get("outcomes")),
        "competences": words(rows.get("competences")),
        "facts": [fact(rows[key]) for key in IN_A_ROW if key in rows],
        "long_facts": [fact(rows[key]) for key in ("assessment",) if key in rows],
        "issued": rows["issued"].words[0].text,
        "valid_until": rows["valid_until"].words[0].text if "valid_until" in rows else None,
        "date": {"year": issued.year, "month": issued.month, "day": issued.day},
        "code": code,
        "check_url": certificate.frozen["check_url"],
        "qr_svg": qr_svg(certificate.frozen["check_url"]),
    }


def words(claim: Claim | None) -> list[dict[str, str]]:
    """The texts of a claim with their languages; none for a claim that is not made."""
    return [{"text": part.text, "lang": part.lang} for part in claim.words] if claim else []


def fact(claim: Claim) -> dict[str, Any]:
    """A claim of one text with its label."""
    return {"label": claim.label, "value": words(claim)[0]}


def sentence() -> dict[str, str]:
    """What stands before the name, between name and course, and after: cut from one sentence, never put together.

    So a language may end with its verb. A translation that lost a place falls back to English.
    """
    text = gettext("This is to certify that {name} has successfully completed the course {course}")
    parts = re.split(r"\{name\}|\{course\}", text)
    if len(parts) != 3 or text.index("{name}") > text.index("{course}"):
        parts = ["This is to certify that", "has successfully completed the course", ""]
    return dict(zip(("before_name", "after_name", "after_title"), (part.strip() for part in parts), strict=True))


def fixed_labels() -> dict[str, str]:
    """Words of the sheet that belong to no claim, in the active language."""
    return {
        "kind": pgettext("certificate", "Certificate of completion"),
        "check": gettext("Check this certificate"),
        "code": pgettext("certificate", "Code"),
        "issued": pgettext("certificate", "Issued on"),
        "valid_until": pgettext("certificate", "Valid until"),
        "qr_alt": gettext("QR code. It leads to the page where this certificate can be checked."),
        "note": gettext("Whether this certificate is still valid stands on the page behind the code."),
    }


def qr_svg(address: str) -> str:
    """The address as a QR code with medium error correction and a quiet zone."""
    target = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        target, kind="svg", border=2, dark="#16231F", light=None, xmldecl=False
    )
    return target.getvalue().decode()
