"""Planning a date: the form, its rows, what is refused and where it is said, copies and series."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import User
from courses.booking.models import SessionChange, WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from courses.booking.rules.wishes import add_unavailable, want
from tests.factories import booking as dates
from tests.factories.people import grant, make_organisation, make_person, signed_in

# The form shows the same on every database; that rows are kept is shown by the tests of the flows on both.
pytestmark = pytest.mark.one_database

DAY = timezone.localdate() + timedelta(days=40)
ZONE = "Europe/Berlin"


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer for everybody."""
    person = make_person(display_name="Tess Trainer", time_zone=ZONE)
    grant(person, Role.TRAINER)
    return person


@pytest.fixture
def client(trainer: User) -> Client:
    """The trainer's browser."""
    return signed_in(trainer)


def text(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def filled(by: User | None = None, **fields: Any) -> dict[str, Any]:
    """A form that is right, but for what `fields` say."""
    data: dict[str, Any] = {
        "mark": str(uuid4()),
        "zone": ZONE,
        "meeting": ["1"],
        "meeting-1-day": DAY.isoformat(),
        "meeting-1-start": "10:00",
        "meeting-1-minutes": "180",
        "city": "Lindenmark",
        "venue": "Town hall",
        "room": "2.14",
        "seats_place": "16",
        "language": "de",
        "kind": "workshop",
        "minimum": "6",
        "approval": "none",
        "waiting": "automatic",
        "offer_hours": "24",
    }
    if by is not None:
        data |= {"trainer": ["1"], "trainer-1-email": by.email.upper(), "trainer-1-name": ""}
    return {**data, **fields}


def new(code: str = "W1") -> str:
    """Where a date of this workshop is planned."""
    return reverse("plan_date", args=[dates.make_item(code).key])


def errors(response: Any) -> dict[str, str]:
    """What the page says is wrong, by field."""
    return {
        field.html_name: " ".join(field.errors)
        for form in response.context["planning"].forms
        for field in form
        if field.errors
    } | {"": " ".join(response.context["planning"].main.non_field_errors())}


def test_a_date_is_planned_with_all_that_the_form_says(client: Client, trainer: User) -> None:
    organisation = make_organisation("Lindenmark")
    response = client.post(
        new(),
        filled(
            trainer,
            **{
                "meeting": ["1", "4"],
                "meeting-4-day": (DAY + timedelta(days=7)).isoformat(),
                "meeting-4-start": "09:30",
                "meeting-4-minutes": "90",
                "trainer": ["1", "2", "3"],
                "trainer-2-name": " Gus  Guest ",
                "trainer-2-email": "gus@example.org",
                "trainer-3-name": "",
                "question": ["1", "2"],
                "question-1-text": "What do you eat?",
                "question-1-kind": "choice",
                "question-1-options": "All\r\n\r\nNo meat\r\n",
                "question-1-is_sensitive": "on",
                "question-1-erase_after_days": "14",
                "question-2-text": "",
                "question-2-kind": "text",
                "question-2-erase_after_days": "30",
                "join_url": "https://meet.example.org/x",
                "seats_online": "4",
                "interpreting": ["nl", "de"],
                "has_captions": "on",
                "is_step_free": "on",
                "decide_on": (DAY - timedelta(days=7)).isoformat(),
                "cancel_until": f"{(DAY - timedelta(days=2)).isoformat()}T12:00",
                "organisations": [str(organisation.pk)],
                "waiting": "offer",
                "offer_hours": "48",
            },
        ),
    )
    session = WorkshopSession.objects.get()
    assert response.url == reverse("session_desk", args=[session.public_id])
    berlin = ZoneInfo(ZONE)
    second = DAY + timedelta(days=7)
    assert [(row.number, row.starts_at, row.minutes) for row in session.meetings.all()] == [
        (1, datetime.combine(DAY, time(10), berlin), 180),
        (2, datetime.combine(second, time(9, 30), berlin), 90),
    ]
    assert {pool.mode: pool.capacity for pool in session.pools.all()} == {"place": 16, "online": 4}
    assert [(row.person, row.name, row.email) for row in session.trainers.all()] == [
        (trainer, "", ""),
        (None, "Gus Guest", "gus@example.org"),
    ]
    question = session.questions.get()
    assert (question.text, question.options, question.is_sensitive, question.erase_after_days) == (
        "What do you eat?",
        ["All", "No meat"],
        True,
        14,
    )
    assert (session.state, session.languages_interpreted, session.has_captions, session.is_step_free) == (
        "planned",
        ["nl"],
        True,
        True,
    )
    assert (session.cancel_until, session.waiting, session.offer_hours, session.created_by) == (
        datetime.combine(DAY - timedelta(days=2), time(12), berlin),
        "offer",
        48,
        trainer,
    )
    assert [one.pk for one in session.organisations.all()] == [organisation.pk]
    assert set(OutgoingEmail.objects.values_list("to", flat=True)) == {"gus@example.org", trainer.email}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"meeting-1-day": ""}, {"meeting-1-day": "This field is required."}),
        ({"meeting-1-day": "0001-01-01"}, {"meeting-1-day": "This day is more than five years away. Check the year."}),
        ({"meeting-1-day": "2020-13-01"}, {"meeting-1-day": "Enter a valid date."}),
        (
            {"meeting-1-day": (timezone.localdate() - timedelta(days=9)).isoformat()},
            {"meeting-1-day": "This lies in the past."},
        ),
        ({"meeting-1-minutes": "2"}, {"meeting-1-minutes": "Ensure this value is greater than or equal to 5."}),
        ({"meeting": []}, {"zone": "A date needs at least one day. Add a part."}),
        ({"zone": "Mars/Base"}, {"zone": "Select a valid choice. Mars/Base is not one of the available choices."}),
        ({"seats_place": ""}, {"seats_place": "Give the number of seats on site, online or both."}),
        ({"minimum": "17"}, {"minimum": "There are fewer seats than that."}),
        ({"city": "", "venue": ""}, {"city": "Say where it is, or leave the seats on site empty."}),
        ({"seats_online": "2"}, {"join_url": "Give the link, or leave the seats online empty."}),
        ({"kind": "study_visit"}, {"host": "Say who is visited."}),
        ({"decide_on": (DAY + timedelta(days=1)).isoformat()}, {"decide_on": "This is after the first meeting."}),
        (
            {"cancel_until": f"{DAY.isoformat()}T11:00"},
            {"cancel_until": "This is after the beginning of the first meeting."},
        ),
        (
            {"opens_at": f"{DAY.isoformat()}T09:00", "closes_at": f"{DAY.isoformat()}T08:00"},
            {"closes_at": "Booking closes before it opens."},
        ),
        ({"closes_at": "soon"}, {"closes_at": "Enter a day and a time, for example 2027-02-09 10:00."}),
        (
            {"trainer": ["1"], "trainer-1-email": "nobody@example.org"},
            {"trainer-1-email": "No trainer has this address. Give a name as well for a guest."},
        ),
        (
            {
                "question": ["1"],
                "question-1-text": "Which?",
                "question-1-kind": "choice",
                "question-1-options": "One",
                "question-1-erase_after_days": "30",
            },
            {"question-1-options": "Give at least two answers to choose from."},
        ),
        (
            {
                "meeting": ["1", "2"],
                "meeting-2-day": DAY.isoformat(),
                "meeting-2-start": "12:59",
                "meeting-2-minutes": "60",
            },
            {"meeting-2-start": "This overlaps with another part of the same date."},
        ),
        ({"repeat": "7", "times": ""}, {"times": "Say how many dates."}),
    ],
)
def test_what_cannot_be_is_said_on_its_field_and_nothing_typed_is_lost(
    client: Client, fields: dict[str, Any], said: dict[str, str]
) -> None:
    response = client.post(new(), filled(**{"access_notes": "Ring twice", **fields}))
    assert (response.status_code, errors(response)) == (422, said | {"": ""})
    page = text(response)
    assert ("Ring twice" in page, "needs your attention" in page) == (True, True)
    assert not WorkshopSession.objects.exists()


