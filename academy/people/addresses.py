"""Addresses as people paste them, and mail domains in which everybody can have one. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST = 200
# Where anybody gets an address: such a domain says nothing about where somebody works.
# fmt: off
PUBLIC_DOMAINS = frozenset(
    {
        "aol.com", "arcor.de", "bluewin.ch", "chello.nl", "email.de", "fastmail.com", "free.fr", "freenet.de",
        "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.eu", "gmx.fr", "gmx.net", "googlemail.com",
        "hetnet.nl", "home.nl", "hotmail.be", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr",
        "hotmail.it", "hotmail.nl", "icloud.com", "kpnmail.nl", "laposte.net", "libero.it", "live.be", "live.com",
        "live.de", "live.fr", "live.nl", "mac.com", "mail.com", "mail.de", "mail.ru", "mailbox.org", "me.com",
        "msn.com", "o2.pl", "online.de", "orange.fr", "outlook.be", "outlook.com", "outlook.de", "outlook.fr",
        "planet.nl", "posteo.de", "posteo.eu", "posteo.net", "proton.me", "protonmail.com", "pm.me", "seznam.cz",
        "sfr.fr", "skynet.be", "t-online.de", "telenet.be", "tuta.com", "tutanota.com", "tutanota.de",
        "upcmail.nl", "virgilio.it", "vodafone.de", "wanadoo.fr", "wanadoo.nl", "web.de", "wp.pl", "xs4all.nl",
        "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.ru", "ymail.com",
        "ziggo.nl", "zoho.com",
    }
)
# fmt: on
# As mail programs and spreadsheets put them side by side: "Jana Albers <jana@town.example>; tom@town.example".
_BETWEEN = re.compile(r"[\s,;<>()\[\]\"|]+")
_DOMAIN = re.compile(r"^(?!-)(?:[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")


@dataclass(frozen=True)
class Pasted:
    """What a text holds: addresses in small letters, each once, in their order; and what looks like one but is none."""

    addresses: tuple[str, ...]
    faults: tuple[str, ...]


def read_addresses(text: str) -> Pasted:
    """The addresses in a pasted text, whatever stands between them. Words without an @ are names and passed over."""
    good: dict[str, None] = {}
    bad: dict[str, None] = {}
    for word in _BETWEEN.split(text):
        found = word.strip(".:'").removeprefix("mailto:").lower()
        if "@" not in found:
            continue
        try:
            validate_email(found)
        except ValidationError:
            bad[word] = None
        else:
            good[found] = None
    return Pasted(tuple(good), tuple(bad))


def domain_of(address: str) -> str:
    """What stands behind the @, in small letters."""
    return address.rpartition("@")[2].lower()


def read_domain(text: str) -> str:
    """A mail domain as somebody types it (with an @ or an address before it); empty if it is none."""
    found = text.strip().lower().rpartition("@")[2].rstrip(".")
    return found if len(found) <= 200 and _DOMAIN.match(found) else ""


def is_public(domain: str) -> bool:
    """Whether anybody can have an address there."""
    return domain in PUBLIC_DOMAINS
