"""What an assignment would ask of whom, before it is made: people, hours, seats at workshops. Reads only.

Nothing here says more of anybody than the board and the page of seats do: what people complete of their own accord and
where they came could otherwise be found out by looking at one person after the other, without assigning anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import pgettext

from academy.people.models import Membership
from academy.people.workplaces import not_come
from courses.assignments.emails import minutes_of
from courses.assignments.models import Duty
from courses.assignments.queries import who_fits
from courses.booking.enums import Availability, BookingState, SessionState
from courses.booking.models import Booking, WorkshopSession
from courses.booking.queries.sessions import availability, local_day, with_all, zone_of
from courses.web.answers import language
from courses.web.assign_forms import AssignForm
from courses.web.team_doors import Reach
from curriculum.catalogue.queries import paths
from curriculum.completion.queries import Promise, names, promise
from curriculum.conditions.nodes import Node, Part, certain
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import all_courses

# Where seats still to be had count: those of dates that take bookings, or will.
TAKES = (Availability.OPEN, Availability.FULL, Availability.NOT_YET)
COMING = (SessionState.PLANNED, SessionState.GOING_AHEAD)


@dataclass(frozen=True)
class Shortage:
    """A workshop with fewer free seats before a day than people who have none and may need one."""

    code: str
    title: str
    title_language: str
    free: int
    need: int


@dataclass(frozen=True)
class Plan:
    """What would come of it.

    `done`: how many have completed it as required here before; `have`: of how many it is required here and open.
    `minutes`: what it asks of each, 0 where nobody has said. `until`: the last day for who is there now.
    """

    people: frozenset[int]
    done: int
    have: int
    minutes: int
    until: date | None
    shortages: tuple[Shortage, ...]
    is_for_newcomers: bool = False

    @property
    def count(self) -> int:
        """How many people it reaches today."""
        return len(self.people)

    @property
    def still(self) -> int:
        """How many of them have it before them."""
        return self.count - self.done

    @property
    def total(self) -> int:
        """Minutes that it asks of all of them together."""
        return self.minutes * self.still

    @property
    def reaches_nobody(self) -> bool:
        """Whether nobody fits who ought to."""
        return not self.people and not self.is_for_newcomers

    @property
    def warns(self) -> bool:
        """Whether there is something to read before it is saved."""
        return bool(self.shortages) or self.reaches_nobody or bool(self.people and not self.still)

    @property
    def seen(self) -> str:
        """Names what was shown: who has seen it saves with one click, as long as it says the same."""
        said = (sorted(self.people), self.done, self.until, self.shortages)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Paths and courses that can be taken, in the language of the page, to choose from. No query when warm."""
    here = language()
    on_paths = [(row.key, f"{row.code} {row.title}") for row in paths(here)]
    courses = [(row.key, f"{row.code} {row.title}") for row in all_courses(here)]
    return [
        (label, found)
        for label, rows in ((pgettext("heading", "Paths"), on_paths), (pgettext("heading", "Courses"), courses))
        if (found := [(str(key), words) for key, words in rows if is_open(key)])
    ]


def is_open(key: UUID) -> bool:
    """Whether this path or course can be started."""
    asked = promise(key)
    return asked is not None and asked.is_open


def item_of(form: AssignForm) -> LearningItem:
    """What was chosen. One query."""
    return LearningItem.objects.get(key=form.cleaned_data["item"])


def plan_of(form: AssignForm, reach: Reach, at: datetime) -> Plan:
    """What a valid form would do. A fixed number of queries, however many people."""
    item = item_of(form)
    people = frozenset(_people(form, reach))
    known = Duty.objects.filter(person__in=people, item=item, organisation=reach.organisation, ended_at=None)
    is_done = dict(known.order_by("completed_at").values_list("person_id", "completed_at"))
    done = {person for person, at in is_done.items() if at is not None}
    asked = promise(item.key)
    until = form.due_on
    if form.due_days is not None:
        until = reach.today + timedelta(days=form.due_days)
    return Plan(
        people=people,
        done=len(done),
        have=len(is_done) - len(done),
        minutes=minutes_of(item, language()),
        until=until,
        shortages=tuple(_shortages(asked, people - done, until, reach, at)) if until is not None else (),
        is_for_newcomers=not form.is_picked and form.cleaned_data["newcomers"],
    )