def test_a_time_that_the_clocks_jump_over_is_refused_with_the_next_one(client: Client) -> None:
    # The last Sunday of March of next year, in Berlin.
    year = timezone.localdate().year + 1
    day = max(date(year, 3, n) for n in range(25, 32) if date(year, 3, n).weekday() == 6)
    response = client.post(new(), filled(**{"meeting-1-day": day.isoformat(), "meeting-1-start": "02:30"}))
    assert errors(response)["meeting-1-start"] == (
        "On this day the clocks are put forward and this time does not exist. The next one is 03:00."
    )


def test_a_time_that_comes_twice_is_asked_about_with_both_offsets(client: Client) -> None:
    year = timezone.localdate().year + 1
    day = max(date(year, 10, n) for n in range(25, 32) if date(year, 10, n).weekday() == 6)
    data = filled(**{"meeting-1-day": day.isoformat(), "meeting-1-start": "02:30"})
    response = client.post(new(), data)
    page = text(response)
    assert errors(response)["meeting-1-fold"] == "Choose one of the two."
    assert ("The first one, UTC+0200" in page, "The second one, UTC+0100" in page) == (True, True)
    client.post(new(), {**data, "meeting-1-fold": "1"})
    meeting = WorkshopSession.objects.get().meetings.get()
    assert (meeting.fold, meeting.starts_at.hour) == (1, 1)


