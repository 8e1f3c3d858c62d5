"""Reads across the sub-domains: what a learner's own page shows. No writes, no scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from academy.people.models import Membership
from academy.website.addresses import url_of
from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import QuizAttempt
from courses.enrolments.enums import Due
from courses.enrolments.models import CourseInterest, Enrolment
from courses.enrolments.queries import due_state, latest_of_each_course, rule_of
from courses.progress.models import Place
from courses.progress.queries import (
    CourseStanding,
    course_standing,
    next_part,
    places_by_course,
    progress_rows,
)
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import CourseOutline, LessonRow, QuizRow, course_outline
from curriculum.workshops.models import WorkshopPage


@dataclass(frozen=True)
class CourseRow:
    """A course that a person takes or has taken, on their own page. `outline` is None for one that was withdrawn."""

    enrolment: Enrolment
    outline: CourseOutline | None
    standing: CourseStanding | None
    due: Due
    place: Place | None
    part: LessonRow | QuizRow | None
    attempt: QuizAttempt | None

    @property
    def title(self) -> str:
        """The course's title, in the language of the page if it is there."""
        return self.outline.title if self.outline is not None else self.enrolment.item.title

    @property
    def seen_at(self) -> datetime:
        """When the person was last in it."""
        return max(self.place.seen_at, self.enrolment.started_at) if self.place else self.enrolment.started_at

    @property
    def has_due_date(self) -> bool:
        """Whether it belongs into the list of what is due."""
        return self.enrolment.due_on is not None and self.enrolment.is_running

    @property
    def module_number(self) -> str:
        """Number of the module where the person goes on, as in 1.3; empty at the quiz."""
        if self.outline is None or not isinstance(self.part, LessonRow):
            return ""
        key = self.part.module_key
        return next((module.number for module in self.outline.modules if module.key == key), "")


def today_for(person: Any, now: datetime | None = None) -> date:
    """The day it is for this person: in their organisation's zone, else in their own (decision 13). One query."""
    now = now or timezone.now()
    member = (
        Membership.objects.on(timezone.localdate(now))
        .filter(person=person)
        .order_by("from_day", "pk")
        .values_list("unit__organisation__time_zone", flat=True)
        .first()
    )
    return now.astimezone(ZoneInfo(member or person.time_zone)).date()


def courses_of(person: Any, language: str, today: date) -> list[CourseRow]:
    """All courses of a person, the one they were in last first. Four queries, however many courses."""
    enrolments = [row for row in latest_of_each_course([person]) if row.item.kind == ItemKind.COURSE]
    return course_rows(person, enrolments, language, today)


def course_rows(person: Any, enrolments: list[Enrolment], language: str, today: date | None) -> list[CourseRow]:
    """These courses of a person, the one they were in last first. Three queries, however many; two without a day
    (`today`), then without due dates and the place in an open attempt."""
    outlines = {enrolment.item_id: course_outline(enrolment.item.key, language) for enrolment in enrolments}
    rules = [rule_of(enrolment) for enrolment in enrolments]
    rows = progress_rows(person, [outline for outline in outlines.values() if outline is not None], rules)
    places = places_by_course(person)
    attempts = _open_attempts(person) if today is not None else {}
    found = []
    for enrolment in enrolments:
        outline, place = outlines[enrolment.item_id], places.get(enrolment.item_id)
        standing, part = None, None
        if outline is not None:
            standing = course_standing(enrolment, outline, rows, place.item_id if place else None)
            if enrolment.is_running:
                part = next_part(standing, outline, place.item_id if place else None)
        found.append(
            CourseRow(
                enrolment=enrolment,
                outline=outline,
                standing=standing,
                due=due_state(enrolment.due_on, enrolment.completed_at, today) if today is not None else Due.NONE,
                place=place,
                part=part,
                attempt=attempts.get(enrolment.item_id),
            )
        )
    return sorted(found, key=lambda row: row.seen_at, reverse=True)


def _open_attempts(person: Any) -> dict[int, QuizAttempt]:
    """Attempts that can be gone on with, by where they were begun. One query, one more for their answers."""
    rows = QuizAttempt.objects.filter(person=person, state=AttemptState.OPEN, purpose=Purpose.COUNTS)
    return {attempt.placement_id: attempt for attempt in rows.prefetch_related("answers")}


def interests_of(person: Any, language: str) -> list[CourseOutline]:
    """Courses in preparation that the person wants to be told of. One query."""
    rows = CourseInterest.objects.filter(person=person, told_at=None).select_related("item").order_by("asked_at")
    found = [course_outline(row.item.key, language) for row in rows]
    return [outline for outline in found if outline is not None]


@dataclass(frozen=True)
class WorkshopFormat:
    """A workshop format with its words in one language and its figures from the source."""

    source: WorkshopPage
    words: WorkshopPage
    language: str
    url: str


def workshop_formats(language: str) -> list[WorkshopFormat]:
    """All live workshop formats in the order of their codes. Two queries, however many."""
    pages: dict[UUID, list[WorkshopPage]] = {}
    for page in WorkshopPage.objects.live().select_related("locale").order_by("pk"):
        pages.setdefault(page.translation_key, []).append(page)
    found = []
    for key, (source, *translations) in pages.items():
        words = next((page for page in translations if page.locale.language_code == language), source)
        found.append(WorkshopFormat(source, words, words.locale.language_code, url_of(key, language) or ""))
    return sorted(found, key=lambda row: row.source.code)
