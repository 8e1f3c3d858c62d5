"""Planning dates: making, changing, opening, deciding on and cancelling them. Every change is noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courses.booking.enums import (
    BookingState,
    Change,
    SessionState,
    Why,
)
from courses.booking.errors import ChangedMeanwhile, Clashes, Over, Promised, ReasonMissing, Unavailable
from courses.booking.models import (
    Attendance,
    BookingChange,
    Meeting,
    SessionChange,
    SessionQuestion,
    SessionTrainer,
    SignUpAnswer,
    WorkshopSession,
)
from courses.booking.queries.clashes import (
    Clash,
    Stretch,
    clashes_of_person,
    clashes_of_room,
    stretches_of,
    unavailable,
)
from courses.booking.queries.sessions import snapshot
from courses.booking.states import LIVE
from curriculum.items.models import LearningItem

from . import seats
from .plans import Plan, QuestionPlan
from .seats import lock_session


@dataclass(frozen=True)
class Changed:
    """What an edit came to: whether people have to be told, what was before, who moved up."""

    session: WorkshopSession
    is_moved: bool
    before: dict[str, Any]
    # Numbers of meetings that there are no more: their calendar entries are cancelled.
    removed: tuple[int, ...] = ()
    steps: tuple[BookingChange, ...] = field(default_factory=tuple)
    trainers_gone: tuple[SessionTrainer, ...] = ()
    trainers_new: tuple[SessionTrainer, ...] = ()


def clashes_of(plan: Plan, *, besides: int | None = None) -> list[Clash]:
    """What overlaps with a plan: its room, and other dates of its trainers. Raises TimeDoesNotExist, Unavailable."""
    stretches = [meeting.stretch for meeting in plan.meetings]
    people = [trainer.person for trainer in plan.trainers if trainer.person is not None]
    away = unavailable(people, stretches)
    if away and besides is not None:
        away = _away_anew(besides, people, stretches)
    if away:
        raise Unavailable(away[0].get_full_name())
    found = clashes_of_room(plan.city, plan.venue, plan.room, stretches, besides=besides)
    for person in people:
        found += clashes_of_person(person, stretches, besides=besides)
    return found


def _away_anew(session_id: int, people: list[Any], stretches: list[Stretch]) -> list[Any]:
    """Those who are away, but for what is agreed with them: a time marked later does not stop other edits of a date."""
    given_by = set(SessionTrainer.objects.filter(session=session_id).values_list("person_id", flat=True))
    agreed = set(stretches_of(Meeting.objects.filter(session=session_id)))
    return [
        *unavailable([person for person in people if person.pk not in given_by], stretches),
        *unavailable(
            [person for person in people if person.pk in given_by], [one for one in stretches if one not in agreed]
        ),
    ]


@transaction.atomic
def create(
    *,
    item: LearningItem,
    plan: Plan,
    by: Any,
    at: datetime,
    reason: str = "",
    is_draft: bool = False,
    series: UUID | None = None,
) -> WorkshopSession:
    """A new date, open for booking unless it is a draft.

    `reason` is why it is planned in spite of a clash. Raises Clashes, Unavailable, TimeDoesNotExist.
    """
    found = _look_for_clashes(plan, reason)
    session = WorkshopSession.objects.create(
        item=item, created_by=by, created_at=at, changed_at=at, series=series, **plan.columns
    )
    _write_meetings(session, plan)
    for mode, capacity in plan.seats.items():
        seats.set_capacity(session=session, mode=mode, capacity=capacity, by=by, at=at)
    _write_people(session, plan)
    _note(session, Change.CREATED, by=by, at=at, after=snapshot(session))
    if found:
        _note(session, Change.CLASH, by=by, at=at, reason=reason)
    if not is_draft:
        _open(session, by=by, at=at)
    return session


@transaction.atomic
def change(*, public_id: UUID, plan: Plan, revision: int, by: Any, at: datetime, reason: str = "") -> Changed:
    """Write what was edited. `revision` is the one that the form showed: an older one raises ChangedMeanwhile.

    Raises also Over, Clashes, Unavailable, TooFewSeats, Promised, TimeDoesNotExist.
    """
    session = lock_session(public_id)
    if session.revision != revision:
        raise ChangedMeanwhile
    if session.state in (SessionState.TOOK_PLACE, SessionState.CANCELLED):
        raise Over
    before, decided_on = snapshot(session), session.decide_on
    found = _look_for_clashes(plan, reason, besides=session.pk)
    for name, value in plan.columns.items():
        setattr(session, name, value)
    removed = _write_meetings(session, plan)
    had = dict(session.pools.values_list("mode", "capacity"))
    steps: list[BookingChange] = []
    for mode, capacity in plan.seats.items():
        steps += seats.set_capacity(session=session, mode=mode, capacity=capacity, by=by, at=at)
    gone, new = _write_people(session, plan)
    after = snapshot(session)
    is_moved = after != before
    session.revision += 1
    session.changed_at = at
    if is_moved or gone or new:
        # Also for trainers alone: who is taken out and comes back needs an entry above the one that was cancelled.
        session.sequence += 1
    if is_moved or session.decide_on != decided_on:
        # Asked anew: the decision was about another day, or is put off to one.
        session.asked_to_decide_at = None
    session.save()
    _note(session, Change.MOVED if is_moved else Change.EDITED, by=by, at=at, before=before, after=after)
    other = {mode: capacity for mode, capacity in plan.seats.items() if capacity != had.get(mode, 0)}
    if other:
        counted = {mode: had.get(mode, 0) for mode in other}
        _note(session, Change.CAPACITY, by=by, at=at, before=counted, after=other)
    if found:
        _note(session, Change.CLASH, by=by, at=at, reason=reason)
    return Changed(session, is_moved, before, removed, tuple(steps), gone, new)


@transaction.atomic
def publish(*, public_id: UUID, by: Any, at: datetime) -> WorkshopSession:
    """Open a draft for booking. Raises Over for what is no draft, or has begun."""
    session = lock_session(public_id)
    if session.state != SessionState.DRAFT or session.has_begun(at):
        raise Over
    _open(session, by=by, at=at)
    return session


@transaction.atomic
def go_ahead(*, public_id: UUID, by: Any, at: datetime) -> WorkshopSession:
    """Say that the date takes place, whatever the number. Raises Over."""
    session = lock_session(public_id)
    if session.state not in (SessionState.PLANNED, SessionState.GOING_AHEAD):
        raise Over
    if session.state == SessionState.PLANNED:
        _set_state(session, SessionState.GOING_AHEAD, at=at)
        _note(session, Change.GOES_AHEAD, by=by, at=at)
    return session


@transaction.atomic
def cancel(
    *, public_id: UUID, reason: str, revision: int | None, by: Any, at: datetime
) -> tuple[WorkshopSession, list[BookingChange]]:
    """The date does not take place: all its bookings end. Raises Over, ChangedMeanwhile."""
    session = lock_session(public_id)
    if revision is not None and session.revision != revision:
        raise ChangedMeanwhile
    if not session.is_coming and session.state != SessionState.DRAFT:
        raise Over
    session.cancel_reason = reason[:300]
    session.sequence += 1
    _set_state(session, SessionState.CANCELLED, at=at)
    _note(session, Change.CANCELLED, by=by, at=at, reason=reason)
    steps = seats.end_all(session=session, states=sorted(LIVE), why=Why.SESSION_CANCELLED, by=by, at=at)
    return session, steps


@transaction.atomic
def begin(*, public_id: UUID, at: datetime) -> list[BookingChange]:
    """The date has begun: nobody moves up any more, and what is no seat ends. Safe to run twice."""
    session = lock_session(public_id)
    if not session.is_coming or not session.has_begun(at):
        return []
    still = [BookingState.ASKED, BookingState.WAITING, BookingState.OFFERED, BookingState.RESERVED]
    return seats.end_all(session=session, states=still, why=Why.TIME_OVER, by=None, at=at)


@transaction.atomic
def took_place(*, public_id: UUID, at: datetime) -> bool:
    """The last meeting has ended. True for the one call that noted it."""
    session = lock_session(public_id)
    if not session.is_coming or not session.is_over(at):
        return False
    _set_state(session, SessionState.TOOK_PLACE, at=at)
    _note(session, Change.ENDED, by=None, at=at)
    return True


def _look_for_clashes(plan: Plan, reason: str, besides: int | None = None) -> list[Clash]:
    """Refuse a clash that nobody has given a reason for, or any where the platform says so."""
    found = clashes_of(plan, besides=besides)
    if found and (settings.BOOKING_OVERLAPS == "block" or not reason.strip()):
        raise Clashes(found)
    return found


def _open(session: WorkshopSession, *, by: Any, at: datetime) -> None:
    _set_state(session, SessionState.PLANNED, at=at)
    _note(session, Change.PUBLISHED, by=by, at=at)


def _set_state(session: WorkshopSession, state: SessionState, *, at: datetime) -> None:
    session.state = state
    session.revision += 1
    session.changed_at = at
    session.save()


def _note(
    session: WorkshopSession,
    what: Change,
    *,
    by: Any,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    if what == Change.CLASH and not reason.strip():
        raise ReasonMissing
    SessionChange.objects.create(
        session=session, what=what, before=before or {}, after=after or {}, reason=reason[:300], by=by, at=at
    )


def _write_meetings(session: WorkshopSession, plan: Plan) -> tuple[int, ...]:
    """Meetings keep their number, which names them in calendars; numbers of those that are gone."""
    had = {meeting.number: meeting for meeting in Meeting.objects.filter(session=session)}
    kept: set[int] = set()
    rows = []
    for wanted in sorted(plan.meetings, key=lambda meeting: meeting.stretch.starts_at):
        stretch = wanted.stretch
        if wanted.number in had and wanted.number not in kept:
            row = had[wanted.number]
        else:
            session.last_meeting += 1
            row = Meeting(session=session, number=session.last_meeting)
        kept.add(row.number)
        row.day, row.start, row.minutes, row.zone, row.fold = (
            wanted.day, wanted.start, wanted.minutes, wanted.zone, wanted.fold,
        )  # fmt: skip
        row.starts_at, row.ends_at = stretch.starts_at, stretch.ends_at
        row.save()
        rows.append(row)
    gone = tuple(sorted(set(had) - kept))
    if Attendance.objects.filter(meeting__session=session, meeting__number__in=gone).exists():
        # Who was there is on record.
        raise Over
    Meeting.objects.filter(session=session, number__in=gone).delete()
    session.starts_at = min(row.starts_at for row in rows)
    session.ends_at = max(row.ends_at for row in rows)
    WorkshopSession.objects.filter(pk=session.pk).update(
        starts_at=session.starts_at, ends_at=session.ends_at, last_meeting=session.last_meeting
    )
    return gone


def _write_people(
    session: WorkshopSession, plan: Plan
) -> tuple[tuple[SessionTrainer, ...], tuple[SessionTrainer, ...]]:
    """Organisations, questions and trainers as planned; the trainers who are no longer there, and those who are new."""
    session.organisations.set(plan.organisations)
    _write_questions(session, plan)
    had = list(SessionTrainer.objects.filter(session=session).select_related("person"))
    keys = {_trainer_key(trainer): trainer for trainer in had}
    wanted_keys = set()
    new = []
    for trainer in plan.trainers:
        key = _trainer_key(trainer)
        if key not in keys and key not in wanted_keys:
            new.append(
                SessionTrainer.objects.create(
                    session=session, person=trainer.person, name=trainer.name, email=trainer.email
                )
            )
        wanted_keys.add(key)
    gone = tuple(trainer for key, trainer in keys.items() if key not in wanted_keys)
    SessionTrainer.objects.filter(pk__in=[trainer.pk for trainer in gone]).delete()
    return gone, tuple(new)


def _write_questions(session: WorkshopSession, plan: Plan) -> None:
    """Questions keep their number: what somebody answered never stands below another question."""
    had = {question.number: question for question in SessionQuestion.objects.filter(session=session)}
    answered = set(
        SignUpAnswer.objects.filter(question__session=session)
        .exclude(value="")
        .values_list("question__number", flat=True)
    )
    last = max(had, default=0)
    kept: set[int] = set()
    for wanted in plan.questions:
        number = wanted.number
        if number is None or number not in had or number in kept:
            number = last = last + 1
        kept.add(number)
        if number in answered and had[number].is_sensitive:
            _keeps_its_promise(had[number], wanted)
        SessionQuestion.objects.update_or_create(
            session=session,
            number=number,
            defaults={
                "text": wanted.text,
                "kind": wanted.kind,
                "options": list(wanted.options),
                "is_required": wanted.is_required,
                "is_sensitive": wanted.is_sensitive,
                "erase_after_days": wanted.erase_after_days,
            },
        )
    SessionQuestion.objects.filter(session=session).exclude(number__in=kept).delete()


def _keeps_its_promise(question: SessionQuestion, wanted: QuestionPlan) -> None:
    """Whoever answered was told when the answer is erased: sooner is well, later or never is not. Raises Promised."""
    if not wanted.is_sensitive or wanted.erase_after_days > question.erase_after_days:
        raise Promised(question.text, question.erase_after_days)


def _trainer_key(trainer: Any) -> tuple[str, ...]:
    """Who a trainer is: the account, or name and address."""
    if trainer.person is not None:
        return ("person", str(trainer.person.pk))
    return ("guest", trainer.name, trainer.email.lower())
