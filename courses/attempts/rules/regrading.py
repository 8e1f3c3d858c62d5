"""Regrading after a wrong key: who would change from what to what, then applied once, and logged (FEATURES Q10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.log_actions import log

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.errors import NothingToRegrade
from courses.attempts.models import Answer, FrozenQuestion, Mark, QuizAttempt, Regrade, RegradedAttempt, Unanswered
from courses.attempts.queries import authored_questions, score_of
from courses.enrolments.rules import lock_learner
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import QuestionNotReady, digest
from curriculum.quizzes.models import Question

from .starting import freeze_all

# What decides about right and wrong; points, words and feedback stay as they were given.
KEY = ("correct", "share", "number", "tolerance", "words")
# Attempts that are read in one go.
AT_ONCE = 500


@dataclass(frozen=True)
class Change:
    """What regrading would change in one attempt."""

    attempt: QuizAttempt
    points_before: Decimal
    points_after: Decimal
    passed_before: bool
    passed_after: bool

    @property
    def percent_before(self) -> int:
        """Whole per cent, rounded down."""
        return int(self.points_before * 100 / self.attempt.full_points) if self.attempt.full_points else 0

    @property
    def percent_after(self) -> int:
        """Whole per cent, rounded down."""
        return int(self.points_after * 100 / self.attempt.full_points) if self.attempt.full_points else 0


@dataclass(frozen=True)
class Preview:
    """What a regrading would do: how many attempts were asked the question with another key, and who would change."""

    looked_at: int
    changes: list[Change]


@dataclass(frozen=True)
class _Looked:
    """A handed-in attempt that was asked the question under another key: what takes the place of its questions."""

    attempt: QuizAttempt
    replaced: dict[str, str]
    change: Change | None
    answers: dict[int, Answer]


def rekeyed(given: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The question as it was given, with the key of now: same words, same points, other right answers. Pure.

    An option that has gone stays as it was; answers to a number or a short text that were added are accepted too. A
    right-hand side that was not there to choose from changes nothing.
    """
    new = {option["id"]: option for option in now["options"]}
    sides = {option["match"]["id"] for option in given["options"] if "match" in option}
    names = (*KEY, "place") if given["kind"] == QuestionKind.ORDERING else KEY
    options = []
    for option in given["options"]:
        changed = {name: new[option["id"]][name] for name in names if name in new.get(option["id"], {})}
        match = new.get(option["id"], {}).get("match")
        if match is not None and match["id"] in sides and "match" in option:
            changed["match"] = {"id": match["id"], "text": _side(given, match["id"])}
        options.append({**option, **changed})
    known = {option["id"] for option in options}
    if given["kind"] == now["kind"] and given["kind"] in (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT):
        options += [option for name, option in new.items() if name not in known]
    return {**given, "must_pass": now["must_pass"], "options": sorted(options, key=lambda option: option["id"])}


def key_of(content: dict[str, Any]) -> Any:
    """What is right by a frozen question, to be compared: neither words nor the order of options. Pure."""
    is_order = content["kind"] == QuestionKind.ORDERING
    options = {
        option["id"]: (
            [option.get(name) for name in KEY],
            option.get("place") if is_order else None,
            option.get("match", {}).get("id"),
        )
        for option in content["options"]
    }
    return bool(content.get("must_pass")), options


def preview(*, question_key: UUID) -> Preview:
    """What regrading all handed-in attempts by the question's key of now would change; writes nothing."""
    found = [looked.change for looked in _look(_replacing(question_key, _key_of_now(question_key)))]
    return Preview(len(found), [change for change in found if change is not None])


@transaction.atomic
def regrade(*, question_key: UUID, reason: str, by: Any, at: datetime) -> tuple[Regrade, list[Change]]:
    """Grade again what was handed in, by the question's key of now; log who changed from what to what.

    Only attempts that count are looked at; what is still open is graded by what it was given. Certificates are another
    matter: see flows.regrade. Raises NothingToRegrade.
    """
    now = _key_of_now(question_key)
    replacing = _replacing(question_key, now)
    # In one order, so that two regradings never wait for each other.
    for person in _people(replacing):
        lock_learner(person)
    found = list(_look(replacing))
    if now is None or not found:
        raise NothingToRegrade
    row, *rows = freeze_all([now, *replacing.values()])
    ids = {each.digest: each.pk for each in (row, *rows)}
    log_row = Regrade.objects.create(question_key=question_key, to_question=row, reason=reason, by=by, at=at)
    for looked in found:
        _apply(looked, log_row, ids, at)
    changes = [looked.change for looked in found if looked.change is not None]
    source = Question.objects.filter(translation_key=question_key).order_by("pk").first()
    if source is not None:
        log(instance=source, action="courses.regrade", user=by, data={"reason": reason, "changed": len(changes)})
    return log_row, changes


