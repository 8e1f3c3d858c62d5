"""The demo's people on paths, with certificates that end, notes, and training from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from academy.people.models import User
from courses.certificates.models import Certificate
from courses.enrolments.queries import latest
from courses.flows.enrol import enrol, start_path
from courses.notes import rules as notes
from courses.notes.models import Bookmark, LessonNote
from courses.outside import rules as outside
from courses.outside.models import OutsideTraining
from courses.outside.rules import Details
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import CourseOutline, course_outline

from . import cast
from .learning import pass_quiz


def load(people: dict[str, User], outline: CourseOutline, now: datetime) -> None:
    """What is there already is left alone, so this can be run again."""
    legal_course(people, now)
    on_paths(people, now)
    notes_of(people[cast.LEARNER], outline, now)
    elsewhere(people, now)


def legal_course(people: dict[str, User], now: datetime) -> None:
    """The legal course as it was two years ago, when its quiz was all there was of it: certificates that end soon."""
    item = LearningItem.objects.filter(kind=ItemKind.COURSE, code=cast.LEGAL, retired_at=None).first()
    if item is None:
        return
    known = Certificate.objects.filter(item=item, person__in=people.values()).values_list("person_id", flat=True)
    wanted = {key: ago for key, ago in cast.LEGAL_PASSED.items() if people[key].pk not in known}
    if not wanted:
        return
    with opened(item):
        then = course_outline(item.key, "en")
        if then is None or then.quiz is None:
            return
        for key, ago in wanted.items():
            at = now - ago
            enrol(person=people[key], course_key=item.key, by=people[key], at=at - timedelta(days=9))
            pass_quiz(people[key], then, people[key].display_name, at)


@contextmanager
def opened(item: LearningItem) -> Iterator[None]:
    """The course is open for as long as this lasts: it was so two years ago."""
    # The source is the oldest row with the key.
    page = CoursePage.objects.filter(translation_key=item.key).order_by("pk")[0]
    before = page.status
    page.status = CourseStatus.OPEN
    page.save_revision().publish()
    try:
        yield
    finally:
        page.status = before
        page.save_revision().publish()


def on_paths(people: dict[str, User], now: datetime) -> None:
    """Who has started a path."""
    for code, key, ago in cast.ON_PATHS:
        item = LearningItem.objects.filter(kind=ItemKind.PATH, code=code, retired_at=None).first()
        if item is not None and latest(people[key], item.key) is None:
            start_path(person=people[key], path_key=item.key, by=people[key], at=now - timedelta(days=ago))


def notes_of(jana: User, outline: CourseOutline, now: datetime) -> None:
    """Two notes and a bookmark; nobody else reads them."""
    if LessonNote.objects.filter(person=jana).exists() or Bookmark.objects.filter(person=jana).exists():
        return
    for number, (text, ago) in cast.NOTES.items():
        lesson = outline.lessons[number]
        notes.keep_note(item_id=lesson.item_id, text=text, by=jana, at=now - timedelta(days=ago))
    notes.bookmark(item_id=outline.lessons[cast.BOOKMARKED].item_id, by=jana, at=now - timedelta(days=3))


def elsewhere(people: dict[str, User], now: datetime) -> None:
    """One training from elsewhere was accepted, one waits for Sofia."""
    if OutsideTraining.objects.exists():
        return
    for row in cast.ELSEWHERE:
        at = now - timedelta(days=row.asked)
        details = Details(
            title=row.title,
            provider=row.provider,
            on=(now - timedelta(days=row.on)).date(),
            minutes=row.minutes,
            competence="",
            description=row.description,
        )
        training = outside.report(details=details, evidence=None, by=people[row.key], at=at)
        if row.accepted is not None:
            moment = now - timedelta(days=row.accepted)
            outside.accept(public_id=training.public_id, seen=training.version, by=people["manager"], at=moment)
