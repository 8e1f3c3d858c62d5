"""Editing and moving a date: what changes is looked at first, and two trainers do not overwrite each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import User
from courses.booking.models import SessionChange, SessionQuestion, SignUpAnswer, WorkshopSession
from courses.booking.rules.plans import MeetingPlan, QuestionPlan, TrainerPlan
from courses.flows import book_seat, plan_date
from tests.factories import booking as dates
from tests.factories.people import grant, make_person, make_unit, signed_in

from .test_planning import DAY, ZONE, errors, text

LATER = (DAY + timedelta(days=7)).isoformat()


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer for everybody."""
    person = make_person(display_name="Tess Trainer", time_zone=ZONE)
    grant(person, Role.TRAINER)
    return person


@pytest.fixture
def session(trainer: User) -> WorkshopSession:
    """Two seats, both taken, one person waiting; planned by its trainer."""
    meeting = MeetingPlan(DAY, dates.time(10), 180, ZONE)
    made = dates.make_date(seats=2, meetings=(meeting,), trainers=(trainer,), by=trainer, at=timezone.now())
    dates.fill_up(made, 3, at=timezone.now())
    OutgoingEmail.objects.all().delete()
    return made


def address(session: WorkshopSession) -> str:
    """Where it is edited."""
    return reverse("session_edit", args=[session.public_id])


def shown(client: Client, session: WorkshopSession, **fields: Any) -> dict[str, Any]:
    """The form as the browser would send it, with these changes."""
    context = client.get(address(session)).context
    planning = context["planning"]
    data = {
        field.html_name: field.value()
        for form in planning.forms
        for field in form
        if field.value() not in (None, False, [])
    }
    rows = {kind: [row.id for row in found] for kind, found in planning.rows.items()}
    return {**data, **rows, "revision": context["revision"], "seen": context["seen"], "step": "preview", **fields}


def moved_mails() -> list[str]:
    """Who is told of another time."""
    return sorted(OutgoingEmail.objects.filter(kind="booking/moved").values_list("to", flat=True))


def test_a_move_is_looked_at_first_and_tells_everybody_once(trainer: User, session: WorkshopSession) -> None:
    client = signed_in(trainer)
    data = shown(client, session, **{"meeting-1-day": LATER, "seats_place": "3"})
    page = text(client.post(address(session), data))
    assert ("3 people will be told" in page, "2 with a seat" in page, "1 on the waiting list" in page) == (True,) * 3
    assert "1 person moves up from the waiting list and is told." in page
    session.refresh_from_db()
    assert (session.meetings.get().day, moved_mails()) == (DAY, [])
    # The page posts the same again.
    fields = client.post(address(session), data).context["fields"]
    again: dict[str, Any] = {}
    for name, value in fields:
        again.setdefault(name, []).append(value)
    page = text(client.post(address(session), {**again, "step": "save"}, follow=True))
    assert "The change is saved. 3 people are told. 1 person moves up from the waiting list." in page
    # Who has moved up reads of the new time in the mail about the seat.
    told = list(OutgoingEmail.objects.filter(person__bookings__session=session).values_list("kind", flat=True))
    assert sorted(told) == ["booking/booked", "booking/moved", "booking/moved"]
    # Sent twice it is saved once.
    page = text(client.post(address(session), {**again, "step": "save"}, follow=True))
    assert ("The date says this already." in page, len(moved_mails())) == (True, 2)


def test_back_from_the_preview_keeps_what_was_typed(trainer: User, session: WorkshopSession) -> None:
    client = signed_in(trainer)
    response = client.post(address(session), shown(client, session, room="Cellar", step="back"))
    assert (response.status_code, response.context["planning"].main["room"].value()) == (200, "Cellar")
    assert 'name="mark"' not in text(response)


