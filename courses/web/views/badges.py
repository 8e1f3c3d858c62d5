"""What programs ask when they check a badge: the issuer's keys, who the issuer is, and what no longer holds."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from academy.web.access import public
from academy.website.models import SiteSettings
from academy.website.queries import default_site
from courses.badges import addresses, document, queries, rules
from courses.badges.errors import KeyMissing
from courses.certificates.queries import revoked_indexes

logger = logging.getLogger(__name__)
DID_KIND, LINKED_KIND = "application/did+json", "application/ld+json"
# A certificate that is taken back shows within five minutes.
FRESH = "public, max-age=300"
KEPT = 24 * 3600
Answer = Callable[[HttpRequest], HttpResponse]


def for_programs(view: Answer) -> Answer:
    """Any program may read it from any site, and keep it for five minutes; it asks again by ETag."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["Access-Control-Allow-Origin"] = "*"
        if response.status_code != 200:
            return response
        etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        found = get_conditional_response(request, etag=etag, response=response) or response
        found["ETag"], found["Cache-Control"], found["Access-Control-Allow-Origin"] = etag, FRESH, "*"
        return found

    return answered


@public
@require_safe
@for_programs
def did_document(request: HttpRequest) -> HttpResponse:
    """The public keys, retired ones included."""
    text = document.as_text(document.did_document(queries.all_keys()))
    return HttpResponse(text, content_type=DID_KIND)


@public
@require_safe
@for_programs
def issuer(request: HttpRequest) -> HttpResponse:
    """Who issues badges here."""
    site = default_site()
    answerable = SiteSettings.for_site(site) if site else SiteSettings()
    profile = {"@context": document.CONTEXTS} | document.profile(answerable.operator or settings.WAGTAIL_SITE_NAME)
    return HttpResponse(document.as_text(profile), content_type=LINKED_KIND)


@public
@require_safe
@for_programs
def status_list(request: HttpRequest) -> HttpResponse:
    """The signed list of badges that no longer hold: the same bytes until one is taken back or the key changes."""
    revoked = sorted(revoked_indexes())
    key = queries.current_key()
    state = f"{addresses.did()} {key and key.key_id} {revoked}"
    name = "badges.status:" + hashlib.sha256(state.encode()).hexdigest()
    text = cache.get(name)
    if text is None:
        try:
            text = rules.status_list(revoked, at=timezone.now())
        except KeyMissing as error:
            logger.error("the status list of badges cannot be signed: %s", error)
            return HttpResponse(status=503)
        cache.set(name, text, KEPT)
    return HttpResponse(text, content_type=LINKED_KIND)
