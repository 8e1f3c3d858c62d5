"""Who signs, and where what is signed can be found: all derived from BASE_URL, none with a language, for ever."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from django.conf import settings


def did() -> str:
    """The issuer: did:web of the academy's host. Its document lies at /.well-known/did.json."""
    return "did:web:" + quote(urlsplit(settings.BASE_URL).netloc, safe="")


def method(key_id: str) -> str:
    """The address of one of the issuer's keys."""
    return f"{did()}#{key_id}"


def credential(code: str) -> str:
    """Where the signed badge of a certificate can be fetched; it is its id as well."""
    return f"{settings.BASE_URL}/c/{code}/badge.json"


def picture(code: str) -> str:
    """The badge as a picture."""
    return f"{settings.BASE_URL}/c/{code}/badge.png"


def check_page(code: str) -> str:
    """The page on which people check a certificate."""
    return f"{settings.BASE_URL}/c/{code}/"


def status_list() -> str:
    """The list of what no longer holds."""
    return f"{settings.BASE_URL}/status/1"
