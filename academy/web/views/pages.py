"""The pages of the CMS."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import hooks

from academy.web.access import public
from academy.web.context import theme_of
from academy.website.addresses import Route, content_version
from academy.website.routing import moved_to, resolve

# How long a stranger's page is kept at most, in seconds; a publish ends it at once.
KEEP = 3600


@public
@require_safe
def to_language(request: HttpRequest) -> HttpResponse:
    """From the bare address to the front page: in the person's language, else the browser's, else the first."""
    language = request.LANGUAGE_CODE
    if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and request.user.is_authenticated:
        language = request.user.language
    response = HttpResponseRedirect(f"/{language}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@public
@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """The page at this address. A stranger's page comes whole from the cache, without a CSRF token (decision 15)."""
    key = _stranger_key(request, path)
    kept = cache.get(key) if key else None
    if kept:
        body, content_type, language = kept
        return _for_strangers(HttpResponse(body, content_type=content_type), language)
    language = get_language() or settings.LANGUAGE_CODE
    route = resolve(language, path)
    if route is None:
        moved = moved_to(language, path)
        if moved and moved != request.path:
            return HttpResponseRedirect(moved, status=301)
        raise Http404
    if route.redirect_to:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{route.redirect_to}?{query}" if query else route.redirect_to)
    request.route = route  # type: ignore[attr-defined]  # what templates and the packages above read
    response = _through_hooks(request, route)
    if key and _may_be_kept(request, route, response):
        cache.set(key, (response.content, response["Content-Type"], language), KEEP)  # type: ignore[attr-defined]  # rendered by now
        _for_strangers(response, language)
    return response


def _through_hooks(request: HttpRequest, route: Route) -> HttpResponseBase:
    """Wagtail's two rows of hooks: first who may see the page, then whether somebody above answers in its place."""

    def answer(page: Any, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponseBase:
        for hook in hooks.get_hooks("before_serve_page"):
            result = hook(page, request, args, kwargs)
            if isinstance(result, HttpResponseBase):
                return result
        response: HttpResponseBase = page.serve(request, *args, **kwargs)
        return response

    # Unlike Wagtail's own view: what `courses` answers with is behind the same door as the page itself.
    chain = answer
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        chain = hook(chain)
    return chain(route.page, request, (), {})


def _stranger_key(request: HttpRequest, path: str) -> str:
    """Where the whole page is kept for people without a session; empty for all others and for searches."""
    cookies = request.COOKIES
    if request.method != "GET" or request.META.get("QUERY_STRING") or getattr(request, "is_preview", False):
        return ""
    if cookies.get(settings.SESSION_COOKIE_NAME) or "messages" in cookies:
        return ""
    htmx = "h" if request.headers.get("HX-Request") else ""
    return f"page:{content_version()}:{get_language()}:{theme_of(request)}{htmx}:{path}"


def _may_be_kept(request: HttpRequest, route: Route, response: HttpResponseBase) -> bool:
    """Only a plain page that is the same for every stranger."""
    if route.restricted or response.status_code != 200 or response.streaming:
        return False
    if response.has_header("Cache-Control"):
        # Who answered in the page's place says itself how long that holds.
        return False
    if hasattr(response, "render"):
        response.render()
    # A token inside would be one person's; a cookie too.
    return not request.META.get("CSRF_COOKIE_NEEDS_UPDATE") and not response.cookies


def _for_strangers(response: Any, language: str) -> Any:
    """Ask again each time: the same address looks different after signing in."""
    response["Cache-Control"] = "no-cache"
    response["Content-Language"] = language
    patch_vary_headers(response, ["Cookie"])
    return response