def _apply(looked: _Looked, log_row: Regrade, ids: dict[str, int], at: datetime) -> None:
    """Write what regrading makes of one attempt and its answers."""
    attempt, change = looked.attempt, looked.change
    before = attempt.frozen["digests"]
    frozen = {**attempt.frozen, "digests": [looked.replaced.get(name, name) for name in before]}
    frozen["regraded"] = [*attempt.frozen.get("regraded", []), {"at": at.isoformat(), "replaced": looked.replaced}]
    fields: dict[str, Any] = {"frozen": frozen}
    if change is not None:
        fields |= {"points": change.points_after, "passed": change.passed_after}
        RegradedAttempt.objects.create(
            regrade=log_row,
            attempt=attempt,
            points_before=change.points_before,
            points_after=change.points_after,
            passed_before=change.passed_before,
            passed_after=change.passed_after,
        )
    QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.SUBMITTED).update(**fields)
    for name, value in fields.items():
        setattr(attempt, name, value)
    for number, name in enumerate(before, 1):
        if name not in looked.replaced:
            continue
        question_id = ids[looked.replaced[name]]
        if number in looked.answers:
            answer = looked.answers[number]
            Answer.objects.filter(pk=answer.pk).update(points=answer.points, question=question_id)
        else:
            Unanswered.objects.filter(attempt=attempt, number=number).update(question=question_id)


def _replacing(question_key: UUID, now: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """By digest, each frozen form of the question whose key is another than now: the content that takes its place."""
    if now is None:
        return {}
    given = FrozenQuestion.objects.filter(content__key=str(question_key))
    wanted = {row.digest: (row.content, rekeyed(row.content, now)) for row in given}
    return {name: after for name, (before, after) in wanted.items() if key_of(before) != key_of(after)}


def _asked(replacing: Iterable[str]) -> QuerySet[QuizAttempt]:
    """Handed-in attempts that count and were asked one of these questions."""
    forms = {"attempt": OuterRef("pk"), "question__digest__in": list(replacing)}
    answered, left_out = Answer.objects.filter(**forms), Unanswered.objects.filter(**forms)
    handed_in = QuizAttempt.objects.filter(state=AttemptState.SUBMITTED, purpose=Purpose.COUNTS)
    return handed_in.filter(Exists(answered) | Exists(left_out))


def _people(replacing: Iterable[str]) -> Any:
    ids = _asked(replacing).values("person")
    return get_user_model()._default_manager.filter(pk__in=ids).order_by("pk")


def _look(replacing: dict[str, dict[str, Any]]) -> Iterator[_Looked]:
    """What the replacement of questions comes to in each attempt. Some queries for each five hundred."""
    keys = list(_asked(replacing).order_by("pk").values_list("pk", flat=True)) if replacing else []
    contents: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), AT_ONCE):
        batch = keys[start : start + AT_ONCE]
        attempts = QuizAttempt.objects.filter(pk__in=batch).select_related("person", "quiz", "placement", "enrolment")
        answers: dict[int, dict[int, Answer]] = {}
        for answer in Answer.objects.filter(attempt__in=batch):
            answers.setdefault(answer.attempt_id, {})[answer.number] = answer
        marks: dict[int, dict[int, dict[str, Any]]] = {}
        given = Mark.objects.filter(answer__attempt__in=batch, is_draft=False)
        for attempt_id, number, mark in given.values_list("answer__attempt_id", "answer__number", "content"):
            marks.setdefault(attempt_id, {})[number] = mark
        found = list(attempts.order_by("pk"))
        unknown = {name for attempt in found for name in attempt.frozen["digests"]} - set(contents)
        contents |= dict(FrozenQuestion.objects.filter(digest__in=unknown).values_list("digest", "content"))
        contents |= replacing
        for attempt in found:
            own = answers.get(attempt.pk, {})
            names = attempt.frozen["digests"]
            graded = score_of(
                [contents[name] for name in names], own, marks.get(attempt.pk, {}), attempt.frozen["pass_mark"]
            )
            replaced = {name: digest(replacing[name]) for name in names if name in replacing}
            # Without an answer nothing becomes right or wrong; and one whose answers were deleted keeps its score.
            yield _Looked(attempt, replaced, _change(attempt, *graded) if own else None, own)


def _change(attempt: QuizAttempt, points: Decimal, passed: bool) -> Change | None:
    if attempt.points is None or (points, passed) == (attempt.points, attempt.passed):
        return None
    return Change(attempt, attempt.points, points, bool(attempt.passed), passed)


def _key_of_now(question_key: UUID) -> dict[str, Any] | None:
    question = Question.objects.filter(translation_key=question_key).order_by("pk").first()
    top = question_key
    if question is not None and question.parent is not None:
        top = question.parent.translation_key
    for authored in authored_questions([top]):
        if authored.source.translation_key == question_key:
            try:
                return authored.frozen()
            except QuestionNotReady:
                return None
    return None


def _side(given: dict[str, Any], name: str) -> dict[str, str]:
    """The words of a right-hand side as they were given."""
    return next(o["match"]["text"] for o in given["options"] if o.get("match", {}).get("id") == name)
