"""Calendars that programs fetch, read back by two parsers: what never changes, what does, and who gets nothing."""

from __future__ import annotations

import io
import json
import logging
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import icalendar
import pytest
import vobject
from dateutil.tz import tzical
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.kernel.clock import instant
from academy.kernel.logs import JsonFormatter
from academy.people import registry
from academy.people.models import User
from courses.booking.models import CalendarFeed, WorkshopSession
from courses.booking.rules import wishes
from courses.booking.rules.plans import MeetingPlan
from courses.enrolments.models import Enrolment
from courses.flows import free_seat, plan_date
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import make_person, signed_in

ALL = "/ics/workshops.ics"
NEXT_YEAR = timezone.localdate().year + 1
ZONES = ("Europe/Berlin", "Europe/Lisbon", "Europe/Athens", "Atlantic/Azores")
ROOM = "https://rooms.example/secret"


def soon(days: int = 20) -> date:
    """A day to come: views look at the real clock."""
    return timezone.localdate() + timedelta(days=days)


def last_sunday(month: int) -> date:
    """The night on which clocks in Europe are changed."""
    day = date(NEXT_YEAR, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def events(body: bytes) -> dict[str, Any]:
    """Entries by UID as `icalendar` reads them; a UID given twice fails."""
    found = icalendar.Calendar.from_ical(body).walk("VEVENT")
    uids = [str(each["uid"]) for each in found]
    assert len(uids) == len(set(uids))
    return dict(zip(uids, found, strict=True))


def times(body: bytes) -> dict[str, tuple[datetime, datetime]]:
    """Instants of beginning and end by UID, as both parsers read them: they have to agree.

    vobject reads one date of a zone's list alone: the zones of the file are read by dateutil and handed to it.
    """
    first = {
        uid: (each.decoded("dtstart").astimezone(UTC), each.decoded("dtend").astimezone(UTC))
        for uid, each in events(body).items()
    }
    text = body.decode().replace("\r\n ", "")
    zones = re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", text, re.DOTALL)
    for zone in zones:
        (name,) = (rules := tzical(io.StringIO(zone))).keys()
        vobject.icalendar.registerTzid(name, rules.get(name))
        text = text.replace(zone, "")
    read = vobject.readOne(text)
    second = {
        each.uid.value: (each.dtstart.value.astimezone(UTC), each.dtend.value.astimezone(UTC))
        for each in read.contents.get("vevent", [])
    }
    assert first == second
    return first


def change(session: WorkshopSession, **fields: Any) -> None:
    """Move a date, as its trainer would."""
    session.refresh_from_db()
    plan_date.change(
        public_id=session.public_id, plan=dates.plan(**fields), revision=session.revision, by=None, at=timezone.now()
    )


def own(person: User) -> str:
    """The address of a new private feed."""
    return reverse("feed_ics", args=[wishes.new_feed(person=person, at=timezone.now())])


# -- the public feed --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("month", [3, 10])
def test_instants_are_right_before_in_and_after_a_change_of_clocks(client: Client, site: Any, month: int) -> None:
    night = last_sunday(month)
    wanted = []
    for zone in ZONES:
        for day in (night - timedelta(days=7), night, night + timedelta(days=7)):
            dates.make_date(day=day, start=time(4, 30), minutes=90, zone=zone, venue="", room="")
            starts_at = instant(day, time(4, 30), zone)
            wanted.append((starts_at, starts_at + timedelta(minutes=90)))
    body = client.get(ALL).content
    assert sorted(times(body).values()) == sorted(wanted)
    assert b"TZID" not in body, "times stand in UTC: programs read the rules of a zone differently"


@pytest.mark.one_database
def test_a_night_of_the_change_lasts_as_many_real_minutes_as_were_planned(client: Client, site: Any) -> None:
    dates.make_date(day=last_sunday(10), start=time(1, 30), minutes=120, zone="Europe/Berlin")
    ((starts_at, ends_at),) = times(client.get(ALL).content).values()
    assert (starts_at, ends_at - starts_at) == (
        instant(last_sunday(10), time(1, 30), "Europe/Berlin"), timedelta(hours=2),
    )  # fmt: skip


def test_the_feed_is_the_same_bytes_until_something_changes_and_uids_stay_through_a_move(
    client: Client, site: Any
) -> None:
    meetings = tuple(MeetingPlan(soon(n), time(10), 60, "Europe/Berlin") for n in (5, 12))
    session = dates.make_date(meetings=meetings)
    first = client.get(ALL)
    again = client.get(ALL)
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    moved = tuple(MeetingPlan(soon(n), time(15), 60, "Europe/Athens", number=n // 6) for n in (6, 13))
    change(session, meetings=moved)
    after = client.get(ALL)
    before, now = events(first.content), events(after.content)
    assert set(now) == set(before) == {f"{session.public_id}-1@localhost", f"{session.public_id}-2@localhost"}
    assert {int(each["sequence"]) for each in now.values()} == {int(before[uid]["sequence"]) + 1 for uid in before}
    assert after["ETag"] != first["ETag"]
    assert set(times(after.content).values()) == {
        (instant(soon(n), time(15), "Europe/Athens"), instant(soon(n), time(16), "Europe/Athens")) for n in (6, 13)
    }


def test_what_has_not_changed_is_answered_with_304_at_the_cost_of_one_query(
    client: Client, site: Any, django_assert_num_queries: Any
) -> None:
    session = dates.make_date(day=soon())
    first = client.get(ALL)
    with django_assert_num_queries(1):
        same = client.get(ALL, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert (first["Cache-Control"], "Last-Modified" in first, "Set-Cookie" in first) == (
        "public, max-age=300", True, False,
    )  # fmt: skip
    plan_date.go_ahead(public_id=session.public_id, by=None, at=timezone.now())
    assert client.get(ALL, headers={"If-None-Match": first["ETag"]}).status_code == 200
    # A date that is gone does not move Last-Modified: it is no reason to say that nothing changed.
    assert client.get(ALL, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 200
    # Other words, other dates: another state.
    others = {client.get(ALL, query)["ETag"] for query in ({}, {"lang": "de"}, {"language": "nl"}, {"place": "X"})}
    assert len(others) == 4


@pytest.mark.one_database
def test_a_long_feed_is_kept_and_is_the_same(client: Client, site: Any, django_assert_num_queries: Any) -> None:
    for n in range(31):
        dates.make_date(day=soon(), room=str(n))
    first = client.get(ALL).content
    with django_assert_num_queries(1):
        assert client.get(ALL).content == first
    assert len(events(first)) == 31


def test_the_feed_has_a_name_a_constant_uid_and_says_how_often_to_come_back(client: Client, site: Any) -> None:
    dates.make_date(day=soon())
    read = icalendar.Calendar.from_ical(client.get(ALL, {"lang": "en"}).content)
    assert (str(read["name"]), "uid" in read, "method" in read) == (
        "Workshops of the Circular Procurement Academy", True, False,
    )  # fmt: skip
    assert read["refresh-interval"].to_ical() == b"PT1H"
    assert client.get(ALL)["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_cancelled_date_stays_as_cancelled_for_a_month_and_drafts_never_appear(client: Client, site: Any) -> None:
    session = dates.make_date(day=soon(2))
    draft = dates.make_date(day=soon(3), is_draft=True)
    for each in (session, draft):
        plan_date.cancel(public_id=each.public_id, reason="ill", revision=None, by=None, at=timezone.now())
    (entry,) = events(client.get(ALL).content).values()
    assert (str(entry["status"]), int(entry["sequence"])) == ("CANCELLED", 1)
    # Whenever it was to be: a month from when it was cancelled.
    past = timezone.now() - timedelta(days=60)
    for days, entries in ((29, 1), (32, 0)):
        WorkshopSession.objects.filter(pk=session.pk).update(
            starts_at=past - timedelta(hours=1), ends_at=past, changed_at=timezone.now() - timedelta(days=days)
        )
        assert len(events(client.get(ALL).content)) == entries


def test_the_feed_is_narrowed_down_like_the_page(client: Client, site: Any) -> None:
    here = dates.make_date(day=soon(), interpreting=("nl",))
    there = dates.make_date(item=dates.make_item("W2"), day=soon(), city="Aveiro", room="1", join_url=ROOM)
    for query, found in (
        ({}, {here, there}),
        ({"language": "nl"}, {here}),
        ({"language": "en"}, {here, there}),
        ({"place": "Aveiro"}, {there}),
        ({"place": "online"}, {there}),
        ({"topic": str(there.item.key)}, {there}),
        ({"topic": str(uuid4())}, set()),
        ({"kind": "study_visit"}, set()),
    ):
        uids = {uid.rpartition("-")[0] for uid in events(client.get(ALL, query).content)}
        assert uids == {str(session.public_id) for session in found}, query
    assert ROOM.encode() not in client.get(ALL).content
    for query in ({"language": "xx"}, {"topic": "x"}, {"kind": "x"}, {"place": "x" * 101}, {"place": "\x00"}):
        assert client.get(ALL, query).status_code == 404


def test_one_date_is_a_file_without_a_method(client: Client, site: Any) -> None:
    session = dates.make_date(day=soon(), join_url=ROOM)
    address = reverse("date_ics", args=[session.public_id])
    response = client.get(address)
    assert list(events(response.content)) == [f"{session.public_id}-1@localhost"]
    assert (b"METHOD" in response.content, ROOM.encode() in response.content) == (False, False)
    assert response["Content-Disposition"] == 'attachment; filename="workshop.ics"'
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.post(address).status_code == 405


# -- one's own feed ---------------------------------------------------------------------------------------------------
def test_my_feed_has_my_seats_dates_i_give_and_due_days_and_nobody_elses(client: Client, site: Any) -> None:
    person, other = make_person(), make_person()
    made = make_course("CPA-1")
    enrolment = learning.take(person, made)
    Enrolment.objects.filter(pk=enrolment.pk).update(due_on=soon(6))
    mine = dates.make_date(day=soon(2), room="1", join_url=ROOM)
    given = dates.make_date(day=soon(3), room="2", trainers=[person])
    full = dates.make_date(day=soon(4), room="3", seats=1)
    dates.book(mine, person)
    for session in (mine, full):
        dates.book(session, other)
    dates.book(full, person)
    response = client.get(own(person))
    found = events(response.content)
    due = [each for each in found.values() if not isinstance(each.decoded("dtstart"), datetime)]
    assert set(found) - {str(each["uid"]) for each in due} == {
        f"{mine.public_id}-1@localhost", f"{given.public_id}-1@localhost",
    }  # fmt: skip
    assert [(each.decoded("dtstart"), str(each["summary"])) for each in due] == [
        (soon(6), f"Due: {enrolment.item.title}")
    ]
    assert ROOM.encode() not in response.content
    assert other.email.encode() not in response.content
    assert b"ATTENDEE" not in response.content
    headers = [response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
    assert headers == ["private, no-cache", "noindex, nofollow", "no-referrer"]


@pytest.mark.one_database
def test_the_sequence_of_a_date_that_i_give_rises_as_in_its_mails(client: Client, site: Any) -> None:
    trainer = make_person()
    session = dates.make_date(day=soon(), trainers=[trainer])
    address = own(trainer)
    for start in (time(11), time(12)):
        change(session, day=soon(), start=start, trainers=[trainer])
    [entry] = events(client.get(address).content).values()
    session.refresh_from_db()
    assert int(entry["sequence"]) == session.sequence == 2


def test_my_feed_says_its_words_in_my_language(client: Client, site: Any) -> None:
    person = make_person(language="de")
    dates.book(dates.make_date(day=soon()), person)
    body = client.get(own(person), {"lang": "fr"}).content
    assert b"SUMMARY;LANGUAGE=de:" in body
    assert b"/de/dates/" in body


def test_my_feed_is_the_same_bytes_until_something_changes(client: Client, site: Any) -> None:
    person = make_person()
    session = dates.make_date(day=soon())
    dates.book(session, person)
    address = own(person)
    first = client.get(address)
    same = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["Cache-Control"]) == (304, b"", "private, no-cache")
    assert client.get(address).content == first.content
    change(session, meetings=(MeetingPlan(soon(21), time(10), 240, "Europe/Berlin", number=1),))
    after = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    before, now = events(first.content), events(after.content)
    (uid,) = before
    assert list(now) == [uid]
    assert int(now[uid]["sequence"]) > int(before[uid]["sequence"])


def test_a_seat_given_up_stays_as_cancelled_for_a_month_and_once_if_booked_again(client: Client, site: Any) -> None:
    person = make_person()
    session = dates.make_date(day=soon())
    booking = dates.book(session, person)
    address = own(person)
    (before,) = events(client.get(address).content).values()
    free_seat.cancel(booking_id=booking.public_id, by=person, at=timezone.now())
    (entry,) = events(client.get(address).content).values()
    assert (str(entry["status"]), entry["uid"]) == ("CANCELLED", before["uid"])
    assert int(entry["sequence"]) > int(before["sequence"])
    dates.book(session, person, at=timezone.now())
    (again,) = events(client.get(address).content).values()
    assert (str(again["status"]), again["uid"]) == ("CONFIRMED", before["uid"])
    assert int(again["sequence"]) > int(entry["sequence"])
    type(booking).objects.filter(session=session).exclude(pk=booking.pk).delete()
    type(booking).objects.filter(pk=booking.pk).update(ended_at=timezone.now() - timedelta(days=31))
    assert events(client.get(address).content) == {}


def test_who_never_had_a_seat_is_told_of_no_seat_that_is_gone(client: Client, site: Any) -> None:
    person = make_person()
    session = dates.make_date(day=soon(), seats=1)
    dates.book(session)
    waiting = dates.book(session, person)
    free_seat.cancel(booking_id=waiting.public_id, by=person, at=timezone.now())
    assert events(client.get(own(person)).content) == {}


def test_an_address_that_was_replaced_or_taken_back_is_not_there(client: Client, site: Any) -> None:
    person = make_person()
    first, second = own(person), own(person)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    wishes.revoke_feed(person=person)
    unknown = client.get("/ics/nobody-has-this.ics")
    assert (client.get(second).status_code, unknown.status_code) == (404, 404)


def test_the_feed_of_somebody_who_is_gone_is_not_there(client: Client, site: Any) -> None:
    inactive, erased = make_person(), make_person()
    addresses = [own(inactive), own(erased)]
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    User.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert CalendarFeed in {entry.model for entry in registry.entries()}


def test_the_address_is_shown_once_and_kept_as_a_hash_alone(site: Any) -> None:
    person = make_person()
    browser = signed_in(person)
    page = reverse("calendar_feed")
    assert "There is no address yet." in browser.get(page).content.decode()
    made = browser.post(page, {"go": "new"})
    shown = made.context["feed"].plain
    text = made.content.decode()
    assert (f'value="{shown}"' in text, 'href="webcal://' in text, "no-store" in made["Cache-Control"]) == (
        True, True, True,
    )  # fmt: skip
    address = shown[shown.index("/ics/") :]
    token = address.removeprefix("/ics/").removesuffix(".ics")
    assert Client().get(address).status_code == 200
    assert token not in browser.get(page).content.decode()
    feed = CalendarFeed.objects.get(person=person)
    assert (token in feed.token_hash, feed.token_hash) == (False, wishes.hash_of(token))
    newer = browser.post(page, {"go": "new"}).context["feed"].plain
    assert Client().get(address).status_code == 404
    assert Client().get(newer[newer.index("/ics/") :]).status_code == 200
    for _time in range(2):
        assert browser.post(page, {"go": "revoke"}).status_code == 302
    assert Client().get(newer[newer.index("/ics/") :]).status_code == 404
    assert not CalendarFeed.objects.exists()


# -- logs -------------------------------------------------------------------------------------------------------------
def test_no_log_line_holds_the_address_of_a_private_feed(client: Client, site: Any) -> None:
    person = make_person()
    address = own(person)
    token = address.removeprefix("/ics/").removesuffix(".ics")
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonFormatter().format(record))  # type: ignore[method-assign]  # one line
    root, ours = logging.getLogger(), logging.getLogger("academy.requests")
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        client.get(address)
        wishes.revoke_feed(person=person)
        client.get(address)
        client.post(address)
        logging.getLogger("gunicorn.access").info('127.0.0.1 "GET %s HTTP/1.1" 200', address)
        logging.getLogger("django.server").warning('"GET %s HTTP/1.1" 404 12', address)
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
    assert [line for line in lines if token in line] == []
    messages = [json.loads(line)["message"] for line in lines]
    assert '127.0.0.1 "GET /ics/*** HTTP/1.1" 200' in messages
    assert "Not Found" in messages
