"""Draws the certificate's sheet as a tagged PDF (PDF/UA-1 and PDF/A-3a) from frozen facts, with Typst."""

from __future__ import annotations

import io
import json
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
from django.utils.translation import gettext, ngettext, pgettext
from fontTools.ttLib import TTFont

from .enums import CertificateKind
from .errors import DocumentRefused
from .models import Certificate, CertificateAsset
from .pictures import Picture, as_svg
from .queries import Claim, claims, printed_code
from .templates import PLACES, default_sentence, has_places

TEMPLATE = Path(__file__).parent / "certificate.typ"
# Under ua-1 a sign that no font can draw stops the build; without it Typst prints an empty box in silence. So these
# are never switched off, not even for a preview.
STANDARDS = ["ua-1", "a-3a"]
FONT_FOLDERS = ("source-sans/TTF", "source-serif/TTF")
# Names are set in the first, which covers less than the second; the sheet falls back from one to the other.
NAME_FONTS = ("source-serif/TTF/SourceSerif4Display-Semibold.ttf", "source-sans/TTF/SourceSans3-Semibold.ttf")
IN_A_ROW = ("event", "hours", "level", "curriculum", "where", "language")
# Two of these stand beside each other.
BESIDE = ("assessment", "hours_basis", "participation", "framework", "quality", "region", "trainers")
# English, where a translation of the sentence has lost a place.
FALLBACK = {
    CertificateKind.COMPLETION: ["This is to certify that", "has successfully completed the course", ""],
    CertificateKind.PARTICIPATION: ["This is to confirm that", "took part from beginning to end in", ""],
}
# So many days of a date are named on the sheet one by one; the check page names them all.
MOST_DAYS = 4
# Typst's compiler keeps a cache of its own and is not made for several threads (the worker has some).
_one_at_a_time = threading.Lock()


def render_pdf(data: dict[str, Any]) -> bytes:
    """The sheet for what `document_data` returns. The same data gives the same bytes on every machine.

    Raises DocumentRefused if a sign cannot be drawn or the text does not fit on one sheet.
    """
    moment = datetime(data["date"]["year"], data["date"]["month"], data["date"]["day"], tzinfo=UTC)
    return compiled(data, format="pdf", pdf_standards=STANDARDS, timestamp=moment)


def render_png(data: dict[str, Any], dots_per_inch: int = 80) -> bytes:
    """The sheet as a picture, for looking at before it is used. Raises DocumentRefused as `render_pdf` does."""
    # Only a PDF is refused for a missing sign.
    render_pdf(data)
    return compiled(data, format="png", ppi=dots_per_inch)


def compiled(data: dict[str, Any], *, template: Path = TEMPLATE, **options: Any) -> bytes:
    """A template of Typst, filled with data; one at a time. Raises DocumentRefused."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        with _one_at_a_time:
            found: bytes = compiler(template).compile(sys_inputs=inputs, **options)
    except typst.TypstError as error:
        raise DocumentRefused(str(error)) from error
    return found


@lru_cache(maxsize=4)
def compiler(template: Path = TEMPLATE) -> Any:
    """One for each process and template. The system's fonts are shut out, so every machine draws the same."""
    folders = [str(Path(settings.FONTS_DIR) / folder) for folder in FONT_FOLDERS]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)


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


def document_data(certificate: Certificate, language: str, credential: str | None = None) -> dict[str, Any]:
    """Everything that stands on the sheet in one language: frozen facts and today's labels, finished texts only.

    `credential` is the badge, attached byte for byte. Raises DocumentRefused if a frozen picture is lost.
    """
    frozen = certificate.frozen
    texts = frozen["texts"][language]
    rows = {claim.key: claim for claim in claims(certificate, language)}
    issued = date.fromisoformat(frozen["issued_on"])
    with translation.override(language):
        labels = {key: claim.label for key, claim in rows.items()}
        labels |= sentence(certificate.kind, texts.get("sentence", {}).get("text", ""))
        labels |= fixed_labels(certificate.kind, frozen)
        days = shortened(rows["dates"], language) if "dates" in rows else []
    return {
        "lang": language,
        "labels": labels,
        "document_title": f"{labels['kind']}{labels['colon']}{rows['course'].words[0].text}",
        "document_description": labels["note"],
        "platform": frozen["platform"],
        "issuer": frozen["issuer"],
        "signatory": frozen["signatory"],
        "holder": certificate.holder_name,
        "course": words(rows["course"])[0],
        "outcomes": words(rows.get("outcomes")),
        "competences": words(rows.get("competences")),
        "facts": [fact(rows[key]) for key in IN_A_ROW if key in rows],
        "long_facts": [*days, *(fact(rows[key]) for key in ("parts",) if key in rows)],
        "pairs": [fact(rows[key]) for key in BESIDE if key in rows],
        "closing": texts.get("closing"),
        "issued": rows["issued"].words[0].text,
        "valid_until": rows["valid_until"].words[0].text if "valid_until" in rows else None,
        "date": {"year": issued.year, "month": issued.month, "day": issued.day},
        "code": printed_code(certificate.code),
        "check_url": frozen["check_url"],
        "qr_svg": qr_svg(frozen["check_url"]),
        "logo": picture(frozen.get("logo")),
        "signature": picture(frozen.get("signature")),
        "credential": credential,
    }