def _people(form: AssignForm, reach: Reach) -> Iterable[int]:
    if form.is_picked:
        return [person.pk for person in form.picked]
    job = form.job
    found = who_fits(
        unit=form.unit,
        with_below=form.cleaned_data["below"],
        job_id=job.pk if job is not None else None,
        joined_from=reach.today if form.cleaned_data["newcomers"] else None,
        today=reach.today,
    )
    # Who is invited and has not come counts for nobody, with an account elsewhere or without.
    members = Membership.objects.on(reach.today).filter(unit_id__in=reach.unit_ids)
    return found.keys() - set(not_come(members).values_list("person_id", flat=True))


def workshops_asked(root: Node) -> list[UUID]:
    """Workshops that nobody can do without, by the path's own rule and by those of its courses; in order."""
    found: list[UUID] = []
    for part in certain(root):
        found += _workshops_of(part)
    return list(dict.fromkeys(found))


def _workshops_of(part: Part) -> list[UUID]:
    if part.kind == ItemKind.WORKSHOP:
        return [part.key]
    if part.kind == ItemKind.COURSE and (asked := promise(part.key)) is not None:
        return workshops_asked(asked.root)
    lessons = {lesson.key: lesson for course in all_courses(language()) for lesson in course.lessons}
    lesson = lessons.get(part.key)
    return [lesson.workshop] if lesson is not None and lesson.workshop is not None else []


def _shortages(
    asked: Promise | None, people: Collection[int], until: date, reach: Reach, at: datetime
) -> Iterable[Shortage]:
    """Workshops with too few seats before the day. Seven queries, none where none is asked for.

    Who came to one before is not looked up: that is not for whoever leads them.
    """
    keys = workshops_asked(asked.root) if asked is not None and people else []
    if not keys:
        return
    dates = _dates_before(keys, until, reach, at)
    ours = _seats_of_ours(dates, reach)
    held = _held(dates, people)
    called = names(keys, language())
    for key in keys:
        own = [session for session in dates if session.item.key == key]
        seated = set().union(*(held.get(session.pk, set()) for session in own))
        need = len(set(people) - seated)
        free = sum(sum(pool.free for pool in session.pools.all()) + ours.get(session.pk, 0) for session in own)
        if free < need and key in called:
            name = called[key]
            yield Shortage(name.code, name.title, name.language, free, need)


def _dates_before(keys: list[UUID], until: date, reach: Reach, at: datetime) -> list[WorkshopSession]:
    """Dates of these workshops that end by the day and are open to the organisation."""
    coming = WorkshopSession.objects.filter(item__key__in=keys, state__in=COMING, starts_at__gt=at)
    rows = with_all(coming.order_by("starts_at", "pk")).prefetch_related("organisations")
    found = []
    for session in rows:
        allowed = {organisation.pk for organisation in session.organisations.all()}
        is_ours = not allowed or reach.organisation.pk in allowed
        ends = local_day(session.ends_at, zone_of(session)) if session.ends_at is not None else None
        if is_ours and ends is not None and ends <= until and availability(session, at) in TAKES:
            found.append(session)
    return found


def _seats_of_ours(dates: Collection[WorkshopSession], reach: Reach) -> dict[int, int]:
    """Seats that are kept for one's own units and have no name yet, by date."""
    kept = Booking.objects.filter(session__in=dates, state=BookingState.RESERVED, reservation__unit__in=reach.unit_ids)
    return dict(kept.order_by().values_list("session_id").annotate(Count("pk")))


def _held(dates: Collection[WorkshopSession], people: Collection[int]) -> dict[int, set[int]]:
    """Who of these people has a seat, by date."""
    rows = Booking.objects.filter(
        session__in=dates, person__in=people, state__in=[BookingState.BOOKED, BookingState.OFFERED]
    )
    found: dict[int, set[int]] = {}
    for session, person in rows.values_list("session_id", "person_id"):
        found.setdefault(session, set()).add(person or 0)
    return found
