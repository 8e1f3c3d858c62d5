"""Starting, leaving and starting anew: what is promised to a learner is frozen here (architecture rule 2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from academy.mail.rules import queue
from curriculum.catalogue.enums import CourseStatus
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline, course_outline

from . import emails
from .errors import CourseCompletedAlready, CourseInPreparation, CourseOpenAlready, CourseUnknown, NotEnrolled
from .models import CourseInterest, Enrolment
from .queries import latest, rule_of


def lock_learner(person: Any) -> None:
    """Facts about one person are written one after another; a second request waits for the first.

    The unique constraints and conditional updates are the guard, this lock is for good manners (rule 4). SQLite has one
    writer at a time anyway. Must be called inside a transaction.
    """
    list(get_user_model()._default_manager.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))


def freeze_rule(outline: CourseOutline, *, since: datetime | None) -> dict[str, Any]:
    """The completion rule as it is now, resolved to items: every written lesson, and the quiz at its pass mark.

    `since` opens the window of facts that count (decision 7): None for all facts there are, so that what someone did
    before, by credit or before leaving, counts; a moment when the course is taken anew.
    """
    parts: list[dict[str, Any]] = [
        {"kind": str(ItemKind.LESSON), "key": str(lesson.key)}
        for lesson in outline.lessons
        if lesson.status == LessonStatus.WRITTEN
    ]
    if outline.quiz is not None:
        quiz = outline.quiz
        parts.append(
            {
                "kind": str(ItemKind.QUIZ),
                "key": str(quiz.key),
                "at": quiz.pass_mark,
                "counts": str(quiz.counts),
                "attempts": quiz.attempts,
            }
        )
    return {"version": 1, "since": since.isoformat() if since else None, "all": parts}


@transaction.atomic
def enrol(
    *, person: Any, course_key: UUID, by: Any, at: datetime, due_on: date | None = None
) -> tuple[Enrolment, bool]:
    """Start a course. Returns the enrolment and whether it is new; who takes the course already keeps that one.

    Someone who left comes back to the ticks of the cycle that was left. Raises CourseUnknown, CourseInPreparation,
    CourseCompletedAlready. `by` is who caused it; the flow notes it in the event.
    """
    outline = _open_course(course_key)
    lock_learner(person)
    last = latest(person, course_key)
    if last is not None and last.is_running:
        return last, False
    if last is not None and last.left_at is None:
        raise CourseCompletedAlready
    since = rule_of(last).since if last is not None else None
    try:
        with transaction.atomic():
            return _new_cycle(person=person, outline=outline, last=last, since=since, at=at, due_on=due_on), True
    except IntegrityError:
        # Somebody was quicker: the constraint decides, not the look beforehand.
        running = latest(person, course_key)
        if running is None or not running.is_running:
            raise
        return running, False


@transaction.atomic
def leave(*, person: Any, course_key: UUID, by: Any, at: datetime) -> Enrolment:
    """Leave a running course; ticks stay, so that coming back is easy. Raises NotEnrolled."""
    lock_learner(person)
    enrolment = latest(person, course_key)
    # The conditional update decides, not what was read before it.
    if enrolment is None or not _running(enrolment).update(left_at=at):
        raise NotEnrolled
    enrolment.left_at = at
    return enrolment


@transaction.atomic
def restart(*, person: Any, course_key: UUID, by: Any, at: datetime) -> tuple[Enrolment, Enrolment | None]:
    """Take a course anew, from nothing: a new cycle that counts only what is done from now on.

    Returns the new cycle and, if one was running, the one that was left for it. Raises CourseUnknown,
    CourseInPreparation, NotEnrolled (who never took the course has nothing to start anew).
    """
    outline = _open_course(course_key)
    lock_learner(person)
    last = latest(person, course_key)
    if last is None:
        raise NotEnrolled
    left = None
    if _running(last).update(left_at=at):
        last.left_at = at
        left = last
    due_on = last.due_on if left is not None else None
    return _new_cycle(person=person, outline=outline, last=last, since=at, at=at, due_on=due_on), left


def complete(*, enrolment: Enrolment, at: datetime) -> bool:
    """Say that the frozen rule is met. True for the one call that made it so."""
    if not _running(enrolment).update(completed_at=at):
        return False
    enrolment.completed_at = at
    return True


@transaction.atomic
def tell_me(*, person: Any, course_key: UUID, by: Any, at: datetime) -> CourseInterest:
    """Ask to be told when a course in preparation is ready; asked twice, it stands once.

    Raises CourseUnknown, CourseOpenAlready.
    """
    outline = course_outline(course_key, _language())
    if outline is None:
        raise CourseUnknown
    if outline.status == CourseStatus.OPEN:
        raise CourseOpenAlready
    interest, is_new = CourseInterest.objects.get_or_create(
        person=person, item_id=outline.item_id, defaults={"asked_at": at}
    )
    if not is_new and interest.told_at is not None:
        # The course opened and went back into preparation: they want to hear of it again.
        interest.asked_at, interest.told_at = at, None
        interest.save(update_fields=["asked_at", "told_at"])
    return interest


def tell_interested(*, item: LearningItem, by: Any, at: datetime) -> int:
    """Queue a mail to everyone who asked to be told that this course is ready. Returns how many; safe to run twice."""
    told = 0
    waiting = CourseInterest.objects.filter(item=item, told_at=None, person__is_active=True).select_related("person")
    for interest in waiting.order_by("pk"):
        outline = course_outline(item.key, interest.person.language)
        if outline is None or outline.status != CourseStatus.OPEN:
            return told
        with transaction.atomic():
            if not CourseInterest.objects.filter(pk=interest.pk, told_at=None).update(told_at=at):
                continue
            subject, text, html = emails.course_open(interest.person, outline)
            queue(
                # Told again after a second opening: the day they asked tells the two apart.
                key=f"course-open:{interest.pk}:{int(interest.asked_at.timestamp())}",
                kind=emails.COURSE_OPEN,
                to=interest.person.email,
                language=interest.person.language,
                subject=subject,
                text=text,
                html=html,
                person=interest.person,
            )
        told += 1
    return told


def _language() -> str:
    """Rules are the same in all languages; titles are asked for in the one at hand."""
    return get_language() or "en"


def _open_course(course_key: UUID) -> CourseOutline:
    """The outline of a course that can be taken."""
    outline = course_outline(course_key, _language())
    if outline is None:
        raise CourseUnknown
    if outline.status != CourseStatus.OPEN:
        raise CourseInPreparation
    return outline


def _running(enrolment: Enrolment) -> Any:
    """The row as a query, as long as it is neither completed nor left."""
    return Enrolment.objects.filter(pk=enrolment.pk, completed_at=None, left_at=None)


def _new_cycle(
    *,
    person: Any,
    outline: CourseOutline,
    last: Enrolment | None,
    since: datetime | None,
    at: datetime,
    due_on: date | None,
) -> Enrolment:
    return Enrolment.objects.create(
        person=person,
        item_id=outline.item_id,
        cycle=last.cycle + 1 if last is not None else 1,
        rule=freeze_rule(outline, since=since),
        rule_version=outline.rule_version,
        started_at=at,
        due_on=due_on,
    )