@lru_cache(maxsize=32)
def picture(sha256: str | None) -> str | None:
    """A picture that was frozen, as Typst takes it. Its name is its content, so it may be kept for ever."""
    if sha256 is None:
        return None
    asset = CertificateAsset.objects.filter(sha256=sha256).first()
    try:
        if asset is None:
            raise FileNotFoundError(sha256)
        with asset.file.open("rb") as file:
            found = Picture(file.read(), asset.content_type)
    except OSError as error:
        raise DocumentRefused("a picture of the certificate is lost") from error
    if found.sha256 != sha256:
        raise DocumentRefused("a picture of the certificate was changed")
    return as_svg(found)


def colon() -> str:
    """What stands between a label and what it says: French has a space before it."""
    return pgettext("after a label", ":") + " "


def words(claim: Claim | None) -> list[dict[str, str]]:
    """The texts of a claim with their languages; none for a claim that is not made."""
    return [{"text": part.text, "lang": part.lang} for part in claim.words] if claim else []


def fact(claim: Claim) -> dict[str, Any]:
    """A claim with its label."""
    return {"label": claim.label, "values": words(claim)}


def shortened(claim: Claim, language: str) -> list[dict[str, Any]]:
    """The days of a date as a fact of one line, in the active language; of many the first, the last and how many."""
    days = [part.text for part in claim.words]
    return [{"label": claim.label, "values": [{"text": _days(days), "lang": language}]}]


def _days(days: list[str]) -> str:
    if len(days) <= MOST_DAYS:
        return "; ".join(days)
    words = {"count": len(days), "first": days[0], "last": days[-1]}
    return (
        ngettext(
            "%(count)s meeting, from %(first)s to %(last)s", "%(count)s meetings, from %(first)s to %(last)s", len(days)
        )
        % words
    )


def sentence(kind: str = CertificateKind.COMPLETION, text: str = "") -> dict[str, str]:
    """What stands before the name, between name and course, and after: cut from one sentence, never put together.

    So a language may end with its verb. Without a frozen sentence (version 1) today's is taken; a translation that lost
    a place falls back to English.
    """
    text = text or default_sentence(kind)
    parts = PLACES.split(text) if has_places(text) else FALLBACK[CertificateKind(kind)]
    return dict(zip(("before_name", "after_name", "after_title"), (part.strip() for part in parts), strict=True))


def fixed_labels(kind: str, frozen: dict[str, Any]) -> dict[str, str]:
    """Words of the sheet that belong to no claim, in the active language."""
    attended = kind == CertificateKind.PARTICIPATION
    return {
        "kind": str(CertificateKind(kind).label),
        "colon": colon(),
        "logo_alt": gettext("Logo of %(issuer)s") % {"issuer": frozen["issuer"]},
        "signature_alt": gettext("Signature of %(name)s") % {"name": frozen["signatory"]["name"]},
        "attachment": gettext("The same statement as a signed digital badge (Open Badges 3.0)."),
        "check": gettext("Check this statement") if attended else gettext("Check this certificate"),
        "code": pgettext("certificate", "Code"),
        "issued": pgettext("certificate", "Issued on"),
        "valid_until": pgettext("certificate", "Valid until"),
        "qr_alt": (
            gettext("QR code. It leads to the page where this statement can be checked.")
            if attended
            else gettext("QR code. It leads to the page where this certificate can be checked.")
        ),
        "note": (
            gettext("Whether this statement still holds stands on the page behind the code.")
            if attended
            else gettext("Whether this certificate is still valid stands on the page behind the code.")
        ),
    }


def qr_svg(address: str) -> str:
    """The address as a QR code with medium error correction and a quiet zone."""
    target = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        target, kind="svg", border=2, dark="#16231F", light=None, xmldecl=False
    )
    return target.getvalue().decode()
