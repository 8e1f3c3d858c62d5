"""Reads of a trainer's desk: what waits to be marked, who asks for another attempt, how many are stuck, extra time.

`people` is always the condition on people that courses.attempts.access.people_of_trainer gives.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import AttemptRequest, ExtraTime, HandedIn, Mark, QuizAttempt
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.grading import full_points, grade_by_hand, is_by_hand
from curriculum.quizzes.models import Quiz

from .attempts import answers_by_number
from .results import LineResult
from .shown import QuestionShown, Words, frozen_questions, show

# How long a granted request still stands on the page of requests.
GRANTED_SHOWN = timedelta(days=30)
# Fewer people than this are not counted aloud: who knows the group would know who it is.
FEWEST_COUNTED = 5


@dataclass(frozen=True)
class QuizWaiting:
    """A quiz with answers to mark: how many attempts, and since when the oldest waits."""

    key: UUID
    title: Words
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Waiting:
    """An attempt that waits to be marked. Where the quiz hides names there is a `pseudonym` and no `name`."""

    attempt: QuizAttempt
    title: Words
    name: str
    pseudonym: str
    drafts_by: list[str]


@dataclass(frozen=True)
class LineToMark:
    """A line of the rubric."""

    id: str
    text: Words


@dataclass(frozen=True)
class EarlierMark:
    """What a trainer said to the same question in an attempt before."""

    number: int
    mark: Mark
    points: Decimal
    full: Decimal
    lines: list[LineResult]


@dataclass(frozen=True)
class OpenAnswer:
    """An open question of an attempt with what was answered, the draft that there is, and what was said before."""

    question: QuestionShown
    full: Decimal
    is_answered: bool
    document: HandedIn | None
    lines: list[LineToMark]
    mark: Mark | None
    marked: list[LineResult]
    earlier: list[EarlierMark] = field(default_factory=list)


@dataclass(frozen=True)
class Marking:
    """An attempt on the marking page: its open answers, and the closed ones as a sum."""

    answers: list[OpenAnswer]
    closed: int
    closed_points: Decimal
    closed_full: Decimal

    @property
    def version(self) -> str:
        """Changes with every draft that somebody keeps; empty without one."""
        marks = [answer.mark for answer in self.answers if answer.mark is not None]
        return ",".join(f"{mark.pk}.{mark.at.timestamp():.6f}" for mark in marks)


@dataclass(frozen=True)
class Asked:
    """A request for another attempt, with the attempts of its window so far."""

    request: AttemptRequest
    title: Words
    attempts: list[QuizAttempt]


@dataclass(frozen=True)
class Stuck:
    """How many people have used all attempts at a quiz without passing; None: fewer than FEWEST_COUNTED."""

    key: UUID
    title: Words
    count: int | None


def is_anonymous(attempt: QuizAttempt) -> bool:
    """Whether trainers see the answers without a name."""
    return bool(attempt.frozen.get("anonymous"))


def pseudonym(attempt: QuizAttempt) -> str:
    """Five digits that stand for the person of an attempt: always the same, and made of nothing personal."""
    number = int.from_bytes(hashlib.sha256(attempt.public_id.bytes).digest()[:6], "big")
    return f"{number % 100_000:05d}"


def to_mark(people: Q) -> QuerySet[QuizAttempt]:
    """Attempts of these people that wait to be marked, the oldest first. Uses the index attempt_to_mark."""
    found = QuizAttempt.objects.filter(state=AttemptState.MARKING, person__in=_people(people))
    return found.select_related("person", "quiz").order_by("submitted_at", "pk")


def quizzes_to_mark(people: Q, language: str) -> list[QuizWaiting]:
    """The quizzes that these attempts belong to, the one that waits longest first. Two queries."""
    rows = (
        to_mark(people).order_by().values("quiz__key", "quiz__title").annotate(n=Count("pk"), since=Min("submitted_at"))
    )
    found = list(rows.order_by("since", "quiz__key"))
    titles = quiz_titles({row["quiz__key"]: row["quiz__title"] for row in found}, language)
    return [QuizWaiting(row["quiz__key"], titles[row["quiz__key"]], row["n"], row["since"]) for row in found]


def waiting_rows(attempts: Iterable[QuizAttempt], language: str) -> list[Waiting]:
    """These attempts as lines of the queue. One query."""
    attempts = list(attempts)
    drafts = Mark.objects.filter(answer__attempt__in=attempts, is_draft=True).order_by("at", "pk")
    by: dict[int, dict[int, str]] = {}
    for mark in drafts.select_related("by", "answer").only("by", "answer__attempt_id"):
        by.setdefault(mark.answer.attempt_id, {})[mark.by_id] = mark.by.get_full_name()
    return [
        Waiting(
            attempt=attempt,
            title=attempt_title(attempt, language),
            name="" if is_anonymous(attempt) else attempt.person.get_full_name(),
            pseudonym=pseudonym(attempt) if is_anonymous(attempt) else "",
            drafts_by=list(by.get(attempt.pk, {}).values()),
        )
        for attempt in attempts
    ]


def attempt_of_people(people: Q, public_id: UUID) -> QuizAttempt | None:
    """An attempt of one of these people that counts and was handed in; an open one, practice and what was tried before
    the course are nobody else's matter. One query."""
    found = QuizAttempt.objects.filter(public_id=public_id, person__in=_people(people), purpose=Purpose.COUNTS)
    return found.exclude(state=AttemptState.OPEN).select_related("person", "quiz").first()


