"""Uploads between two steps: kept in private storage for an hour, for the person who brought them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from academy.people.models import User

FOLDER = "question-imports"
KEPT = timedelta(hours=1)
SALT = "curriculum.exchange.parking"


def park(content: bytes, *, topic: str, by: User, at: datetime) -> str:
    """Keeps an upload; returns the ticket for it. What others left there for too long goes."""
    _clear(at)
    name = storages["private"].save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(content))
    return signing.dumps({"name": name, "topic": topic, "person": by.pk}, salt=SALT)


def parked(ticket: str, *, by: User) -> tuple[bytes, str] | None:
    """The upload and its topic; None if it is gone, or somebody else's."""
    found = _read(ticket, by)
    if found is None:
        return None
    name, topic = found
    try:
        with storages["private"].open(name) as file:
            return file.read(), topic
    except OSError:
        return None


def take(ticket: str, *, by: User) -> tuple[bytes, str] | None:
    """The upload and its topic, for the last time: of two who ask at once one gets it."""
    found = parked(ticket, by=by)
    if found is None or not cache.add(f"{SALT}:{ticket[-40:]}", True, KEPT.total_seconds()):
        return None
    read = _read(ticket, by)
    if read is not None:
        storages["private"].delete(read[0])
    return found


def _read(ticket: str, by: User) -> tuple[str, str] | None:
    try:
        said = signing.loads(ticket, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    return (said["name"], said["topic"]) if said["person"] == by.pk else None


def _clear(at: datetime) -> None:
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return
    for name in storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        try:
            is_old = storage.get_modified_time(path) < at - KEPT
        except OSError:
            continue  # another request was faster
        if is_old:
            storage.delete(path)
