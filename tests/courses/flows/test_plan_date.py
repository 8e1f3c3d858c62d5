"""Planning a date and what follows from it: who is told, who is asked, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from academy.people.models import User
from academy.people.rules import erase_person
from courses.booking.access import approvers_of, may_approve
from courses.booking.enums import Approval
from courses.booking.errors import Over, Promised, Unavailable
from courses.booking.models import SessionQuestion, SignUpAnswer, WorkshopSession
from courses.booking.rules import booking as rules
from courses.booking.rules import wishes
from courses.booking.rules.plans import MeetingPlan, QuestionPlan, TrainerPlan, series_of
from courses.flows import book_seat, plan_date
from tests.factories.booking import AT, DAY, book, make_date, make_item, plan
from tests.factories.people import make_organisation, make_person, make_unit

from .mailed import mails, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
STARTS = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def change(session: WorkshopSession, at: datetime = AT, **fields: object) -> None:
    revision = WorkshopSession.objects.get(pk=session.pk).revision
    wanted = plan(**{"meetings": (MeetingPlan(DAY, time(10), 240, "Europe/Berlin", number=1),), **fields})
    plan_date.change(public_id=session.public_id, plan=wanted, revision=revision, by=None, at=at)


def told(person: User) -> list[str]:
    return [mail.kind.removeprefix("booking/") for mail in mails(person.email)]


# -- series -----------------------------------------------------------------------------------------------------------
def test_windows_of_a_series_stay_at_their_time_on_the_wall_when_the_clocks_change() -> None:
    first = plan(
        day=date(2026, 3, 24),
        opens_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        closes_at=datetime(2026, 3, 23, 11, tzinfo=UTC),
        cancel_until=datetime(2026, 3, 24, 9, tzinfo=UTC),
    )
    second = series_of(first, 2, 7)[1]
    assert second.closes_at == datetime(2026, 3, 30, 10, tzinfo=UTC)
    # Ten o'clock, when it begins, on either day.
    assert second.cancel_until == second.meetings[0].stretch.starts_at == datetime(2026, 3, 31, 8, tzinfo=UTC)
    assert second.opens_at == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_a_window_that_would_end_in_the_hour_that_is_not_there_ends_after_it() -> None:
    first = plan(day=date(2026, 3, 24), cancel_until=datetime(2026, 3, 22, 1, 30, tzinfo=UTC))
    assert series_of(first, 2, 7)[1].cancel_until == datetime(2026, 3, 29, 1, tzinfo=UTC)


# -- drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_that_is_thrown_away_is_told_to_nobody() -> None:
    trainer = make_person()
    draft = make_date(trainers=[trainer], is_draft=True)
    plan_date.cancel(public_id=draft.public_id, reason="", revision=None, by=None, at=AT)
    assert told(trainer) == []


def test_a_draft_whose_day_is_over_cannot_be_opened() -> None:
    person, item = make_person(), make_item()
    wishes.want(person=person, item_key=item.key, at=AT)
    draft = make_date(item=item, is_draft=True)
    with pytest.raises(Over):
        plan_date.publish(public_id=draft.public_id, by=None, at=STARTS)
    assert told(person) == []


# -- who wanted a date ------------------------------------------------------------------------------------------------
def test_a_date_for_others_is_no_date_for_who_wants_one() -> None:
    item, unit, at = make_item(), make_unit(), AT
    outsider, insider = make_person(), make_person()
    unit.memberships.create(person=insider, from_day=date(2020, 1, 1))
    for person in (outsider, insider):
        wishes.want(person=person, item_key=item.key, at=at)
    make_date(item=item, organisations=(unit.organisation_id,))
    assert (told(outsider), told(insider)) == ([], ["date_set"])
    make_date(item=item, day=DAY + timedelta(days=7))
    assert (told(outsider), told(insider)) == (["date_set"], ["date_set"])


def test_a_cancellation_offers_only_dates_that_one_may_book() -> None:
    closed = make_organisation()
    session, item = make_date(), make_item()
    make_date(item=item, day=DAY + timedelta(days=7), organisations=(closed.pk,))
    make_date(item=item, day=DAY + timedelta(days=14))
    person = book(session).person
    assert person is not None
    plan_date.cancel(public_id=session.public_id, reason="Ill", revision=None, by=None, at=AT)
    text = mails(person.email)[-1].text
    assert "24 March" in text
    assert "17 March" not in text


# -- dates whose trainers have no account -----------------------------------------------------------------------------
def test_who_planned_a_date_of_guests_is_asked_whether_it_goes_ahead() -> None:
    planner = make_person()
    make_date(by=planner, trainers=[TrainerPlan(name="Guest")], minimum=3, decide_on=DAY - timedelta(days=5))
    assert plan_date.decide_due(at=STARTS - timedelta(days=4)) == 1
    assert told(planner) == ["decide"]


def test_who_planned_a_date_of_guests_approves_where_nobody_leads_the_person() -> None:
    planner, person = make_person(), make_person()
    session = make_date(by=planner, trainers=[TrainerPlan(name="Guest")], approval=Approval.MANAGER)
    asked = book(session, person)
    assert told(planner) == ["to_approve"]
    assert may_approve(planner, asked)


def test_a_trainer_who_asks_for_a_seat_is_not_asked_about_it() -> None:
    planner, trainer = make_person(), make_person()
    session = make_date(by=planner, trainers=[trainer], approval=Approval.MANAGER)
    assert approvers_of(book(session, trainer)) == [planner]


# -- accounts that are gone -------------------------------------------------------------------------------------------
def test_nobody_writes_to_an_account_that_was_deleted() -> None:
    trainer, manager = make_person(), make_person()
    session = make_date(trainers=[trainer], minimum=4, decide_on=DAY - timedelta(days=5))
    book_seat.reserve(
        session_id=session.public_id, unit=make_unit(), mode="place", count=2, return_on=DAY, by=manager, at=AT
    )
    for person in (trainer, manager):
        erase_person(person=person, by=None, at=AT)
    before = len(mails())
    change(session, meetings=(MeetingPlan(DAY, time(13), 240, "Europe/Berlin", number=1),), trainers=[trainer])
    plan_date.decide_due(at=STARTS - timedelta(days=4))
    plan_date.cancel(public_id=session.public_id, reason="Ill", revision=None, by=None, at=AT)
    assert [mail.to for mail in mails()[before:]] == []


# -- editing ----------------------------------------------------------------------------------------------------------
def test_a_trainer_who_is_away_later_does_not_stop_other_edits() -> None:
    trainer, other = make_person(), make_person()
    session = make_date(trainers=[trainer])
    for person in (trainer, other):
        wishes.add_unavailable(person=person, starts_at=STARTS - HOUR, ends_at=STARTS + HOUR)
    change(session, seats=9, trainers=[trainer])
    assert session.pools.get().capacity == 9
    later = MeetingPlan(DAY, time(10, 30), 240, "Europe/Berlin", number=1)
    with pytest.raises(Unavailable):
        change(session, meetings=(later,), trainers=[trainer])
    with pytest.raises(Unavailable):
        change(session, trainers=[trainer, other])


def test_what_was_promised_of_a_sensitive_answer_is_kept() -> None:
    asked = QuestionPlan("Do you need anything?", is_sensitive=True, erase_after_days=10)
    session = make_date(questions=(asked,))
    question = SessionQuestion.objects.get(session=session)
    book(session, answers={question.pk: "A ramp"})
    for loosened in (replace(asked, number=1, is_sensitive=False), replace(asked, number=1, erase_after_days=365)):
        with pytest.raises(Promised, match="erased 10 days after the date"):
            change(session, questions=(loosened,))
    change(session, questions=(replace(asked, number=1, text="What do you need?", erase_after_days=5),))
    question.refresh_from_db()
    assert (question.is_sensitive, question.erase_after_days) == (True, 5)
    wishes.forget(at=STARTS + timedelta(days=6))
    assert SignUpAnswer.objects.get().value == ""


def test_a_question_that_nobody_has_answered_can_be_loosened() -> None:
    asked = QuestionPlan("Do you need anything?", is_sensitive=True, erase_after_days=10)
    session = make_date(questions=(asked,))
    change(session, questions=(replace(asked, number=1, is_sensitive=False),))
    assert not SessionQuestion.objects.get(session=session).is_sensitive


# -- reminders --------------------------------------------------------------------------------------------------------
def test_a_reminder_after_the_last_day_to_cancel_offers_no_link_that_does_nothing() -> None:
    session = make_date(cancel_until=STARTS - timedelta(days=3))
    booking = book(session)
    plan_date.remind_due(at=STARTS - timedelta(days=7))
    plan_date.remind_due(at=STARTS - timedelta(days=1))
    early, late = [mail for mail in mails(booking.address) if mail.kind == "booking/reminder"]
    for words in (early.text, early.html):
        assert "/b/" in words
    for words in (late.text, late.html):
        assert "/b/" not in words
        assert "It is too late to cancel here. If you cannot come, please tell the trainer." in words


def test_who_cancels_while_reminders_are_written_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    booking = book(make_date())
    send_all()
    known = plan_date.is_known

    def meanwhile(key: str) -> bool:
        found = known(key)
        if booking.person is not None:
            rules.cancel(booking_id=booking.public_id, by=booking.person, at=AT)
        return found

    monkeypatch.setattr(plan_date, "is_known", meanwhile)
    assert plan_date.remind_due(at=STARTS - timedelta(days=1)) == 0


def test_who_changed_the_number_of_seats_is_written_down() -> None:
    session, trainer = make_date(seats=5), make_person()
    wanted = plan(
        seats={"place": 7, "online": 0}, meetings=(MeetingPlan(DAY, time(10), 240, "Europe/Berlin", number=1),)
    )
    for _again in range(2):
        session.refresh_from_db()
        plan_date.change(
            public_id=session.public_id, plan=wanted, revision=session.revision, by=trainer, at=AT, reason=""
        )
    [noted] = session.changes.filter(what="capacity")
    assert (noted.before, noted.after, noted.by) == ({"place": 5}, {"place": 7}, trainer)
