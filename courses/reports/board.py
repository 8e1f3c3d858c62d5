"""A team's required learning as whoever leads it sees it: status, dates, certificates, and nothing else.

Persons count once, by the most urgent thing that this organisation requires of them, in however many units they work.
What a board costs does not depend on how many people there are: their names and worst states come as two lists of
plain values that are put together (`crowd`); details are read for the people on the page alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Window
from django.utils.translation import gettext

from academy.people.models import Invitation
from academy.people.workplaces import invited
from academy.website.addresses import site_map
from courses.assignments.models import Duty
from courses.assignments.queries import RANK, state_of
from courses.certificates.enums import CertificateKind, CertificateStatus
from courses.certificates.models import Certificate
from courses.certificates.queries import printed_code
from courses.enrolments.enums import Due
from curriculum.items.models import LearningItem

from .crowd import NOTHING, Crowd, Signals, crowd_of, duties_in, signals_of
from .tree import Scope
from .wanted import Wanted

PEOPLE_ON_A_PAGE = 30
# The page of invitations has them all.
INVITED_SHOWN = 30
# Below so many people a share says too much about each of them.
FEWEST = 5


@dataclass(frozen=True)
class DutyRow:
    """One thing that is required of somebody. `code`: of the certificate, if it led to one, as it is kept."""

    pk: int
    title: str
    title_language: str
    status: Due
    due_on: date | None
    completed_on: date | None
    code: str
    valid_until: date | None

    @property
    def printed_code(self) -> str:
        """The certificate's code as it is printed."""
        return printed_code(self.code) if self.code else ""


@dataclass(frozen=True)
class PersonRow:
    """Somebody in the list. `is_away` and `back_after`: paused, and their last day away if it is known."""

    public_id: UUID
    name: str
    units: list[str]
    status: Due
    is_away: bool
    back_after: date | None
    has_signed_in: bool
    asks_for_time: bool
    duties: list[DutyRow]


@dataclass(frozen=True)
class UnitRow:
    """A unit one step down with all below it; people in two of its units count once."""

    pk: int
    name: str
    people: int
    counts: dict[Due, int]

    @property
    def required(self) -> int:
        """Of how many anything is required."""
        return self.people - self.counts[Due.NONE]

    @property
    def is_hidden(self) -> bool:
        """Whether the share is not shown, because it would speak of too few people."""
        return 0 < self.required < FEWEST

    @property
    def percent(self) -> float | None:
        """How many percent of them have completed everything; None where there are too few, or nobody."""
        return 100 * self.counts[Due.COMPLETED] / self.required if self.required >= FEWEST else None


@dataclass(frozen=True)
class ItemChoice:
    """Something that is or was required in the organisation, for the filter."""

    key: UUID
    title: str
    title_language: str


@dataclass(frozen=True)
class Board:
    """The page: counts, units, one page of people, and what waits.

    `invited`: invitations that wait, the same for addresses with and without an account; the first of `all_invited`.
    """

    scope: Scope
    wanted: Wanted
    today: date
    crowd: Crowd
    counts: dict[Due, int]
    parts: list[UnitRow]
    items: list[ItemChoice]
    signals: Signals
    page: Page[int]
    rows: list[PersonRow]
    invited: list[Invitation]
    all_invited: int


def board(
    scope: Scope, wanted: Wanted, *, name: str, today: date, at: datetime, language: str, page: Any, reader: Any
) -> Board:
    """What whoever leads these people sees of them. Seven queries, however many people; none of a score.

    `name`: a part of the names that are looked for, if `wanted` says that it counts; `page`: the number of the page;
    `reader`: who looks, since nobody answers their own reports. `today` is the day in the organisation's zone.
    """
    signals = signals_of(scope, today, at, reader)
    crowd = crowd_of(scope, wanted, name=name, today=today, signals=signals)
    shown = Paginator(crowd.shown, PEOPLE_ON_A_PAGE).get_page(page)
    people = [] if wanted.by_unit else list(shown.object_list)
    asked = _invited(scope) if signals.invited and shown.number == 1 and shows_invited(wanted) else []
    return Board(
        scope=scope,
        wanted=wanted,
        today=today,
        crowd=crowd,
        counts=crowd.count(crowd.found),
        parts=parts_of(scope, crowd),
        items=items_of(scope, language),
        signals=signals,
        page=shown,
        rows=person_rows(scope, crowd, people, signals, wanted, today, language),
        invited=asked,
        all_invited=asked[0].everybody if asked else 0,
    )


def shows_invited(wanted: Wanted) -> bool:
    """Whether who is invited belongs into the list: into that of everybody, and of those who have not signed in."""
    return not wanted.by_unit and not wanted.without(not_signed_in=False).has_filters


