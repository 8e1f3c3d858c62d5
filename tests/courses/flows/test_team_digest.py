"""What whoever leads a team is mailed on Monday: what waits there, nothing else, and nothing where nothing waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.mail.models import Notice, OutgoingEmail
from academy.mail.posting import post
from academy.mail.rules import stop
from academy.people import rules as people
from academy.people.enums import Looked, Role
from academy.people.models import Look, User
from courses.assignments import emails
from courses.assignments.models import Duty
from courses.booking.enums import Approval
from courses.certificates.models import Certificate
from courses.flows import book_seat, extend_time
from courses.flows.team_digest import send
from tests.factories.booking import book, make_date
from tests.factories.certificates import make_certificate
from tests.factories.curriculum import Course
from tests.factories.people import AT, grant, make_person
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2027, 3, 29)  # the morning after the clocks changed
DAY = timedelta(days=1)


def at(hour: int, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)


def digests(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person, kind=emails.TEAM_DIGEST).values_list("text", flat=True))


@pytest.fixture
def team() -> Team:
    """Three buyers; what is required of them was due eight days ago, so that all three were reminded twice."""
    team = make_team({"Buying": 3})
    assign(team, make_item(), due_on=MONDAY - DAY * 8)
    post(at=AT + DAY)
    OutgoingEmail.objects.all().delete()
    for person, name in zip(team.people["Buying"], ("Ada Adler", "Bo Berg", "Cem Can"), strict=True):
        User.objects.filter(pk=person.pk).update(display_name=name)
    return team


def test_monday_at_seven_one_mail_says_what_waits(team: Team) -> None:
    _ada, bo, cem = team.people["Buying"]
    Duty.objects.filter(person=bo).update(due_on=MONDAY - DAY * 7)
    Duty.objects.filter(person=cem).update(completed_at=AT)
    extend_time.ask(duty=duty_of(bo), wanted_on=MONDAY + DAY * 9, why="my back hurts", by=bo, at=AT)
    Notice.objects.all().delete()
    hours = [at(0, MONDAY - DAY) + timedelta(hours=more) for more in range(72)]
    assert [hour for hour in hours if send(at=hour)] == [at(6)]
    assert [hour for hour in hours if post(at=hour)] == [at(7)]
    [mail] = OutgoingEmail.objects.all()
    assert (mail.to, mail.subject) == (team.manager.email, "Your team at Town of Lindau: what waits for you")
    lines = mail.text.splitlines()
    start = lines.index("Overdue for more than a week")
    assert [line for line in lines[start : start + 11] if line and "http" not in line] == [
        "Overdue for more than a week",
        "- Ada Adler: CPA-9 Course CPA-9, due Sun 21 March 2027",
        "Newly overdue",
        "- 1 part of required learning is overdue since this week; whoever it is was reminded.",
        "Requests for more time",
        "- Bo Berg: CPA-9 Course CPA-9, until Wed 7 April 2027",
    ]
    assert ("back" in mail.text, "Cem" in mail.text) == (False, False)
    # Who was named in a list can read that it was mailed; the board shows it to the manager, so the bell need not.
    assert list(Look.objects.values_list("viewer", "what", "unit")) == [(team.manager.pk, Looked.MAILED, team.whole.pk)]
    assert list(Notice.objects.filter(kind=emails.TEAM_DIGEST).values_list("in_bell", flat=True)) == [False]


def test_a_request_that_comes_with_the_same_mail_is_not_said_twice(team: Team) -> None:
    bo = team.people["Buying"][1]
    Duty.objects.exclude(person=bo).update(completed_at=AT)
    Duty.objects.filter(person=bo).update(due_on=MONDAY)
    extend_time.ask(duty=duty_of(bo), wanted_on=MONDAY + DAY, why="", by=bo, at=at(21, MONDAY - DAY))
    assert (send(at=at(6)), post(at=at(7)), OutgoingEmail.objects.get().kind) == (0, 1, emails.MORE_TIME_ASKED)
    assert send(at=at(8)) == 1


def test_where_nothing_waits_there_is_no_mail(team: Team) -> None:
    Duty.objects.update(completed_at=AT)
    assert send(at=at(6)) == 0


def test_who_is_away_is_not_overdue_and_nobody_is_on_their_own_list(team: Team) -> None:
    ada, bo, _cem = team.people["Buying"]
    people.pause(person=ada, organisation=team.organisation, from_day=MONDAY, until_day=MONDAY, by=None, at=AT)
    grant(bo, Role.MANAGER, team.units["Buying"])
    assert send(at=at(6)) == 2
    [names] = digests(bo)
    assert [name in names for name in ("Ada", "Bo", "Cem")] == [False, False, True]


def test_a_role_that_has_ended_or_lies_elsewhere_brings_nothing(team: Team) -> None:
    former, deputy, sibling, stranger = (make_person() for _ in range(4))
    other = make_team({"Elsewhere": 1}, name="Town of Wasserburg")
    grant(former, Role.DEPUTY, team.whole, until_day=MONDAY - DAY)
    grant(deputy, Role.DEPUTY, team.whole, until_day=MONDAY)
    grant(sibling, Role.MANAGER, people.add_unit(
        organisation=team.organisation, name="Parks", parent=team.whole, from_day=date(2020, 1, 1), by=None, at=AT,
    ))  # fmt: skip
    grant(stranger, Role.TRAINING_COORDINATOR, other.whole)
    send(at=at(6))
    told = [bool(digests(person)) for person in (team.manager, deputy, former, sibling, stranger)]
    assert told == [True, True, False, False, False]


def test_made_late_it_still_leaves_on_this_monday_and_whoever_turned_it_off_gets_none(team: Team) -> None:
    assert (send(at=at(10)), post(at=at(10))) == (1, 1)
    stop(person=team.manager, codes=[emails.TEAM_DIGEST], at=at(12))
    assert (send(at=at(6, MONDAY + DAY * 7)), post(at=at(8, MONDAY + DAY * 7))) == (1, 0)


def test_ten_are_named_and_the_others_counted() -> None:
    team = make_team({"Buying": 13})
    assign(team, make_item(), due_on=MONDAY - DAY * 20)
    send(at=at(6))
    [text] = digests(team.manager)
    assert (text.count("- Person"), "- and 3 more" in text) == (10, True)


@pytest.mark.usefixtures("site")
def test_seats_that_are_asked_for_and_reserved_and_certificates_that_end(academy: Course) -> None:
    team = make_team({"Buying": 1})
    buyer = add(team.units["Buying"], display_name="Dana Dorn")
    session = make_date(day=MONDAY + DAY * 10, at=AT, approval=Approval.MANAGER)
    book(session, buyer, at=AT)
    reserved = book_seat.reserve(
        session_id=session.public_id, unit=team.whole, mode="place", count=2, return_on=MONDAY + DAY * 8,
        by=team.manager, at=AT,
    )  # fmt: skip
    certificate = make_certificate(academy.course, buyer)
    Certificate.objects.filter(pk=certificate.pk).update(valid_until=MONDAY + DAY * 60)
    send(at=at(6))
    [before] = digests(team.manager)
    assert "Certificates that end soon" not in before  # of their own accord: nobody's business
    Notice.objects.all().delete()
    assign(team, certificate.item, picked=[buyer], at=AT)
    send(at=at(6))
    [text] = digests(team.manager)
    lines = [line.partition("http")[0].strip() for line in text.splitlines() if "http" not in line]
    day = "Thu 8 April 2027"
    assert [line for line in lines if line.startswith("- ")] == [
        f"- Dana Dorn: Functional question clinic, {day}",
        f"- Dana Dorn: {emails.called(certificate.item, 'en').full}, valid until Fri 28 May 2027",
        f"- 2 seats, 2 without a name: Functional question clinic, {day}",
    ]
    assert f"/en/team/workshops/{reserved.public_id}/" in text


def test_a_large_team_costs_as_many_statements_as_a_small_one() -> None:
    counts = []
    for size in (3, 30):
        Duty.objects.update(completed_at=AT)
        team = make_team({"Buying": size})
        assign(team, make_item(), due_on=MONDAY - DAY * 8)
        with CaptureQueriesContext(connection) as made:
            assert send(at=at(6)) == 1
        counts.append(len(made))
        team.manager.role_grants.update(until_day=MONDAY - DAY * 2)
    assert counts[0] == counts[1]
