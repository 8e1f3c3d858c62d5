"""What a manager, a deputy or a training coordinator gets to see of somebody, in every document: the fields that are
allowed and no other; and nothing at all of whom they do not lead (TRUST.md, section 7)."""

from __future__ import annotations

import base64
import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.mail.models import OutgoingEmail
from academy.people import rules as people
from academy.people.enums import Role, Wider
from academy.people.models import RoleGrant, User
from courses.assignments.enums import ListFormat, ListRhythm
from courses.assignments.models import SavedFilter
from courses.attempts.models import QuizAttempt
from courses.booking.access import may_approve
from courses.booking.enums import Presence
from courses.booking.models import Attendance
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.flows import assign_learning, saved_filters
from courses.notes.models import LessonNote
from courses.outside.models import OutsideTraining
from courses.progress.models import ItemProgress
from curriculum.items.models import LearningItem
from tests.factories import booking
from tests.factories import courses as learning
from tests.factories.people import grant, make_person, make_unit, signed_in
from tests.factories.teams import Team, add, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

RULE = {"version": 1, "since": None, "all": []}
ALLOWED = [
    "Person",
    "Unit",
    "Job",
    "Required learning",
    "Status",
    "Due",
    "Completed on",
    "Certificate",
    "Certificate valid until",
]


@pytest.fixture
def team(academy: Any) -> Team:
    """Jana learns what is required, and much besides that is nobody's business."""
    team = make_team({"Buying": 0, "Works": 0})
    jana = add(team.units["Buying"], display_name="Jana Albers", email="secret.address@example.org")
    item = LearningItem.objects.get(key=academy.course.translation_key)
    assign_learning.assign(
        organisation=team.organisation,
        unit=team.whole,
        item=item,
        by=team.manager,
        at=timezone.now(),
        picked=[jana.pk],
        due_on=date(2031, 3, 7),
    )
    learning.take(jana, academy)
    learning.finish_lessons(jana, academy, 2)
    attempt = learning.begin_quiz(jana, academy)
    learning.answer(jana, attempt, [True, False, False])
    learning.hand_in(jana, attempt)
    assert ItemProgress.objects.filter(person=jana, percent=33).exists()
    LessonNote.objects.create(
        person=jana, item=LearningItem.objects.get(key=academy.lessons[0].translation_key), text="SECRET note"
    )
    OutsideTraining.objects.create(
        person=jana, title="SECRET outside", provider="SECRET town", on=date(2026, 1, 5), minutes=77, competence="PC5"
    )
    Enrolment.objects.create(person=jana, item=make_item("CPA-8", title="SECRET voluntary"), rule=RULE)
    session = booking.make_date()
    seat = booking.book(session, jana)
    Attendance.objects.create(
        booking=seat, meeting=session.meetings.first(), presence=Presence.ABSENT, note="SECRET no-show"
    )
    return team


def secrets(jana: User) -> list[str]:
    """Signs of what nobody who leads her may see."""
    attempts = [str(key) for key in QuizAttempt.objects.filter(person=jana).values_list("public_id", flat=True)]
    return [
        "SECRET",
        "secret.address",
        "33%",
        "33\xa0%",
        ">33<",
        ",33,",
        "Not passed",
        "attempt 1",
        "no-show",
        "Functional question clinic",
        *attempts,
    ]


def leader(team: Team, role: Role) -> User:
    """Somebody with this role for the whole town."""
    person = make_person(display_name="Lea Leader")
    grant(person, role, team.whole)
    return person


