"""What the page of an activity shows: the activity without its player, and how somebody stands with it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import override

from courses.attempts.models import ActivityAttempt
from courses.attempts.queries import authored_quiz
from courses.attempts.queries.activities import name_of_library
from curriculum.h5p import equivalents
from curriculum.h5p.enums import Rule
from curriculum.h5p.equivalents import EquivalentQuestion
from curriculum.h5p.models import Package
from curriculum.h5p.queries import ShownActivity
from curriculum.h5p.storage import read_params
from curriculum.quizzes.freezing import in_language

# Attempts that are listed: the newest.
LISTED = 10


@dataclass(frozen=True)
class Filled:
    """A place to fill in with what stands in it."""

    field: Any
    value: str


@dataclass(frozen=True)
class QuestionFilled:
    """A question of the plain form with what was chosen and typed so far."""

    question: EquivalentQuestion
    chosen: frozenset[str]
    fields: tuple[Filled, ...]


@dataclass(frozen=True)
class QuizInstead:
    """A quiz for practice that does the same as the activity."""

    key: UUID
    title: str
    language: str


def activity_address(lesson: UUID, activity: UUID, language: str) -> str:
    """Hook `activity_address`: where an activity that stands in a lesson is done without its player."""
    with override(language):
        return reverse("activity", args=[lesson, activity])


def question_form(shown: ShownActivity, given: Mapping[str, Sequence[str]]) -> tuple[QuestionFilled, ...]:
    """The activity's questions as a plain form with these answers in it; empty where there are none. One query."""
    package = Package.objects.select_related("main_library").filter(pk=shown.package).first() if shown.package else None
    if package is None:
        return ()
    try:
        params = read_params(package)
    except OSError:
        # Its files are being restored, or are lost: the other ways remain.
        return ()
    # With its version, as answers are marked: of an older one than is known, no question is asked.
    asked = equivalents.questions(name_of_library(package), params) or ()
    return tuple(_filled(question, given) for question in asked)


def answers_in(given: Mapping[str, Sequence[str]], form: Sequence[QuestionFilled]) -> dict[str, list[str]]:
    """What was posted for these questions; nothing else of the request."""
    names = {name for each in form for name in each.question.field_names}
    return {name: list(given[name]) for name in names if name in given}


def quiz_instead(shown: ShownActivity, language: str) -> QuizInstead | None:
    """The quiz that does the same, with its title in this language; None if there is none. Two queries, or none."""
    found = authored_quiz(shown.quiz) if shown.quiz is not None else None
    if found is None or shown.quiz is None:
        return None
    source = found.source.locale.language_code
    titles = {row.locale.language_code: row.title for row in reversed(found.family) if row.live or row == found.source}
    return QuizInstead(shown.quiz, *in_language(titles, language, source))


def attempts_at(person: Any, item_id: int) -> list[ActivityAttempt]:
    """The person's newest attempts that came anywhere. One query."""
    found = ActivityAttempt.objects.filter(person=person, activity_id=item_id).exclude(finished_at=None)
    return list(found.order_by("-number")[:LISTED])


def can_be_read_through(shown: ShownActivity) -> bool:
    """Whether reading the text alternative does the activity: not where it has to be passed."""
    return bool(shown.alternative) and shown.rule != Rule.PASSED


def _filled(question: EquivalentQuestion, given: Mapping[str, Sequence[str]]) -> QuestionFilled:
    fields = tuple(Filled(field, next(iter(given.get(field.name, ())), "")) for field in question.fields)
    return QuestionFilled(question, frozenset(given.get(question.name, ())), fields)
