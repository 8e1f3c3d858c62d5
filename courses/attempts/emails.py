"""Mails about quizzes. No score, answer or name of a third person stands in them: they say where to look."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from academy.mail.emails import build

from .models import AttemptRequest, QuizAttempt
from .queries import title_in

MARKED = "attempts/marked"
ASKED = "attempts/asked"
GRANTED = "attempts/granted"
Mail = tuple[str, str, str]


def marked(attempt: QuizAttempt) -> Mail:
    """To the learner: a trainer has read the answers."""
    person = attempt.person
    where = address(person.language, "quiz_result", attempt.public_id)
    return _build(MARKED, person, title=title_in(attempt, person.language), address=where)


def asked(request: AttemptRequest, title: str) -> Mail:
    """To the trainer: somebody asks for another attempt."""
    trainer = request.trainer
    return _build(ASKED, trainer, title=title, address=address(trainer.language, "trainer_requests"))


def granted(request: AttemptRequest, title: str) -> Mail:
    """To the learner: there is another attempt."""
    person = request.person
    where = address(person.language, "quiz_start", request.enrolment.item.key)
    return _build(GRANTED, person, title=title, address=where)


def address(language: str, name: str, *args: Any) -> str:
    """The whole address of a page of ours in a language."""
    with translation.override(language):
        return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _build(kind: str, to: Any, **context: Any) -> Mail:
    return build(kind, to.language, {"name": to.get_short_name(), **context}, time_zone=to.time_zone)
