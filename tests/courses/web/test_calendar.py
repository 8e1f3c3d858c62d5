"""The public calendar as list and month, and one's own: the same dates either way, whatever the filters."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.kernel.clock import ends, instant
from courses.booking.enums import SessionKind, SessionState
from courses.booking.models import Meeting, SeatPool, WorkshopSession
from courses.booking.queries import calendar
from courses.booking.queries.calendar import ONLINE, Filters
from courses.booking.rules.plans import MeetingPlan
from courses.flows import free_seat, plan_date
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import make_organisation, make_person, signed_in

PAGE = "/en/calendar/"
ZONE = ZoneInfo("Europe/Brussels")
LINK = re.compile(r'href="/en/dates/([0-9a-f-]{36})/"')
TOWNS = ("Lindenmark", "Aveiro", "")
LANGUAGES = ("en", "nl", "de")


def soon(days: int = 20) -> date:
    """A day to come: views look at the real clock."""
    return timezone.localdate() + timedelta(days=days)


def main(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def make_many(count: int, first: date, spread: int = 90) -> list[WorkshopSession]:
    """So many dates, everything about them drawn by lot, the same each time; past the flows, because they are many."""
    lot = random.Random(4)
    items = [dates.make_item(f"W{n}", f"Workshop {n}") for n in range(1, 4)]
    sessions, meetings, pools = [], [], []
    for n in range(count):
        starts_at = instant(first + timedelta(days=n % spread), time(lot.choice((9, 14)), 30), "Europe/Berlin")
        parts = lot.choice((1, 1, 1, 2))
        session = WorkshopSession(
            item=lot.choice(items),
            kind=lot.choice(SessionKind.values),
            state=lot.choice((SessionState.PLANNED, SessionState.GOING_AHEAD, SessionState.DRAFT)),
            language=lot.choice(LANGUAGES),
            interpreting=lot.choice(("", "", ",nl,de,", ",en,")),
            city=lot.choice(TOWNS),
            join_url=lot.choice(("", "https://rooms.example/1")),
            has_captions=lot.random() < 0.5,
            is_step_free=lot.random() < 0.5,
            closes_at=lot.choice((None, starts_at - timedelta(days=400))),
            starts_at=starts_at,
            ends_at=ends(starts_at, 180) + timedelta(days=7 * (parts - 1)),
        )
        sessions.append(session)
        for part in range(parts):
            begins = starts_at + timedelta(days=7 * part)
            meetings.append(
                Meeting(
                    session=session,
                    number=part + 1,
                    day=begins.astimezone(ZoneInfo("Europe/Berlin")).date(),
                    start=time(9, 30),
                    minutes=180,
                    zone="Europe/Berlin",
                    starts_at=begins,
                    ends_at=ends(begins, 180),
                )
            )
        for mode in lot.choice((("place",), ("online",), ("place", "online"))):
            pools.append(SeatPool(session=session, mode=mode, capacity=3, taken=lot.choice((0, 3))))
    WorkshopSession.objects.bulk_create(sessions)
    Meeting.objects.bulk_create(meetings)
    SeatPool.objects.bulk_create(pools)
    return sessions


def is_wanted(session: WorkshopSession, filters: Filters, at: datetime) -> bool:
    """The filters again, in plain Python."""
    pools = list(session.pools.all())
    is_online = bool(session.join_url) or any(pool.mode == "online" for pool in pools)
    return all(
        (
            session.state != "draft",
            not filters.language or filters.language in {session.language, *session.interpreting.split(",")},
            not filters.place or (is_online if filters.place == ONLINE else session.city == filters.place),
            filters.topic is None or session.item.key == filters.topic,
            not filters.kind or session.kind == filters.kind,
            not filters.has_captions or session.has_captions,
            not filters.is_step_free or session.is_step_free,
            not filters.has_seats
            or (
                session.starts_at is not None
                and session.starts_at > at
                and (session.closes_at is None or session.closes_at > at)
                and any(pool.taken - pool.extra < pool.capacity for pool in pools)
            ),
        )
    )


def listed(client: Client, query: dict[str, str]) -> list[str]:
    """Addresses of the dates in the list, in its order, through all its pages."""
    found: list[str] = []
    page = 1
    while True:
        response = client.get(PAGE, {**query, "page": page})
        found += LINK.findall(main(response))
        if not response.context["page_obj"].has_next():
            return found
        page += 1


ANY_FILTERS = st.builds(
    Filters,
    language=st.sampled_from(("", *LANGUAGES, "fr")),
    place=st.sampled_from(("", ONLINE, "Lindenmark", "Aveiro", "Nowhere")),
    kind=st.sampled_from(("", *SessionKind.values)),
    has_captions=st.booleans(),
    is_step_free=st.booleans(),
    has_seats=st.booleans(),
)


@pytest.mark.one_database
def test_whatever_the_filters_the_calendar_is_what_plain_python_finds(site: Any) -> None:
    at = datetime(2027, 1, 10, tzinfo=UTC)
    made = make_many(120, date(2027, 1, 1))
    keys = [None, UUID(int=0), *sorted({session.item.key for session in made})]
    everything = list(WorkshopSession.objects.select_related("item").prefetch_related("pools", "meetings"))

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(filters=ANY_FILTERS, topic=st.sampled_from(keys))
    def holds(filters: Filters, topic: UUID | None) -> None:
        wanted = replace(filters, topic=topic)
        sessions = [session for session in everything if is_wanted(session, wanted, at)]
        meetings = [meeting for session in sessions for meeting in session.meetings.all() if meeting.ends_at > at]
        in_order = [meeting.pk for meeting in sorted(meetings, key=lambda each: (each.starts_at, each.pk))]
        assert [meeting.pk for meeting in calendar.meetings_of(wanted, at)] == in_order

    holds()


@pytest.mark.one_database
def test_with_two_thousand_dates_list_and_month_take_few_queries(
    client: Client, site: Any, django_assert_num_queries: Any
) -> None:
    make_many(2000, soon(1))
    month = {"view": "month", "month": f"{soon(40):%Y-%m}"}
    client.get(PAGE)  # menus are cached
    for filters in ({}, {"language": "nl", "place": "Lindenmark"}):
        for query, queries in (({}, 6), (month, 5)):
            with django_assert_num_queries(queries):
                response = client.get(PAGE, {**filters, **query})
            assert LINK.search(main(response))


@pytest.mark.parametrize("count", [1, 30])
def test_few_dates_take_as_many_queries(client: Client, site: Any, django_assert_num_queries: Any, count: int) -> None:
    for n in range(count):
        dates.make_date(day=soon(1), room=str(n))
    client.get(PAGE)
    with django_assert_num_queries(6):
        assert len(LINK.findall(main(client.get(PAGE)))) == count


@pytest.mark.one_database
def test_list_and_month_hold_the_same_dates(client: Client, site: Any) -> None:
    make_many(200, soon(1))
    month = f"{soon(40):%Y-%m}"
    some: tuple[dict[str, str], ...] = ({}, {"language": "de"}, {"place": "online", "captions": "on"}, {"seats": "on"})
    for filters in some:
        in_table = LINK.findall(main(client.get(PAGE, {**filters, "view": "month", "month": month})))
        assert in_table
        assert listed(client, {**filters, "month": month}) == in_table


def test_a_date_says_when_where_in_which_language_and_how_many_seats_are_left(client: Client, site: Any) -> None:
    dates.make_date(
        item=dates.make_item("W7", "Market dialogue"),
        day=date(timezone.localdate().year + 1, 1, 15),
        zone="Europe/Athens",
        seats={"place": 2, "online": 1},
        join_url="https://rooms.example/secret",
        interpreting=("nl",),
        is_step_free=True,
        organisations=(make_organisation().pk,),
    )
    page = main(client.get(PAGE))
    said = (
        "Market dialogue",
        "09:00\N{EN DASH}13:00 (Brussels time)",
        "At the workshop: ",
        "10:00\N{EN DASH}14:00 (Athens time)",
        "<span>Lindenmark</span><span>Online</span>",
        "Held in English",
        'Interpreted into <bdi lang="nl">Nederlands</bdi>',
        "Step-free access",
        "On site: 2 seats left",
        "Online: 1 seat left",
        "Only for people of certain organisations",
        "Planned",
    )
    assert [words for words in said if words not in page] == []
    assert "rooms.example" not in page
    # Whose clocks show the same is told the time once.
    assert "At the workshop" not in main(signed_in(make_person(time_zone="Europe/Helsinki")).get(PAGE))


def test_a_full_date_has_a_waiting_list_and_a_cancelled_one_stays_as_cancelled(client: Client, site: Any) -> None:
    session = dates.make_date(day=soon(), seats=1)
    dates.book(session)
    page = main(client.get(PAGE))
    assert ("On site: full, with a waiting list" in page, "Planned" in page) == (True, True)
    assert "No date matches" in main(client.get(PAGE, {"seats": "1"}))
    plan_date.cancel(public_id=session.public_id, reason="ill", revision=None, by=None, at=dates.AT)
    page = main(client.get(PAGE))
    assert ('is-cancelled">Cancelled' in page, "waiting list" in page) == (True, False)


def test_drafts_are_not_shown_nor_drafts_that_were_thrown_away(client: Client, site: Any) -> None:
    draft = dates.make_date(day=soon(), is_draft=True)
    assert "No date here yet" in main(client.get(PAGE))
    plan_date.cancel(public_id=draft.public_id, reason="no", revision=None, by=None, at=dates.AT)
    assert "No date here yet" in main(client.get(PAGE))
    assert client.get(reverse("date_ics", args=[draft.public_id])).status_code == 404


def test_a_meeting_stands_on_the_day_that_it_is_for_the_reader(site: Any) -> None:
    day = soon(5)
    dates.make_date(day=day, start=time(23, 30), minutes=60, zone="Europe/Lisbon")
    query = {"view": "month", "month": f"{day + timedelta(days=1):%Y-%m}"}
    for zone, on in (("Atlantic/Azores", day), ("Europe/Athens", day + timedelta(days=1))):
        client = signed_in(make_person(time_zone=zone))
        weeks = client.get(PAGE, {**query, "month": f"{on:%Y-%m}"}).context["weeks"]
        assert [each.date for week in weeks for each in week.days if each and each.entries] == [on]


def test_the_parts_of_a_date_stand_each_on_its_day(client: Client, site: Any) -> None:
    first, second = soon(3), soon(10)
    meetings = tuple(MeetingPlan(day, time(10), 60, "Europe/Berlin") for day in (first, second))
    dates.make_date(meetings=meetings)
    page = main(client.get(PAGE))
    assert (page.count("(part 1 of 2)"), page.count("(part 2 of 2)"), "1 date<" in page) == (1, 1, True)


def test_the_month_is_a_table_with_weeks_days_and_ways_to_its_neighbours(client: Client, site: Any) -> None:
    today = timezone.localdate()
    page = main(client.get(PAGE, {"view": "month", "language": "nl"}))
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    assert page.count('scope="col"') == 8
    assert page.count('scope="row"') == len(client.get(PAGE, {"view": "month"}).context["weeks"])
    assert f'language=nl&amp;view=month&amp;month={last:%Y-%m}" rel="prev nofollow"' in page
    assert f'datetime="{today:%Y-%m-%d}" aria-current="date"' in page
    assert f"language=nl&amp;month={today:%Y-%m}" in page  # the list of this month


@pytest.mark.parametrize(
    "month", ["2026-13", "x", "0000-01", "1900-01", "9999-12", "2026-1", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_months_that_are_none_or_too_far_away_are_not_there(client: Client, site: Any, month: str) -> None:
    assert client.get(PAGE, {"month": month}).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"), [("language", "xx"), ("kind", "party"), ("topic", "nonsense"), ("place", "a\x00b")]
)
def test_a_filter_that_is_none_is_said_on_its_field(client: Client, site: Any, name: str, value: str) -> None:
    dates.make_date(day=soon())
    response = client.get(PAGE, {name: value, "captions": "1"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert f'id="id_{name}_error"' in main(response)
    assert re.search(r'name="captions"[^>]*checked', main(response))


def test_a_town_whose_dates_are_over_is_still_what_was_asked_for(client: Client, site: Any) -> None:
    dates.make_date(day=soon())
    page = main(client.get(PAGE, {"place": "Old Town"}))
    assert '<option value="Old Town" selected>' in page
    assert ("No date matches" in page, f'href="{PAGE}"' in page) == (True, True)


def test_pages_and_views_beyond_what_there_is_answer(client: Client, site: Any) -> None:
    dates.make_date(day=soon())
    for query in ({"page": "99"}, {"page": "x"}, {"view": "year"}):
        assert len(LINK.findall(main(client.get(PAGE, query)))) == 1


def test_the_calendar_leads_to_its_feed_with_the_same_filters(client: Client, site: Any) -> None:
    page = main(client.get("/de/calendar/", {"language": "nl", "seats": "1", "step_free": "1"}))
    assert '/ics/workshops.ics?lang=de&amp;language=nl&amp;step_free=1"' in page
    assert 'href="webcal://' in page


# -- one's own calendar -----------------------------------------------------------------------------------------------
MINE = "/en/my-calendar/"


def test_my_calendar_is_for_who_is_signed_in(client: Client, site: Any) -> None:
    assert client.get(MINE).status_code == 302
    assert client.get(f"{MINE}feed/").status_code == 302
    assert client.post(f"{MINE}feed/").status_code == 302


def test_my_calendar_has_my_seats_places_on_lists_dates_i_give_and_due_days_in_order(site: Any) -> None:
    made = make_course("CPA-1")
    person = make_person()
    enrolment = learning.take(person, made)
    type(enrolment).objects.filter(pk=enrolment.pk).update(due_on=soon(6))
    booked = dates.make_date(item=dates.make_item("W1", "Booked workshop"), day=soon(3), room="1")
    full = dates.make_date(item=dates.make_item("W2", "Full workshop"), day=soon(9), room="2", seats=1)
    dates.make_date(item=dates.make_item("W3", "Given workshop"), day=soon(12), room="3", trainers=[person])
    given_up = dates.make_date(item=dates.make_item("W4", "Given up"), day=soon(15), room="4")
    dates.book(booked, person)
    dates.fill_up(full, 2)
    dates.book(full, person)
    gone = dates.book(given_up, person)
    free_seat.cancel(booking_id=gone.public_id, by=person, at=dates.AT)
    page = main(signed_in(person).get(MINE))
    shown = ["Booked workshop", "Booked</span>", "CPA-1", "Full workshop", "No. 2 on the waiting list", "You give it"]
    at = [page.find(words) for words in shown]
    assert -1 not in at
    assert at == sorted(at)
    assert "Given up" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_my_calendar_takes_the_same_queries_for_any_number(
    site: Any, django_assert_num_queries: Any, count: int
) -> None:
    person = make_person()
    for n in range(count):
        dates.book(dates.make_date(day=soon(n + 1)), person)
    client = signed_in(person)
    client.get(MINE)
    with django_assert_num_queries(7):
        assert len(LINK.findall(main(client.get(MINE)))) == count


def test_nothing_in_my_calendar_leads_to_all_dates(site: Any) -> None:
    page = main(signed_in(make_person()).get(MINE))
    assert ("Nothing in your calendar yet" in page, f'class="button" href="{PAGE}"' in page) == (True, True)


def test_a_date_of_nobody_is_not_there(client: Client, site: Any) -> None:
    assert client.get(reverse("date_ics", args=[uuid4()])).status_code == 404
