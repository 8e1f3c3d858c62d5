"""Reads about people."""

from __future__ import annotations

from .models import User


def display_name(user: User) -> str:
    """How allauth's pages and mails call a person."""
    return user.get_short_name()
