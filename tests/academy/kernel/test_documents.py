"""Which documents are taken: real ones of each kind, and what looks like one and is not."""

from __future__ import annotations

import io
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from academy.kernel import documents
from academy.kernel.documents import DocumentKind, DocumentRefused, check_document, safe_name

OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX_MAIN = f"{OFFICE}.wordprocessingml.document.main+xml"
XLSX_MAIN = f"{OFFICE}.spreadsheetml.sheet.main+xml"
ODT_MAIN = "application/vnd.oasis.opendocument.text"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"


def archive(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these parts; `mimetype` is stored, as ODF asks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else compression)
    return file.getvalue()


def types(*rows: str) -> str:
    """[Content_Types].xml with these rows."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Default Extension="rels" ContentType="application/xml"/>{"".join(rows)}</Types>'
    )


def part(name: str, content_type: str) -> str:
    """The content type of one part."""
    return f'<Override PartName="{name}" ContentType="{content_type}"/>'


def docx(**more: bytes | str) -> bytes:
    """A small DOCX; names of further parts with / for __."""
    return archive(
        {
            "[Content_Types].xml": types(part("/word/document.xml", DOCX_MAIN)),
            "_rels/.rels": "<Relationships/>",
            "word/document.xml": "<w:document xmlns:w='w'>" + "<w:p>Plan</w:p>" * 50 + "</w:document>",
            **{name.replace("__", "/"): content for name, content in more.items()},
        }
    )


def xlsx() -> bytes:
    """A small XLSX."""
    rows = types(part("/xl/workbook.xml", XLSX_MAIN))
    return archive({"[Content_Types].xml": rows, "xl/workbook.xml": "<workbook/>"})


MANIFEST = '<manifest:manifest xmlns:manifest="m"><manifest:file-entry/></manifest:manifest>'


def odt(mimetype: str = ODT_MAIN, manifest: str = MANIFEST, **more: str) -> bytes:
    """A small ODT."""
    parts = {"mimetype": mimetype, "content.xml": "<office/>", "META-INF/manifest.xml": manifest}
    return archive({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


def pdf(change: Callable[[pypdf.PdfWriter], Any] = lambda writer: None) -> bytes:
    """A PDF of one empty page, changed."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def typst_pdf() -> bytes:
    """A PDF as a typesetter makes it, with object streams."""
    made = typst.compile(b"#rect()")
    assert isinstance(made, bytes)
    return made


def action(kind: str) -> DictionaryObject:
    """An action that runs something."""
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)")})


def refusal(content: bytes, **more: Any) -> Any:
    """Why this is refused."""
    with pytest.raises(DocumentRefused) as caught:
        check_document(io.BytesIO(content), **more)
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), DocumentKind.PDF),
        (typst_pdf(), DocumentKind.PDF),
        (b"\xef\xbb\xbf\r\n" + pdf(), DocumentKind.PDF),
        (pdf() + b"\r\n" * 10, DocumentKind.PDF),
        (docx(), DocumentKind.DOCX),
        (xlsx(), DocumentKind.XLSX),
        (odt(), DocumentKind.ODT),
    ],
)
@pytest.mark.parametrize("name", ["virus.exe", "plan.pdf", ""])
def test_content_alone_says_what_a_document_is(content: bytes, kind: DocumentKind, name: str) -> None:
    file = SimpleUploadedFile(name or "x", content, content_type="image/png")
    assert check_document(file) is kind
    assert file.read() == content


def test_content_types_by_the_ending_of_names_and_old_manifests_are_taken_too() -> None:
    by_ending = types(f'<Default Extension="xml" ContentType="{DOCX_MAIN}"/>')
    assert check_document(io.BytesIO(archive({"[Content_Types].xml": by_ending, "word/document.xml": "x"}))) == "docx"
    doctype = '<!DOCTYPE manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">' + MANIFEST
    assert check_document(io.BytesIO(odt(manifest=doctype))) == "odt"


