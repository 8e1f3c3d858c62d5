"""Mails about training from elsewhere. What it was about and the evidence stand on the page, not in the mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from academy.mail.emails import build

from .models import OutsideTraining

REPORTED = "outside/reported"
CHANGED = "outside/changed"
WITHDRAWN = "outside/withdrawn"
ACCEPTED = "outside/accepted"
REFUSED = "outside/refused"
Mail = tuple[str, str, str]


def to_decider(kind: str, training: OutsideTraining, person: Any) -> Mail:
    """To whoever answers: somebody has reported training, changed the report or withdrawn it."""
    where = address(person.language, "team_training", training)
    return _build(kind, person, training, who=training.person.get_full_name(), address=where)


def answered(kind: str, training: OutsideTraining) -> Mail:
    """To whoever reported it: accepted, or not and why."""
    decider = training.decided_by
    by = decider.get_full_name() if decider is not None else ""
    where = address(training.person.language, "my_training", training)
    return _build(kind, training.person, training, by=by, reason=training.reason, address=where)


def address(language: str, name: str, training: OutsideTraining) -> str:
    """The absolute address of a page about the training."""
    with translation.override(language):
        return f"{settings.BASE_URL}{reverse(name, args=[training.public_id])}"


def _build(kind: str, to: Any, training: OutsideTraining, **more: Any) -> Mail:
    context = {"name": to.get_short_name(), "title": training.title, "provider": training.provider, **more}
    return build(kind, to.language, context, time_zone=to.time_zone)
