"""The sheet: whole, tagged, the same bytes for the same data, and never with an empty box for a letter."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.utils import translation

from courses.certificates import document
from courses.certificates.document import document_data, drawable, missing_signs, render_pdf, sentence
from courses.certificates.errors import DocumentRefused
from courses.certificates.queries import claims
from tests.factories.certificates import plain_certificate


def text_of(pdf: bytes) -> str:
    """All words of the sheet in reading order; hyphens of line ends are taken out."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\u00ad\n", "").replace("\u00ad", "")
    return " ".join(text.split())


def squeezed(text: str) -> str:
    """Without white space: where lines break is the typesetter's business."""
    return "".join(text.split())


def render(certificate: Any, language: str = "en") -> bytes:
    """The certificate as a PDF."""
    return render_pdf(document_data(certificate, language))


def test_everything_it_claims_stands_on_the_sheet_in_order() -> None:
    certificate = plain_certificate("Łukasz Ősz Ђорђевић Αθηνά")
    text = squeezed(text_of(render(certificate)))
    wanted = [
        "Circular Procurement Academy",
        "Certificate of completion",
        "This is to certify that",
        "Łukasz Ősz Ђорђевић Αθηνά",
        "has successfully completed the course",
        "Circular procurement: the foundations",
        "What the holder can do",
        "Explain why a town buys circular",
        "Rank the ten strategies",
        "Competences (ProcurCompEU)",
        "PC5 Sustainable procurement, level 1 (basic)",
        "2 h 20 min",
        "Starter",
        "CPA-1, version 2026.1",
        "English",
        "Quiz of ten questions; you pass at 70 %.",
        "Mira Voorbeeld",
        "Head of learning",
        "Lindenmark Academy",
        "Tuesday 9 February 2027",
        certificate.frozen["check_url"],
    ]
    places = [text.find(squeezed(part)) for part in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_every_claim_of_the_check_page_stands_on_the_sheet() -> None:
    certificate = plain_certificate(valid_until="9 February 2029")
    text = squeezed(text_of(render(certificate)))
    said = [part.text for claim in claims(certificate, "en") if claim.key != "signatory" for part in claim.words]
    assert [part for part in said if squeezed(part) not in text] == []


def test_it_is_one_tagged_sheet_with_title_language_and_author() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(plain_certificate(language="de"), "de")))
    root: Any = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  pypdf's own boolean
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712  pypdf's own boolean
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title is not None
    assert reader.metadata.title.endswith("Circular procurement: the foundations")
    assert reader.metadata.author == "Lindenmark Academy"


def test_it_says_that_it_is_accessible_and_archivable() -> None:
    xmp = render(plain_certificate()).decode("latin-1")
    assert "<pdfuaid:part>1<" in xmp
    assert "<pdfaid:part>3<" in xmp
    assert "<pdfaid:conformance>A<" in xmp


def test_the_machine_check_for_accessible_documents_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(render(plain_certificate()))
    command = [sys.executable, "-m", "pdfua", "check", "--format", "json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_words_without_a_translation_keep_their_own_language_in_the_tags() -> None:
    english = {"text": "Course in English", "lang": "en"}
    assert "en" in languages_in_tags(render(plain_certificate(language="de", course=english), "de"))
    assert "en" not in languages_in_tags(render(plain_certificate(language="de"), "de"))


def languages_in_tags(pdf: bytes) -> set[str]:
    """Languages that parts of the document are marked with."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/Lang" in node:
                found.add(str(node["/Lang"]))
            walk(node.get("/K", []))

    root: Any = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    walk(root["/StructTreeRoot"]["/K"])
    return found


def test_the_same_data_gives_the_same_bytes_also_in_a_fresh_process(tmp_path: Path) -> None:
    data = document_data(plain_certificate("Łukasz Ősz"), "en")
    pdf = render_pdf(data)
    assert render_pdf(data) == pdf
    (tmp_path / "data.json").write_text(json.dumps(data), encoding="utf-8")
    code = (
        "import django, json, sys; django.setup(); from courses.certificates.document import render_pdf;"
        "sys.stdout.buffer.write(render_pdf(json.load(open(sys.argv[1], encoding='utf-8'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data.json")],
        capture_output=True,
        check=True,
        cwd=Path(document.__file__).parents[2],
    )
    assert done.stdout == pdf


def test_a_letter_that_no_font_has_stops_the_drawing() -> None:
    with pytest.raises(DocumentRefused, match="could not be displayed"):
        render(plain_certificate("Jana 字"))
    assert missing_signs("Jana 字字 漢") == "字漢"
    assert missing_signs("Jana\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE} Albers") == "\u202e\u200b"


def test_without_the_standards_it_would_be_drawn_as_an_empty_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the standards are never switched off: this is what the test above guards against."""
    monkeypatch.setattr(document, "STANDARDS", [])
    assert render(plain_certificate("Jana 字")).startswith(b"%PDF-")


def test_what_is_called_drawable_is_drawn() -> None:
    letters = sorted(chr(point) for point in drawable() if chr(point).isalpha())
    assert len(letters) > 600
    for start in range(0, len(letters), 140):
        render(plain_certificate(" ".join(letters[start : start + 140])))


def test_markup_in_a_name_stays_letters() -> None:
    name = '#import "x" $a$ *b* \\ <b> [c] {{ d }} `e`'
    assert squeezed(name) in squeezed(text_of(render(plain_certificate(name))))


@pytest.mark.parametrize(
    "changes",
    [
        {
            "course": {"text": "Donaudampfschifffahrtsgesellschaftsbeschaffung " * 3, "lang": "de"},
            "outcomes": [{"text": ("Ausschreibungsunterlagen vergleichen und " * 3)[:110], "lang": "de"}] * 6,
            "competences": [{"text": "PC13 Technische Spezifikationen, Stufe 1 (Grundlagen)", "lang": "de"}] * 5,
        },
        {"outcomes": [], "competences": []},
    ],
    ids=["as much as is allowed", "as little as is known"],
)
def test_a_certificate_at_its_limits_fits_on_one_sheet(changes: dict[str, Any]) -> None:
    name = "Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff von und zu Hohenlohe-Langenburg " * 2
    pdf = render(plain_certificate(name[:150].strip(), language="de", **changes), "de")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_more_than_one_sheet_holds_is_refused_and_not_cut() -> None:
    with pytest.raises(DocumentRefused, match="does not fit on one sheet"):
        render(plain_certificate(outcomes=[{"text": "A long outcome " * 7, "lang": "en"}] * 30))


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
def test_the_sentence_has_a_place_for_name_and_course_in_each_language(language: str) -> None:
    with translation.override(language):
        parts = sentence()
    assert parts["before_name"]
    assert parts["after_name"]


def test_a_translation_that_lost_a_place_falls_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "gettext", lambda text: "Hiermit wird {name} etwas bescheinigt")
    assert sentence()["after_name"] == "has successfully completed the course"


def test_the_square_holds_the_address() -> None:
    certificate = plain_certificate()
    data = document_data(certificate, "en")
    assert data["qr_svg"] == document.qr_svg(f"https://academy.example.org/c/{certificate.code}/")
    assert data["qr_svg"].startswith("<svg")
