"""Reads about people."""

from __future__ import annotations

import uuid

from .models import User


def display_name(user: User) -> str:
    """How allauth's pages and mails call a person."""
    return user.get_short_name()


def find_person(who: str) -> User | None:
    """The person with this e-mail address or public id, whatever its case; None if there is none."""
    if "@" in who:
        return User.objects.filter(email=who.strip().lower()).first()
    try:
        return User.objects.filter(public_id=uuid.UUID(who)).first()
    except ValueError:
        return None
