"""Documents that people hand in: which ones are taken, decided by content alone, and under which name they are kept.

A file's own name and content type prove nothing and are not read. Zip archives (DOCX, XLSX, ODT) are judged by their
directory before anything is unpacked; then only the small parts are read that say what the document is. Whatever is
taken must still be served as a download of its kind's content type, never shown inside a page: links from a DOCX to
templates or objects elsewhere are let through, and Word asks before it follows them.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
from enum import StrEnum
from typing import Any, BinaryIO, NoReturn
from xml.etree.ElementTree import Element  # the type only: parsing is defusedxml's

import defusedxml.ElementTree
import pypdf
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pypdf.errors import DependencyError

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * MEGABYTE
MAX_RATIO = 200
# A directory of 2,000 entries with long names. Read before zipfile makes an object of each entry.
MAX_DIRECTORY = MEGABYTE
MAX_XML = MEGABYTE
MAX_NAME, MAX_NAME_BYTES = 100, 200


class DocumentKind(StrEnum):
    """What can be handed in. The value is the ending of the name."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"

    @property
    def content_type(self) -> str:
        """What a download is sent as."""
        return _CONTENT_TYPES[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_CONTENT_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    DocumentKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    DocumentKind.ODT: "application/vnd.oasis.opendocument.text",
}
_MAIN_PARTS = {f"{_CONTENT_TYPES[kind]}.main+xml": kind for kind in (DocumentKind.DOCX, DocumentKind.XLSX)}
_MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# Programs and pages may hold a PDF's header in their first bytes as well.
_NOT_PDF = (b"MZ", b"\x7fELF", b"#!", b"<")
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_ACTION = re.compile(rb"/S\s*/(?:JavaScript|Launch)\b")
_ACTIONS = {"/JavaScript", "/Launch"}
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_ZIP64_LOCATOR_LENGTH = 20
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_LOCAL_HEADER_LENGTH = 30

OTHER_KIND = _("This is not a PDF, DOCX, XLSX or ODT document. Save it as one of these.")
EMPTY = _("The file is empty.")
OLD_OFFICE = _(
    "This is an older Office format, or the document is locked with a password. Save it as DOCX or PDF, without a "
    "password."
)
LOCKED = _("The document is locked with a password or against changes. Save it without that.")
DAMAGED = _("The document is damaged and cannot be opened. Save it again, or save it as PDF.")
UNUSUAL = _("The document is packed in an unusual way and cannot be checked. Save it again, or save it as PDF.")
TOO_LARGE_INSIDE = _("Unpacked, the document is too large. Make its pictures smaller, or save it as PDF.")
MACROS = _("The document holds macros. Save it without them, or save it as PDF.")
SCRIPTS = _("The PDF holds scripts or starts programs. Print it to a new PDF.")


