"""Each mail about a date says what changed first, and then everything that one needs to know."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from academy.mail.models import OutgoingEmail
from courses.booking import emails, tokens
from courses.booking.enums import Group
from courses.booking.models import WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from courses.booking.rules.seats import Who
from courses.flows import book_seat, free_seat, plan_date
from tests.factories.booking import AT, DAY, book, make_date, plan
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
SECRET = "https://meet.example/secret-room"


def mail_of(kind: str) -> OutgoingEmail:
    return OutgoingEmail.objects.filter(kind=f"booking/{kind}").latest("pk")


def said(mail: OutgoingEmail) -> str:
    """What is said first, below the greeting."""
    return mail.text.split("\n\n")[1].replace("\n", " ")


def tokens_in(mail: OutgoingEmail) -> list[str]:
    """What the links of a mail are for."""
    return [tokens.read(line.split("/b/")[1].split("/")[0], AT).act for line in mail.text.splitlines() if "/b/" in line]


def test_a_booking_says_all_that_one_needs_in_both_zones() -> None:
    start = plan().meetings[0].start
    meetings = tuple(MeetingPlan(DAY + timedelta(days=n), start, 180, "Europe/Berlin") for n in (0, 7))
    session = make_date(
        meetings=meetings,
        trainers=[make_person(display_name="Marten Visser")],
        access_notes="Ring at the side door.",
        interpreting=("nl", "fr"),
        cancel_until=AT + timedelta(days=30),
        minimum=3,
        decide_on=date(2026, 3, 1),
    )
    book(session, make_person(display_name="Ana Pereira", time_zone="Atlantic/Azores"))
    mail = mail_of("booked")
    link = next(line for line in mail.text.splitlines() if "/b/" in line)
    assert mail.subject == "You have a seat: Functional question clinic, Tue 10 March 2026"
    assert mail.text == (
        "Hello Ana Pereira,\n\n"
        "You have a seat.\n\n"
        "Functional question clinic\n"
        "Part 1 of 2: Tue 10 March 2026, 08:00–11:00 (Azores time)\n"
        "There: Tue 10 March 2026, 10:00–13:00 (Berlin time)\n"
        "Part 2 of 2: Tue 17 March 2026, 08:00–11:00 (Azores time)\n"
        "There: Tue 17 March 2026, 10:00–13:00 (Berlin time)\n"
        "It goes ahead if at least 3 people have a seat; that is decided on Sun 1 March 2026.\n"
        "Place: 2.14, Town hall, Lindenmark\n"
        "How to get there and in: Ring at the side door.\n"
        "Language: English\n"
        "Interpreted into: Dutch, French\n"
        "With: Marten Visser\n\n"
        "The page of this date:\n"
        f"http://localhost:8000/en/dates/{session.public_id}/\n\n"
        "If you cannot come, give your seat to somebody else, until Wed 4 March 2026, 08:00 (Azores time):\n"
        f"{link}\n\n"
        "The files that come with this mail put the 2 parts into your calendar.\n\n"
        "--\n"
        "Circular Procurement Academy\n"
        "http://localhost:8000\n"
        "You receive this message because you have a seat at this date.\n"
    )
    assert tokens_in(mail) == [tokens.Act.CANCEL]


def test_clocks_that_show_the_same_time_are_not_read_twice() -> None:
    book(make_date(), make_person(time_zone="Europe/Brussels"))
    assert "There:" not in mail_of("booked").text


def test_a_kept_seat_says_until_when_and_has_both_answers() -> None:
    session = make_date(seats=1, waiting="offer")
    first = book(session)
    book(session, make_person(time_zone="Europe/Athens"))
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=AT)
    mail = mail_of("offered")
    assert mail.subject == "A seat is kept for you until Tue 3 February 2026, 11:00: Functional question clinic"
    assert "A seat is kept for you until Tue 3 February 2026, 11:00 (Athens time)." in mail.text
    assert tokens_in(mail) == [tokens.Act.ACCEPT, tokens.Act.DECLINE]
    assert mail.html.count("/b/") == 2


@pytest.mark.parametrize("waiting", ["automatic", "offer"])
def test_a_place_in_the_list_has_its_number_and_says_what_comes_next(waiting: str) -> None:
    staff = make_person(display_name="Marten Visser")
    session = make_date(seats=1, waiting=waiting, offer_hours=48)
    book(session)
    book(session)
    book(session, by=staff)
    mail = mail_of("waiting")
    assert mail.subject == "No. 2 on the waiting list: Functional question clinic"
    assert said(mail) == "Marten Visser has put you on the waiting list. You are No. 2 on the waiting list."
    assert ("it is kept for you for 48 hours" in mail.text) is (waiting == "offer")
    assert ("you have it at once" in mail.text) is (waiting == "automatic")
    assert tokens_in(mail) == [tokens.Act.CANCEL]


def test_who_did_it_is_named_when_it_was_somebody_else() -> None:
    staff = make_person(display_name="Marten Visser")
    session = make_date(seats=1)
    first = book(session, by=staff)
    assert said(mail_of("booked")) == "Marten Visser has booked a seat for you."
    waiting = book(session)
    free_seat.cancel(booking_id=first.public_id, by=staff, at=AT, is_staff=True, reason="You rang us.")
    assert said(mail_of("cancelled")) == "Marten Visser has cancelled your seat."
    assert "The reason: You rang us." in mail_of("cancelled").text
    # Not "by Marten": he freed a seat, the list gave it.
    assert said(mail_of("booked")) == "A seat became free, and it is yours: you were next on the waiting list."
    free_seat.cancel(booking_id=waiting.public_id, by=waiting.person, at=AT)
    assert said(mail_of("cancelled")) == "You have cancelled your seat."


@pytest.mark.parametrize("is_approved", [True, False])
def test_an_answer_to_a_request_names_who_gave_it(is_approved: bool) -> None:
    manager = make_person(display_name="Ada Boss")
    booking = book(make_date(approval="manager"))
    if is_approved:
        book_seat.approve(booking_id=booking.public_id, by=manager, at=AT)
        assert said(mail_of("booked")) == "Ada Boss has approved your request. You have a seat."
    else:
        book_seat.refuse(booking_id=booking.public_id, by=manager, at=AT)
        assert said(mail_of("refused")) == "Ada Boss has not approved your request. You have no seat at this date."


def test_a_cancelled_date_gives_its_reason_and_other_dates_to_choose_from() -> None:
    session = make_date()
    others = [make_date(day=DAY + timedelta(days=n)) for n in (40, 20, 60, 80)]
    book(session)
    plan_date.cancel(public_id=session.public_id, reason="The trainer is ill.", revision=None, by=None, at=AT)
    mail = mail_of("session_cancelled")
    assert mail.subject == "Cancelled: Functional question clinic, Tue 10 March 2026"
    assert "The reason: The trainer is ill." in mail.text
    places = [mail.text.find(str(other.public_id)) for other in others]
    assert places[3] == -1, "three are enough"
    assert places[1] < places[0] < places[2]
    assert all(str(other.public_id) in mail.html for other in others[:3])


def test_a_lapsed_offer_and_a_refusal_never_offer_the_date_that_is_lost() -> None:
    session = make_date(seats=1, waiting="offer")
    first = book(session)
    book(session)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=AT)
    free_seat.lapse_due(at=AT + timedelta(days=2))
    assert "Other dates" not in mail_of("lapsed").text


@pytest.mark.parametrize(("mode", "place", "room"), [("place", True, False), ("online", False, True)])
def test_one_reads_of_the_place_of_ones_own_seat(mode: str, place: bool, room: bool) -> None:
    book(make_date(seats={"place": 2, "online": 2}, join_url=SECRET), mode=mode)
    mail = mail_of("booked")
    for text in (mail.text, mail.html):
        assert ("Town hall" in text) is place
        assert ("The online room opens 15 minutes before" in text) is room
        assert f"Your seat: {'On site' if place else 'Online'}" in text


def test_a_guest_is_not_sent_to_a_page_that_is_not_for_them() -> None:
    session = make_date(seats={"online": 2}, join_url=SECRET, language="en")
    guest = Who(name="Gast Hof", email="gast@example.org", language="en")
    book_seat.seat(session_id=session.public_id, who=guest, mode="online", by=make_person(), at=AT)
    text = mail_of("booked").text
    assert text.startswith("Hello Gast Hof,")
    assert "the trainer gives you the link to the online room" in text
    assert "Berlin time" in text


def test_names_are_escaped_where_html_is_read_and_nowhere_else() -> None:
    staff = make_person(display_name="<b>O'Neill</b>")
    book(make_date(access_notes="<script>x</script>"), by=staff)
    mail = mail_of("booked")
    assert "<b>O'Neill</b> has booked a seat for you." in mail.text
    assert "<script" not in mail.html
    assert "&lt;b&gt;O&#x27;Neill&lt;/b&gt; has booked a seat for you." in mail.html


def test_a_message_fills_in_its_placeholders_and_the_answer_goes_to_its_writer() -> None:
    trainer = make_person(display_name="Marten Visser")
    session = make_date()
    book(session, make_person(display_name="Ana {title.__class__}"))
    words = {"en": {"subject": "{title}: bring a laptop", "text": "Dear {name}, {date}, {place}. {nonsense}"}}
    plan_date.write(public_id=session.public_id, group=Group.BOOKED, words=words, by=trainer, at=AT)
    mail = mail_of("message")
    assert (mail.subject, mail.reply_to) == ("Functional question clinic: bring a laptop", trainer.email)
    assert mail.text.startswith("Dear Ana {title.__class__}, Tue 10 March 2026, 10:00–14:00 (Brussels time), 2.14,")
    assert "{nonsense}" in mail.text


# -- all of them ------------------------------------------------------------------------------------------------------
class Step:
    """A step as the mails read it."""

    def __init__(self, before: str, why: str) -> None:
        self.before, self.why = before, why


STATES = {emails.WAITING: "waiting", emails.OFFERED: "offered", emails.ASKED: "asked"}
FOR_BOOKINGS = [
    emails.BOOKED,
    emails.WAITING,
    emails.OFFERED,
    emails.ASKED,
    emails.REFUSED,
    emails.CANCELLED,
    emails.LAPSED,
    emails.MOVED,
    emails.SESSION_CANCELLED,
    emails.REMINDER,
]
FOR_PEOPLE = [emails.TO_APPROVE, emails.DECIDE, emails.DATE_SET, emails.TRAINER, emails.RETURNED]


@pytest.mark.parametrize("language", ["en", "de", "fr", "nl"])
def test_every_mail_is_whole_in_every_language(language: str) -> None:
    person = make_person(display_name="Ana Pereira", language=language, time_zone="Europe/Lisbon")
    session = WorkshopSession.objects.get(pk=make_date(join_url=SECRET, seats={"place": 1, "online": 1}).pk)
    booking = book(session, person)
    with translation.override(language):
        default = gettext("You receive this message because you have an account with us.")
    more: dict[str, Any] = {"by": "Marten Visser", "reason": "Ill", "what": "moved", "count": 2, "unit": "Buying"}
    more |= {"answer": "http://a.example", "desk": "http://d.example", "booked": 1, "who": "Wim"}
    for kind in (*FOR_BOOKINGS, *FOR_PEOPLE):
        if kind in FOR_PEOPLE:
            subject, text, html = emails.for_person(kind, person, session, **more)
        else:
            booking.state = STATES.get(kind, "booked")
            booking.offered_until = AT if kind == emails.OFFERED else None
            step = Step("booked", "by_staff")
            subject, text, html = emails.for_booking(kind, booking, AT, step=step, **more)
        assert "Functional question clinic" in subject
        assert subject == " ".join(subject.split())
        assert "Ana Pereira" in text.splitlines()[0]
        assert "\n\n\n" not in text
        for body in (text, html):
            assert f"/{language}/dates/{session.public_id}/" in body
            assert "Functional question clinic" in body
            assert "Lisbon" in body
            assert SECRET not in body
            assert default not in body, "each says why it is sent"
            assert not any(odd in body for odd in ("{{", "{%", "None", "functools", "object at"))
        assert f'<html lang="{language}">' in html
