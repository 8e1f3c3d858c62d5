"""Lists of a team that somebody saved: kept, opened, mailed to them alone on the day that they chose, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from academy.mail.enums import Rhythm
from academy.mail.models import NotificationPreference, OutgoingEmail
from academy.mail.posting import key_of
from academy.people.enums import Looked, Role
from academy.people.models import Look
from courses.assignments.enums import ListRhythm
from courses.assignments.models import SavedFilter
from courses.flows.saved_filters import due_on, send_due
from tests.factories.people import grant, make_person, signed_in
from tests.factories.teams import Team, assign, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@pytest.fixture
def team() -> Team:
    team = make_team({"Buying": 2}, time_zone="Europe/Berlin")
    assign(team, make_item(), due_on=date(2026, 1, 7))
    return team


def save(client: Client, query: str = "status=overdue", **fields: str) -> int:
    posted = {"name": "Late ones", "rhythm": "weekly", "format": "xlsx", **fields}
    return client.post(f"/en/team/lists/new/?{query}", posted).status_code


def saved(team: Team, **fields: object) -> SavedFilter:
    values = {"person": team.manager, "name": "Late ones", "rhythm": ListRhythm.WEEKLY, "query": "", **fields}
    return SavedFilter.objects.create(**values)


def test_a_list_is_saved_opened_changed_and_deleted(team: Team) -> None:
    client = signed_in(team.manager)

    assert save(client, "status=overdue&named=1&page=3") == 302
    row = SavedFilter.objects.get()
    assert (row.query, row.rhythm, row.last_sent_on is None) == (
        f"organisation={team.organisation.slug}&status=overdue",
        ListRhythm.WEEKLY,
        False,
    )
    page = client.get("/en/team/lists/").content.decode()
    assert f'href="/en/team/?organisation={team.organisation.slug}&amp;status=overdue">Late ones</a>' in page
    assert (
        client.post(f"/en/team/lists/{row.pk}/", {"name": "All", "rhythm": "off", "format": "csv"}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.name, row.rhythm, row.format) == ("All", "off", "csv")
    client.post(f"/en/team/lists/{row.pk}/delete/")
    assert not SavedFilter.objects.exists()


def test_a_name_twice_is_refused_at_its_field_and_other_peoples_lists_are_not_found(team: Team) -> None:
    client = signed_in(team.manager)
    row = saved(team)
    answer = client.post("/en/team/lists/new/", {"name": "Late ones", "rhythm": "off", "format": "csv"})
    assert (answer.status_code, "under this name already" in answer.content.decode()) == (422, True)
    other = make_person()
    grant(other, Role.MANAGER, team.whole)

    theirs = signed_in(other)

    assert theirs.get(f"/en/team/lists/{row.pk}/").status_code == 404
    assert theirs.post(f"/en/team/lists/{row.pk}/delete/").status_code == 404
    assert SavedFilter.objects.get() == row


def test_all_lists_of_a_day_are_one_mail_and_running_again_makes_no_other(team: Team) -> None:
    saved(team)
    saved(team, name="Also", format="csv", query="status=completed")

    assert [send_due(at=MONDAY), send_due(at=MONDAY), send_due(at=MONDAY + HOUR)] == [1, 0, 0]

    mail = OutgoingEmail.objects.get()
    assert (mail.key, mail.to, mail.essential, mail.unsubscribes) == (
        key_of(team.manager, MONDAY),
        team.manager.email,
        False,
        ["reports/saved_filter"],
    )
    assert [part["name"] for part in mail.attachments] == ["team-2027-03-01-1.csv", "team-2027-03-01-2.xlsx"]
    assert [words in mail.text for words in ("Late ones", "2 people", "0 people", "/en/team/lists/")] == [True] * 4
    assert [look.what for look in Look.objects.all()] == [Looked.MAILED]
    assert [send_due(at=MONDAY + 6 * WEEK / 7), send_due(at=MONDAY + WEEK)] == [0, 1]


def test_what_could_not_be_sent_on_monday_is_sent_later_and_other_news_have_their_day(team: Team) -> None:
    row = saved(team)
    night = datetime(2027, 3, 1, 3, tzinfo=UTC)
    OutgoingEmail.objects.create(
        key=key_of(team.manager, MONDAY), kind="x", to="x@example.org", language="en", subject="x", message_id="x"
    )

    assert [send_due(at=night), send_due(at=MONDAY), send_due(at=MONDAY + timedelta(days=1))] == [0, 0, 1]
    row.refresh_from_db()
    assert row.last_sent_on == date(2027, 3, 2)


def test_who_leads_them_no_longer_or_wants_no_such_mail_gets_none(team: Team) -> None:
    saved(team)
    NotificationPreference.objects.create(person=team.manager, kind="reports/saved_filter", rhythm=Rhythm.OFF)
    assert send_due(at=MONDAY) == 0
    NotificationPreference.objects.all().delete()
    team.manager.role_grants.update(until_day=date(2027, 2, 28))
    assert send_due(at=MONDAY) == 0
    team.manager.role_grants.update(until_day=date(2027, 3, 1))
    assert send_due(at=MONDAY) == 1


@pytest.mark.parametrize(
    ("rhythm", "today", "day"),
    [
        ("weekly", date(2027, 3, 1), date(2027, 3, 1)),
        ("weekly", date(2027, 3, 7), date(2027, 3, 1)),
        ("monthly", date(2027, 2, 28), date(2027, 2, 1)),
        ("off", date(2027, 3, 1), None),
    ],
)
def test_a_list_is_due_on_mondays_or_on_the_first(rhythm: str, today: date, day: date | None) -> None:
    assert due_on(rhythm, today) == day
