"""What the matrix fills in for activities: the demo's own one in its lesson, and an attempt of the learner at it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from academy.people.models import User
from courses.attempts.models import ActivityAttempt
from courses.attempts.statements import iri_of
from courses.enrolments.queries import current
from courses.flows import play_activity
from courses.flows.enrol import enrol
from courses.progress.queries import course_of_lesson
from curriculum.lessons.models import LessonPage

from .walk import Json

PLACE = "<language>/activity/"
SENT = "h5p/a/<uuid:attempt>/"


def _place() -> tuple[UUID, UUID]:
    """Keys of a lesson with an activity, and of the activity."""
    lessons = LessonPage.objects.filter(locale__language_code="en").order_by("pk")
    lesson = next(lesson for lesson in lessons if lesson.activity_keys)
    return UUID(str(lesson.translation_key)), UUID(lesson.activity_keys[0])


def _attempt(learner: User) -> ActivityAttempt:
    """The learner plays it."""
    lesson, activity = _place()
    found, at = course_of_lesson(lesson, "en"), timezone.now()
    assert found is not None
    if current(learner, found[0].key) is None:
        enrol(person=learner, course_key=found[0].key, by=learner, at=at)
    return play_activity.begin(
        person=learner, lesson_key=lesson, activity_key=activity, language="en", by=learner, at=at
    ).attempt


def values(learner: User) -> dict[str, dict[str, Any]]:
    """Values by the beginning of a pattern and argument name."""
    lesson, activity = _place()
    return {PLACE: {"lesson": lesson, "activity": activity}, SENT: {"attempt": _attempt(learner).public_id}}


def data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data, by pattern: JSON, as the page's script sends it."""
    name = iri_of(_attempt(learner).public_id, base=settings.BASE_URL)
    verb = {"id": "http://adlnet.gov/expapi/verbs/interacted"}
    said = {"id": "5f7d3b1e-0d3c-4a52-9b1e-8d6f0c2a7e11", "statement": {"verb": verb, "object": {"id": name}}}
    return {
        f"{PLACE}<uuid:lesson>/<uuid:activity>/play/": Json(),
        f"{SENT}statements/": Json(said),
        f"{SENT}state/": Json(dataType="state", subContentId="0", value="{}"),
    }
