"""A question file of either format, told apart by its content."""

from __future__ import annotations

import codecs

from django.utils.translation import gettext_lazy as _

from . import gift, moodle_xml
from .enums import MAX_BYTES, Format
from .errors import FileRefused
from .items import Parsed

XML_STARTS = ("<?xml", "<quiz", "<!--", "<!doctype")


def format_of(content: bytes) -> Format:
    """Moodle XML starts with a tag; all else is read as GIFT. Names and types that a browser sends say nothing."""
    is_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    start = content[:2000].decode("utf-16" if is_16 else "utf-8-sig", errors="ignore").lstrip().lower()
    return Format.MOODLE_XML if start.startswith(XML_STARTS) else Format.GIFT


def read(content: bytes) -> Parsed:
    """The questions of a file. Raises FileRefused."""
    if len(content) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 20 MB."))
    parse = moodle_xml.parse if format_of(content) == Format.MOODLE_XML else gift.parse
    parsed = parse(content)
    if not parsed.questions and not parsed.skipped:
        raise FileRefused(_("There is no question in this file."))
    return parsed
