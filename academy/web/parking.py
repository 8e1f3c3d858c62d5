"""Keeps what was typed when a session ended in mid-form, for an hour, and gives it back after signing in (decision 21).

Who may have it back? What was typed may be personal; a link can be passed on, a desk shared, a cookie copied. So:

* The data lie in the cache under a random token of 128 bits, which stands in the address (`?kept=`). The token alone
  opens nothing.
* A second random value goes to the browser, in a signed HttpOnly cookie of its own (the session's ends at sign-in), and
  to the cache as a hash only. Nobody but the browser that typed gets the data back.
* At sign-in a browser receives a third value: a keyed hash of the person's id, which outlives the session. Data typed
  into a page of a person whose session has ended are bound to that hash: a colleague who signs in next at the same
  desk does not see them.
* Where nobody had signed in before, the first person who signs in and looks binds the data to themselves.
* Passwords, codes, CSRF tokens and files are never parked, and nothing that another site posted (academy.web.failures).
* After an hour, or when the form calls `forget`, they are gone.

A form's view calls `kept(request)` on GET and fills its form from it.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac

SECONDS = 3600
PARAMETER = "kept"
# More than any form of the academy posts; what is longer is not parked (a cache is no store).
MAX_LENGTH = 200_000
SECRET_WORDS = ("csrf", "password", "passwd", "code", "token", "secret", "otp")
SALT = "academy.web.parking"


def park(request: HttpRequest, *, for_anyone: bool = False) -> str:
    """Keep the posted data; returns the token for `?kept=`, empty if there is nothing to keep.

    `for_anyone`: the form needs no account, so that the same browser may read it back without signing in.
    ParkingMiddleware hands the browser its cookie with the response.
    """
    posted = without_secrets(request.POST)
    data = posted.urlencode()
    if not data or len(data) > MAX_LENGTH:
        return ""
    browser = _browser(request) or secrets.token_urlsafe(16)
    request._parking_browser = browser  # type: ignore[attr-defined]  # ParkingMiddleware reads it
    user = getattr(request, "user", None)
    owner = mark(user.pk) if user is not None and user.is_authenticated else request.COOKIES.get(owner_cookie(), "")
    token = secrets.token_urlsafe(16)
    parked = {"data": data, "browser": _hash(browser), "owner": owner, "for_anyone": for_anyone}
    cache.set(_key(token), parked, SECONDS)
    return token


def kept(request: HttpRequest) -> QueryDict | None:
    """What was typed before the session ended, or None: for the browser and the person that typed it alone."""
    token = request.GET.get(PARAMETER, "")
    browser = _browser(request)
    if not token or len(token) > 64 or not browser:
        return None
    parked: dict[str, Any] | None = cache.get(_key(token))
    if parked is None or not constant_time_compare(parked["browser"], _hash(browser)):
        return None
    if request.user.is_authenticated:
        me = mark(request.user.pk)
        if parked["owner"] and not constant_time_compare(parked["owner"], me):
            return None
        if not parked["owner"]:
            cache.set(_key(token), {**parked, "owner": me}, SECONDS)
    elif parked["owner"] or not parked["for_anyone"]:
        return None
    return QueryDict(parked["data"])


def forget(request: HttpRequest) -> None:
    """Throw away what was kept: the form was sent. Does nothing for whoever may not read it."""
    if kept(request) is not None:
        cache.delete(_key(request.GET[PARAMETER]))


def address(page: str, token: str) -> str:
    """The page with the token of what was typed there (an older token is dropped)."""
    parts = urlsplit(page)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != PARAMETER]
    if token:
        query.append((PARAMETER, token))
    return f"{parts.path}?{urlencode(query)}" if query else parts.path


def without_secrets(posted: QueryDict) -> QueryDict:
    """A copy without CSRF tokens, passwords and codes."""
    copy = posted.copy()
    for name in list(copy):
        if any(word in name.lower() for word in SECRET_WORDS):
            del copy[name]
    return copy


def mark(person_id: int) -> str:
    """What a browser remembers of who signed in there: a keyed hash, of no use to anybody else."""
    return salted_hmac(f"{SALT}.owner", str(person_id), algorithm="sha256").hexdigest()


def set_cookies(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser what `park` and a sign-in left for it; for ParkingMiddleware."""
    browser = getattr(request, "_parking_browser", None)
    if browser:
        _set_cookie(response, browser_cookie(), signing.dumps(browser, salt=SALT), SECONDS)
    owner = getattr(request, "_parking_owner", None)
    if owner:
        # A day longer than the session that it outlives.
        _set_cookie(response, owner_cookie(), owner, settings.SESSION_COOKIE_AGE + 24 * 3600)


def note_sign_in(sender: object, request: HttpRequest, user: Any, **kwargs: object) -> None:
    """Receiver of `user_logged_in`: the response will carry the person's mark."""
    request._parking_owner = mark(user.pk)  # type: ignore[attr-defined]  # ParkingMiddleware reads it


def browser_cookie() -> str:
    """Name of the browser's own cookie; named after the session's, so that two demos on one host keep apart."""
    return f"{settings.SESSION_COOKIE_NAME}-kept"


def owner_cookie() -> str:
    """Name of the cookie that remembers who signed in here last."""
    return f"{settings.SESSION_COOKIE_NAME}-was"


def _set_cookie(response: HttpResponseBase, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _browser(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(browser_cookie(), ""), salt=SALT, max_age=SECONDS))
    except signing.BadSignature:
        return ""


def _key(token: str) -> str:
    return f"parking:{token}"


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