def documents(person: User, jana: User) -> dict[str, str]:
    """Everything that leads from a role to somebody, as text; pages without their frame."""
    client = signed_in(person)
    found = {}
    addresses = {
        "board": "/en/team/",
        "units": "/en/team/?by=unit",
        "ending": "/en/team/?ending=1",
        "person": f"/en/team/people/{jana.public_id}/",
    }
    for name, address in addresses.items():
        page = client.get(address).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        # Tokens of forms may hold any two digits.
        found[name] = "".join(
            part.partition('">')[2] if number else part
            for number, part in enumerate(main.split('name="csrfmiddlewaretoken"'))
        ).replace(str(jana.public_id), "")
    found["csv"] = client.get("/en/team/people.csv").content.decode("utf-8-sig")
    found["xlsx"] = sheet_text(client.get("/en/team/people.xlsx").content)
    for kind in ListFormat:
        SavedFilter.objects.create(person=person, name=f"All {kind}", rhythm=ListRhythm.WEEKLY, format=kind)
    noon = datetime.combine(timezone.localdate(), time(12), UTC)
    assert saved_filters.send_due(at=noon) == 1
    mail = OutgoingEmail.objects.get(person=person)
    found["mail"] = mail.text + mail.html
    for part in mail.attachments:
        content = base64.b64decode(part["base64"])
        found[f"mailed {part['name'][-4:]}"] = (
            content.decode("utf-8-sig") if part["name"].endswith("csv") else sheet_text(content)
        )
    return found


def cells(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def sheet_text(data: bytes) -> str:
    return "\n".join(",".join(str(value) for value in row) for row in cells(data))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.DEPUTY, Role.TRAINING_COORDINATOR])
def test_no_document_holds_more_than_status_dates_and_certificate(team: Team, role: Role) -> None:
    jana = User.objects.get(display_name="Jana Albers")

    found = documents(leader(team, role), jana)

    assert {name: [sign for sign in secrets(jana) if sign in text] for name, text in found.items()} == {
        name: [] for name in found
    }
    assert sorted(found) == sorted(
        ["board", "units", "ending", "person", "csv", "xlsx", "mail", "mailed xlsx", "mailed .csv"]
    )
    # Nor does a page that shows nothing pass: each of them is about her.
    assert [name for name, text in found.items() if "Jana Albers" not in text] == ["units", "ending", "mail"]


def test_files_hold_the_allowed_columns_and_nothing_else(team: Team) -> None:
    client = signed_in(team.manager)
    jana = User.objects.get(display_name="Jana Albers")
    jana.display_name = "=1+1 Łódź"
    jana.save()

    rows = list(csv.reader(io.StringIO(client.get("/en/team/people.csv").content.decode("utf-8-sig"))))
    sheet = cells(client.get("/en/team/people.xlsx").content)

    title = LearningItem.objects.get(pk=jana.duties.get().item_id).title
    assert rows[0] == ALLOWED
    assert [[cell.split(" ", 1)[-1] if n == 3 else cell for n, cell in enumerate(row)] for row in rows[1:]] == [
        ["'=1+1 Łódź", "Buying", "", title, "On track", "2031-03-07", "", "", ""]
    ]
    assert sheet[0] == ALLOWED
    assert [value for n, value in enumerate(sheet[1]) if n != 3] == [
        "=1+1 Łódź", "Buying", None, "On track", datetime(2031, 3, 7), None, None, None,  # noqa: DTZ001  a day
    ]  # fmt: skip


def test_the_certificate_of_required_learning_is_shown_with_its_end(team: Team, academy: Any) -> None:
    jana = User.objects.get(display_name="Jana Albers")
    learning.finish_lessons(jana, academy)
    learning.pass_quiz(jana, academy)
    certificate = Certificate.objects.get(person=jana)
    Certificate.objects.update(valid_until=timezone.localdate() + timedelta(days=12))
    client = signed_in(team.manager)

    page = client.get(f"/en/team/people/{jana.public_id}/").content.decode()

    assert reverse("certificate_check", args=[certificate.code]) in page
    assert "valid until" in page
    assert "The certificate of 1 person ends within 60 days" in client.get("/en/team/").content.decode()
    assert "Jana Albers" in client.get("/en/team/?ending=1").content.decode()


