"""What happens to every request and answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import HttpRequest as Request
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control

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
            translation.activate(wanted)
            request.LANGUAGE_CODE = wanted


class TimeZoneMiddleware:
    """Times are shown in the person's zone, else in the site's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only who has a session is looked up: a stranger's page costs no query.
        zone = settings.DEFAULT_TIME_ZONE
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and request.user.is_authenticated:
            zone = request.user.time_zone
        timezone.activate(ZoneInfo(zone))
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
    """Pages of signed-in people are nobody else's: `private, no-store` (decision 15)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            add_never_cache_headers(response)
            patch_cache_control(response, private=True, no_store=True)
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere but in Wagtail's admin, which has one of its own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith("/cms/"):
            response.headers["Content-Security-Policy"] = settings.CMS_CONTENT_SECURITY_POLICY
            return response
        return super().process_response(request, response)
