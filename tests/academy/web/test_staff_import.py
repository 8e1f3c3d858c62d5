"""Lists of staff in the browser: who may send them, what the pages say, the files that go back."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from academy.jobs.enums import JobState
from academy.jobs.models import Job
from academy.jobs.tasks import run_due
from academy.mail.models import OutgoingEmail
from academy.people import rules as people
from academy.people.enums import ImportState, Role
from academy.people.importing import rules
from academy.people.models import Membership, Organisation, StaffImport, User
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit, signed_in
from tests.factories.staff_files import as_xlsx, check, make_job, many, upload

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]


class Desk:
    """An organisation, who administers it, and their browser."""

    def __init__(self) -> None:
        make_job()
        self.organisation: Organisation = make_organisation()
        self.whole = self.organisation.units.get(parent=None)
        self.admin: User = make_person()
        grant(self.admin, Role.ORGANISATION_ADMIN, self.whole)
        self.browser: Client = signed_in(self.admin)
        self.url = f"/en/organisation/{self.organisation.slug}/import/"

    def page(self, found: StaffImport) -> str:
        return f"{self.url}{found.public_id}/"

    def html(self, url: str) -> str:
        answer = self.browser.get(url)
        assert answer.status_code == 200
        return str(answer.content.decode())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_only_who_may_bring_people_in_finds_the_pages(desk: Desk) -> None:
    unit = make_unit("Buying", parent=desk.whole)
    coordinator, other, manager, elsewhere, owner = (make_person() for _ in range(5))
    grant(coordinator, Role.TRAINING_COORDINATOR, unit)
    grant(other, Role.TRAINING_COORDINATOR, unit)
    grant(manager, Role.MANAGER, desk.whole)
    grant(elsewhere, Role.ORGANISATION_ADMIN, make_organisation("Other").units.get())
    grant(owner, Role.PLATFORM_ADMIN)
    found = check(desk.organisation, coordinator, [["a@town.example", "A", "Buying"]])
    for address in (desk.page(found), f"{desk.page(found)}faults.csv"):
        seen = [signed_in(person).get(address).status_code for person in (coordinator, desk.admin, owner)]
        assert seen == [200, 200, 200]
        # A list that somebody else sent for their part is theirs.
        assert [signed_in(person).get(address).status_code for person in (other, manager, elsewhere)] == [404, 404, 404]
    assert [signed_in(person).get(desk.url).status_code for person in (other, manager, elsewhere)] == [200, 404, 404]
    assert signed_in(manager).post(desk.page(found), {"do": "apply"}).status_code == 404
    assert Client().get(desk.url).status_code == 302
    assert desk.browser.get("/en/organisation/no-such-town/import/").status_code == 404


def test_a_list_is_sent_checked_applied_and_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "CHUNK", 10)
    rows, _places = many(30, 4, [9, 15, 20])
    answer = desk.browser.post(desk.url, {"file": upload(as_xlsx(rows), "people.xlsx")})
    found = StaffImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, desk.page(found))
    html = desk.html(desk.page(found))
    assert "“no address at all” is no e-mail address" in html
    assert ("Refused (3)" in html, "Will be invited (27)" in html, "Apply 27 lines" in html) == (True, True, True)
    assert "person1@town.example" in desk.html(f"{desk.page(found)}?show=new")
    desk.browser.post(desk.page(found), {"do": "apply"})
    waiting = desk.html(desk.page(found))
    assert ("0 per cent done" in waiting, 'hx-trigger="every 2s"' in waiting, "Look again" in waiting) == (
        True,
        True,
        True,
    )
    assert run_due() == 1
    after = desk.html(desk.page(found))
    assert ("27 people were invited" in after, "3 lines were refused" in after, "hx-get" in after) == (
        True,
        True,
        False,
    )
    # A second click, or a second tab, does nothing.
    assert desk.browser.post(desk.page(found), {"do": "apply"}).status_code == 302
    assert (run_due(), Membership.objects.count()) == (0, 27)


def test_refused_lines_come_back_with_their_faults_and_can_be_sent_again(desk: Desk) -> None:
    rows = [["a@town.example", "=1+1", "Buying", ""], ["b@town.example", "Łódź", "Buying", "Pilot"]]
    found = check(desk.organisation, desk.admin, rows, header=("email", "naam", "unit", "Functie", "Salary"))
    content = desk.browser.get(f"{desk.page(found)}faults.csv").content
    assert content.decode("utf-8-sig").splitlines() == [
        "email,naam,unit,Functie,fault",
        "a@town.example,'=1+1,Buying,,“=1+1” is a formula; write what it comes to.",
        "b@town.example,Łódź,Buying,Pilot,“Pilot” is no job on the list; write one of the names or codes that the "
        "upload page shows.",
    ]
    assert "“Salary” is not known and was not read" in desk.html(desk.page(found))
    corrected = content.replace(b"'=1+1", b"Anna").replace(b",Pilot", b",Buyer")
    desk.browser.post(desk.url, {"file": upload(corrected)})
    assert StaffImport.objects.exclude(pk=found.pk).get().counts["new"] == 2


def test_what_is_no_list_is_refused_at_the_field(desk: Desk) -> None:
    for content, words in (
        (b"\x89PNG\r\n\x1a\n\0\0", "neither CSV nor XLSX"),
        (b"naam\nAnna\n", "has no column “email”"),
        (b"", "The file is empty"),
    ):
        answer = desk.browser.post(desk.url, {"file": upload(content, "x.csv")})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    answer = desk.browser.post(desk.url, {})
    assert (answer.status_code, "Choose a file." in answer.content.decode()) == (422, True)
    assert not StaffImport.objects.exists()


def test_whoever_has_no_line_leaves_on_the_day_that_is_said(desk: Desk) -> None:
    worker = make_person("worker@town.example", display_name="Wim Worker", last_login=AT)
    people.join(person=worker, unit=desk.whole, from_day=LONG_AGO, by=None, at=AT)
    found = check(desk.organisation, desk.admin, [["new@town.example", "N", "Buying"]])
    assert "1 person works here, or is invited, and has no line." in desk.html(desk.page(found))
    assert "Wim Worker" in desk.html(f"{desk.page(found)}?show=leavers")
    wrong = desk.browser.post(desk.page(found), {"do": "apply", "everybody": "on", "last_day": "2020-01-01"})
    assert (wrong.status_code, "Write a day within a year" in wrong.content.decode()) == (422, True)
    today = timezone.localdate()
    desk.browser.post(desk.page(found), {"do": "apply", "everybody": "on", "last_day": today.isoformat()})
    run_due()
    assert Membership.objects.get(person=worker).until_day == today
    assert "1 person is marked as having left" in desk.html(desk.page(found))


def test_a_list_is_thrown_away_and_work_that_stopped_goes_on(desk: Desk) -> None:
    found = check(desk.organisation, desk.admin, [["new@town.example", "N", "Buying"]])
    desk.browser.post(desk.page(found), {"do": "throw-away"})
    found.refresh_from_db()
    assert (found.state, found.lines, found.file_name) == (ImportState.DROPPED, [], "")
    assert "Nothing was changed" in desk.html(desk.page(found))
    second = check(desk.organisation, desk.admin, [["new@town.example", "N", "Buying"]])
    desk.browser.post(desk.page(second), {"do": "apply"})
    Job.objects.update(state=JobState.FAILED)
    assert "The work stopped several times" in desk.html(desk.page(second))
    desk.browser.post(desk.page(second), {"do": "go-on"})
    assert run_due() == 1
    assert "1 person was invited" in desk.html(desk.page(second))


def test_the_template_is_a_list_that_can_be_read(desk: Desk) -> None:
    content = desk.browser.get(desk.url.replace("/en/", "/de/") + "template.xlsx").content
    assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][1]] == [
        "E-Mail-Adresse", "Name", "Einheit", "Funktion", "Führungskraft", "ab", "bis", "Sprache",
    ]  # fmt: skip
    for kind in ("csv", "xlsx"):
        content = desk.browser.get(f"{desk.url}template.{kind}").content
        desk.browser.post(desk.url, {"file": upload(content, f"staff.{kind}")})
        found = StaffImport.objects.first()
        assert found is not None
        assert found.counts["new"] == found.counts["lines"] == 1


def test_who_was_brought_in_signs_in_by_code_and_that_confirms_the_address(desk: Desk) -> None:
    found = check(desk.organisation, desk.admin, [["new@town.example", "N", "Buying"]])
    desk.browser.post(desk.page(found), {"do": "apply"})
    run_due()
    address = EmailAddress.objects.get(email="new@town.example")
    assert address.verified is False
    browser = Client()
    browser.post("/en/account/login/code/", {"email": address.email})
    mail = OutgoingEmail.objects.filter(to=address.email).latest("pk")
    code = next(word for word in mail.text.split() if re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", word))
    browser.post("/en/account/login/code/confirm/", {"code": code})
    assert browser.get("/en/settings/").status_code == 200
    address.refresh_from_db()
    assert address.verified is True


@pytest.mark.parametrize("count", [1, 30])
def test_pages_cost_the_same_for_one_line_and_for_thirty(
    desk: Desk, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        check(desk.organisation, desk.admin, [["a@town.example", "A", f"Unit {number}"]])
    rows, _places = many(count + 1, 1, [count + 2])
    found = check(desk.organisation, desk.admin, rows)
    desk.browser.get(desk.url)
    with django_assert_num_queries(17):
        desk.browser.get(desk.url)
    with django_assert_num_queries(17):
        desk.browser.get(desk.page(found))
