"""Makes paths and workshop formats, and says how a path stands for somebody, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import override

from academy.people.models import User
from courses.booking.enums import Presence
from courses.booking.models import Meeting
from courses.booking.rules.attending import Seen
from courses.enrolments.queries import latest
from courses.flows.attend import note_attendance
from courses.flows.enrol import Started, start_path
from courses.progress.paths import PathStanding, facts_of, path_standing
from curriculum.catalogue.models import LearningPathPage, PathCourse
from curriculum.completion.sentences import still_missing
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage

from . import booking
from .courses import AT
from .curriculum import make_catalogue, published, quickly


@quickly
def make_workshop(code: str = "W1", title: str = "Clinic") -> WorkshopPage:
    """A published workshop format."""
    index = WorkshopIndexPage.objects.first()
    if index is None:
        home = make_catalogue(["en"]).get_parent().specific
        index = home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    return index.add_child(instance=WorkshopPage(**published(title, code.lower(), code=code)))


@quickly
def make_path(
    code: str = "P1", title: str = "Circular buyer", courses: Sequence[Any] = (), **fields: Any
) -> LearningPathPage:
    """A published path. `courses` are those of the curriculum's factory; `fields` hold its rules."""
    page = LearningPathPage(**published(title, code.lower(), code=code, **fields))
    page.courses = [PathCourse(course=made.course, sort_order=n) for n, made in enumerate(courses)]
    return make_catalogue(["en"]).add_child(instance=page)


def start(person: User, path: LearningPathPage, at: datetime = AT, route: Route = Route.FULL) -> Started:
    """The person starts the path."""
    return start_path(person=person, path_key=path.translation_key, route=route, by=person, at=at)


def standing_of(person: User, page: Any) -> PathStanding:
    """How the newest cycle of a path (or course) stands, straight from the facts."""
    enrolment = latest(person, page.translation_key)
    assert enrolment is not None
    return path_standing(enrolment, facts_of(person, [enrolment]))


def missing(person: User, page: Any, language: str = "en") -> str:
    """What is still missing of a path or course, in a language; empty for nothing."""
    still = standing_of(person, page).still
    with override(language):
        return still_missing(still) if still is not None else ""


def attend(
    person: User, page: WorkshopPage, day: date = booking.DAY, presence: Presence = Presence.FULL, at: datetime = AT
) -> datetime:
    """The person books a date of the workshop and is noted as there at its end: when that was."""
    session = booking.make_date(item=LearningItem.objects.get(key=page.translation_key), day=day, at=at)
    seat = booking.book(session, person, at=at)
    meeting = Meeting.objects.get(session=session)
    note_attendance(meeting=meeting, seen={seat.pk: Seen(presence)}, by=None, at=meeting.ends_at)
    return meeting.ends_at