def test_rows_are_added_and_taken_out_without_scripts_and_nothing_is_judged(client: Client) -> None:
    data = filled(city="", **{"meeting-1-start": "14:15"})
    response = client.post(new(), {**data, "rows": "add-meeting"})
    planning = response.context["planning"]
    assert (response.status_code, planning.error_count, [row.id for row in planning.meetings]) == (200, 0, ["1", "2"])
    assert [row["start"].value() for row in planning.meetings] == ["14:15", "14:15"]
    page = text(client.post(new(), {**data, "meeting": ["1", "2"], "rows": "remove-meeting-1"}))
    assert ('name="meeting-2-day"' in page, 'name="meeting-1-day"' in page) == (True, False)
    page = text(client.post(new(), {**data, "rows": "add-question"}))
    assert 'name="question-1-text"' in page
    assert client.post(new(), {**data, "rows": "add-nonsense"}).status_code == 200
    assert not WorkshopSession.objects.exists()


def test_a_clash_is_shown_and_planned_all_the_same_with_a_reason(client: Client, trainer: User) -> None:
    dates.make_date(trainers=(trainer,), meetings=(MeetingPlan(DAY, time(12), 120, ZONE),))
    data = filled(trainer)
    response = client.post(new("W2"), data)
    page = text(response)
    assert response.status_code == 422
    assert (
        "Tess Trainer gives Functional question clinic" in page,
        "2.14, Town hall, Lindenmark is taken" in page,
    ) == (
        True,
        True,
    )
    assert "say why you plan it all the same" in errors(response)["reason"]
    client.post(new("W2"), {**data, "reason": "Two rooms behind one door"})
    change = SessionChange.objects.get(what="clash")
    assert (change.reason, change.by) == ("Two rooms behind one door", trainer)


def test_clashes_show_while_typing_and_nothing_is_written(client: Client, trainer: User) -> None:
    session = dates.make_date(trainers=(trainer,), meetings=(MeetingPlan(DAY, time(12), 120, ZONE),))
    address = reverse("planning_clashes")
    data = filled(trainer, seats_place="", language="")
    assert "Tess Trainer gives Functional question clinic" in client.post(address, data).content.decode()
    for fields in ({"date": str(session.public_id)}, {"meeting-1-day": ""}, {"meeting-1-start": "15:00"}, {"zone": ""}):
        assert "overlaps" not in client.post(address, {**data, **fields}).content.decode()
    assert "overlaps" in client.post(address, {**data, "date": "nonsense"}).content.decode()
    assert (client.get(address).status_code, WorkshopSession.objects.count()) == (405, 1)


