"""What the matrix fills in for pages of required learning: the demo's town, and what it requires of its learner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import RoleGrant, User
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Duty, Extension, SavedFilter
from courses.flows import extend_time

TEAM = "<language>/team/"
REQUIRED = f"{TEAM}required/<int:pk>/"
MORE_TIME = "<language>/learning/required/<int:pk>/more-time/"


def _required(learner: User) -> Duty:
    """What is required of the learner, with a date and not completed."""
    return Duty.objects.filter(person=learner, completed_at=None, ended_at=None, due_on__isnull=False).order_by("pk")[0]


def _asked(learner: User) -> Extension:
    """The learner asks for more time."""
    duty = _required(learner)
    waiting = Extension.objects.filter(duty=duty, state=ExtensionState.ASKED).first()
    return waiting or extend_time.ask(duty=duty, wanted_on=_later(duty, 30), why="", by=learner, at=timezone.now())


def _list() -> SavedFilter:
    """A list that the manager has saved."""
    manager = User.objects.get(email="manager@demo.example")
    return SavedFilter.objects.get_or_create(person=manager, name="Who is late", defaults={"query": "status=overdue"})[
        0
    ]


def _later(duty: Duty, days: int) -> date:
    return max(duty.due_on or timezone.localdate(), timezone.localdate()) + timedelta(days=days)


def values(learner: User) -> dict[str, dict[str, Any]]:
    """Values by the beginning of a pattern and argument name."""
    duty = _required(learner)
    return {
        f"{TEAM}people/": {"public_id": learner.public_id},
        f"{TEAM}lists/": {"pk": _list().pk},
        f"{TEAM}assignments/": {"pk": duty.assignment_id},
        f"{TEAM}required/": {"pk": duty.pk},
        f"{TEAM}requests/": {"pk": _asked(learner).pk},
        "<language>/learning/required/": {"pk": duty.pk},
    }


def data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data for the forms, by pattern."""
    duty, asked = _required(learner), _asked(learner)
    leads = RoleGrant.objects.filter(role=Role.MANAGER, person__email="manager@demo.example").order_by("pk")[0]
    in_time = _later(duty, 20).isoformat()
    assigned = {
        "organisation": duty.organisation.slug,
        "who": "picked",
        "people": [str(learner.public_id)],
        "item": str(duty.item.key),
        "until": "on",
        "due_on": in_time,
    }
    away = {"from_day": in_time, "until_day": in_time}
    return {
        f"{TEAM}find/": {"name": "a", "query": ""},
        f"{TEAM}lists/new/": {"name": "Everybody", "rhythm": "off", "format": "xlsx"},
        f"{TEAM}lists/<int:pk>/": {"name": "Who is late", "rhythm": "weekly", "format": "csv"},
        f"{TEAM}assign/": assigned,
        f"{TEAM}assign/look/": assigned,
        f"{TEAM}assignments/<int:pk>/": {"until": "on", "due_on": in_time, "save": "1"},
        f"{REQUIRED}date/": {"due_on": in_time},
        f"{TEAM}requests/<int:pk>/": {f"r{asked.pk}-granted_on": in_time, "grant": "1"},
        f"{TEAM}people/<uuid:public_id>/pause/": away,
        f"{TEAM}people/<uuid:public_id>/pause/look/": away,
        f"{TEAM}deputy/": {
            "unit": leads.unit_id,
            "email": "tomas.brink@demo.example",
            "until_day": (timezone.localdate() + timedelta(days=9)).isoformat(),
        },
        MORE_TIME: {"back": "1"},
    }
