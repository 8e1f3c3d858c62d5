"""Reads about people."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from .enums import Wider
from .models import User, WiderView


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


def acts_about(person: User) -> QuerySet[Any]:
    """What was done about somebody's account, newest first: looks by support, corrections and their reasons."""
    return ModelLogEntry.objects.for_instance(person).select_related("user").order_by("-timestamp", "-pk")


def wider_views(organisation_id: int) -> frozenset[Wider]:
    """What an organisation shows its managers today besides status, due date and certificate: nothing by default."""
    rows = WiderView.objects.filter(organisation_id=organisation_id, ended_at=None)
    return frozenset(Wider(what) for what in rows.values_list("what", flat=True))
