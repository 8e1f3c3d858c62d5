"""Pictures of question files: looked at by content, never by name."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from .errors import ItemRefused
from .items import Picture, one_line

MAX_PICTURE_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
# Of all pictures of one file together: a picture of a few bytes may unpack to millions of pixels.
MAX_PIXELS_OF_FILE = 400_000_000
FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
TOO_MANY_PIXELS = _("Its picture has more than 40 million pixels.")


class PictureReader:
    """Checks the pictures of one file, and counts what unpacking them costs."""

    def __init__(self) -> None:
        self.pixels_left = MAX_PIXELS_OF_FILE

    def read(self, name: str, content: bytes, alt: str) -> Picture:
        """The picture, its name ending as its content says. Raises ItemRefused."""
        if len(content) > MAX_PICTURE_BYTES:
            raise ItemRefused(_("Its picture is larger than 5 MB."))
        if re.match(rb"\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg)", content, re.IGNORECASE):
            raise ItemRefused(_("Its picture is an SVG drawing; save it as PNG."))
        try:
            kind = self._look(content)
        except ItemRefused:
            raise
        except Exception as error:  # Pillow raises whatever its decoders stumble over
            raise ItemRefused(_("Its picture cannot be read.")) from error
        stem = PurePosixPath(one_line(name).replace("\\", "/")).stem or "picture"
        return Picture(f"{stem[:80]}.{FORMATS[kind]}", content, one_line(alt)[:400])

    def _look(self, content: bytes) -> str:
        """The kind of picture, unpacked once to see that it is whole."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            try:
                image = Image.open(io.BytesIO(content), formats=list(FORMATS))
            except UnidentifiedImageError as error:
                raise ItemRefused(_("Its picture is no PNG, JPEG, GIF or WebP.")) from error
            except Image.DecompressionBombError as error:
                raise ItemRefused(TOO_MANY_PIXELS) from error
            with image:
                pixels = image.width * image.height
                if pixels > MAX_PIXELS:
                    raise ItemRefused(TOO_MANY_PIXELS)
                self.pixels_left -= pixels
                if self.pixels_left < 0:
                    raise ItemRefused(_("The pictures of this file are too large together; split the file."))
                image.load()
                # Several pictures in one JPEG, as some cameras make them.
                return "JPEG" if image.format == "MPO" else str(image.format)


def decoded(text: str) -> bytes:
    """What stands as Base64 in a file. Raises ItemRefused."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ItemRefused(_("A file in it is damaged.")) from error
