"""Pictures for certificates: what somebody uploads is looked at by content, drawn anew, and named by its digest."""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MEGABYTE = 1024 * 1024
MAX_BYTES = 2 * MEGABYTE
MAX_SIDE = 4000
MAX_PIXELS = MAX_SIDE * MAX_SIDE
# 70 mm at 300 dots an inch are 827: more would only make each certificate larger.
KEPT_WIDTH, KEPT_HEIGHT = 1000, 500
CONTENT_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


class PictureRefused(Exception):
    """The picture is not taken; the text says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    content_type: str

    @property
    def sha256(self) -> str:
        """Its name."""
        return hashlib.sha256(self.content).hexdigest()


def clean(content: bytes) -> Picture:
    """The picture alone: no metadata, nothing after its end, no larger than it is drawn. Raises PictureRefused."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(_("The picture is larger than 2 MB. Make it smaller."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(CONTENT_TYPES)) as image:
                if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:
                    raise PictureRefused(_("The picture is more than 4,000 pixels wide or high. Make it smaller."))
                image.load()
                return _drawn_anew(image)
    except UnidentifiedImageError as error:
        raise PictureRefused(_("This is no PNG or JPEG picture. Save it as one of these.")) from error
    except Image.DecompressionBombError as error:
        raise PictureRefused(_("The picture is more than 4,000 pixels wide or high. Make it smaller.")) from error
    except PictureRefused:
        raise
    except Exception as error:  # whatever a broken file makes of Pillow's decoders
        raise PictureRefused(_("The picture is damaged and cannot be read. Save it again.")) from error


def _drawn_anew(image: Image.Image) -> Picture:
    """Its pixels, upright, in a new file; transparency and drawings as PNG, photographs as JPEG."""
    name = "JPEG" if image.format in ("JPEG", "MPO") else "PNG"
    upright = ImageOps.exif_transpose(image)
    fresh = upright.convert("RGB" if name == "JPEG" else "RGBA")
    fresh.thumbnail((KEPT_WIDTH, KEPT_HEIGHT), Image.Resampling.LANCZOS)
    bare = Image.new(fresh.mode, fresh.size)
    bare.paste(fresh)
    target = io.BytesIO()
    bare.save(target, name, **({"quality": 90} if name == "JPEG" else {"optimize": True}))
    return Picture(target.getvalue(), CONTENT_TYPES[name])


def as_svg(picture: Picture) -> str:
    """The picture as text that Typst can place: its data reach the sheet as one JSON string."""
    with Image.open(io.BytesIO(picture.content), formats=list(CONTENT_TYPES)) as image:
        width, height = image.size
    data = base64.b64encode(picture.content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:{picture.content_type};base64,{data}"/></svg>'
    )
