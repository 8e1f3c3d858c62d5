"""A learner asks for more time; whoever leads them grants it or not, in one step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from courses.assignments import rules
from courses.assignments.models import Duty, Extension

from . import tell_duties
from .assign_learning import sync_due


@transaction.atomic(durable=True)
def ask(*, duty: Duty, wanted_on: date, why: str, by: Any, at: datetime) -> Extension:
    """Ask; whoever leads the person is told. Raises DutyOver, NoLaterDay, ExtensionWaits."""
    extension = rules.ask_extension(duty=duty, wanted_on=wanted_on, why=why, by=by, at=at)
    tell_duties.extension_asked(extension, at=at)
    return extension


@transaction.atomic(durable=True)
def answer(*, extension: Extension, granted_on: date | None, words: str, by: Any, at: datetime) -> Extension:
    """Grant until a day, or not; the learner is told. Raises ExtensionAnswered, DutyOver, NoLaterDay."""
    extension = rules.answer_extension(extension=extension, granted_on=granted_on, answer=words, by=by, at=at)
    sync_due([extension.duty])
    tell_duties.extension_answered(extension, at=at)
    return extension


@transaction.atomic(durable=True)
def take_back(*, extension: Extension, by: Any, at: datetime) -> None:
    """It is not needed any more. Raises ExtensionAnswered."""
    rules.take_back_extension(extension=extension, by=by, at=at)
    tell_duties.extension_settled(extension, at=at)
