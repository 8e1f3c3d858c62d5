"""Reads for figures about groups: what is counted, and what was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.assignments.models import Duty
from courses.assignments.queries import with_state
from courses.enrolments.enums import Due
from curriculum.catalogue.queries import paths
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline

from .disclosure import Base, Counts, Kind, add_up
from .models import FigureSnapshot

COMPLETED, OPEN, OVERDUE = Counts._fields


@dataclass(frozen=True)
class ItemRow:
    """A course or path that figures are about, in the reader's language."""

    key: UUID
    title: str
    title_language: str


@dataclass(frozen=True)
class Line:
    """A line of the table. `level` is "all", "kind" (a type of organisation) or "group" (the smallest that is shown).

    `together` names the organisations that are only counted together here; empty where there is but one. `kind` is the
    type (or types) that a group belongs to.
    """

    level: str
    label: str
    counts: Counts
    together: tuple[str, ...] = ()
    kind: str = ""

    @property
    def percent(self) -> float:
        """Completed, of all."""
        return 100 * self.counts.completed / self.counts.total if self.counts.total else 0


@dataclass(frozen=True)
class Figures:
    """The tables of a week as lines, the widest group first. No lines: there are too few people for any.

    `left_out` names the centre's organisations that are not shown alone; only where a centre's part is asked for.
    """

    made_at: datetime
    lines: tuple[Line, ...]
    left_out: tuple[str, ...] = ()


def bases_by_item(on: date) -> Iterator[tuple[int, list[Base]]]:
    """True counts of what is required of people on a day, item by item: for making tables, not for showing.

    Everybody counts once for an item, in the organisation that asked first, where several did: who is counted twice
    could be found by subtracting. Who is paused counts as open. Two queries or so, whatever the number of people.
    """
    rows: QuerySet[Any] = with_state(Duty.objects.filter(ended_at=None, person__is_active=True), on)
    ordered = rows.order_by("item_id", "pk").values_list(
        "item_id", "person_id", "organisation_id", "organisation__kind_id", "state"
    )
    for item, duties in groupby(ordered.iterator(), key=lambda row: row[0]):
        yield item, _bases(row[1:] for row in duties)


def items_with_figures(language: str) -> list[ItemRow]:
    """Courses and paths that have figures, by code."""
    found = LearningItem.objects.filter(pk__in=FigureSnapshot.objects.values("item"))
    path_rows = {path.key: path for path in paths(language)}
    return [_item_row(item, path_rows, language) for item in found.order_by("code", "pk")]


def weeks_with_figures() -> list[date]:
    """Mondays, the newest first."""
    return list(FigureSnapshot.objects.order_by("-week").values_list("week", flat=True).distinct())


def figures(item_key: UUID, week: date, language: str, centre: frozenset[int] | None = None) -> Figures | None:
    """What was published about an item for a week; None where nothing was required of anybody then. One query.

    `centre` (ids of organisations) picks those of them that are shown alone, with their sum: a selection of published
    numbers, nothing new, so that no subtraction from the tables of all tells more.
    """
    snapshot = FigureSnapshot.objects.filter(item__key=item_key, week=week).first()
    if snapshot is None:
        return None
    branches = snapshot.rows["branches"]
    if centre is None:
        return Figures(snapshot.made_at, tuple(_lines(branches, language)))
    return _part(snapshot, centre, language)


def _bases(duties: Iterable[tuple[int, int, int | None, str]]) -> list[Base]:
    """`duties`: person, organisation, its type, state; the oldest first."""
    places: dict[int, tuple[int, Kind]] = {}
    states: dict[int, set[str]] = defaultdict(set)
    for person, organisation, kind, state in duties:
        places.setdefault(person, (organisation, kind))
        states[person].add(state)
    counts: dict[tuple[int, Kind], list[int]] = defaultdict(lambda: [0, 0, 0])
    for person, place in places.items():
        counts[place][_state(states[person])] += 1
    return [Base(organisation, kind, Counts(*numbers)) for (organisation, kind), numbers in counts.items()]


def _state(states: set[str]) -> int:
    """Of somebody of whom several ask the same: place in `Counts`."""
    if Due.COMPLETED in states:
        return 0
    return 2 if Due.OVERDUE in states else 1


def _item_row(item: LearningItem, path_rows: Mapping[UUID, Any], language: str) -> ItemRow:
    found = path_rows.get(item.key) or course_outline(item.key, language)
    title, own = (found.title, found.title_language) if found is not None else (item.title, "")
    return ItemRow(item.key, f"{item.code} {title}".strip(), own)


def _lines(branches: list[dict[str, Any]], language: str) -> Iterator[Line]:
    if not branches:
        return
    yield Line("all", _("All organisations"), _counts(atom for branch in branches for atom in branch["atoms"]))
    for branch in branches:
        atoms, kind = branch["atoms"], _kinds(branch["kinds"], language)
        is_whole = len(atoms) == 1 and len(atoms[0]["organisations"]) > 1
        yield Line("kind", kind, _counts(atoms), _names(atoms[0]) if is_whole else ())
        if not is_whole:
            yield from (_group(atom, kind) for atom in atoms)


def _group(atom: dict[str, Any], kind: str) -> Line:
    names = _names(atom)
    if len(names) == 1:
        return Line("group", names[0], _counts([atom]), kind=kind)
    label = ngettext("%(count)s other organisation", "%(count)s other organisations", len(names))
    return Line("group", label % {"count": len(names)}, _counts([atom]), names, kind)


def _part(snapshot: FigureSnapshot, centre: frozenset[int], language: str) -> Figures:
    """The centre's organisations that are shown alone."""
    left_out: list[str] = []
    alone = []
    for branch in snapshot.rows["branches"]:
        for atom in branch["atoms"]:
            ours = [each["name"] for each in atom["organisations"] if each["id"] in centre]
            if ours and len(atom["organisations"]) == 1:
                alone.append((atom, _kinds(branch["kinds"], language)))
            else:
                left_out += ours
    lines = [_group(atom, kind) for atom, kind in alone]
    if len(lines) > 1:
        lines.insert(0, Line("all", _("The organisations below together"), _counts(atom for atom, _kind in alone)))
    return Figures(snapshot.made_at, tuple(lines), tuple(left_out))


def _counts(atoms: Iterable[dict[str, Any]]) -> Counts:
    return add_up(Counts(*atom["counts"]) for atom in atoms)


def _names(atom: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(each["name"] for each in atom["organisations"]))


def _kinds(kinds: list[dict[str, Any]], language: str) -> str:
    """Types of a branch, by the names of that week."""
    return ", ".join(_kind(kind["names"], language) for kind in kinds)


def _kind(names: Mapping[str, str], language: str) -> str:
    """As OrganisationType.label does it."""
    wanted = (language, settings.LANGUAGE_CODE, *names)
    return next((names[code] for code in wanted if names.get(code)), _("Organisations without a type"))
