"""Makes people who learn: enrolled, with lessons done and quizzes answered, all through the flows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.datastructures import MultiValueDict

from academy.people.models import User
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import frozen_questions, shuffled
from courses.attempts.rules import Saved
from courses.enrolments.models import Enrolment
from courses.flows.complete_lesson import complete_lesson
from courses.flows.enrol import enrol
from courses.flows.submit_attempt import AttemptSubmitted, save_answer, start_attempt, submit_attempt
from courses.management.demo.answers import form_for
from tests.factories.people import make_person

# Before any clock on which tests run: what views do now comes after it.
AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def make_learner(made: Any = None, at: datetime = AT, **fields: Any) -> User:
    """A person, enrolled in a course of the curriculum's factory if one is given."""
    person = make_person(**fields)
    if made is not None:
        take(person, made, at=at)
    return person


def take(person: User, made: Any, at: datetime = AT, **fields: Any) -> Enrolment:
    """Enrol the person in the course."""
    return enrol(person=person, course_key=made.course.translation_key, by=person, at=at, **fields).enrolment


def finish_lessons(person: User, made: Any, count: int | None = None, at: datetime = AT) -> None:
    """Mark the first `count` lessons (default: all) as done."""
    for lesson in made.lessons[:count]:
        complete_lesson(person=person, lesson_key=lesson.translation_key, by=person, at=at)


def begin_quiz(person: User, made: Any, at: datetime = AT) -> QuizAttempt:
    """The person's open attempt."""
    return start_attempt(person=person, course_key=made.course.translation_key, by=person, at=at)


def places_of(attempt: QuizAttempt, number: int, *, right: bool) -> list[str]:
    """What a page would post for the right options of a question, or for one that is wrong."""
    options = shuffled(attempt, number, frozen_questions(attempt)[number - 1])
    places = [str(place) for place, option in enumerate(options, 1) if option["correct"] == right]
    return places if right else places[:1]


def form_of(attempt: QuizAttempt, number: int, *, right: bool) -> dict[str, list[str]]:
    """What the page of a question of any kind would post, rightly or wrongly answered."""
    return dict(form_for(attempt, number, frozen_questions(attempt)[number - 1], is_right=right).lists())


def answer(person: User, attempt: QuizAttempt, rights: list[bool], at: datetime = AT) -> None:
    """Answer the first questions, of any kind: True rightly, False wrongly."""
    for number, right in enumerate(rights, 1):
        give(person, attempt, number, form_of(attempt, number, right=right), at)


def give(
    person: User, attempt: QuizAttempt, number: int, form: dict[str, list[str]], at: datetime = AT, language: str = "en"
) -> Saved:
    """Answer one question by the fields of its form."""
    return save_answer(
        person=person,
        public_id=attempt.public_id,
        number=number,
        posted=MultiValueDict(form),
        language=language,
        by=person,
        at=at,
    )


def hand_in(person: User, attempt: QuizAttempt, at: datetime = AT) -> AttemptSubmitted:
    """Submit the attempt."""
    return submit_attempt(person=person, public_id=attempt.public_id, by=person, at=at)


def pass_quiz(person: User, made: Any, at: datetime = AT) -> AttemptSubmitted:
    """Take the quiz and answer everything rightly."""
    attempt = begin_quiz(person, made, at)
    answer(person, attempt, [True] * len(attempt.frozen["digests"]), at)
    return hand_in(person, attempt, at)
