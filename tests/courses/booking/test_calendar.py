"""Entries in mails as mail programs get them: real messages through a real mail server, read back by two parsers."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import icalendar
import pytest
import vobject
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import get_connection

from academy.kernel.ical import Party
from academy.mail.emails import message
from academy.mail.models import OutgoingEmail
from courses.booking.calendar import attached, invitations, uid
from courses.booking.enums import SeatMode
from courses.booking.models import WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from courses.flows import free_seat, plan_date
from tests.factories.booking import AT, DAY, book, make_date, plan
from tests.factories.people import make_person
from tests.operations.processes import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
TWO = (
    MeetingPlan(DAY, plan().meetings[0].start, 180, "Europe/Berlin"),
    MeetingPlan(DAY + timedelta(days=7), plan().meetings[0].start, 180, "Europe/Berlin"),
)


class Postman:
    """Takes every mail that is handed in, as bytes."""

    def __init__(self) -> None:
        self.letters: queue.Queue[bytes] = queue.Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A mail arrived."""
        self.letters.put(envelope.original_content or b"")
        return "250 OK"


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    controller = Controller(Postman(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def through(server: Controller, mail: OutgoingEmail) -> tuple[bytes, EmailMessage]:
    """A mail as it comes out of a mail server: its bytes, and what a mail program makes of them."""
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=server.port)
    assert connection.send_messages([message(mail)]) == 1
    raw: bytes = server.handler.letters.get(timeout=10)
    return raw, message_from_bytes(raw, _class=EmailMessage, policy=policy.default)


def mail_of(kind: str) -> OutgoingEmail:
    return OutgoingEmail.objects.filter(kind=f"booking/{kind}").latest("pk")


def calendars(read: EmailMessage) -> list[tuple[bool, str, bytes]]:
    """Calendar parts of a message: whether it is a file, its method, its bytes as they were written."""
    return [
        (part.is_attachment(), part.get_param("method"), part.get_payload(decode=True))
        for part in read.walk()
        if part.get_content_type() == "text/calendar"
    ]


def test_a_booking_comes_as_an_invitation_and_as_a_file(server: Controller) -> None:
    person = make_person("ana@example.org", display_name="Ana Größe")
    session = make_date(access_notes="Läute bitte, der Aufzug ist links. " * 10)
    book(session, person)
    raw, read = through(server, mail_of("booked"))
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "text/calendar",
    ]
    inline, file = calendars(read)
    assert (inline[:2], file[:2]) == ((False, "REQUEST"), (True, "REQUEST"))
    assert inline[2] == file[2]
    [names] = [part.get_filename() for part in read.iter_attachments()]
    assert names == "date-1.ics"
    for part in read.walk():
        if part.get_content_maintype() == "text":
            assert str(part["content-type"]).lower().count("charset=") == 1
            assert part.get_content_charset() == "utf-8"
    assert b"\n" not in raw.replace(b"\r\n", b""), "every line ends with CRLF"


def test_the_calendar_survives_the_way_letter_for_letter(server: Controller) -> None:
    session = make_date(access_notes="Läute bitte, der Aufzug ist links. " * 10)
    booking = book(session, make_person(display_name="Ana Größe"))
    mail = mail_of("booked")
    _raw, read = through(server, mail)
    written = mail.attachments[0]["text"].encode()
    assert {content.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r") for _f, _m, content in calendars(read)} == {written}
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    found = icalendar.Calendar.from_ical(calendars(read)[0][2])
    [entry] = found.walk("VEVENT")
    assert found["method"] == "REQUEST"
    assert entry["organizer"].removeprefix("mailto:") == parseaddr(read["from"])[1]
    assert entry["attendee"] == f"mailto:{booking.address}"
    assert (entry["attendee"].params["PARTSTAT"], entry["attendee"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert entry["attendee"].params["CN"] == "Ana Größe"
    assert (entry["uid"], entry["sequence"]) == (uid(session, 1), 0)


@pytest.mark.parametrize("how", ["the person", "the trainer"])
def test_what_is_cancelled_is_taken_out_by_its_uid(server: Controller, how: str) -> None:
    session = make_date(meetings=TWO)
    booking = book(session)
    if how == "the person":
        free_seat.cancel(booking_id=booking.public_id, by=booking.person, at=AT)
        mail = mail_of("cancelled")
    else:
        plan_date.cancel(public_id=session.public_id, reason="", revision=None, by=make_person(), at=AT)
        mail = mail_of("session_cancelled")
    _raw, read = through(server, mail)
    entries = []
    for _file, method, content in calendars(read):
        found: Any = vobject.readOne(content.decode())
        assert (method, found.method.value, found.vevent.status.value) == ("CANCEL", "CANCEL", "CANCELLED")
        entries.append((found.vevent.uid.value, found.vevent.sequence.value))
    assert entries == [(uid(session, 1), "1"), (uid(session, 1), "1"), (uid(session, 2), "1")]


def test_each_part_has_a_file_of_its_own_and_says_which_it_is() -> None:
    session = make_date(meetings=TWO)
    book(session)
    files = attached(mail_of("booked").attachments)
    assert [file["name"] for file in files] == ["date-1.ics", "date-2.ics"]
    entries = [icalendar.Calendar.from_ical(file["text"]).walk("VEVENT") for file in files]
    assert [len(found) for found in entries] == [1, 1]
    assert [str(found[0]["summary"]) for found in entries] == [
        "Functional question clinic (part 1 of 2)",
        "Functional question clinic (part 2 of 2)",
    ]
    assert [str(found[0]["uid"]) for found in entries] == [uid(session, 1), uid(session, 2)]


@pytest.mark.parametrize(
    ("mode", "place", "has_room_online"),
    [(SeatMode.PLACE, "2.14, Town hall, Lindenmark", False), (SeatMode.ONLINE, "Online", True)],
)
def test_the_entry_names_the_place_of_this_seat_and_never_the_link(
    mode: str, place: str, has_room_online: bool
) -> None:
    session = make_date(seats={"place": 2, "online": 2}, join_url="https://meet.example/secret-room")
    book(session, mode=mode)
    mail = mail_of("booked")
    [entry] = icalendar.Calendar.from_ical(mail.attachments[0]["text"]).walk("VEVENT")
    assert entry["location"] == place
    assert ("online room opens 15 minutes before" in entry["description"]) is has_room_online
    assert f"/en/dates/{session.public_id}/" in entry["description"]
    everything = mail.text + mail.html + "".join(part["text"] for part in mail.attachments)
    assert "secret-room" not in everything.replace("\r\n ", "")


def test_an_entry_says_when_it_was_made_and_is_the_same_when_made_again() -> None:
    session = WorkshopSession.objects.get(pk=make_date().pk)
    booking = book(session)
    again = invitations(
        session,
        session.meetings.all(),
        language="en",
        sequence=0,
        stamp=AT,
        attendee=Party(booking.address, booking.shown_name),
        mode=SeatMode.PLACE,
    )
    assert again == mail_of("booked").attachments
    [entry] = icalendar.Calendar.from_ical(again[0]["text"]).walk("VEVENT")
    assert entry["dtstamp"].dt == datetime(2026, 2, 2, 9, tzinfo=UTC)
