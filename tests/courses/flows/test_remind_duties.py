"""Reminders of what is due: each step once, where the day has begun, never to who is done, spared or away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.mail.enums import Rhythm
from academy.mail.kinds import find
from academy.mail.models import Notice, OutgoingEmail
from academy.mail.posting import post
from academy.mail.queries import Wish
from academy.mail.rules import set_wishes
from academy.people import rules as people
from academy.people.models import User
from courses.assignments import emails, rules
from courses.assignments.models import Duty
from courses.flows import extend_time, tell_duties
from courses.flows.remind_duties import remind
from tests.factories.people import AT
from tests.factories.teams import Team, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DUE = date(2027, 4, 1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def team() -> Team:
    """One buyer, who was told of what is due on 1 April, and reminded of it 30 days before."""
    team = make_team({"Buying": 1})
    assign(team, make_item(), due_on=DUE)
    post(at=AT + HOUR)
    assert remind(at=on(DUE - DAY * 30)) == 1
    post(at=on(DUE - DAY * 30, 7))
    return team


def buyer_of(team: Team) -> User:
    return team.people["Buying"][0]


def on(day: date, hour: int = 6) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)


def run(first: date, last: date) -> list[tuple[date, str]]:
    """The clock strikes each hour of these days: what was told, and when."""
    told = []
    at = on(first, 0)
    while at < on(last + DAY, 0):
        before = set(Notice.objects.values_list("pk", flat=True))
        remind(at=at)
        post(at=at)
        for notice in Notice.objects.exclude(pk__in=before):
            told.append((at.astimezone(BRUSSELS).date(), notice.key.partition("due:")[2]))
        at = (at.astimezone(UTC) + HOUR).astimezone(BRUSSELS)
    return told


def test_over_the_night_on_which_clocks_change_no_step_is_missed_or_told_twice(team: Team) -> None:
    told = run(DUE - DAY * 8, DUE + DAY * 9)
    assert told == [(DUE - DAY * left, f"2027-04-01:{left}") for left in (7, 1, -1, -8)]
    titles = list(Notice.objects.exclude(kind=emails.ASSIGNED).order_by("pk").values_list("title", flat=True))
    assert titles == [f"{words} Thu 1 April 2027: CPA-9 Course CPA-9" for words in ["Due"] * 3 + ["Overdue since"] * 2]


def test_a_clock_that_stood_still_tells_the_latest_step_alone(team: Team) -> None:
    assert [(remind(at=on(day)), post(at=on(day, 7))) for day in (DUE - DAY * 8, DUE, DUE, DUE + DAY * 20)] == [
        (0, 0), (1, 1), (0, 0), (1, 1),
    ]  # fmt: skip
    told = list(Notice.objects.exclude(kind=emails.ASSIGNED).order_by("pk").values_list("key", flat=True))
    assert [key.rpartition(":")[2] for key in told] == ["30", "1", "-15"]


def test_nobody_is_reminded_before_the_day_begins_where_they_are(team: Team) -> None:
    User.objects.filter(pk=buyer_of(team).pk).update(time_zone="America/New_York")
    hours = [on(DUE - DAY * 7) + HOUR * more for more in range(-6, 8)]
    told = [at for at in hours if remind(at=at)]
    assert [at.astimezone(ZoneInfo("America/New_York")).hour for at in told] == [0]
    # And mailed in the morning there.
    mailed = [at for at in (told[0] + HOUR * more for more in range(12)) if post(at=at)]
    assert [at.astimezone(ZoneInfo("America/New_York")).hour for at in mailed] == [7]


def test_who_completes_it_is_not_reminded_and_what_waited_is_not_mailed(team: Team) -> None:
    person, duty = buyer_of(team), Duty.objects.get()
    assert remind(at=on(DUE - DAY)) == 1
    tell_duties.over(rules.note_completed(person_id=person.pk, completed={duty.item_id: AT}, at=AT), at=AT)
    assert (post(at=on(DUE - DAY, 9)), run(DUE + DAY, DUE + DAY)) == (0, [])


def test_more_time_brings_the_steps_of_the_new_date(team: Team) -> None:
    person = buyer_of(team)
    remind(at=on(DUE - DAY))
    extension = extend_time.ask(duty=duty_of(person), wanted_on=DUE + DAY * 10, why="", by=person, at=on(DUE - DAY, 8))
    extend_time.answer(extension=extension, granted_on=DUE + DAY * 10, words="", by=team.manager, at=on(DUE - DAY, 9))
    # What waited said the old date; what was mailed counts as read.
    assert list(Notice.objects.filter(kind=emails.REMINDER, read_at=None)) == []
    told = run(DUE - DAY, DUE + DAY * 12)
    assert told == [(DUE + DAY * 10 - DAY * left, f"2027-04-11:{left}") for left in (7, 1, -1)]


def test_who_is_away_is_not_reminded_and_afterwards_the_moved_date_counts(team: Team) -> None:
    person = buyer_of(team)
    remind(at=on(DUE - DAY * 7))
    away = people.pause(
        person=person, organisation=team.organisation, from_day=DUE - DAY * 7, until_day=None, by=team.manager,
        at=on(DUE - DAY * 7, 8),
    )  # fmt: skip
    assert (remind(at=on(DUE - DAY * 7, 8)), post(at=on(DUE - DAY * 7, 9))) == (0, 0)
    assert run(DUE - DAY * 6, DUE + DAY) == []
    people.change_pause(pause=away, until_day=DUE + DAY, by=team.manager, at=on(DUE + DAY, 9))
    # Nine days away: due on 10 April; of its steps one lies in the pause, one is today's.
    assert run(DUE + DAY * 2, DUE + DAY * 10) == [
        (DUE + DAY * 2, "2027-04-10:7"), (DUE + DAY * 8, "2027-04-10:1"), (DUE + DAY * 10, "2027-04-10:-1"),
    ]  # fmt: skip


def test_who_is_mailed_once_a_week_reads_of_it_once(team: Team) -> None:
    person = buyer_of(team)
    kinds = [find(code) for code in emails.OF_DATE]
    set_wishes(person=person, wishes=[Wish(kind, Rhythm.WEEKLY, True) for kind in kinds if kind], by=person, at=AT)
    run(DUE - DAY * 2, DUE + DAY * 2)
    monday = date(2027, 4, 5)
    assert post(at=on(monday, 7)) == 1
    mail = OutgoingEmail.objects.latest("pk")
    assert (mail.subject, mail.unsubscribes) == (
        "Overdue since Thu 1 April 2027: CPA-9 Course CPA-9", [emails.OVERDUE],
    )  # fmt: skip


def test_reminders_of_one_person_are_one_mail(team: Team) -> None:
    for code in ("CPA-1", "CPA-2"):
        assign(team, make_item(code), due_on=DUE)
    post(at=AT + DAY * 2)
    assert (remind(at=on(DUE - DAY)), post(at=on(DUE - DAY, 7))) == (3, 1)
    assert OutgoingEmail.objects.latest("pk").subject.startswith("3 ")


def test_thirty_cost_as_many_statements_as_three() -> None:
    counts = []
    for size in (3, 30):
        Notice.objects.all().delete()
        Duty.objects.update(completed_at=AT)
        assign(make_team({"Buying": size}), make_item(), due_on=DUE)
        with CaptureQueriesContext(connection) as told:
            assert remind(at=on(DUE - DAY)) == size
        with CaptureQueriesContext(connection) as again:
            assert remind(at=on(DUE - DAY)) == 0
        counts.append((len(told), len(again)))
    assert counts[0] == counts[1]
