"""The player: its page, and the files of libraries and content that it asks for (shared/design/H5P.md, section 7).

What plays is code that somebody uploaded. It runs in a frame with an opaque origin: without cookies, storage, session
or a way to our pages, whatever the address is opened in. So nothing here reads a session, and any origin may ask.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods

from academy.web.access import public
from academy.web.views.media import send
from curriculum.h5p import playing, serving, storage, tokens
from curriculum.h5p.models import Package

ICONS = ("h5p-core-30", "h5p-theme")
FRAME_SCRIPT = "academy/js/h5p-frame.js"
YEAR = 365 * 24 * 3600
# What a script of an uploaded library must never become: a script of ours. Frames have an opaque origin, for which
# browsers say "cross-site".
OURS = ("same-origin", "same-site")
TO_BE_RUN = ("script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet", "style", "xslt")
# A drawing may hold scripts; opened by itself it is in a box of its own.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"

View = Callable[..., HttpResponseBase]


def for_frames(view: View) -> View:
    """A view that pages of an opaque origin ask: GET, HEAD, and OPTIONS before them; any origin may read the answer."""

    @public
    @require_http_methods(["GET", "HEAD", "OPTIONS"])
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            # SoundJS and others say that they are a script, and ask for parts of a film.
            response["Access-Control-Allow-Headers"] = "x-requested-with, range"
            response["Access-Control-Max-Age"] = "86400"
            response["Cache-Control"] = "no-store"
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Content-Length, Content-Range, Accept-Ranges"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return answered


@for_frames
def library_file(request: HttpRequest, folder: str, stamp: str, path: str) -> HttpResponseBase:
    """GET /h5p/l/<folder>/<stamp>/<path>: a file of an installed library. Open to everyone; never changes."""
    if request.headers.get("Sec-Fetch-Site") in OURS and request.headers.get("Sec-Fetch-Dest") in TO_BE_RUN:
        response: HttpResponseBase = _no(403)
    else:
        try:
            response = _file(request, serving.library_file(folder, stamp, path))
            response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        except serving.NoSuchFile:
            response = _no(404)
    patch_vary_headers(response, ["Sec-Fetch-Site", "Sec-Fetch-Dest"])
    return response


@for_frames
def content_file(request: HttpRequest, token: str, path: str) -> HttpResponseBase:
    """GET /h5p/c/<token>/<path>: a file of a package's content, for whoever was given the address. No query."""
    try:
        named = tokens.read_content_token(token, timezone.now())
        root = storage.package_folder(Package(public_id=named.package))
        response = _file(request, serving.content_file(root, path))
    except signing.BadSignature:
        return _no(403)
    except serving.NoSuchFile:
        return _no(404)
    # The address is another one the day after.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@xframe_options_exempt  # frame-ancestors says who may
@for_frames
def frame(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET /h5p/frame/<token>/: the page that plays a package, for whoever was given the address."""
    at = timezone.now()
    try:
        named = tokens.read_frame_token(token, at)
    except signing.SignatureExpired:
        return _framed(request, _no(403, gettext("This address has expired. Load the page again.")))
    except signing.BadSignature:
        return _framed(request, _no(403))
    package = playing.find(named.package)
    if package is None:
        return _framed(request, _no(404))
    # An address needs some path: what stands below it is the package's own.
    below = reverse("h5p_content_file", args=[tokens.content_token(named.package, named.stamp, at), "-"])
    libraries = reverse("h5p_library_file", args=["-", "-", "-"]).removesuffix("/-/-/-")
    try:
        player = playing.player(package, libraries=libraries, content=below.removesuffix("/-"), keeps=bool(named.stamp))
    except playing.CannotPlay:
        return _framed(request, _no(404))
    nonce = secrets.token_urlsafe(16)
    given = {"player": player, "files": _files(player, libraries), "script": _script(), "nonce": nonce}
    with override(player.language):
        return _framed(request, render(request, "curriculum/h5p/frame.html", given), nonce)


def frame_policy(host: str, nonce: str) -> str:
    """The Content-Security-Policy of the player's page at this host ("https://academy.town.eu").

    The host is named, since 'self' is nothing in an opaque origin. Nothing can be asked for but files of libraries, of
    content and of H5P core. Scripts are handed in by the page round the frame and run under the nonce; old libraries
    build functions from words (EJS), and in an opaque origin 'unsafe-eval' gives them nothing that they do not have.
    """
    core = settings.STATIC_URL if settings.STATIC_URL.startswith("http") else f"{host}{settings.STATIC_URL}"
    libraries, content = f"{host}/h5p/l/", f"{host}/h5p/c/"
    files = f"{core} {libraries} {content}"
    return (
        f"sandbox allow-scripts; default-src 'none'; script-src {libraries} 'nonce-{nonce}' 'unsafe-eval'; "
        f"style-src {libraries} 'unsafe-inline'; img-src {files} data: blob:; font-src {files} data: blob:; "
        f"media-src {files} data: blob:; connect-src {libraries} {content}; frame-src 'none'; "
        f"frame-ancestors {host}; base-uri {host}; form-action 'none'"
    )


def _files(player: playing.Player, libraries: str) -> dict[str, list[str]]:
    """Addresses of all scripts and style sheets, core's first, and of the fonts with core's icons."""
    return {
        "scripts": [static("vendor/h5p/frame.bundle.js"), *(f"{libraries}/{path}" for path in player.scripts)],
        "styles": [static("vendor/h5p/styles/h5p.css"), *(f"{libraries}/{path}" for path in player.styles)],
        "fonts": [static(f"vendor/h5p/fonts/{name}.woff2") for name in ICONS],
    }


def _script() -> str:
    """js/h5p-frame.js: it stands in the page, which is the only thing that Chromium asks for anew each time."""
    found = finders.find(FRAME_SCRIPT)
    return Path(str(found)).read_text(encoding="utf-8")


def _framed(request: HttpRequest, response: HttpResponse, nonce: str = "") -> HttpResponse:
    response["Content-Security-Policy"] = frame_policy(f"{request.scheme}://{request.get_host()}", nonce)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _file(request: HttpRequest, served: serving.Served) -> HttpResponseBase:
    response = send(
        request,
        served.path,
        name=served.path.name,
        content_type=served.content_type,
        attachment=served.attachment,
    )
    response["Content-Security-Policy"] = FILE_POLICY
    return response


def _no(status: int, words: str = "") -> HttpResponse:
    """A short answer, the same for everybody: these addresses are asked for by scripts."""
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = FILE_POLICY
    return response
