"""A learner does an activity: plays it, answers the same questions as a form, reads the same in words, or takes the
quiz instead. What follows is a fact about the activity, by its rule and as far as the score can be relied on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from courses.attempts import statements
from courses.attempts.enums import RELIABLE, Reached, Way
from courses.attempts.errors import (
    ActivityUnknown,
    BadAnswers,
    NoPlayer,
    NoQuestions,
    StatementKnown,
    TextIsNotEnough,
    TooMuch,
)
from courses.attempts.models import ActivityAttempt, ActivityStatement
from courses.attempts.queries.activities import (
    best_percent,
    half_finished_elsewhere,
    is_as_far,
    name_of_library,
    package_with_library,
    states_of,
)
from courses.attempts.rules import activities as attempts
from courses.attempts.rules.activities import Window
from courses.enrolments.errors import NotEnrolled
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, rule_of
from courses.enrolments.rules import lock_learner
from courses.progress.enums import Fact, Standing
from courses.progress.errors import LessonUnknown, NotOpenYetBecause
from courses.progress.models import ItemProgress
from courses.progress.paths import asked_by_a_path
from courses.progress.queries import course_of_lesson, course_standing, progress_rows
from curriculum.h5p.enums import Rule
from curriculum.h5p.equivalents import grade
from curriculum.h5p.models import Package
from curriculum.h5p.queries import ShownActivity, activities
from curriculum.h5p.storage import read_params
from curriculum.lessons.outline import CourseOutline, LessonRow

from .record_fact import Consequences, record_fact


@dataclass(frozen=True)
class Playing:
    """What the player is started with. `iri` names the attempt to it; `note` says what a learner has to know."""

    attempt: ActivityAttempt
    package: Package
    shown: ShownActivity
    iri: str
    state: dict[str, dict[str, str]]
    best: int | None
    done: bool
    note: str


@dataclass(frozen=True)
class Taken:
    """The attempt that a statement was kept with, and what followed. `done`: the activity is, in this enrolment.
    `unreliable`: its score would have passed, if it could be relied on."""

    attempt: ActivityAttempt
    done: bool
    consequences: Consequences = field(default_factory=Consequences)
    unreliable: bool = False


@dataclass(frozen=True)
class ActivityDone:
    """An attempt without the player, and what followed."""

    attempt: ActivityAttempt
    done: bool
    consequences: Consequences = field(default_factory=Consequences)


@dataclass(frozen=True)
class _Place:
    """An activity in a lesson for one learner, who is locked."""

    shown: ShownActivity
    lesson: LessonRow
    window: Window
    done: bool


@transaction.atomic(durable=True)
def begin(*, person: Any, lesson_key: UUID, activity_key: UUID, language: str, by: Any, at: datetime) -> Playing:
    """Begin an attempt in the player, or go on with the open one; one that is done by opening it is done now.

    Raises LessonUnknown, ActivityUnknown, NotEnrolled, NotOpenYetBecause, NoPlayer, TooMuch.
    """
    place = _place(person, lesson_key, activity_key, language)
    package = package_with_library(place.shown.package) if place.shown.package else None
    if package is None:
        raise NoPlayer
    begun = attempts.begin(
        person=person,
        item_id=place.shown.item_id,
        placement_id=place.lesson.item_id,
        package=package,
        window=place.window,
        by=by,
        at=at,
    )
    attempt = begun.attempt
    state = {} if begun.is_new else states_of(attempt)
    done, _consequences = _note(attempt, place.shown, person, place.done, finished=False, by=by, at=at)
    return Playing(
        attempt=attempt,
        package=package,
        shown=place.shown,
        iri=statements.iri_of(attempt.public_id, base=settings.BASE_URL),
        state=state,
        best=best_percent(person, place.shown.item_id, place.window.since),
        done=done,
        note="" if attempt.reached != Reached.VIEWED else _note_on_others(attempt, package, is_fresh=not state),
    )


def take_statement(*, person: Any, public_id: UUID, body: bytes, by: Any, at: datetime) -> Taken:
    """Keep what a player says (`statements.read`); what it changes goes with it in one transaction.

    A statement that changes nothing is one row: three queries with the person's. Raises BadStatement and TooLarge
    (statements), ActivityUnknown, StatementKnown, TooFast, TooMuch; then nothing has changed.
    """
    posted = statements.read(body, base=settings.BASE_URL)
    try:
        attempt = attempts.addressed(person=person, public_id=public_id, posted=posted, at=at, rows=_with_done(person))
        statement = attempts.stamp(attempt, posted, person=person, at=at)
        if not attempts.changes(attempt, statement):
            return Taken(attempts.keep(attempt, statement, at=at).attempt, _is_done(attempt))
        return _take(person, public_id, posted, by, at)
    except IntegrityError as error:
        # It came twice at the same moment: the constraint decides, not the look beforehand.
        if ActivityStatement.objects.filter(statement_id=posted.statement_id).exists():
            raise StatementKnown from error
        raise


@transaction.atomic(durable=True)
def keep_state(
    *, person: Any, public_id: UUID, data_type: str, sub_content_id: str, value: str | None, by: Any, at: datetime
) -> None:
    """Keep where somebody left off. Raises what attempts.rules.activities.keep_state raises."""
    attempts.keep_state(
        person=person,
        public_id=public_id,
        data_type=data_type,
        sub_content_id=sub_content_id,
        value=value,
        by=by,
        at=at,
    )


@transaction.atomic(durable=True)
def answer_questions(
    *,
    person: Any,
    lesson_key: UUID,
    activity_key: UUID,
    language: str,
    answers: Mapping[str, Sequence[str]],
    by: Any,
    at: datetime,
) -> ActivityDone:
    """The same questions, answered as a plain form and marked here. `answers` as the form posts them.

    Raises LessonUnknown, ActivityUnknown, NotEnrolled, NotOpenYetBecause, NoQuestions, BadAnswers, TooMuch.
    """
    place = _place(person, lesson_key, activity_key, language)
    package = package_with_library(place.shown.package) if place.shown.package else None
    if package is None:
        raise NoQuestions
    score = grade(name_of_library(package), _params(package), answers)
    # Nothing chosen is an answer only where that is right; the player's own "Check" asks for one too.
    if score is None or (not score.raw and not any(any(values) for values in answers.values())):
        raise BadAnswers
    return _finish(place, person, way=Way.QUESTIONS, package=package, raw=score.raw, full=score.max, by=by, at=at)


@transaction.atomic(durable=True)
def confirm_text(
    *, person: Any, lesson_key: UUID, activity_key: UUID, language: str, by: Any, at: datetime
) -> ActivityDone:
    """The person has worked through the same in words. Not where a score is asked for.

    Raises LessonUnknown, ActivityUnknown, NotEnrolled, NotOpenYetBecause, TextIsNotEnough, TooMuch.
    """
    place = _place(person, lesson_key, activity_key, language)
    if not place.shown.alternative.strip() or _rule(place.shown, place.window.mark) == Rule.PASSED:
        raise TextIsNotEnough
    return _finish(place, person, way=Way.TEXT, by=by, at=at)


# Without a savepoint: whoever hands in fails with it.
@transaction.atomic(savepoint=False)
def note_quiz(*, person: Any, quiz_key: UUID, percent: int, placement_key: UUID, by: Any, at: datetime) -> Consequences:
    """A quiz for practice was handed in: it is an attempt at each activity of its lesson that it stands in for.

    Part of a flow, whose transaction is the durable one. Nothing is noted for who does not take the course, where
    something else comes first, or where there are as many attempts as are kept: they practise all the same.
    """
    noted = Consequences()
    language = get_language() or "en"
    found = course_of_lesson(placement_key, language)
    if found is None:
        return noted
    shown = [activities(language).get(row.key) for row in found[1].activities]
    for each in shown:
        if each is None or each.quiz != quiz_key:
            continue
        try:
            place = _place(person, placement_key, each.key, language)
        except (NotEnrolled, NotOpenYetBecause):
            return noted
        try:
            done = _finish(place, person, way=Way.QUIZ, raw=Decimal(percent), full=Decimal(100), by=by, at=at)
        except TooMuch:
            continue
        noted += done.consequences
    return noted


def _place(person: Any, lesson_key: UUID, activity_key: UUID, language: str) -> _Place:
    """The activity in its lesson, and by which enrolment the person takes it; locks the learner."""
    found = course_of_lesson(lesson_key, language)
    if found is None:
        raise LessonUnknown
    outline, lesson = found
    shown = activities(language).get(activity_key)
    if shown is None or not any(row.key == activity_key for row in lesson.activities):
        raise ActivityUnknown
    lock_learner(person)
    enrolment = current(person, outline.key) or asked_by_a_path(person, lesson_key, activity_key)
    if enrolment is None:
        raise NotEnrolled
    if (first := _first(person, enrolment, outline, lesson_key)) is not None:
        raise NotOpenYetBecause(first)
    rule = rule_of(enrolment)
    part = next((part for part in rule.parts if part.key == activity_key), None)
    window = Window(rule.since, None if part is None else part.at or 0)
    row = ItemProgress.objects.filter(person=person, item_id=shown.item_id, standing=Standing.COMPLETED).first()
    return _Place(shown, lesson, window, _in_window(row.completed_at if row is not None else None, rule.since))


def _first(person: Any, enrolment: Enrolment, outline: CourseOutline, lesson_key: UUID) -> Any:
    """What has to be done before this lesson; None where it is open. No query where nothing is locked."""
    rule = rule_of(enrolment)
    if lesson_key not in rule.locks:
        return None
    return course_standing(enrolment, outline, progress_rows(person, [outline], [rule])).locked.get(lesson_key)


@transaction.atomic(durable=True)
def _take(person: Any, public_id: UUID, posted: statements.Posted, by: Any, at: datetime) -> Taken:
    """Keep a statement that changes the attempt. What was read before may have changed: it is read again."""
    lock_learner(person)
    attempt = attempts.addressed(person=person, public_id=public_id, posted=posted, at=at, rows=_with_done(person))
    was_done = _is_done(attempt)
    kept = attempts.advance(attempt, posted, person=person, at=at)
    shown = activities(get_language() or "en").get(attempt.activity.key)
    if shown is None:
        return Taken(kept.attempt, was_done)
    done, consequences = _note(kept.attempt, shown, person, was_done, finished=kept.finished, by=by, at=at)
    unreliable = not done and kept.finished and _would_pass(kept.attempt, shown)
    return Taken(kept.attempt, done, consequences, unreliable)


def _would_pass(attempt: ActivityAttempt, shown: ShownActivity) -> bool:
    """Whether its score reaches the mark, whatever it is worth."""
    reached = attempt.percent is not None and attempt.percent >= (attempt.mark or shown.pass_mark)
    return reached and _rule(shown, attempt.mark) == Rule.PASSED


def _finish(place: _Place, person: Any, *, way: Way, by: Any, at: datetime, **given: Any) -> ActivityDone:
    attempt = attempts.finish_without_player(
        person=person,
        item_id=place.shown.item_id,
        placement_id=place.lesson.item_id,
        way=way,
        window=place.window,
        by=by,
        at=at,
        **given,
    )
    done, consequences = _note(attempt, place.shown, person, place.done, finished=True, by=by, at=at)
    return ActivityDone(attempt, done, consequences)


def _note(
    attempt: ActivityAttempt,
    shown: ShownActivity,
    person: Any,
    was_done: bool,
    *,
    finished: bool,
    by: Any,
    at: datetime,
) -> tuple[bool, Consequences]:
    """The fact that an attempt is, if it is one, and what follows; whether the activity is done now.

    One that has to be passed: each score that can be relied on. Any other: once in the window of the enrolment, and
    again with each better score, since the best counts.
    """
    rule = _rule(shown, attempt.mark)
    if rule == Rule.PASSED:
        if not finished or attempt.percent is None or not (attempt.trust in RELIABLE or shown.trusts_player):
            return was_done, Consequences()
        fact = Fact.PASSED if attempt.percent >= (attempt.mark or shown.pass_mark) else Fact.FAILED
    elif not is_as_far(attempt.reached, rule) or (was_done and not (finished and _is_better(attempt, person))):
        return was_done, Consequences()
    else:
        fact = Fact.COMPLETED
    data = {"attempt": str(attempt.public_id), "reached": str(attempt.reached), "trust": str(attempt.trust)}
    consequences = record_fact(
        person=person,
        item_id=shown.item_id,
        item_key=shown.key,
        fact=fact,
        by=by,
        at=at,
        data=data | ({"percent": attempt.percent} if attempt.percent is not None else {}),
    )
    return was_done or fact != Fact.FAILED, consequences


def _is_better(attempt: ActivityAttempt, person: Any) -> bool:
    """Whether its score is above the best that was noted. One query, or none without a score."""
    if attempt.percent is None:
        return False
    best = ItemProgress.objects.filter(person=person, item_id=attempt.activity_id).values_list("percent", flat=True)
    return all(known is None or attempt.percent > known for known in best)


def _rule(shown: ShownActivity, mark: int | None) -> str:
    """By what it is done: the rule of the activity; but nobody has to pass what they were promised to finish only."""
    return Rule.COMPLETED if shown.rule == Rule.PASSED and mark == 0 else shown.rule


def _with_done(person: Any) -> QuerySet[ActivityAttempt]:
    """All attempts, with when the activity was done last."""
    done = ItemProgress.objects.filter(person=person, item=OuterRef("activity"), standing=Standing.COMPLETED)
    return ActivityAttempt.objects.annotate(done_at=Subquery(done.values("completed_at")[:1]))


def _is_done(attempt: Any) -> bool:
    return _in_window(attempt.done_at, attempt.since)


def _in_window(done_at: datetime | None, since: datetime | None) -> bool:
    return done_at is not None and (since is None or done_at >= since)


def _params(package: Package) -> Any:
    try:
        return read_params(package)
    except OSError as error:
        raise NoQuestions from error


def _note_on_others(attempt: ActivityAttempt, package: Package, *, is_fresh: bool) -> str:
    """What is half finished in another package of the activity, and stays there. `is_fresh`: nothing is kept of this
    attempt yet; a player keeps where one stands even if nothing was done, so that alone hides no other language."""
    other = half_finished_elsewhere(attempt)
    if other is None:
        return ""
    if other.locale_id == package.locale_id:
        return _("The activity was renewed; you start afresh. Your results stay.") if is_fresh else ""
    named = get_language_info(other.locale.language_code)["name_translated"]
    return _("Your half-finished work is in %(language)s; results count in all languages.") % {"language": named}
