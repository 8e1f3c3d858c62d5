"""The sheet as a picture and as a document: every letter of 24 languages drawn, badge attached, pictures described."""

from __future__ import annotations

import io
import subprocess
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst
from django.conf import settings
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont

from courses.certificates import document
from courses.certificates.document import compiler, document_data, drawable, missing_signs, render_pdf, render_png
from courses.certificates.enums import CertificateKind
from courses.certificates.errors import DocumentRefused
from courses.certificates.models import Certificate
from courses.certificates.pictures import as_svg, clean
from courses.certificates.queries import claims
from courses.certificates.templates import default_sentence
from tests.factories.certificates import full_certificate, plain_certificate, png

# All letters that each official language of the European Union has beyond a to z, small and capital, in a name.
LETTERS = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøå",
    "de": "äöüß",
    "el": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",
    "en": "éèêëïô",
    "es": "áéíñóúü",
    "et": "šžõäöü",
    "fi": "åäöšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mt": "ċġħż",
    "nl": "áéëïíóöúüĳ",
    "pl": "ąćęłńóśźż",
    "pt": "áâãàçéêíóôõú",
    "ro": "ăâîșț",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sv": "åäö",
}
FONT = Path(settings.FONTS_DIR) / document.NAME_FONTS[0]
ALIKE = 0.9
SIZE = 200  # points at 72 dots an inch, so that one is one pixel; large, since Pillow steps by whole pixels


def name_of(language: str) -> str:
    """A name that holds all letters of a language, small and capital."""
    small = LETTERS[language]
    capital = "".join("ẞ" if letter == "ß" else letter.upper() for letter in small if letter not in "ΐΰς")
    return f"{capital[:1]}{small} {capital}"


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """What the font of names itself can draw."""
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


@pytest.mark.parametrize("language", sorted(LETTERS))
def test_every_letter_of_every_language_is_drawn(language: str) -> None:
    name = name_of(language)
    assert missing_signs(name) == ""
    data = document_data(plain_certificate(name), "en")
    pdf = render_pdf(data)
    assert squeezed(name) in squeezed(text_of(pdf))
    assert no_empty_box(pdf)


def no_empty_box(pdf: bytes) -> bool:
    """Whether no font of the document draws its glyph 0, which stands for a sign that it does not have."""
    return all(set(widths) != {0} and 0 not in widths for widths in used_glyphs(pdf))


def used_glyphs(pdf: bytes) -> list[list[int]]:
    """Glyph numbers, by font, that the text of the document shows (two bytes each, Identity-H)."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found: dict[str, list[int]] = {}
    for page in reader.pages:
        content: Any = pypdf.generic.ContentStream(page.get_contents(), reader)
        font = ""
        for operands, operator in content.operations:
            if operator == b"Tf":
                font = str(operands[0])
            shown = operands[:1] if operator == b"Tj" else operands[0] if operator == b"TJ" else []
            for part in shown:
                if isinstance(part, (pypdf.generic.ByteStringObject, pypdf.generic.TextStringObject)):
                    raw = part.original_bytes
                    found.setdefault(font, []).extend(
                        int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw), 2)
                    )
    return list(found.values())


# -- pixels ------------------------------------------------------------------------------------------------------------
def typeset(text: str) -> Image.Image:
    """A line in the font of names as Typst draws it, cut to its ink; without the standards, which refuse a box."""
    source = f"""#set page(width: auto, height: auto, margin: 100pt)
