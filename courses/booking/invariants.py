"""What always holds of dates and bookings, looked for in the rows themselves (README.md says it in words).

`manage.py check_invariants` says what does not: every night, after a restore, and after each step of the tests that
play at random. Nothing is repaired: what is wrong here is for people to look at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from academy.kernel.clock import TimeDoesNotExist, ends, instant
from academy.mail.models import OutgoingEmail
from academy.people.tasks import MAILS

from . import emails
from .enums import BookingState, SessionState, Why
from .models import Booking, BookingChange, Meeting, SeatPool, WorkshopSession
from .states import HOLDING, LIVE, may_go

S = BookingState
COMING = (SessionState.PLANNED, SessionState.GOING_AHEAD)
# Seats that are given past others on purpose, each with a name in the log; a named seat was held all the time.
PAST_OTHERS = frozenset({Why.OVER, Why.OVERRIDE, Why.WALKED_IN, Why.NAMED})
# So many dates are looked at together.
MANY = 200


def check(*, at: datetime, sessions: QuerySet[WorkshopSession] | None = None) -> list[str]:
    """A sentence for each thing that does not hold at these dates (all, if none are named), without personal data."""
    found: list[str] = []
    wanted = WorkshopSession.objects.all() if sessions is None else sessions
    ids = list(wanted.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), MANY):
        some = ids[first : first + MANY]
        for look in LOOKS:
            found += look(some, at)
    return found


def seats_are_counted(ids: list[int], at: datetime) -> Iterator[str]:
    """Taken is the number of bookings that hold a seat, extra of those over capacity; never more than there are."""
    taken: Counter[int] = Counter()
    extra: Counter[int] = Counter()
    held = Booking.objects.filter(session_id__in=ids, state__in=sorted(HOLDING))
    for pool_id, is_over in held.values_list("pool_id", "is_over"):
        taken[pool_id] += 1
        extra[pool_id] += is_over
    for pool in SeatPool.objects.filter(session_id__in=ids).order_by("pk"):
        where = f"date {pool.session_id}, {pool.mode}"
        if pool.taken != taken[pool.pk]:
            yield f"{where}: {pool.taken} seats count as taken, {taken[pool.pk]} bookings hold one"
        if pool.extra != extra[pool.pk]:
            yield f"{where}: {pool.extra} seats count as over capacity, {extra[pool.pk]} bookings are"
        if taken[pool.pk] > pool.capacity + extra[pool.pk]:
            yield f"{where}: {taken[pool.pk]} bookings hold a seat of {pool.capacity}, {extra[pool.pk]} of them extra"
    for pk in Booking.objects.filter(session_id__in=ids).exclude(pool__session_id__in=ids).values_list("pk", flat=True):
        yield f"booking {pk}: its seat belongs to another date"


def people_stand_once(ids: list[int], at: datetime) -> Iterator[str]:
    """One live booking for a person and a date, one place in the order of arrival for a booking."""
    rows = Booking.objects.filter(session_id__in=ids).order_by("pk")
    people = Counter(rows.filter(person__isnull=False, state__in=sorted(LIVE)).values_list("session_id", "person_id"))
    for (session_id, _person), count in people.items():
        if count > 1:
            yield f"date {session_id}: somebody has {count} live bookings"
    places = Counter(rows.values_list("session_id", "arrival"))
    for (session_id, arrival), count in places.items():
        if count > 1:
            yield f"date {session_id}: {count} bookings have arrival {arrival}"
    last = dict(WorkshopSession.objects.filter(pk__in=ids).values_list("pk", "arrivals"))
    for session_id, arrival in places:
        if arrival > last[session_id]:
            yield f"date {session_id}: arrival {arrival} was never given, the last is {last[session_id]}"


def nobody_waits_for_a_free_seat(ids: list[int], at: datetime) -> Iterator[str]:
    """No seat is free while somebody waits for it, at a date that is coming and has not begun."""
    coming = SeatPool.objects.filter(session_id__in=ids, session__state__in=COMING, session__starts_at__gt=at)
    waits = set(Booking.objects.filter(session_id__in=ids, state=S.WAITING).values_list("pool_id", flat=True))
    for pool in coming.order_by("pk"):
        if pool.free and pool.pk in waits:
            yield f"date {pool.session_id}, {pool.mode}: {pool.free} seats are free and somebody waits"


def steps_are_ways(ids: list[int], at: datetime) -> Iterator[str]:
    """Each booking came to its state by ways of states.py, one after another, and every step is noted."""
    steps: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = BookingChange.objects.filter(booking__session_id__in=ids).order_by("pk")
    for booking_id, before, after in rows.values_list("booking_id", "before", "after"):
        steps[booking_id].append((before, after))
    for booking_id, state in Booking.objects.filter(session_id__in=ids).order_by("pk").values_list("pk", "state"):
        now = ""
        for before, after in steps[booking_id]:
            if before != now:
                yield f"booking {booking_id}: a step begins at {before or 'nothing'}, it stood at {now or 'nothing'}"
            elif not may_go(before or None, after):
                yield f"booking {booking_id}: no way leads from {before or 'nothing'} to {after}"
            now = after
        if now != state:
            yield f"booking {booking_id}: it is {state}, its steps end at {now or 'nothing'}"


def seats_go_by_arrival(ids: list[int], at: datetime) -> Iterator[str]:
    """Who gets a seat has nobody before them who waits for one of that kind, but for overrides, which are logged."""
    waiting: defaultdict[int, set[int]] = defaultdict(set)
    # Ids of steps of one date rise as the steps happen: they are written under its lock.
    rows = BookingChange.objects.filter(booking__session_id__in=ids).order_by("pk")
    columns = ("pk", "before", "after", "why", "booking__pool_id", "booking__arrival")
    for pk, before, after, why, pool_id, arrival in rows.values_list(*columns):
        waiting[pool_id].discard(arrival)
        takes = after in HOLDING and before not in HOLDING
        if takes and why not in PAST_OTHERS and waiting[pool_id] and min(waiting[pool_id]) < arrival:
            yield f"step {pk}: arrival {arrival} has a seat ({why}), arrival {min(waiting[pool_id])} waited before"
        if after == S.WAITING:
            waiting[pool_id].add(arrival)


def times_are_derived(ids: list[int], at: datetime) -> Iterator[str]:
    """Instants are what day, time on the wall, zone and fold mean; a date goes from its first meeting to its last."""
    stretches: defaultdict[int, list[Meeting]] = defaultdict(list)
    for meeting in Meeting.objects.filter(session_id__in=ids).order_by("pk"):
        stretches[meeting.session_id].append(meeting)
        where = f"date {meeting.session_id}, meeting {meeting.number}"
        try:
            starts_at = instant(meeting.day, meeting.start, meeting.zone, fold=meeting.fold)
        except TimeDoesNotExist:
            yield f"{where}: the clocks jump over its beginning"
            continue
        if (meeting.starts_at, meeting.ends_at) != (starts_at, ends(starts_at, meeting.minutes)):
            yield f"{where}: its instants are not its local time"
    for session in WorkshopSession.objects.filter(pk__in=ids).order_by("pk"):
        meetings = stretches[session.pk]
        if not meetings:
            if session.starts_at is not None or session.state != SessionState.DRAFT:
                yield f"date {session.pk}: it has no meeting"
            continue
        spans = (min(one.starts_at for one in meetings), max(one.ends_at for one in meetings))
        if (session.starts_at, session.ends_at) != spans:
            yield f"date {session.pk}: it begins or ends otherwise than its meetings"


def steps_are_mailed(ids: list[int], at: datetime) -> Iterator[str]:
    """Each step that is to be told has its mail, queued or sent. Keys are unique, so there is never a second.

    Mails are deleted after a year and with an erased account, addresses of guests with the guest's name: those steps
    are left out.
    """
    rows = BookingChange.objects.filter(
        Q(booking__person__isnull=False, booking__person__erased_at=None) | ~Q(booking__guest_email=""),
        booking__session_id__in=ids,
        at__gt=at - MAILS + timedelta(days=1),
    ).select_related("booking", "by")
    wanted = {
        f"booking:{step.booking_id}:step:{step.pk}": step
        for step in rows.order_by("pk").iterator()
        if emails.kind_of(step) is not None and not (step.after == S.CANCELLED and step.before == S.RESERVED)
    }
    keys = list(wanted)
    known: set[str] = set()
    for first in range(0, len(keys), 500):
        some = keys[first : first + 500]
        known |= set(OutgoingEmail.objects.filter(key__in=some).values_list("key", flat=True))
    for key, step in wanted.items():
        if key not in known:
            yield f"booking {step.booking_id}: nobody was mailed of step {step.pk} ({step.why})"


Look = Callable[[list[int], datetime], Iterator[str]]
LOOKS: tuple[Look, ...] = (
    seats_are_counted,
    people_stand_once,
    nobody_waits_for_a_free_seat,
    steps_are_ways,
    seats_go_by_arrival,
    times_are_derived,
    steps_are_mailed,
)
