"""What the clock mails: reminders, the question whether a date goes ahead, news of a first date. Each once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from academy.mail.models import OutgoingEmail
from courses.booking.enums import SessionState
from courses.booking.models import WorkshopSession
from courses.booking.rules import wishes
from courses.booking.rules.plans import MeetingPlan
from courses.flows import free_seat, plan_date
from tests.factories.booking import AT, DAY, book, make_date, make_item, plan
from tests.factories.people import make_person

from .mailed import mails, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
STARTS = datetime(2026, 3, 10, 9, tzinfo=UTC)
WEEK, ONE_DAY, MINUTE = timedelta(days=7), timedelta(days=1), timedelta(minutes=1)


def reminders() -> list[OutgoingEmail]:
    return [mail for mail in mails() if mail.kind == "booking/reminder"]


def change(session: WorkshopSession, at: datetime, **fields: object) -> None:
    revision = WorkshopSession.objects.get(pk=session.pk).revision
    plan_date.change(public_id=session.public_id, plan=plan(**fields), revision=revision, by=None, at=at)


def meeting(day: date, start: time = time(10), zone: str = "Europe/Berlin") -> tuple[MeetingPlan, ...]:
    return (MeetingPlan(day, start, 240, zone, number=1),)


# -- reminders --------------------------------------------------------------------------------------------------------
def test_a_reminder_comes_a_week_and_a_day_before_and_each_once() -> None:
    book(make_date())
    sent = []
    for at in (
        STARTS - WEEK - MINUTE,
        STARTS - WEEK,
        STARTS - WEEK + MINUTE,
        STARTS - ONE_DAY - MINUTE,
        STARTS - ONE_DAY,
        STARTS - MINUTE,
        STARTS,
    ):
        sent.append(plan_date.remind_due(at=at))
    assert sent == [0, 1, 0, 0, 1, 0, 0]
    assert [mail.key.split(":")[3] for mail in reminders()] == ["7", "1"]


def test_a_clock_that_stood_still_sends_the_reminder_that_is_due_now_alone() -> None:
    book(make_date())
    assert plan_date.remind_due(at=STARTS - timedelta(hours=3)) == 1
    assert plan_date.remind_due(at=STARTS - timedelta(hours=2)) == 0
    assert [mail.key.split(":")[3] for mail in reminders()] == ["1"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/Lisbon", "Europe/Athens", "Atlantic/Azores"])
@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26)])
def test_a_change_of_clocks_in_between_neither_doubles_nor_loses_one(zone: str, day: date) -> None:
    session = make_date(meetings=meeting(day, time(9), zone))
    book(session)
    assert session.starts_at is not None
    days = [timedelta(days=day, hours=hour) for day in (-7, -1) for hour in (-1, 0, 1)]
    assert [plan_date.remind_due(at=session.starts_at + before) for before in days] == [0, 1, 0, 0, 1, 0]


def test_only_those_who_have_a_seat_are_reminded() -> None:
    session = make_date(seats=1)
    booked = book(session)
    book(session)
    plan_date.remind_due(at=STARTS - WEEK)
    assert [mail.to for mail in reminders()] == [booked.address]
    send_all()
    free_seat.cancel(booking_id=booked.public_id, by=booked.person, at=STARTS - timedelta(days=3))
    plan_date.remind_due(at=STARTS - ONE_DAY)
    assert len(reminders()) == 2, "who moved up is reminded, who left is not"
    assert reminders()[1].to != booked.address


def test_who_books_late_is_not_reminded_of_what_they_have_just_read() -> None:
    session = make_date()
    book(session, at=STARTS - timedelta(days=5))
    assert plan_date.remind_due(at=STARTS - timedelta(days=5) + MINUTE) == 0
    assert plan_date.remind_due(at=STARTS - ONE_DAY) == 1


def test_a_date_that_is_moved_reminds_anew() -> None:
    session = make_date()
    book(session)
    assert plan_date.remind_due(at=STARTS - WEEK) == 1
    change(session, STARTS - timedelta(days=6), meetings=meeting(DAY + timedelta(days=30)))
    later = STARTS + timedelta(days=30)
    sent = [plan_date.remind_due(at=at) for at in (STARTS - ONE_DAY, later - WEEK - timedelta(hours=2), later - WEEK)]
    assert sent[0] == 0
    assert sum(sent) == 1


def test_who_was_told_of_another_time_days_before_it_is_reminded_a_day_before_only() -> None:
    session = make_date()
    book(session)
    moved_at = STARTS - timedelta(days=8)
    change(session, moved_at, meetings=meeting(DAY - timedelta(days=3)))
    starts_at = STARTS - timedelta(days=3)
    assert plan_date.remind_due(at=moved_at + MINUTE) == 0
    assert plan_date.remind_due(at=starts_at - ONE_DAY) == 1


def test_a_date_that_was_cancelled_reminds_nobody_and_takes_back_what_waits() -> None:
    session = make_date()
    book(session)
    plan_date.remind_due(at=STARTS - WEEK)
    plan_date.cancel(public_id=session.public_id, reason="", revision=None, by=None, at=STARTS - WEEK)
    assert plan_date.remind_due(at=STARTS - ONE_DAY) == 0
    assert reminders() == []


# -- run or cancel ----------------------------------------------------------------------------------------------------
def test_with_too_few_people_the_trainers_are_asked_once_on_the_day_in_the_zone_of_the_date() -> None:
    trainer = make_person(time_zone="Europe/Athens")
    session = make_date(trainers=[trainer], minimum=3, decide_on=date(2026, 3, 1), meetings=meeting(DAY))
    book(session)
    send_all()
    # Midnight in Berlin is 23 o'clock UTC of the day before.
    asked = [
        plan_date.decide_due(at=at)
        for at in (
            datetime(2026, 2, 28, 22, 59, tzinfo=UTC),
            datetime(2026, 2, 28, 23, 0, tzinfo=UTC),
            datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        )
    ]
    assert asked == [0, 1, 0]
    [mail] = mails(unsent=True)
    assert (mail.kind, mail.to) == ("booking/decide", trainer.email)
    assert "1 person has a seat, and it needs at least 3." in mail.text
    session.refresh_from_db()
    assert session.state == SessionState.PLANNED


def test_with_enough_people_it_goes_ahead_by_itself_and_nobody_is_asked() -> None:
    session = make_date(trainers=[make_person()], minimum=2, decide_on=date(2026, 3, 1))
    book(session)
    book(session)
    send_all()
    assert plan_date.decide_due(at=datetime(2026, 3, 1, 8, tzinfo=UTC)) == 0
    session.refresh_from_db()
    assert (session.state, mails(unsent=True)) == (SessionState.GOING_AHEAD, [])


@pytest.mark.parametrize("what", ["the date", "the decision"])
def test_it_is_asked_anew_when_the_date_or_the_decision_is_put_off(what: str) -> None:
    trainer = make_person()
    fields = {"trainers": [trainer], "minimum": 3}
    session = make_date(decide_on=date(2026, 3, 1), meetings=meeting(DAY), **fields)
    assert plan_date.decide_due(at=datetime(2026, 3, 1, 8, tzinfo=UTC)) == 1
    later = DAY + timedelta(days=30) if what == "the date" else DAY
    change(
        session,
        datetime(2026, 3, 1, 9, tzinfo=UTC),
        decide_on=date(2026, 3, 5),
        meetings=meeting(later),
        **fields,
    )
    assert [plan_date.decide_due(at=datetime(2026, 3, day, 8, tzinfo=UTC)) for day in (2, 5, 6)] == [0, 1, 0]
    assert sum(mail.kind == "booking/decide" for mail in mails(trainer.email)) == 2


# -- who wanted a date ------------------------------------------------------------------------------------------------
def test_who_wanted_a_date_is_told_of_the_first_one_alone_and_again_when_they_ask_again() -> None:
    person, item = make_person(), make_item()
    for _ in range(2):
        wishes.want(person=person, item_key=item.key, at=AT)
    told = []
    for n in range(3):
        make_date(day=DAY + timedelta(days=n))
        told.append(len(mails(person.email)))
        if n == 1:
            wishes.want(person=person, item_key=item.key, at=AT + timedelta(days=1))
    assert told == [1, 1, 2]
    assert {mail.kind for mail in mails(person.email)} == {"booking/date_set"}


def test_a_draft_tells_nobody_until_it_is_opened() -> None:
    person, trainer = make_person(), make_person()
    wishes.want(person=person, item_key=make_item().key, at=AT)
    session = make_date(is_draft=True, trainers=[trainer])
    assert mails() == []
    plan_date.publish(public_id=session.public_id, by=trainer, at=AT)
    assert sorted(mail.kind for mail in mails()) == ["booking/date_set", "booking/trainer"]