def test_where_overlaps_are_blocked_no_reason_helps(client: Client, trainer: User, settings: Any) -> None:
    settings.BOOKING_OVERLAPS = "block"
    dates.make_date(meetings=(MeetingPlan(DAY, time(12), 120, ZONE),))
    response = client.post(new("W2"), filled(reason="I want to"))
    assert errors(response) == {"": "This overlaps with something else. Choose another time, room or trainer."}


def test_a_trainer_who_is_not_available_cannot_be_planned(client: Client, trainer: User) -> None:
    starts_at = datetime.combine(DAY, time(8), ZoneInfo(ZONE))
    add_unavailable(person=trainer, starts_at=starts_at, ends_at=starts_at + timedelta(hours=5))
    response = client.post(new(), filled(trainer, reason="Please"))
    assert errors(response)["trainer-1-email"] == "Tess Trainer has marked this time as not available."


def test_the_same_form_sent_twice_is_one_date(client: Client) -> None:
    data = filled(reason="Whatever it is")
    client.post(new(), data)
    page = text(client.post(new(), data, follow=True))
    assert ("Nothing was planned a second time." in page, WorkshopSession.objects.count()) == (True, 1)


def test_a_copy_is_the_same_again_on_a_new_day(client: Client, trainer: User) -> None:
    session = dates.make_date(
        trainers=(trainer,), seats={"place": 7}, meetings=(MeetingPlan(DAY, time(9, 15), 200, ZONE),), minimum=3
    )
    address = f"{new()}?copy={session.public_id}"
    planning = client.get(address).context["planning"]
    day = planning.meetings[0]["day"].value()
    assert (day > DAY, (day - DAY).days % 7, planning.meetings[0]["minutes"].value()) == (True, 0, 200)
    assert [planning.main[name].value() for name in ("seats_place", "room", "minimum")] == [7, "2.14", 3]
    assert planning.trainers[0]["email"].value() == trainer.email
    # What the page shows can be saved as it is.
    shown = {
        field.html_name: field.value()
        for form in planning.forms
        for field in form
        if field.value() not in (None, False, [])
    }
    assert client.post(address, {**shown, "meeting": ["1"], "trainer": ["1"]}).status_code == 302
    assert client.get(f"{new()}?copy={uuid4()}").status_code == 404
    assert client.get(f"{new('W2')}?copy={session.public_id}").status_code == 404


def test_four_a_year_and_a_draft(client: Client) -> None:
    client.post(new(), filled(repeat="91", times="4"))
    days = [row.meetings.get().day for row in WorkshopSession.objects.order_by("starts_at")]
    assert days == [DAY + timedelta(days=91 * n) for n in range(4)]
    assert len(set(WorkshopSession.objects.values_list("series", flat=True))) == 1
    client.post(new("W2"), filled(is_draft="on", room="9"))
    assert WorkshopSession.objects.filter(item__code="W2").values_list("state", flat=True).get() == "draft"


def test_who_wanted_a_date_is_told_once_it_is_planned(client: Client) -> None:
    person = make_person()
    want(person=person, item_key=dates.make_item().key, at=timezone.now())
    client.post(new(), filled())
    assert list(OutgoingEmail.objects.values_list("to", flat=True)) == [person.email]


def test_only_those_who_run_dates_plan_them(site: Any) -> None:
    learner = make_person()
    assert signed_in(learner).get(new()).status_code == 403
    assert Client().get(new()).status_code == 302
    trainer = make_person()
    grant(trainer, Role.TRAINER)
    assert signed_in(trainer).get(reverse("plan_date", args=[uuid4()])).status_code == 404


def test_what_was_typed_is_there_again_after_signing_in(trainer: User) -> None:
    browser = Client()
    response = browser.post(new(), filled(room="Attic", **{"meeting-1-start": "08:45"}))
    back = parse_qs(urlsplit(response.url).query)["next"][0]
    browser.force_login(trainer, backend="django.contrib.auth.backends.ModelBackend")
    planning = browser.get(back).context["planning"]
    assert (planning.main["room"].value(), planning.meetings[0]["start"].value()) == ("Attic", "08:45")
    assert (planning.error_count, WorkshopSession.objects.count()) == (0, 0)
