"""Changes templates of certificates: pictures, trying them out before they are kept, files to carry them elsewhere.

What was issued does not change with its template: it names pictures by digest, and they are kept as long as it does.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .document import document_data, missing_signs, render_pdf
from .errors import DocumentRefused, TemplateFileRefused
from .models import Certificate, CertificateAsset, CertificateTemplate
from .pictures import Picture, clean
from .samples import KINDS, sample
from .templates import LONGEST, SENTENCES, has_places

FORMAT = "certificate-template"
FORMAT_VERSION = 1
# Two pictures of 2 MB as Base64, and words.
MAX_FILE_BYTES = 6 * 1024 * 1024
PLAIN_FIELDS = ("name", "issuer", "signatory_name", "signatory_role")
PICTURES = ("logo", "signature")
UNUSED_FOR = timedelta(days=1)

NO_PLACES = _("Write {name} where the name stands and, after it, {course} where the title stands; each once.")
TOO_LONG = _("With this text a certificate with a long name and title does not fit on one sheet. Make it shorter.")


# -- pictures ---------------------------------------------------------------------------------------------------------
def keep_picture(content: bytes) -> CertificateAsset:
    """The picture, cleaned and kept under its digest; uploaded twice, it is kept once. Raises PictureRefused."""
    picture: Picture = clean(content)
    known = CertificateAsset.objects.filter(sha256=picture.sha256).first()
    if known is not None:
        return known
    ending = picture.content_type.rsplit("/", 1)[1]
    asset = CertificateAsset(sha256=picture.sha256, content_type=picture.content_type)
    asset.file.save(f"{picture.sha256}.{ending}", ContentFile(picture.content), save=False)
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError:
        # Two uploaded the same at once: the first one's file stays.
        asset.file.delete(save=False)
        return CertificateAsset.objects.get(sha256=picture.sha256)
    return asset


def forget_unused_pictures(*, at: datetime) -> int:
    """Delete pictures that no template has and no certificate names: a signature is not kept for nothing."""
    used = Q(pk__in=CertificateTemplate.objects.exclude(logo=None).values("logo"))
    used |= Q(pk__in=CertificateTemplate.objects.exclude(signature=None).values("signature"))
    count = 0
    for asset in CertificateAsset.objects.filter(made_at__lt=at - UNUSED_FOR).exclude(used):
        named = Q(frozen__logo=asset.sha256) | Q(frozen__signature=asset.sha256)
        if not Certificate.objects.filter(named).exists():
            asset.delete()
            asset.file.delete(save=False)
            count += 1
    return count


# -- trying out -------------------------------------------------------------------------------------------------------
def problems(template: CertificateTemplate) -> dict[str, Any]:
    """What is wrong with a template that is not saved yet, by field (`closing_nl` for words): empty if nothing is.

    Signs that no font can draw, sentences without their places, and texts with which a certificate at its limits would
    not fit on one sheet. That is tried by drawing it.
    """
    found: dict[str, Any] = {}
    texts = {name: getattr(template, name) for name in PLAIN_FIELDS[1:]} | dict(_words(template))
    for field, text in texts.items():
        if unknown := missing_signs(text):
            found[field] = format_lazy(_("No font of the certificate can draw this: {signs}"), signs=unknown)
        elif field.rsplit("_", 1)[0] in SENTENCES and not has_places(text):
            found[field] = NO_PLACES
    return found or dict(_too_long(template, texts))


def _words(template: CertificateTemplate) -> Iterator[tuple[str, str]]:
    for language, words in template.words.items():
        for name, text in words.items():
            yield f"{name}_{language}", text


def _too_long(template: CertificateTemplate, texts: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """The longest of its texts in each language in which a sheet overflows, unless it would without them too."""
    bare = CertificateTemplate(logo=template.logo, signature=template.signature, signatory_name="x")
    for language, _name in settings.LANGUAGES:
        if _overflows(template, language) and not _overflows(bare, language):
            # What a language does not say itself it takes from another one.
            own = {name for name in texts if name.endswith(f"_{language}")}
            words = own or set(texts) - set(PLAIN_FIELDS) or set(texts)
            longest = max(sorted(words), key=lambda name: len(texts[name]))
            yield longest, TOO_LONG


def _overflows(template: CertificateTemplate, language: str) -> bool:
    for kind in KINDS:
        try:
            made = sample(template, kind=kind, language=language, name="longest", full=True)
            render_pdf(document_data(made, language))
        except DocumentRefused:
            return True
    return False


# -- files ------------------------------------------------------------------------------------------------------------
def exported(template: CertificateTemplate) -> bytes:
    """The template as a file that another academy, or another organisation, can import; pictures included."""
    data: dict[str, Any] = {"format": FORMAT, "version": FORMAT_VERSION}
    data |= {name: getattr(template, name) for name in PLAIN_FIELDS}
    data["words"] = template.words
    for name in PICTURES:
        asset: CertificateAsset | None = getattr(template, name)
        data[name] = None
        if asset is not None:
            with asset.file.open("rb") as file:
                data[name] = base64.b64encode(file.read()).decode()
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def read_file(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Values by field, and pictures, of a file that `exported` wrote. Looked at only; raises TemplateFileRefused."""
    if len(content) > MAX_FILE_BYTES:
        raise TemplateFileRefused(_("The file is larger than 6 MB."))
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TemplateFileRefused(_("This is not a file that was exported from certificate templates.")) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise TemplateFileRefused(_("This is not a file that was exported from certificate templates."))
    if data.get("version") != FORMAT_VERSION:
        raise TemplateFileRefused(_("The file comes from a later version of the academy. It cannot be read here."))
    values = {name: _text(data.get(name, "")) for name in PLAIN_FIELDS}
    words = data.get("words")
    known = {code for code, _name in settings.LANGUAGES}
    for language, texts in (words if isinstance(words, dict) else {}).items():
        for name, text in (texts if isinstance(texts, dict) else {}).items():
            if language in known and name in LONGEST:
                values[f"{name}_{language}"] = _text(text)
    return values, {name: _decoded(data[name]) for name in PICTURES if data.get(name)}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TemplateFileRefused(_("A text in the file is damaged."))
    return value


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TemplateFileRefused(_("A picture in the file is damaged.")) from error