def test_size_comes_first_and_an_empty_file_is_none() -> None:
    assert str(refusal(b"MZ" + bytes(2 * documents.MEGABYTE), max_bytes=documents.MEGABYTE)) == (
        "The file is larger than 1 MB. Make it smaller."
    )
    assert refusal(b"") == documents.EMPTY
    assert check_document(io.BytesIO(pdf()), max_bytes=len(pdf())) == "pdf"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90\x00" + bytes(100) + b"%PDF-1.7 %%EOF", documents.OTHER_KIND),
        (b"<html>%PDF-1.7 %%EOF", documents.OTHER_KIND),
        (b"just words", documents.OTHER_KIND),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), documents.OTHER_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), documents.OLD_OFFICE),
        (archive({"a.txt": "x"}), documents.OTHER_KIND),
        (odt("application/vnd.oasis.opendocument.spreadsheet"), documents.OTHER_KIND),
        (odt("application/epub+zip"), documents.OTHER_KIND),
        (archive({"content.xml": "x", "mimetype": ODT_MAIN}), documents.OTHER_KIND),
        (
            archive(
                {
                    "[Content_Types].xml": types(part("/ppt/p.xml", f"{OFFICE}.presentationml.presentation.main+xml")),
                    "ppt/p.xml": "x",
                }
            ),
            documents.OTHER_KIND,
        ),
        (archive({"[Content_Types].xml": types(part("/word/gone.xml", DOCX_MAIN))}), documents.OTHER_KIND),
        (archive({"[Content_Types].xml": types()}), documents.OTHER_KIND),
    ],
)
def test_other_kinds_are_refused(content: bytes, why: Any) -> None:
    assert refusal(content) == why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pdf()[:-10], documents.DAMAGED),
        (pdf()[:200] + b"%%EOF", documents.DAMAGED),
        (b"%PDF-1.7\n%%EOF", documents.DAMAGED),
        (pdf() + bytes(2000), documents.DAMAGED),
        (pdf(lambda writer: writer.pages[0] and writer.remove_page(0)), documents.DAMAGED),
        (docx()[:-30], documents.DAMAGED),
        (docx()[: len(docx()) // 2], documents.DAMAGED),
        (b"PK\x03\x04", documents.DAMAGED),
        (docx() + b"more", documents.DAMAGED),
        (archive({"[Content_Types].xml": "<Types>"}), documents.DAMAGED),
        (archive({"mimetype": ODT_MAIN, "META-INF/manifest.xml": MANIFEST}), documents.DAMAGED),
        (archive({"mimetype": ODT_MAIN, "content.xml": "x"}), documents.DAMAGED),
    ],
)
def test_what_is_damaged_is_refused(content: bytes, why: Any) -> None:
    assert refusal(content) == why


@pytest.mark.parametrize(
    "content",
    [
        pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128")),
        pdf(lambda writer: writer.encrypt("", owner_password="owner", algorithm="RC4-128")),
        odt(manifest='<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'),
    ],
)
def test_what_is_locked_is_refused(content: bytes) -> None:
    assert refusal(content) == documents.LOCKED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"/R 3", b"/R 6 /CF <</StdCF <</CFM /AESV3>>>> /StmF /StdCF /StrF /StdCF"),
        (b"/Standard", b"/Adobe.PubSec"),
    ],
)
def test_a_pdf_whose_lock_cannot_be_read_here_is_refused_as_locked(before: bytes, after: bytes) -> None:
    locked = pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128")).replace(b"/V 2", b"/V 5")
    assert refusal(locked.replace(before, after)) == documents.LOCKED


@pytest.mark.parametrize(
    "change",
    [
        lambda writer: writer.root_object.update({NameObject("/OpenAction"): action("/JavaScript")}),
        lambda writer: writer.root_object.update({NameObject("/OpenAction"): action("/Launch")}),
        lambda writer: writer.root_object.update(
            {NameObject("/AA"): DictionaryObject({NameObject("/WC"): action("/JavaScript")})}
        ),
        lambda writer: writer.root_object.update(
            {NameObject("/Names"): DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})}
        ),
        lambda writer: writer.pages[0].update(
            {NameObject("/AA"): DictionaryObject({NameObject("/O"): action("/Launch")})}
        ),
    ],
)
def test_a_pdf_that_runs_something_is_refused(change: Callable[[pypdf.PdfWriter], Any]) -> None:
    assert refusal(pdf(change)) == documents.SCRIPTS


