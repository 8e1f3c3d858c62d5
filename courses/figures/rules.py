"""Figures of a week are taken once and stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from academy.people.models import Organisation, OrganisationType

from .disclosure import Atom, branches_of, table
from .models import FigureSnapshot
from .queries import bases_by_item


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def take_snapshots(*, at: datetime) -> int:
    """Freeze this week's tables of everything that is required of anybody. Returns how many were made.

    Safe to run at any time and at the same time: a week that has any is left alone, so what is first assigned in the
    middle of a week is counted from the next one on.
    """
    today = timezone.localdate(at)
    week = week_of(today)
    if FigureSnapshot.objects.filter(week=week).exists():
        return 0
    organisations = dict(Organisation.objects.values_list("pk", "name"))
    kinds = dict(OrganisationType.objects.values_list("pk", "names"))
    made = [
        FigureSnapshot(item_id=item, week=week, made_at=at, rows=_rows(table(bases), organisations, kinds))
        for item, bases in bases_by_item(today)
    ]
    try:
        with transaction.atomic():
            FigureSnapshot.objects.bulk_create(made)
    except IntegrityError:
        # Another worker was quicker.
        return 0
    return len(made)


def _rows(
    atoms: Iterable[Atom], organisations: Mapping[int, str], kinds: Mapping[int, Mapping[str, str]]
) -> dict[str, Any]:
    """A table with the names of today."""
    return {
        "version": 1,
        "branches": [
            {
                "kinds": [{"id": kind, "names": kinds.get(kind, {}) if kind else {}} for kind in branch.kinds],
                "atoms": [
                    {
                        "organisations": [{"id": each, "name": organisations[each]} for each in atom.organisations],
                        "counts": list(atom.counts),
                    }
                    for atom in branch.atoms
                ],
            }
            for branch in branches_of(atoms)
        ],
    }