def _invited(scope: Scope) -> list[Any]:
    """Invitations to these units that wait, the newest first, with `everybody`: how many there are. One query."""
    rows = invited(scope.ids).annotate(everybody=Window(Count("pk")))
    return list(rows[:INVITED_SHOWN])


def parts_of(scope: Scope, crowd: Crowd) -> list[UnitRow]:
    """Each unit one step down with everybody below it."""
    owner = {below: part for part in scope.parts for below in scope.tree.below([part])}
    people: dict[int, set[int]] = {part: set() for part in scope.parts}
    # Everybody, mostly: then nobody has to be looked up.
    found = None if len(crowd.found) == len(crowd.names) else set(crowd.found)
    for row in crowd.memberships:
        part = owner.get(row[1])
        if part is not None and (found is None or row[0] in found):
            people[part].add(row[0])
    return [
        UnitRow(part, scope.tree.names[part], len(people[part]), crowd.count(people[part]))
        for part in scope.parts
        if people[part]
    ]


def person_rows(
    scope: Scope, crowd: Crowd, people: Collection[int], signals: Signals, wanted: Wanted, today: date, language: str
) -> list[PersonRow]:
    """These people with what is required of them, in this order. Two queries."""
    users = get_user_model()._default_manager.filter(pk__in=people)
    known = {pk: (public_id, seen) for pk, public_id, seen in users.values_list("pk", "public_id", "last_login")}
    units = crowd.units_of(people)
    asked = duties_in(scope, wanted.item, today, people=people)
    duties = duty_rows(asked, scope, today, signals.away, language)
    return [
        PersonRow(
            public_id=known[pk][0],
            name=crowd.names[pk] or gettext("Person without a name"),
            units=[scope.tree.names[unit] for unit in units[pk]],
            status=RANK[crowd.rank.get(pk, NOTHING)],
            is_away=pk in signals.away,
            back_after=signals.away.get(pk),
            has_signed_in=known[pk][1] is not None,
            asks_for_time=pk in signals.asked,
            duties=duties.get(pk, []),
        )
        for pk in people
        if pk in known
    ]


def duty_rows(
    duties: QuerySet[Duty], scope: Scope, today: date, away: Collection[int], language: str
) -> dict[int, list[DutyRow]]:
    """These duties by person, the most urgent first. One query."""
    zone = ZoneInfo(scope.organisation.time_zone)
    found: dict[int, list[DutyRow]] = {}
    for duty in with_certificate(duties).select_related("item"):
        title, written_in = title_of(duty.item.key, duty.item.code, duty.item.title, language)
        found.setdefault(duty.person_id, []).append(
            DutyRow(
                pk=duty.pk,
                title=title,
                title_language=written_in,
                status=state_of(duty, today, away=duty.person_id in away),
                due_on=duty.due_on,
                completed_on=duty.completed_at.astimezone(zone).date() if duty.completed_at else None,
                # Of a duty that is open, an older certificate says nothing.
                code=(duty.completed_at and getattr(duty, "certificate_code", None)) or "",
                valid_until=getattr(duty, "certificate_until", None) if duty.completed_at else None,
            )
        )
    for rows in found.values():
        rows.sort(key=lambda row: (RANK.index(row.status), row.due_on or date.max, row.title.casefold()))
    return found


def with_certificate(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """Duties with `certificate_code` and `certificate_until` of the newest certificate that stands; None: no such."""
    held = Certificate.objects.filter(
        person=OuterRef("person"),
        item=OuterRef("item"),
        kind=CertificateKind.COMPLETION,
        status=CertificateStatus.VALID,
    ).order_by("-issued_at", "-pk")
    return duties.annotate(
        certificate_code=Subquery(held.values("code")[:1]), certificate_until=Subquery(held.values("valid_until")[:1])
    )


def items_of(scope: Scope, language: str) -> list[ItemChoice]:
    """Whatever this organisation requires or has required of anybody, by title. One query."""
    asked = LearningItem.objects.filter(
        Exists(Duty.objects.filter(item=OuterRef("pk"), organisation_id=scope.organisation.pk, ended_at=None))
    )
    found = [
        ItemChoice(key, *title_of(key, code, title, language))
        for key, code, title in asked.values_list("key", "code", "title")
    ]
    return sorted(found, key=lambda choice: choice.title.casefold())


def title_of(key: UUID, code: str, title: str, language: str) -> tuple[str, str]:
    """Code and title of something to learn, and the language that the title is written in ("" if nobody knows)."""
    place = site_map().places.get(key)
    if place is None:
        return f"{code} {title}".strip(), ""
    words, written_in = place.in_language(language)
    return f"{code} {words.title}".strip(), written_in