@pytest.mark.parametrize(
    "entry",
    [
        {NameObject("/OpenAction"): action("/JavaScript")},
        {NameObject("/AA"): DictionaryObject({NameObject("/WC"): action("/JavaScript")})},
    ],
)
def test_a_script_whose_name_is_spelled_in_codes_is_found(entry: dict[Any, Any]) -> None:
    written = pdf(lambda writer: writer.root_object.update(entry))
    assert refusal(written.replace(b"/S /JavaScript", b"/S /Java#53cript")) == documents.SCRIPTS


def test_a_pdf_that_opens_at_a_page_or_speaks_of_scripts_is_taken() -> None:
    def change(writer: pypdf.PdfWriter) -> None:
        writer.add_metadata({"/Title": "HTML/JavaScript and /Launch"})
        writer.root_object[NameObject("/OpenAction")] = action("/GoTo")

    assert check_document(io.BytesIO(pdf(change))) == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        docx(word__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"),
        archive({"[Content_Types].xml": types(part("/word/document.xml", MACRO_MAIN)), "word/document.xml": "x"}),
        archive(
            {
                "[Content_Types].xml": types(
                    part("/xl/workbook.xml", XLSX_MAIN),
                    part("/xl/macrosheets/sheet1.xml", "application/vnd.ms-excel.macrosheet+xml"),
                ),
                "xl/workbook.xml": "x",
            }
        ),
        odt(Basic__Standard__Module1="Sub x"),
        odt(Scripts__python__x="print()"),
    ],
)
def test_macros_are_refused(content: bytes) -> None:
    assert refusal(content) == documents.MACROS