def test_details_that_nobody_has_to_know_tell_nobody(trainer: User, session: WorkshopSession) -> None:
    client = signed_in(trainer)
    data = shown(client, session, minimum="2")
    page = text(client.post(address(session), data))
    assert "Time and place stay as they are, so nobody who has booked is told." in page
    client.post(address(session), {**data, "step": "save"})
    session.refresh_from_db()
    assert (session.minimum, OutgoingEmail.objects.count()) == (2, 0)
    assert "Nobody was told anything." in text(client.post(address(session), shown(client, session), follow=True))


def test_the_second_of_two_trainers_sees_what_changed_and_nobody_is_told_twice(
    trainer: User, session: WorkshopSession
) -> None:
    colleague = make_person(display_name="Carla Colleague", time_zone=ZONE)
    grant(colleague, Role.TRAINER)
    first, second = signed_in(colleague), signed_in(trainer)
    mine = shown(second, session, room="Attic", **{"meeting-1-start": "13:00"})
    theirs = shown(first, session, **{"meeting-1-day": LATER})
    # Both look at the preview; the colleague saves first.
    assert second.post(address(session), mine).status_code == 200
    first.post(address(session), {**theirs, "step": "save"})
    assert len(moved_mails()) == 3
    response = second.post(address(session), {**mine, "step": "save"})
    page = text(response)
    assert response.status_code == 409
    assert ("A colleague has changed this date meanwhile" in page, "Carla Colleague" in page) == (True, True)
    assert {(str(row.label), row.after[0]) for row in response.context["both"]} >= {
        ("Where", "Attic, Town hall, Lindenmark")
    }
    assert response.context["planning"].main["room"].value() == "Attic"
    assert (session.meetings.get().day.isoformat(), len(moved_mails())) == (LATER, 3)
    assert OutgoingEmail.objects.filter(kind="booking/moved").count() == 3
    # They decide again, and their change takes the place of the mails that still wait.
    mine |= {"revision": response.context["revision"], "seen": response.context["seen"], "meeting-1-day": LATER}
    second.post(address(session), {**mine, "step": "save"})
    session.refresh_from_db()
    waiting = OutgoingEmail.objects.filter(kind="booking/moved", state="queued")
    assert (session.room, sorted(waiting.values_list("to", flat=True)) == sorted(set(moved_mails()))) == ("Attic", True)


def test_fewer_seats_than_are_taken_are_refused_on_their_field(trainer: User, session: WorkshopSession) -> None:
    client = signed_in(trainer)
    response = client.post(address(session), shown(client, session, seats_place="1", minimum="1"))
    assert (response.status_code, errors(response)) == (
        422,
        {"seats_place": "2 seats are taken, so there cannot be fewer.", "": ""},
    )


def test_a_clash_is_said_before_the_preview_and_never_with_itself(trainer: User, session: WorkshopSession) -> None:
    other = MeetingPlan(DAY + timedelta(days=7), dates.time(9), 120, ZONE)
    dates.make_date(item=dates.make_item("W2", "Cost lab"), meetings=(other,), trainers=(trainer,), room="9")
    client = signed_in(trainer)
    assert client.post(address(session), shown(client, session, minimum="2")).status_code == 200
    data = shown(client, session, **{"meeting-1-day": LATER})
    response = client.post(address(session), data)
    assert (response.status_code, "Tess Trainer gives Cost lab" in text(response)) == (422, True)
    assert "3 people will be told" in text(client.post(address(session), {**data, "reason": "A colleague steps in"}))
    client.post(address(session), {**data, "reason": "A colleague steps in", "step": "save"})
    assert SessionChange.objects.get(what="clash").reason == "A colleague steps in"