def marking_of(attempt: QuizAttempt, language: str) -> Marking:
    """What a trainer reads of an attempt. Five queries."""
    frozen = frozen_questions(attempt)
    answers = answers_by_number(attempt)
    marks = {mark.answer_id: mark for mark in Mark.objects.filter(answer__attempt=attempt).select_related("by")}
    documents = {row.number: row for row in HandedIn.objects.filter(attempt=attempt)}
    before = _earlier_marks(attempt, language)
    found, closed, points, full = [], 0, Decimal(0), Decimal(0)
    for number, content in enumerate(frozen, 1):
        answer = answers.get(number)
        if not is_by_hand(content):
            closed += 1
            full += full_points(content)
            points += (answer.points if answer is not None else None) or Decimal(0)
            continue
        mark = marks.get(answer.pk) if answer is not None else None
        found.append(
            OpenAnswer(
                question=show(attempt, number, content, answer, language),
                full=full_points(content),
                is_answered=answer is not None,
                document=documents.get(number),
                lines=_lines(content, language),
                mark=mark,
                marked=_marked(content, mark, language) if mark is not None else [],
                earlier=before.get(content["key"], []),
            )
        )
    return Marking(found, closed, points, full)


def requests_to(trainer: Any, language: str) -> list[Asked]:
    """Who asked this trainer for another attempt and has none yet, the oldest first. Three queries."""
    waiting = AttemptRequest.objects.filter(
        trainer=trainer, granted_at=None, enrolment__completed_at=None, enrolment__left_at=None
    )
    return _asked(waiting.order_by("asked_at", "pk"), language)


def granted_by(trainer: Any, language: str, at: datetime) -> list[Asked]:
    """What this trainer granted in the last 30 days, the newest first. Three queries."""
    found = AttemptRequest.objects.filter(trainer=trainer, granted_at__gte=at - GRANTED_SHOWN)
    return _asked(found.order_by("-granted_at", "-pk"), language)


def requests_count(trainer: Any) -> int:
    """How many people wait for this trainer to give them another attempt. One query."""
    return AttemptRequest.objects.filter(
        trainer=trainer, granted_at=None, enrolment__completed_at=None, enrolment__left_at=None
    ).count()


def stuck(people: Q, language: str) -> list[Stuck]:
    """For each quiz that these people took: how many have used all attempts without passing. Five queries.

    A quiz stands here whether anybody is stuck or not, so that "fewer than five" says nothing about one person.
    """
    tried = QuizAttempt.objects.filter(person__in=_people(people), purpose=Purpose.COUNTS)
    quizzes = dict(tried.order_by().values_list("quiz__key", "quiz__title").distinct())
    failed = tried.filter(person=OuterRef("person"), passed=False)
    running = Enrolment.objects.filter(Exists(failed), completed_at=None, left_at=None)
    counts = Counter(_used_up(running, tried))
    titles = quiz_titles(quizzes, language)
    found = [Stuck(key, titles[key], counts[key] if counts[key] >= FEWEST_COUNTED else None) for key in quizzes]
    return sorted(found, key=lambda row: (-(row.count or 0), row.title.text, str(row.key)))


def _used_up(running: QuerySet[Enrolment], tried: QuerySet[QuizAttempt]) -> Iterator[UUID]:
    """The quiz of each of these enrolments whose attempts are all used without passing. Three queries."""
    rows: dict[tuple[int, UUID], list[tuple[datetime, bool | None]]] = {}
    of_them = tried.filter(person__in=running.values("person"))
    for person, key, started_at, passed in of_them.values_list("person_id", "quiz__key", "started_at", "passed"):
        rows.setdefault((person, key), []).append((started_at, passed))
    given: dict[tuple[int, UUID], list[datetime]] = {}
    granted = AttemptRequest.objects.filter(person__in=running.values("person"), granted_at__isnull=False)
    for person, key, asked_at in granted.values_list("person_id", "quiz__key", "asked_at"):
        given.setdefault((person, key), []).append(asked_at)
    for enrolment in running.only("pk", "person_id", "rule", "started_at"):
        rule = rule_of(enrolment)
        if rule.quiz is None or not rule.quiz.attempts:
            continue
        key = rule.quiz.key
        mine = rows.get((enrolment.person_id, key), [])
        window = [passed for started_at, passed in mine if rule.since is None or started_at >= rule.since]
        more = sum(
            rule.since is None or asked_at >= rule.since for asked_at in given.get((enrolment.person_id, key), [])
        )
        # None: open, or waits to be marked.
        if len(window) >= rule.quiz.attempts + more and all(each is False for each in window):
            yield key


