"""Slows down whoever guesses. Counts stand in the shared cache, by a keyed hash of the address and never by itself."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


class Throttle:
    """At most `limit` misses from one network address in `seconds`; then nothing is answered until they are over.

    Generous on purpose: a whole town hall shares one address, and only misses count.
    """

    def __init__(self, name: str, *, limit: int, seconds: int) -> None:
        self.name = name
        self.limit = limit
        self.seconds = seconds

    def is_closed(self, request: HttpRequest) -> bool:
        """Whether this address has used up its misses."""
        return int(cache.get(self._key(request), 0)) >= self.limit

    def count(self, request: HttpRequest) -> None:
        """Note a miss."""
        key = self._key(request)
        cache.add(key, 0, self.seconds)
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two calls
            cache.set(key, 1, self.seconds)

    def _key(self, request: HttpRequest) -> str:
        # allauth's adapter knows how far proxies may be trusted (ALLAUTH_TRUSTED_PROXY_COUNT).
        address = get_adapter(request).get_client_ip(request) or ""
        return f"throttle:{self.name}:{salted_hmac('courses.web.throttle', address, algorithm='sha256').hexdigest()}"
