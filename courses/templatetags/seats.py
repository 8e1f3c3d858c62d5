"""What dates are called, for templates that show several."""

from __future__ import annotations

from uuid import UUID

from django import template
from django.utils.translation import get_language

from academy.templatetags.academy import words
from courses.booking.models import WorkshopSession
from courses.booking.queries.sessions import formats, title_of

register = template.Library()


@register.simple_tag
def date_title(date: WorkshopSession) -> str:
    """What a date is called, in the language of the page where it has words in it."""
    return words(*title_of(date, get_language() or "en"))


@register.simple_tag
def format_title(key: UUID, last: str) -> str:
    """What a workshop format is called; `last` is the title that it had last, should it be withdrawn."""
    row = formats(get_language() or "en").get(key)
    return words(row.title, row.title_language) if row is not None else words(last)
