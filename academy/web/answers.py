"""Answers that plain posts and htmx posts need in two shapes."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import escape_leading_slashes


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect of the whole page, for a plain request and for htmx (which would follow a 302 inside the page)."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def to_sign_in(request: HttpRequest, back_to: str) -> HttpResponse:
    """To the sign-in page, which leads back to an address of this site."""
    return go_to(request, f"{resolve_url('account_login')}?{urlencode({'next': back_to})}")


def page_of_form(request: HttpRequest) -> str:
    """Address of the page whose form was posted: what the browser says if it is of this site, else where it went."""
    for source in (request.headers.get("HX-Current-URL", ""), request.headers.get("Referer", "")):
        parts = urlsplit(source)
        if parts.netloc == request.get_host() and parts.path:
            path = escape_leading_slashes(parts.path)
            return f"{path}?{parts.query}" if parts.query else path
    return escape_leading_slashes(request.path)


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a post came from one of our own pages, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