#set text(font: "Source Serif 4 Display", size: {SIZE}pt, weight: 600, fallback: false, kerning: false)
#set text(ligatures: false)
#sys.inputs.text"""
    folders = [str(FONT.parent)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    drawn: Any = typst.compile(source.encode(), font_paths=fonts, format="png", ppi=72, sys_inputs={"text": text})
    return ink(Image.open(io.BytesIO(drawn)).convert("L"))


def painted(text: str) -> Image.Image:
    """The same line as Pillow draws it from the same font."""
    font = ImageFont.truetype(FONT, SIZE, layout_engine=ImageFont.Layout.BASIC)
    image = Image.new("L", (int(font.getlength(text)) + 2 * SIZE, SIZE * 3), 255)
    ImageDraw.Draw(image).text((SIZE, SIZE), text, font=font, fill=0)
    return ink(image)


def ink(image: Image.Image) -> Image.Image:
    """The part of a picture that is not white."""
    box = ImageChops.invert(image).getbbox()
    return image.crop(box) if box else image


def likeness(one: Image.Image, other: Image.Image) -> float:
    """How much two pictures of letters cover each other, from 0 to 1; edges are drawn a little differently."""
    size = (max(one.width, other.width) // 10, max(one.height, other.height) // 10)
    small = [ImageChops.invert(each).resize(size, Image.Resampling.BOX) for each in (one, other)]
    apart = sum(ImageChops.difference(*small).tobytes())
    return 1 - apart / max(sum(map(sum, (each.tobytes() for each in small))), 1)


@pytest.mark.parametrize("language", sorted(LETTERS))
def test_a_name_looks_as_its_font_says(language: str) -> None:
    # Letters of which the font of names has none are set in the other one.
    letters = [letter for letter in name_of(language) if ord(letter) in covered() and letter != " "]
    words = ["".join(letters[start : start + 8]) for start in range(0, len(letters), 8)]
    assert [word for word in words if likeness(typeset(word), painted(word)) < ALIKE] == []


def test_an_empty_box_would_show() -> None:
    """What the test above would see if a sign were not drawn."""
    assert likeness(typeset("Čeh Žag字"), painted("Čeh Žagá")) < ALIKE
    assert ord("字") not in drawable()
    with pytest.raises(DocumentRefused, match="could not be displayed"):
        render_pdf(document_data(plain_certificate("Čeh 字 Žagar"), "en"))


def test_without_the_standards_the_empty_box_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "STANDARDS", [])
    assert not no_empty_box(render_pdf(document_data(plain_certificate("Čeh 字"), "en")))


# -- documents ---------------------------------------------------------------------------------------------------------
def with_pictures(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"logo": as_svg(clean(png())), "signature": as_svg(clean(png(300, 100)))}


def attended(certificate: Certificate, **facts: Any) -> Certificate:
    """The same as a statement of participation."""
    certificate.kind = CertificateKind.PARTICIPATION
    certificate.frozen |= facts
    return certificate


KINDS = {
    "course": plain_certificate(),
    "path": full_certificate(),
    "path, valid for two years": full_certificate(valid_until="Friday 9 February 2029"),
    "short route": attended(full_certificate(outcomes=[], competences=[], assessment={"text": "", "lang": "en"})),
    "workshop": attended(
        plain_certificate(dates=["Tuesday 10 March 2026"], where="Town hall", trainers="Mira"), session_kind="workshop"
    ),
}


def test_the_badge_is_attached_byte_for_byte() -> None:
    credential = '{ "b": 1,\n\t"a": "Łukasz \\u00e9 " }\n'
    pdf = render_pdf(document_data(full_certificate(), "en", credential=credential))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert {name: list(content) for name, content in reader.attachments.items()} == {
        "badge.json": [credential.encode()]
    }
    related: Any = reader.root_object["/AF"]
    said = related[0].get_object()
    assert (said["/AFRelationship"], "badge" in said["/Desc"]) == ("/Data", True)
    assert render_pdf(document_data(full_certificate(), "en")).count(b"badge.json") == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_machine_check_finds_nothing_in_any_kind(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(render_pdf(with_pictures(document_data(KINDS[kind], "en", credential="{}"))))
    command = [sys.executable, "-m", "pdfua", "check", "--format", "json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_pictures_have_words() -> None:
    pdf = render_pdf(with_pictures(document_data(full_certificate(), "en")))
    assert alternatives(pdf) == [
        "Signature of Mira Voorbeeld",
        "QR code. It leads to the page where this certificate can be checked.",
        "Logo of Lindenmark Academy",
    ]


def alternatives(pdf: bytes) -> list[str]:
    """Alternative texts of the figures, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            walk(node.get("/K", []))

    walk(pypdf.PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"])
    return found


def test_a_path_says_all_that_a_micro_credential_has_to_say() -> None:
    certificate = full_certificate(closing={"text": "Thank you for learning with us.", "lang": "en"})
    pdf = render_pdf(document_data(certificate, "en"))
    text = squeezed(text_of(pdf))
    said = [part.text for claim in claims(certificate, "en") if claim.key != "signatory" for part in claim.words]
    assert [part for part in [*said, "Thank you for learning with us."] if squeezed(part) not in text] == []
    assert {"holder", "course", "region", "issuer", "issued", "outcomes", "hours", "framework", "assessment"} | {
        "participation",
        "quality",
    } <= {claim.key for claim in claims(certificate, "en")}


def test_a_path_at_its_limits_fits_on_one_sheet() -> None:
    def words(text: str) -> dict[str, str]:
        return {"text": text.strip(), "lang": "de"}

    certificate = full_certificate(
        ("Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff von und zu Hohenlohe-Langenburg " * 2)[:150].strip(),
        "de",
        course=words("Kreislauforientierte Beschaffung in der Kommunalverwaltung, vom Bedarf bis zum letzten Tag"),
        parts=[words("Kreislauforientierte Beschaffung: die Grundlagen")] * 8,
        outcomes=[words(("Ausschreibungsunterlagen vergleichen und " * 3)[:110])] * 6,
        competences=[words("PC13 Technische Spezifikationen, Stufe 1 (Grundlagen)")] * 5,
        closing=words("Vielen Dank an alle, die mitgewirkt haben."),
        valid_until="Freitag, 9. Februar 2029",
    )
    pdf = render_pdf(with_pictures(document_data(certificate, "de")))
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_the_frozen_sentence_stands_around_the_name() -> None:
    sentence = {"text": "Hereby {name} is thanked for {course}, and well done", "lang": "en"}
    text = squeezed(text_of(render_pdf(document_data(full_certificate(sentence=sentence), "en"))))
    assert squeezed("Hereby Jana Albers is thanked for Circular buyer , and well done") in text
    assert squeezed(default_sentence("completion").split("{")[0]) not in text


def test_a_picture_of_the_sheet_is_refused_as_the_sheet_is() -> None:
    assert render_png(document_data(full_certificate(), "en"), dots_per_inch=30).startswith(b"\x89PNG")
    with pytest.raises(DocumentRefused):
        render_png(document_data(full_certificate("字"), "en"))
    assert compiler() is compiler()
