"""Reads of training from elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from academy.people.models import Membership

from .enums import TrainingState
from .models import OutsideTraining


def of_person(person: Any) -> QuerySet[OutsideTraining]:
    """All that a person has reported, whatever became of it; the latest training first. One query."""
    found = OutsideTraining.objects.filter(person=person).select_related("decided_by")
    return found.order_by("-on", "-asked_at", "-pk")


def accepted_of(person: Any) -> QuerySet[OutsideTraining]:
    """What was accepted, for the transcript; the latest training first. One query."""
    return of_person(person).filter(state=TrainingState.ACCEPTED)


def find(public_id: UUID) -> OutsideTraining | None:
    """A report by its public id."""
    return OutsideTraining.objects.filter(public_id=public_id).select_related("person", "decided_by").first()


def waiting_of_team(unit_ids: Collection[int], on: date, besides: Any) -> QuerySet[OutsideTraining]:
    """Reports of people who work in these units that wait for an answer; those of `besides` are left out."""
    members = Membership.objects.on(on).filter(unit_id__in=unit_ids).values("person_id")
    waiting = OutsideTraining.objects.filter(state=TrainingState.WAITING, person__in=members)
    return waiting.exclude(person=besides)