def test_taking_a_question_out_leaves_answers_below_their_own(trainer: User, session: WorkshopSession) -> None:
    plan = dates.plan(
        seats=5,
        meetings=(MeetingPlan(DAY, dates.time(10), 180, ZONE, number=1),),
        trainers=(TrainerPlan(person=trainer),),
        questions=(QuestionPlan("Diet?", is_sensitive=True), QuestionPlan("Town?")),
    )
    plan_date.change(public_id=session.public_id, plan=plan, revision=session.revision, by=trainer, at=timezone.now())
    diet, town = SessionQuestion.objects.filter(session=session)
    book_seat.book(
        session_id=session.public_id,
        person=(person := make_person()),
        mode="place",
        by=person,
        at=timezone.now(),
        answers={diet.pk: "No nuts", town.pk: "Lindau"},
    )
    client = signed_in(trainer)
    data = shown(client, session)
    client.post(address(session), {**data, "question": data["question"][1:], "step": "save"})
    assert [(row.question.text, row.value) for row in SignUpAnswer.objects.all()] == [("Town?", "Lindau")]


def test_dates_that_are_over_and_dates_of_others_are_not_edited(trainer: User, session: WorkshopSession) -> None:
    other = make_person()
    from_unit = dates.make_date(item=dates.make_item("W3"), room="7")
    grant(other, Role.MANAGER, make_unit())
    assert signed_in(other).get(address(session)).status_code == 403
    client = signed_in(trainer)
    assert client.get(reverse("session_edit", args=[uuid4()])).status_code == 404
    plan_date.cancel(public_id=from_unit.public_id, reason="", revision=None, by=None, at=dates.AT)
    page = text(client.get(address(from_unit), follow=True))
    assert "This date is over or cancelled, so it cannot be changed." in page


def test_the_address_of_a_guest_and_the_kind_of_a_question_are_changes(trainer: User, session: WorkshopSession) -> None:
    client = signed_in(trainer)
    guest, wrong = "Ada Guest", "ada@exampel.org"
    rows = {"trainer": ["1"], "trainer-1-name": guest, "trainer-1-email": wrong,
            "question": ["1"], "question-1-text": "Do you come by train?", "question-1-kind": "text",
            "question-1-erase_after_days": "30"}  # fmt: skip
    client.post(address(session), shown(client, session, step="save", **rows))
    assert session.trainers.get().email == wrong
    client.post(address(session), shown(client, session, step="save", **{"trainer-1-email": "ada@example.org"}))
    assert session.trainers.get().email == "ada@example.org"
    client.post(address(session), shown(client, session, step="save", **{"question-1-kind": "yes_no"}))
    assert SessionQuestion.objects.get(session=session).kind == "yes_no"


def test_seats_that_people_wait_for_are_not_taken_away_under_them(trainer: User, session: WorkshopSession) -> None:
    client, one = signed_in(trainer), {"seats_online": "1", "join_url": "https://rooms.example/1"}
    client.post(address(session), shown(client, session, step="save", **one))
    for _ in range(2):
        dates.book(session, mode="online", at=timezone.now())
    seated = session.bookings.get(pool__mode="online", state="booked")
    waits = session.bookings.get(pool__mode="online", state="waiting")
    session.bookings.filter(pk=seated.pk).update(state="cancelled", ended_at=timezone.now())
    session.pools.filter(mode="online").update(taken=0)
    none = {"seats_online": ""}
    refused = client.post(address(session), shown(client, session, step="save", **none))
    assert refused.status_code == 422
    assert errors(refused)["seats_online"] == "People wait for these seats. Take them off the list first."
    session.bookings.filter(pk=waits.pk).update(state="cancelled", ended_at=timezone.now())
    client.post(address(session), shown(client, session, step="save", **none))
    assert session.pools.get(mode="online").capacity == 0


def test_nobody_is_booked_or_reserved_for_a_kind_of_seat_that_is_gone(trainer: User, session: WorkshopSession) -> None:
    client, unit, colleague = signed_in(trainer), make_unit(), make_person()
    grant(trainer, Role.MANAGER, unit)
    unit.memberships.create(person=colleague, from_day=DAY - timedelta(days=900))
    for more in ({"seats_online": "1", "join_url": "https://rooms.example/1"}, {"seats_online": ""}):
        client.post(address(session), shown(client, session, step="save", **more))
    for name in ("book_for", "reserve_seats"):
        form = client.get(reverse(name, args=[session.public_id])).context["form"]
        assert "mode" not in form.fields
