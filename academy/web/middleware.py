"""What happens to every request and answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.request import HttpRequest as Request
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from . import parking

logger = logging.getLogger("academy.requests")
Answer = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """One log line for each request: method, view, status, milliseconds. No address, no name, no query string."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        logger.info(
            "request",
            extra={
                "event": {
                    "method": request.method,
                    "view": match.view_name or match.route if match else "",
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - start) * 1000, 1),
                }
            },
        )
        return response


# First parts of addresses that have no language and never will (decision 14): nothing below them moves to /<language>/.
LANGUAGE_FREE = (
    "/cms/",
    "/documents/",
    "/media/",
    "/static/",
    "/health/",
    "/demo/",
    "/c/",
    "/b/",
    "/ics/",
    "/n/",
    "/h5p/",
    "/.well-known/",
)
# Of these, the ones that show words of ours to people; the admin has a language setting of its own.
IN_PERSONS_LANGUAGE = ("/c/", "/b/", "/h5p/a/", "/demo/")


class LanguageMiddleware(LocaleMiddleware):
    """The language is the one in the address; where there is none: `?lang=`, then the person's, then the browser's.

    Addresses without a language (`/c/<code>`, mail links) are for ever (decision 14), so the choice stands in `?lang=`.
    """

    def process_request(self, request: Request) -> None:
        super().process_request(request)
        if translation.get_language_from_path(request.path_info):
            return
        wanted = request.GET.get("lang", "")
        if wanted in dict(settings.LANGUAGES):
            _speak(request, wanted)

    def process_view(self, request: Request, view: object, args: object, kwargs: object) -> None:
        """The person's language; only now is it known who asks."""
        if not request.path_info.startswith(IN_PERSONS_LANGUAGE) or request.GET.get("lang"):
            return
        if _has_session(request) and request.user.is_authenticated:
            _speak(request, request.user.language)

    def process_response(self, request: Request, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.path_info.startswith(LANGUAGE_FREE):
            # Django would look for the page at /<language>/cms/..., where the pages' own catch-all waits.
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response
        return super().process_response(request, response)


def _speak(request: Request, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = language


def _has_session(request: Request) -> bool:
    """Whether the browser says that it has a session. Strangers have none, and cost no look-up."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))


class TimeZoneMiddleware:
    """Times are shown in the person's zone, else in the site's. Stands after AuthenticationMiddleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = settings.DEFAULT_TIME_ZONE
        if _has_session(request) and request.user.is_authenticated:
            zone = request.user.time_zone
        # Ends with the request: what else this thread does must not inherit somebody's zone.
        with timezone.override(ZoneInfo(zone)):
            return self.get_response(request)


class ParkingMiddleware:
    """Hands browsers the cookies that bring back what was typed when a session ended (academy.web.parking)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        parking.set_cookies(request, response)
        return response


class PrivateResponseMiddleware:
    """Pages of signed-in people are nobody else's: `private, no-store` (decision 15).

    A stranger's page may be kept by a browser or proxy, but never be given to who has a session: `Vary: Cookie`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if _has_session(request) or settings.SESSION_COOKIE_NAME in response.cookies:
            add_never_cache_headers(response)
        else:
            patch_vary_headers(response, ["Cookie"])
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere but in Wagtail's admin, which has one of its own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith("/cms/"):
            response.headers["Content-Security-Policy"] = settings.CMS_CONTENT_SECURITY_POLICY
            return response
        return super().process_response(request, response)


class CmsDoorMiddleware:
    """Who is signed in but no editor gets a plain "not for you" at Wagtail's admin.

    Wagtail would send them to sign in, and the sign-in page would send them straight back, for ever.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """Raises PermissionDenied. Strangers pass: Wagtail asks them to sign in."""
        if not request.path.startswith("/cms/") or not request.user.is_authenticated:
            return
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