def extra_times_of(trainer: Any, people: Q) -> list[ExtraTime]:
    """Factors that this trainer set on these people, by name. One query."""
    found = ExtraTime.objects.filter(set_by=trainer, person__in=_people(people)).select_related("person")
    return list(found.order_by("person__display_name", "pk"))


def person_with_address(people: Q, address: str) -> Any:
    """The one of these people who has this e-mail address, or None. One query."""
    return _people(people).filter(email__iexact=address).first()


def quiz_titles(titles: dict[UUID, str], language: str) -> dict[UUID, Words]:
    """Titles of quizzes in this language or the source's; for one that is gone the title given. One query."""
    by_language: dict[UUID, dict[str, str]] = {}
    source: dict[UUID, str] = {}
    rows = Quiz.objects.filter(translation_key__in=list(titles)).order_by("pk")
    for key, code, title in rows.values_list("translation_key", "locale__language_code", "title"):
        by_language.setdefault(key, {})[code] = title
        source.setdefault(key, code)
    return {
        key: Words(*in_language(by_language[key], language, source[key])) if key in source else Words(title, "")
        for key, title in titles.items()
    }


def attempt_title(attempt: QuizAttempt, language: str) -> Words:
    """The quiz's title as it was when the attempt began, and the language that it is in."""
    return Words(*in_language(attempt.frozen["titles"], language, attempt.frozen["language"]))


def _people(people: Q) -> QuerySet[Any]:
    return get_user_model()._default_manager.filter(people)


def _lines(frozen: dict[str, Any], language: str) -> list[LineToMark]:
    lines = (frozen.get("rubric") or {}).get("lines", [])
    return [LineToMark(line["id"], Words(*in_language(line["text"], language, frozen["language"]))) for line in lines]


def _marked(frozen: dict[str, Any], mark: Mark, language: str) -> list[LineResult]:
    levels = mark.content.get("lines", {})
    return [LineResult(line.text, levels.get(line.id)) for line in _lines(frozen, language)]


def _earlier_marks(attempt: QuizAttempt, language: str) -> dict[str, list[EarlierMark]]:
    """What was said to the same person in earlier attempts at the quiz, by the question's key, the newest first."""
    marks = Mark.objects.filter(
        answer__attempt__person=attempt.person_id,
        answer__attempt__quiz=attempt.quiz_id,
        answer__attempt__started_at__lt=attempt.started_at,
        is_draft=False,
    )
    found: dict[str, list[EarlierMark]] = {}
    for mark in marks.select_related("by", "answer__attempt", "answer__question").order_by("-at", "-pk"):
        if mark.answer.question is None:
            continue
        content = mark.answer.question.content
        graded = grade_by_hand(content, mark.content)
        lines = _marked(content, mark, language)
        earlier = EarlierMark(mark.answer.attempt.number, mark, graded.points, graded.full, lines)
        found.setdefault(content["key"], []).append(earlier)
    return found


def _asked(found: QuerySet[AttemptRequest], language: str) -> list[Asked]:
    """Requests with the attempts that each person made in the window of their enrolment. Three queries."""
    requests = list(found.select_related("person", "enrolment", "quiz"))
    attempts = QuizAttempt.objects.filter(
        person__in={request.person_id for request in requests},
        quiz__in={request.quiz_id for request in requests},
        purpose=Purpose.COUNTS,
    ).order_by("started_at", "pk")
    by_both: dict[tuple[int, int], list[QuizAttempt]] = {}
    for attempt in attempts if requests else []:
        by_both.setdefault((attempt.person_id, attempt.quiz_id), []).append(attempt)
    titles = quiz_titles({request.quiz.key: request.quiz.title for request in requests}, language)
    rows = []
    for request in requests:
        since = rule_of(request.enrolment).since
        mine = by_both.get((request.person_id, request.quiz_id), [])
        window = [attempt for attempt in mine if since is None or attempt.started_at >= since]
        rows.append(Asked(request, titles[request.quiz.key], window))
    return rows
