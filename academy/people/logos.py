"""An organisation's logo: looked at by content, drawn anew, so that nothing of the sender's file is kept."""

from __future__ import annotations

import io
import uuid
import warnings

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import LogoRefused

MEGABYTE = 1024 * 1024
MAX_SIDE = 4000
KEPT_WIDTH, KEPT_HEIGHT = 480, 160
FORMATS = ("PNG", "JPEG", "WEBP")


def clean(content: bytes) -> ContentFile[bytes]:
    """The picture as a PNG of 480 by 160 pixels at most, under a name that says nothing. Raises LogoRefused.

    To be called outside of any transaction, for it takes time.
    """
    if len(content) > MEGABYTE:
        raise LogoRefused(_("The picture is larger than 1 MB. Make it smaller."))
    too_large = _("The picture is more than 4,000 pixels wide or high. Make it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                # The size stands in the head of the file: a bomb is refused before it is unpacked.
                if max(image.size) > MAX_SIDE:
                    raise LogoRefused(too_large)
                return ContentFile(_drawn_anew(image), name=f"{uuid.uuid4().hex}.png")
    except UnidentifiedImageError as error:
        raise LogoRefused(_("This is no PNG, JPEG or WebP picture. Save it as one of these.")) from error
    except Image.DecompressionBombError as error:
        raise LogoRefused(too_large) from error
    except LogoRefused:
        raise
    except Exception as error:  # whatever a broken file makes of Pillow's decoders
        raise LogoRefused(_("The picture is damaged and cannot be read. Save it again.")) from error


def _drawn_anew(image: Image.Image) -> bytes:
    """Its pixels, upright, in a new file: no metadata, nothing after its end."""
    image.load()
    fresh = ImageOps.exif_transpose(image).convert("RGBA")
    fresh.thumbnail((KEPT_WIDTH, KEPT_HEIGHT), Image.Resampling.LANCZOS)
    bare = Image.new("RGBA", fresh.size)
    bare.paste(fresh)
    target = io.BytesIO()
    bare.save(target, "PNG", optimize=True)
    return target.getvalue()
