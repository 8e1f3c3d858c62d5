"""The choice between a light and a dark page, kept in a cookie: no account and no script needed."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from academy.web.access import public
from academy.web.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@public
# Pages cached for strangers carry no token, and a stranger's colours are nothing to protect.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice (`light`, `dark`; anything else means: like the device) and go back to the page it came from."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    parts = urlsplit(back)
    # A path of ours that begins with two slashes would be another host to the browser.
    response = HttpResponseRedirect(escape_leading_slashes(parts.path) + (f"?{parts.query}" if parts.query else ""))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
