"""Which template a certificate follows, and what of it is frozen. Reads only; changing templates is `editing`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext, pgettext

from academy.people.models import Membership
from academy.website.models import SiteSettings

from .enums import CertificateKind
from .models import CertificateTemplate

# What a template says in each language, and how long it may be: more would not fit on the sheet.
LONGEST = {"region": 60, "quality": 120, "closing": 120, "completion": 160, "participation": 160}
SENTENCES = {str(CertificateKind.COMPLETION), str(CertificateKind.PARTICIPATION)}
PLACES = re.compile(r"\{name\}|\{course\}")
Part = dict[str, str]  # {"text": ..., "lang": the language that it is written in}


def template_for(person: Any, on: date) -> CertificateTemplate | None:
    """The template of the organisation where the person works on this day, the oldest membership first.

    Without one the template for everybody; None where there is none either.
    """
    rows = Membership.objects.on(on).filter(person=person).order_by("from_day", "pk")
    organisations = list(dict.fromkeys(rows.values_list("unit__organisation_id", flat=True)))
    active = CertificateTemplate.objects.filter(is_active=True).select_related("logo", "signature")
    found = list(active.filter(Q(organisation_id__in=organisations) | Q(is_default=True)))
    theirs = {template.organisation_id: template for template in found if template.organisation_id is not None}
    first = next((theirs[pk] for pk in organisations if pk in theirs), None)
    return first or next((template for template in found if template.is_default), None)


def frozen_template(template: CertificateTemplate | None) -> dict[str, Any]:
    """What of a template holds in all languages: issuer, signatory, digests of its pictures.

    What it leaves open, and all of it without a template, comes from the site's settings.
    """
    operator = SiteSettings.objects.filter(site__is_default_site=True).first() or SiteSettings()
    own = template or CertificateTemplate()
    signs = own if own.signatory_name else operator
    return {
        "issuer": own.issuer or operator.operator or settings.WAGTAIL_SITE_NAME,
        "signatory": {"name": signs.signatory_name, "role": signs.signatory_role},
        "logo": own.logo.sha256 if own.logo else None,
        # The picture belongs to the name beside it.
        "signature": own.signature.sha256 if own.signature and own.signatory_name else None,
    }


def said(template: CertificateTemplate | None, name: str, language: str, others: Iterable[str]) -> Part | None:
    """What the template says under a name in a language, else in the first of the others in which it says it."""
    words = template.words if template else {}
    for each in (language, *others):
        if text := words.get(each, {}).get(name, "").strip():
            return {"text": text, "lang": each}
    return None


def sentence_for(
    template: CertificateTemplate | None, kind: str, language: str, *, is_path: bool, is_short: bool = False
) -> Part:
    """The sentence around name and course, in the active language; the template's own in this language wins."""
    own = said(template, str(kind), language, ())
    if own is not None and has_places(own["text"]):
        return own
    return {"text": default_sentence(kind, is_path=is_path, is_short=is_short), "lang": language}


def default_sentence(kind: str, *, is_path: bool = False, is_short: bool = False) -> str:
    """What the sheet says around the name if no template says it otherwise, in the active language."""
    if kind == CertificateKind.PARTICIPATION:
        if is_short:
            return gettext("This is to confirm that {name} took part in the short route of {course}")
        return gettext("This is to confirm that {name} took part from beginning to end in {course}")
    if is_path:
        return gettext("This is to certify that {name} has successfully completed the learning path {course}")
    return gettext("This is to certify that {name} has successfully completed the course {course}")


def has_places(sentence: str) -> bool:
    """Whether a sentence has one place for the name and, after it, one for the course, and no other braces."""
    if PLACES.findall(sentence) != ["{name}", "{course}"]:
        return False
    return not re.search(r"[{}]", PLACES.sub("", sentence))


def quality(template: CertificateTemplate | None, language: str, others: Iterable[str]) -> Part:
    """How quality is assured; without a word of the template what is true of every issuer. In the active language."""
    own = said(template, "quality", language, others)
    text = pgettext("quality assurance", "The issuer's own responsibility, without external accreditation")
    return own or {"text": text, "lang": language}
