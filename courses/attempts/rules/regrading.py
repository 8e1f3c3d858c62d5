"""Regrading after a wrong key: who would change from what to what, then applied once, and logged (FEATURES Q10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from wagtail.log_actions import log

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.errors import NothingToRegrade
from courses.attempts.models import Answer, FrozenQuestion, Mark, QuizAttempt, Regrade, RegradedAttempt
from courses.attempts.queries import answers_by_number, authored_questions, frozen_questions, score_of
from courses.enrolments.rules import lock_learner
from curriculum.quizzes.freezing import QuestionNotReady, digest
from curriculum.quizzes.models import Question

from .starting import freeze_all

# What decides about right and wrong; points, words and feedback stay as they were given.
KEY = ("correct", "share", "place", "number", "tolerance", "words")


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


def rekeyed(given: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The question as it was given, with the key of now: same words, same points, other right answers. Pure.

    An option that has gone stays as it was; answers to a number or a short text that were added are accepted too.
    """
    new = {option["id"]: option for option in now["options"]}
    sides = {option["match"]["id"] for option in given["options"] if "match" in option}
    options = []
    for option in given["options"]:
        changed = {name: new[option["id"]][name] for name in KEY if option["id"] in new and name in new[option["id"]]}
        match = new.get(option["id"], {}).get("match")
        if match is not None and match["id"] in sides and "match" in option:
            changed["match"] = {"id": match["id"], "text": _side(given, match["id"])}
        options.append({**option, **changed})
    known = {option["id"] for option in options}
    if given["kind"] in ("numeric", "short_text"):
        options += [option for name, option in new.items() if name not in known]
    return {**given, "must_pass": now["must_pass"], "options": sorted(options, key=lambda option: option["id"])}


def preview(*, question_key: UUID) -> Preview:
    """What regrading all handed-in attempts by the question's key of now would change; writes nothing."""
    found = [change for _, _, change in _changes(question_key, _replacing(question_key))]
    return Preview(len(found), [change for change in found if change is not None])


@transaction.atomic
def regrade(*, question_key: UUID, reason: str, by: Any, at: datetime) -> tuple[Regrade, list[Change]]:
    """Grade again what was handed in, by the question's key of now; log who changed from what to what.

    Only answers that count are looked at; what is still open is graded by what it was given. Certificates are another
    matter: see flows.regrade. Raises NothingToRegrade.
    """
    now, replacing = _key_of_now(question_key), _replacing(question_key)
    found = list(_changes(question_key, replacing))
    if now is None or not found:
        raise NothingToRegrade
    row, *_ = freeze_all([now, *replacing.values()])
    log_row = Regrade.objects.create(question_key=question_key, to_question=row, reason=reason, by=by, at=at)
    changes = []
    for attempt, replaced, change in found:
        lock_learner(attempt.person)
        frozen = {**attempt.frozen, "digests": [replaced.get(name, name) for name in attempt.frozen["digests"]]}
        frozen["regraded"] = [*attempt.frozen.get("regraded", []), {"at": at.isoformat(), "replaced": replaced}]
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
            changes.append(change)
        QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.SUBMITTED).update(**fields)
        for name, value in fields.items():
            setattr(attempt, name, value)
        _regrade_answers(attempt)
    source = Question.objects.filter(translation_key=question_key).order_by("pk").first()
    if source is not None:
        log(instance=source, action="courses.regrade", user=by, data={"reason": reason, "changed": len(changes)})
    return log_row, changes


def _replacing(question_key: UUID) -> dict[str, dict[str, Any]]:
    """By digest, each frozen form of the question whose key is another than now: the content that takes its place."""
    now = _key_of_now(question_key)
    if now is None:
        return {}
    given = FrozenQuestion.objects.filter(content__key=str(question_key))
    wanted = {row.digest: rekeyed(row.content, now) for row in given}
    return {name: content for name, content in wanted.items() if digest(content) != name}


def _changes(
    question_key: UUID, replacing: dict[str, dict[str, Any]]
) -> Iterator[tuple[QuizAttempt, dict[str, str], Change | None]]:
    """Each handed-in attempt that answered the question under another key: by which frozen questions its own are
    replaced, and what that changes."""
    attempts = QuizAttempt.objects.filter(
        answers__question__digest__in=replacing, state=AttemptState.SUBMITTED, purpose=Purpose.COUNTS
    )
    for attempt in attempts.select_related("person", "quiz", "placement", "enrolment").distinct().order_by("pk"):
        own = [name for name in attempt.frozen["digests"] if name in replacing]
        yield attempt, {name: digest(replacing[name]) for name in own}, _change(attempt, replacing)


def _change(attempt: QuizAttempt, replacing: dict[str, dict[str, Any]]) -> Change | None:
    names = attempt.frozen["digests"]
    contents = dict(FrozenQuestion.objects.filter(digest__in=names).values_list("digest", "content")) | replacing
    points, passed = score_of(
        [contents[name] for name in names], answers_by_number(attempt), _marks(attempt), attempt.frozen["pass_mark"]
    )
    if attempt.points is None or (points, passed) == (attempt.points, attempt.passed):
        return None
    return Change(attempt, attempt.points, points, bool(attempt.passed), passed)


def _marks(attempt: QuizAttempt) -> dict[int, dict[str, Any]]:
    rows = Mark.objects.filter(answer__attempt=attempt, is_draft=False)
    return dict(rows.values_list("answer__number", "content"))


def _regrade_answers(attempt: QuizAttempt) -> None:
    answers = answers_by_number(attempt)
    score_of(frozen_questions(attempt), answers, _marks(attempt), attempt.frozen["pass_mark"])
    ids = dict(FrozenQuestion.objects.filter(digest__in=attempt.frozen["digests"]).values_list("digest", "pk"))
    for number, answer in answers.items():
        answer.question_id = ids[attempt.frozen["digests"][number - 1]]
    Answer.objects.bulk_update(answers.values(), ["points", "question"])


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
