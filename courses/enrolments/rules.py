"""Starting, leaving and starting anew: what is promised to a learner is frozen here (architecture rule 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from academy.mail.rules import notify
from curriculum.catalogue.enums import CourseStatus
from curriculum.completion.queries import Promise, promise
from curriculum.completion.rules import version_of
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED, parts_of
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline

from .emails import COURSE_OPEN
from .errors import CourseCompletedAlready, CourseInPreparation, CourseOpenAlready, CourseUnknown, NotEnrolled
from .models import CourseInterest, Enrolment
from .queries import latest, rule_of


def lock_learner(person: Any) -> None:
    """Facts about one person are written one after another; a second request waits for the first.

    The unique constraints and conditional updates are the guard, this lock is for good manners (rule 4). SQLite has one
    writer at a time anyway. Must be called inside a transaction.
    """
    list(get_user_model()._default_manager.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))


def freeze_rule(asked: Promise, *, since: datetime | None) -> dict[str, Any]:
    """The completion rule as it is now, resolved to items: what is promised stays promised (decision 8).

    `since` opens the window of facts that count (decision 7): None for all facts there are, so that what someone did
    before, by credit or before leaving, counts; a moment when the course is taken anew.
    """
    frozen = {"version": 2, "since": since.isoformat() if since else None, **asked.rule}
    beyond = _beyond(asked)
    return frozen | ({"beyond": beyond} if beyond else {})


@transaction.atomic
def enrol(
    *, person: Any, key: UUID, by: Any, at: datetime, route: Route = Route.FULL, due_on: date | None = None
) -> tuple[Enrolment, bool]:
    """Start a course or path. Returns the enrolment and whether it is new; who takes it already keeps that one.

    Someone who left comes back to the ticks of the cycle that was left, a refresher to the refresher. Raises
    CourseUnknown, CourseInPreparation, CourseCompletedAlready (who went the short route may go the full one). `by` is
    who caused it; the flow notes it in the event.
    """
    lock_learner(person)
    last = latest(person, key)
    if last is not None and last.left_at is not None and last.route == Route.REFRESHER:
        # Where the certificate ends no more, there is no refresher to come back to.
        route = Route.REFRESHER if promise(key, Route.REFRESHER) is not None else route
    asked = _open_promise(key, route)
    if last is not None and last.is_running:
        return last, False
    if last is not None and last.left_at is None and (last.route, route) != (Route.SHORT, Route.FULL):
        raise CourseCompletedAlready
    since = rule_of(last).since if last is not None else None
    try:
        with transaction.atomic():
            return _new_cycle(person=person, asked=asked, last=last, since=since, at=at, due_on=due_on), True
    except IntegrityError:
        # Somebody was quicker: the constraint decides, not the look beforehand.
        running = latest(person, key)
        if running is None or not running.is_running:
            raise
        return running, False


@transaction.atomic
def leave(*, person: Any, key: UUID, by: Any, at: datetime) -> Enrolment:
    """Leave a running course or path; ticks stay, so that coming back is easy. Raises NotEnrolled."""
    lock_learner(person)
    enrolment = latest(person, key)
    # The conditional update decides, not what was read before it.
    if enrolment is None or not _running(enrolment).update(left_at=at):
        raise NotEnrolled
    enrolment.left_at = at
    return enrolment


@transaction.atomic
def restart(
    *, person: Any, key: UUID, by: Any, at: datetime, route: Route = Route.FULL
) -> tuple[Enrolment, Enrolment | None]:
    """Take a course or path anew, from nothing: a new cycle that counts only what is done from now on.

    Returns the new cycle and, if one was running, the one that was left for it. Raises CourseUnknown,
    CourseInPreparation, NotEnrolled (who never took the course has nothing to start anew).
    """
    asked = _open_promise(key, route)
    lock_learner(person)
    last = latest(person, key)
    if last is None:
        raise NotEnrolled
    left = None
    if _running(last).update(left_at=at):
        last.left_at = at
        left = last
    due_on = last.due_on if left is not None else None
    return _new_cycle(person=person, asked=asked, last=last, since=at, at=at, due_on=due_on), left


@transaction.atomic
def renew(*, person: Any, key: UUID, by: Any, at: datetime) -> tuple[Enrolment, bool]:
    """Begin the refresher of something completed: a cycle of its own, in which only what is done from now on counts.

    Returns it and whether it is new; begun twice, it is the same one. Whether the time for it has come is asked by the
    flow. Raises CourseUnknown (also for what has no refresher), CourseInPreparation, NotEnrolled.
    """
    asked = _open_promise(key, Route.REFRESHER)
    lock_learner(person)
    last = latest(person, key)
    if last is not None and last.is_running:
        return last, False
    if last is None or not _has_completed(person, key):
        raise NotEnrolled
    # Who left the refresher comes back to what was done in it.
    since = rule_of(last).since if last.left_at is not None and last.route == Route.REFRESHER else at
    return _new_cycle(person=person, asked=asked, last=last, since=since, at=at, due_on=None), True


def change_rule(*, enrolment: Enrolment, asked: Promise, number: int, by: Any, at: datetime) -> bool:
    """Promise a running enrolment what is asked for now instead of what was frozen; its window stays. The explicit act
    of decision 8: whoever calls this has shown beforehand whom it touches, and logs it. False if it ran no more."""
    rule = freeze_rule(asked, since=rule_of(enrolment).since)
    if not _running(enrolment).update(rule=rule, rule_version=number):
        return False
    enrolment.rule, enrolment.rule_version = rule, number
    return True


def set_due(*, item_id: int, dates: Mapping[int, date | None]) -> None:
    """The day until which running enrolments of these people (by number) are due; None takes the day away.

    One statement for each different day.
    """
    for due_on in set(dates.values()):
        people = [pk for pk, day in dates.items() if day == due_on]
        Enrolment.objects.filter(item_id=item_id, person__in=people, completed_at=None, left_at=None).update(
            due_on=due_on
        )


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
    """Tell everyone who asked for it that this course is ready. Returns how many; safe to run twice."""
    told = 0
    waiting = CourseInterest.objects.filter(item=item, told_at=None, person__is_active=True).select_related("person")
    for interest in waiting.order_by("pk"):
        outline = course_outline(item.key, interest.person.language)
        if outline is None or outline.status != CourseStatus.OPEN:
            return told
        with transaction.atomic():
            if not CourseInterest.objects.filter(pk=interest.pk, told_at=None).update(told_at=at):
                continue
            notify(
                person=interest.person,
                kind=COURSE_OPEN,
                thing=f"course:{item.pk}",
                # Told again after a second opening: the day they asked tells the two apart.
                key=f"course-open:{interest.pk}:{int(interest.asked_at.timestamp())}",
                context={"title": outline.title},
                url=outline.url,
                at=at,
            )
        told += 1
    return told


def _language() -> str:
    """Rules are the same in all languages; titles are asked for in the one at hand."""
    return get_language() or "en"


def _open_promise(key: UUID, route: Route) -> Promise:
    """What a course or path that can be started asks for."""
    asked = promise(key, route)
    if asked is None:
        raise CourseUnknown
    if not asked.is_open:
        raise CourseInPreparation
    return asked


def _beyond(asked: Promise) -> list[str]:
    """Keys of the lessons, quizzes and activities that a course asks for and other courses have."""
    outline = course_outline(asked.key, _language())
    if outline is None:
        return []
    own = {lesson.key for lesson in outline.lessons} | {activity.key for activity in outline.activities}
    own |= {outline.quiz.key} if outline.quiz is not None else set()
    kinds = {ItemKind.LESSON, ItemKind.ACTIVITY, *SCORED}
    single = {part.key for part in parts_of(asked.root) if part.kind in kinds}
    return sorted(str(key) for key in single - own)


def _has_completed(person: Any, key: UUID) -> bool:
    """Whether the person ever completed it; a short route is no completion that could be renewed."""
    ended = Enrolment.objects.filter(person=person, item__key=key, completed_at__isnull=False)
    return ended.exclude(route=Route.SHORT).exists()


def _running(enrolment: Enrolment) -> Any:
    """The row as a query, as long as it is neither completed nor left."""
    return Enrolment.objects.filter(pk=enrolment.pk, completed_at=None, left_at=None)


def _new_cycle(
    *,
    person: Any,
    asked: Promise,
    last: Enrolment | None,
    since: datetime | None,
    at: datetime,
    due_on: date | None,
) -> Enrolment:
    return Enrolment.objects.create(
        person=person,
        item_id=asked.item_id,
        cycle=last.cycle + 1 if last is not None else 1,
        route=asked.route,
        rule=freeze_rule(asked, since=since),
        rule_version=version_of(asked, at=at),
        started_at=at,
        due_on=due_on,
    )
