"""Mails about courses."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from academy.mail.emails import build
from curriculum.lessons.outline import CourseOutline

COURSE_OPEN = "enrolments/course_open"


def course_open(person: Any, outline: CourseOutline) -> tuple[str, str, str]:
    """Subject, text and HTML for someone who asked to be told that a course is ready, in their language."""
    context = {
        "name": person.get_short_name(),
        "title": outline.title,
        "minutes": outline.minutes,
        "address": f"{settings.BASE_URL}{outline.url}",
    }
    return build(COURSE_OPEN, person.language, context, time_zone=person.time_zone)
