"""Small files of each kind, for tests."""

from __future__ import annotations

import io

import pypdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def pdf() -> bytes:
    """A PDF of one empty page."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def picture(kind: str) -> bytes:
    """A picture of four points, as PNG, JPEG or another kind."""
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, kind)
    return file.getvalue()


def uploaded(content: bytes, name: str = "Certificate (2).pdf") -> SimpleUploadedFile:
    """As a form sends it."""
    return SimpleUploadedFile(name, content)
