"""Evidence: which files are taken, decided by their content alone, and what they are called."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image

from academy.kernel import documents
from academy.kernel.documents import (
    DAMAGED,
    EMPTY,
    MAX_BYTES,
    MEGABYTE,
    DocumentKind,
    DocumentRefused,
    check_document,
    safe_name,
)

_PICTURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_ENDINGS = {"PNG": "png", "JPEG": "jpg"}
OTHER_KIND = _("This is not a PDF, PNG or JPEG file. Save it as one of these.")


@dataclass(frozen=True)
class Evidence:
    """A file that may be kept: its name and kind as we say them, whatever the sender said, and its bytes."""

    name: str
    kind: str
    content: bytes


def check(file: Any) -> Evidence:
    """Look at what was uploaded: a PDF that runs nothing, or a picture, of 10 MB at most. No picture is unpacked.

    To be called outside of any transaction, for it takes time. Raises DocumentRefused with words for the sender.
    """
    content = _read(file)
    picture = next((name for start, name in _PICTURES.items() if content.startswith(start)), "")
    if picture:
        ending = _check_picture(content, picture)
    elif b"%PDF-" in content[:1024]:
        ending = _check_pdf(content)
    else:
        raise DocumentRefused(OTHER_KIND)
    return Evidence(_name(str(file.name or ""), ending), ending, content)


def _read(file: Any) -> bytes:
    file.seek(0, io.SEEK_END)
    if file.tell() > MAX_BYTES:
        limit = MAX_BYTES // MEGABYTE
        raise DocumentRefused(format_lazy(_("The file is larger than {limit} MB. Make it smaller."), limit=limit))
    file.seek(0)
    content: bytes = file.read()
    if not content:
        raise DocumentRefused(EMPTY)
    return content


def _check_pdf(content: bytes) -> str:
    """Whether it is a PDF as those that are handed in; the words name the kinds that are taken here."""
    try:
        kind = check_document(io.BytesIO(content))
    except DocumentRefused as why:
        raise DocumentRefused(OTHER_KIND if why.message is documents.OTHER_KIND else why.message) from why
    if kind != DocumentKind.PDF:
        raise DocumentRefused(OTHER_KIND)
    return str(kind)


def _check_picture(content: bytes, name: str) -> str:
    """Whether it opens as the kind of picture that it begins as."""
    try:
        with Image.open(io.BytesIO(content), formats=[name]) as image:
            image.verify()
    except Exception as error:  # whatever a broken file makes of a parser
        raise DocumentRefused(DAMAGED) from error
    return _ENDINGS[name]


def _name(name: str, ending: str) -> str:
    """What it is downloaded as: "../Foto (2).JPEG" becomes "Foto-2.jpg"."""
    stem = re.sub(r"\.(pdf|png|jpe?g)$", "", name, flags=re.IGNORECASE)
    return f"{safe_name(stem, DocumentKind.PDF).removesuffix('pdf')}{ending}"