def test_of_whom_one_does_not_lead_there_is_nothing(team: Team) -> None:
    jana = User.objects.get(display_name="Jana Albers")
    sibling, stranger = make_person(), make_person()
    grant(sibling, Role.MANAGER, team.units["Works"])
    grant(stranger, Role.MANAGER, make_unit("Elsewhere"))
    addresses = [
        f"/en/team/people/{jana.public_id}/",
        f"/en/team/?unit={team.units['Buying'].pk}",
        f"/en/team/?unit={team.whole.pk}",
        f"/en/team/people.csv?unit={team.units['Buying'].pk}",
        f"/en/team/people.xlsx?organisation={team.organisation.slug}&unit={team.units['Buying'].pk}",
    ]
    for person in (sibling, stranger):
        client = signed_in(person)
        assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)
        assert "Jana Albers" not in client.get("/en/team/").content.decode()
        assert "Jana Albers" not in client.get("/en/team/people.csv").content.decode()


def test_who_has_left_is_not_found_any_more(team: Team) -> None:
    jana = User.objects.get(display_name="Jana Albers")
    client = signed_in(team.manager)
    assert client.get(f"/en/team/people/{jana.public_id}/").status_code == 200
    jana.memberships.update(until_day=timezone.localdate() - timedelta(days=1))

    assert client.get(f"/en/team/people/{jana.public_id}/").status_code == 404


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.TRAINING_COORDINATOR])
def test_a_role_that_ends_in_mid_session_opens_nothing_at_the_next_request(team: Team, role: Role) -> None:
    jana = User.objects.get(display_name="Jana Albers")
    person, today = make_person(), timezone.localdate()
    held = people.grant_role(
        person=person,
        role=role,
        unit=team.whole,
        from_day=today - timedelta(days=9),
        until_day=today,
        by=None,
        at=timezone.now(),
    )
    client = signed_in(person)
    addresses = ["/en/team/", "/en/team/people.csv", "/en/team/lists/", f"/en/team/people/{jana.public_id}/"]
    # The last day counts.
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    SavedFilter.objects.create(person=person, name="All", rhythm=ListRhythm.WEEKLY)
    RoleGrant.objects.filter(pk=held.pk).update(until_day=today - timedelta(days=1))

    assert [client.get(address).status_code for address in addresses] == [403] * 4
    assert saved_filters.send_due(at=datetime.combine(today, time(12), UTC)) == 0


def test_a_wider_view_opens_what_it_says_on_the_page_of_the_person_alone(team: Team) -> None:
    jana = User.objects.get(display_name="Jana Albers")
    client = signed_in(team.manager)
    address = f"/en/team/people/{jana.public_id}/"
    assert "Of their own accord" not in client.get(address).content.decode()
    for what in Wider:
        people.open_wider(
            organisation=team.organisation,
            what=what,
            reason="Agreed with the council",
            by=team.manager,
            at=timezone.now(),
        )

    page = client.get(address).content.decode()

    assert [
        words in page for words in ("Of their own accord", "CPA-8 SECRET voluntary", "Started Mon 2 February 2026")
    ] == [True] * 3
    assert "SECRET voluntary" not in client.get("/en/team/").content.decode()
    assert "SECRET voluntary" not in client.get("/en/team/people.csv").content.decode()


def test_a_coordinator_answers_requests_for_seats_of_the_units_that_are_theirs(team: Team) -> None:
    jana = User.objects.get(display_name="Jana Albers")
    asked = booking.book(booking.make_date(approval="manager", day=booking.DAY + timedelta(days=3)), jana)
    own, other = make_person(), make_person()
    grant(own, Role.TRAINING_COORDINATOR, team.units["Buying"])
    grant(other, Role.TRAINING_COORDINATOR, team.units["Works"])

    assert [may_approve(person, asked) for person in (own, other, jana)] == [True, False, False]
    assert signed_in(own).get(reverse("team_seats")).status_code == 200