def named(name: str) -> bytes:
    """A DOCX with one entry of this name, written into the archive as it stands."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("[Content_Types].xml", types(part("/word/document.xml", DOCX_MAIN)))
        packed.writestr("word/document.xml", "x")
        packed.writestr("#" * len(name.encode()), "x")
    return file.getvalue().replace(b"#" * len(name.encode()), name.encode())


@pytest.mark.parametrize(
    "name",
    [
        "../evil.sh",
        "word/../../evil",
        "/etc/passwd",
        "..",
        "word\\evil",
        "C:evil",
        "a\x00b",
        "a\nb",
        "word/document.xml",
        "WORD/Document.xml",
    ],
)
def test_names_that_lead_elsewhere_or_stand_twice_are_refused(name: str) -> None:
    assert refusal(named(name)) == documents.UNUSUAL


def test_an_ordinary_name_with_dots_is_taken() -> None:
    assert check_document(io.BytesIO(named("word/a..b/Übersicht 1.xml"))) == "docx"


def test_links_are_refused() -> None:
    file = io.BytesIO(docx())
    with zipfile.ZipFile(file, "a") as packed:
        link = zipfile.ZipInfo("word/link")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    assert refusal(file.getvalue()) == documents.UNUSUAL


def patched(content: bytes, offset: int, value: int, form: str = "<H") -> bytes:
    """The archive with one field of its first directory entry changed."""
    at = content.index(b"PK\x01\x02") + offset
    return content[:at] + struct.pack(form, value) + content[at + struct.calcsize(form) :]


def test_locked_entries_and_other_packings_are_refused() -> None:
    assert refusal(patched(docx(), 8, 1)) == documents.LOCKED
    assert refusal(archive({"a": "x" * 99}, zipfile.ZIP_LZMA)) == documents.UNUSUAL


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = docx(word__media__a=bytes(documents.MAX_UNPACKED // 2))
    huge = patched(docx(), 24, documents.MAX_UNPACKED + 1, "<L")
    many = archive({f"word/{n}": "" for n in range(documents.MAX_ENTRIES + 1)})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args: pytest.fail("unpacked"))
    assert [refusal(content) for content in (zeros, huge, many)] == [
        documents.TOO_LARGE_INSIDE,
        documents.TOO_LARGE_INSIDE,
        documents.UNUSUAL,
    ]


def test_all_entries_together_have_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_UNPACKED", 1_000)
    assert refusal(docx()) == documents.TOO_LARGE_INSIDE


def test_a_directory_that_lies_about_its_length_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = docx()
    monkeypatch.setattr(zipfile, "ZipFile", lambda *args: pytest.fail("read"))
    end = len(content) - 22
    huge = content[: end + 12] + struct.pack("<L", documents.MAX_DIRECTORY + 1) + content[end + 16 :]
    assert refusal(huge) == documents.UNUSUAL
    zip64 = content[:end] + b"PK\x06\x07" + bytes(16) + content[end:]
    assert refusal(zip64) == documents.UNUSUAL


def test_a_program_in_front_of_an_archive_and_entries_that_share_bytes_are_refused() -> None:
    content = docx()
    assert refusal(b"PK\x03\x04 and a program" + content) == documents.DAMAGED
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    assert refusal(content[: second + 42] + struct.pack("<L", 0) + content[second + 46 :]) == documents.UNUSUAL


def test_a_part_that_is_larger_than_the_directory_says_is_not_unpacked_whole() -> None:
    squeezer = zlib.compressobj(wbits=-15)
    packed = squeezer.compress(bytes(50 * documents.MEGABYTE)) + squeezer.flush()
    name = b"[Content_Types].xml"
    sizes = (zlib.crc32(b""), len(packed), 10)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, *sizes, len(name), 0) + name + packed
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *sizes, len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)
    tracemalloc.start()
    assert refusal(local + entry + end) == documents.DAMAGED
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * documents.MEGABYTE


def test_entities_are_not_expanded() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert refusal(archive({"[Content_Types].xml": laughs})) == documents.DAMAGED
    assert refusal(odt(manifest=laughs)) == documents.DAMAGED


def test_a_part_that_says_what_it_is_at_great_length_is_refused() -> None:
    long = types(" " * documents.MAX_XML, part("/word/document.xml", DOCX_MAIN))
    noise = random.Random(1).randbytes(100_000)
    content = archive({"[Content_Types].xml": long, "word/document.xml": noise})
    assert refusal(content) == documents.UNUSUAL


def test_the_reason_waits_for_the_language_of_its_reader() -> None:
    with translation.override("nl"):
        assert not isinstance(refusal(b"x"), str)
        assert not isinstance(refusal(b"xx", max_bytes=1), str)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_document_with_bytes_changed_is_taken_or_refused_but_never_breaks(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([pdf(), docx(), xlsx(), odt()])))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        kind = check_document(io.BytesIO(bytes(content[: data.draw(st.integers(0, len(content)))])))
    except DocumentRefused as refused:
        said = str(refused.message)
    else:
        said = kind.content_type
    assert said


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Plan.pdf", "pdf", "Plan.pdf"),
        ("../Plan (v2).PDF", "pdf", "Plan-v2.pdf"),
        ("C:\\Users\\me\\A1 – Überblick_é.docx", "docx", "A1-Überblick-é.docx"),
        ("report.pdf.exe", "pdf", "report-pdf-exe.pdf"),
        ("report.exe", "xlsx", "report-exe.xlsx"),
        ("plan\u202efdp.exe", "pdf", "plan-fdp-exe.pdf"),
        ("e\u0301te\u0301.odt", "odt", "été.odt"),
        (".pdf", "pdf", "document.pdf"),
        ("...", "odt", "document.odt"),
        ("", "docx", "document.docx"),
        ("folder/", "docx", "document.docx"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "a-Set-Cookie-x.pdf"),
        ("σχέδιο.pdf", "pdf", "σχέδιο.pdf"),
        ("x" * 300 + ".pdf", "pdf", "x" * 96 + ".pdf"),
        ("計" * 300 + ".pdf", "pdf", "計" * 65 + ".pdf"),
    ],
)
def test_the_name_that_a_document_is_kept_under(name: str, kind: str, expected: str) -> None:
    assert safe_name(name, DocumentKind(kind)) == expected


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(DocumentKind))
def test_every_name_is_safe(name: str, kind: DocumentKind) -> None:
    safe = safe_name(name, kind)
    stem = safe.removesuffix(f".{kind}")
    assert safe == f"{stem}.{kind}"
    assert 0 < len(safe) <= documents.MAX_NAME
    assert len(safe.encode()) <= documents.MAX_NAME_BYTES
    assert not set(stem) & set('./\\:*?"<>| \u202e\u200f\x00\n')
    assert not stem.startswith("-")