class DocumentRefused(Exception):
    """The document is not taken; `message` says to its owner why and what to do, lazily translated."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


def check_document(file: BinaryIO | Any, *, max_bytes: int = MAX_BYTES) -> DocumentKind:
    """What kind of document this is. `file` is anything opened for reading bytes; it is left at its beginning.

    Raises DocumentRefused for what is too large, another kind, damaged, locked, or holds macros or scripts as far as
    that shows at once.
    """
    file.seek(0, io.SEEK_END)
    if file.tell() > max_bytes:
        limit = max_bytes // MEGABYTE
        raise DocumentRefused(format_lazy(_("The file is larger than {limit} MB. Make it smaller."), limit=limit))
    file.seek(0)
    content = file.read()
    file.seek(0)
    if not content:
        raise DocumentRefused(EMPTY)
    if content.startswith(_OLE):
        raise DocumentRefused(OLD_OFFICE)
    if content.startswith(_ZIP):
        return _check_archive(content)
    if _PDF_HEADER.search(content[:1024]) and not content.startswith(_NOT_PDF):
        return _check_pdf(content)
    raise DocumentRefused(OTHER_KIND)


def safe_name(name: str, kind: DocumentKind | str) -> str:
    """What the document is kept and downloaded as: letters, digits and dashes, ending as its content says.

    "../Plan (v2).PDF" becomes "Plan-v2.pdf", "report.pdf.exe" that is a PDF "report-pdf-exe.pdf". At most 100
    characters, and short enough for every file system.
    """
    ending = f".{DocumentKind(kind)}"
    last = unicodedata.normalize("NFC", re.split(r"[\\/]", name)[-1])
    stem = last[: -len(ending)] if last.lower().endswith(ending) else last
    # Marks stay with their letters; signs that turn the direction of writing are neither.
    kept = (char if char.isalnum() or unicodedata.category(char) in {"Mn", "Mc"} else "-" for char in stem)
    words = re.sub("-+", "-", "".join(kept)).strip("-")[: MAX_NAME - len(ending)]
    short = words.encode()[: MAX_NAME_BYTES - len(ending)].decode(errors="ignore").strip("-")
    return f"{short or 'document'}{ending}"


# -- PDF ---------------------------------------------------------------------------------------------------------------


def _check_pdf(content: bytes) -> DocumentKind:
    """A PDF that opens, is not locked, and runs nothing as far as its catalogue and plain objects show."""
    if b"%%EOF" not in content[-1024:]:
        raise DocumentRefused(DAMAGED)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        is_locked = reader.is_encrypted
        runs = not is_locked and (_runs_something(reader.root_object) or bool(_PDF_ACTION.search(content)))
        has_pages = not is_locked and _has_pages(reader.root_object)
    except (DependencyError, NotImplementedError) as error:  # locks that pypdf alone does not know
        raise DocumentRefused(LOCKED) from error
    except Exception as error:  # whatever a broken file makes of a parser
        raise DocumentRefused(DAMAGED) from error
    if is_locked:
        raise DocumentRefused(LOCKED)
    if runs:
        raise DocumentRefused(SCRIPTS)
    if not has_pages:
        raise DocumentRefused(DAMAGED)
    return DocumentKind.PDF


def _has_pages(root: Any) -> bool:
    """Whether the tree of pages begins. It is not walked: that may take long."""
    pages = root["/Pages"].get_object()
    return bool(pages["/Kids"].get_object())


def _runs_something(root: Any) -> bool:
    """Whether opening the document, or another moment that its catalogue names, runs a script or a program."""
    names = _entries(root.get("/Names"))
    moments = [root.get("/OpenAction"), *_entries(root.get("/AA")).values()]
    return "/JavaScript" in names or any(_entries(action).get("/S") in _ACTIONS for action in moments)


def _entries(thing: Any) -> dict[str, Any]:
    """A dictionary of the PDF, wherever it is kept; empty if it is none."""
    found = thing.get_object() if thing is not None else None
    return found if isinstance(found, dict) else {}


# -- zip archives ------------------------------------------------------------------------------------------------------


def _check_archive(content: bytes) -> DocumentKind:
    """An archive whose directory is plain, and that says of itself which document it is."""
    directory_at = _check_end(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(content), directory_at)
            names = {entry.filename: entry for entry in entries}
            if "mimetype" in names:
                return _check_open_document(archive, names)
            if "[Content_Types].xml" in names:
                return _check_office_document(archive, names)
    except DocumentRefused:
        raise
    except Exception as error:  # whatever a broken file makes of zipfile, zlib and expat
        raise DocumentRefused(DAMAGED) from error
    raise DocumentRefused(OTHER_KIND)


def _check_end(content: bytes) -> int:
    """Where the directory begins, which must end the file: nothing before the archive, nothing after it."""
    if len(content) < _END_OF_DIRECTORY.size:
        raise DocumentRefused(DAMAGED)
    end_at = len(content) - _END_OF_DIRECTORY.size
    signature, disk, first_disk, _here, _count, length, start, comment = _END_OF_DIRECTORY.unpack(content[end_at:])
    if signature != b"PK\x05\x06":
        raise DocumentRefused(DAMAGED)
    is_zip64 = content[end_at - _ZIP64_LOCATOR_LENGTH : end_at].startswith(b"PK\x06\x07")
    if disk or first_disk or comment or is_zip64 or length > MAX_DIRECTORY:
        raise DocumentRefused(UNUSUAL)
    if start + length != end_at:
        raise DocumentRefused(DAMAGED)
    return int(start)


def _check_directory(entries: list[zipfile.ZipInfo], size: int, directory_at: int) -> None:
    """Number and size of the entries, their names, and that each has a place of its own."""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > size * MAX_RATIO:
        raise DocumentRefused(TOO_LARGE_INSIDE)
    names = {entry.filename.casefold() for entry in entries}
    if len(entries) > MAX_ENTRIES or len(names) < len(entries) or not all(map(_is_plain, entries)):
        raise DocumentRefused(UNUSUAL)
    if any(entry.flag_bits & _ENCRYPTED_FLAGS for entry in entries):
        raise DocumentRefused(LOCKED)
    # Entries that share bytes are how a small file unpacks to a huge one.
    in_order = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset + _LOCAL_HEADER_LENGTH + entry.compress_size for entry in in_order]
    starts = [entry.header_offset for entry in in_order[1:]] + [directory_at]
    if any(end > start for end, start in zip(ends, starts, strict=True)):
        raise DocumentRefused(UNUSUAL)


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A name that stays inside, no link, packed in a way that every program knows."""
    name = entry.orig_filename
    is_inside = not re.search(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:", name) and ".." not in name.split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_stored = entry.compress_type == zipfile.ZIP_STORED and entry.compress_size == entry.file_size
    return bool(name) and is_inside and not is_link and (is_stored or entry.compress_type == zipfile.ZIP_DEFLATED)


def _check_open_document(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> DocumentKind:
    """An ODT by its first entry, which stands there unpacked."""
    kind = names["mimetype"]
    if kind.header_offset or kind.compress_type != zipfile.ZIP_STORED:
        raise DocumentRefused(OTHER_KIND)
    if _part(archive, kind).strip() != _CONTENT_TYPES[DocumentKind.ODT].encode():
        raise DocumentRefused(OTHER_KIND)
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise DocumentRefused(MACROS)
    # OpenOffice once wrote a DOCTYPE here; entities are refused all the same.
    manifest = _xml(archive, names.get("META-INF/manifest.xml"), forbid_dtd=False)
    if any(str(element.tag).endswith("}encryption-data") for element in manifest.iter()):
        raise DocumentRefused(LOCKED)
    return DocumentKind.ODT if "content.xml" in names else _damaged()


def _check_office_document(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> DocumentKind:
    """A DOCX or XLSX by the content type of its main part."""
    parts = {f"/{name}".casefold() for name in names}
    types = _xml(archive, names["[Content_Types].xml"], forbid_dtd=True)
    rows = [element for element in types.iter() if element.get("ContentType")]
    every_type = [str(row.get("ContentType")).casefold() for row in rows]
    if any(mark in each for each in every_type for mark in _MACRO_TYPES) or any("vbaproject" in part for part in parts):
        raise DocumentRefused(MACROS)
    kinds = {
        _MAIN_PARTS[content_type]
        for row, content_type in zip(rows, every_type, strict=True)
        if content_type in _MAIN_PARTS and _stands_for_a_part(row, parts)
    }
    if len(kinds) != 1:
        raise DocumentRefused(OTHER_KIND)
    return kinds.pop()


def _stands_for_a_part(row: Element, parts: set[str]) -> bool:
    """Whether a content type is that of a part in the archive: by name, or by the ending of names."""
    name, ending = row.get("PartName"), row.get("Extension")
    if name:
        return name.casefold() in parts
    return bool(ending) and any(part.endswith(f".{ending}".casefold()) for part in parts)


def _xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, *, forbid_dtd: bool) -> Element:
    """A small part, parsed."""
    root: Element = defusedxml.ElementTree.fromstring(_part(archive, entry or _damaged()), forbid_dtd=forbid_dtd)
    return root


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One entry unpacked, if it is small."""
    if entry.file_size > MAX_XML:
        raise DocumentRefused(UNUSUAL)
    # read() without a number unpacks all there is, whatever size the directory states.
    with archive.open(entry) as part:
        return part.read(MAX_XML)


def _damaged() -> NoReturn:
    raise DocumentRefused(DAMAGED)
