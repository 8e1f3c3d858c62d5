"""The evidence pack of a day stays what it was, whatever happens afterwards (line 7 of issue 6)."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from academy.people import rules as people
from academy.people.models import JobRole, Membership, Organisation, Unit, User
from academy.people.rules import bulk
from courses.assignments import rules as duties
from courses.assignments.models import Duty
from courses.assignments.queries import with_state
from courses.certificates import rules as certificates
from courses.enrolments.enums import Due
from courses.flows import assign_learning, extend_time
from courses.reports.evidence import Evidence, as_of, evidence, first_day
from courses.reports.evidence_document import archive, held
from curriculum.items.models import LearningItem
from tests.factories.certificates import make_certificate
from tests.factories.people import AT
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 10)
LATER = datetime(2027, 4, 20, 12, 0, tzinfo=UTC)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def found(organisation: Organisation, day: date = DAY, unit: int | None = None) -> Evidence:
    then = as_of(organisation, day)
    assert then is not None
    whole = next(each for each in then.units.values() if each.parent is None)
    return evidence(then, then.units[unit] if unit else whole, LATER)


def said(pack: Evidence) -> list[tuple[Any, ...]]:
    return [(line.name, line.unit, line.state, line.due_on, line.completed_on) for line in pack.lines]


@pytest.fixture
def team(academy: Any) -> Team:
    """On 10 March: one has completed, one is overdue, one away; of two with more time one is due soon."""
    team = make_team()
    for person, name in zip(team.everybody, ["Ada", "Ben", "Cem", "Dana", "Émile"], strict=True):
        people.change_profile(person=person, fields={"display_name": name}, at=AT)
    User.objects.update(certificate_name_confirmed_at=AT)
    item = LearningItem.objects.get(key=academy.course.translation_key)
    assign(team, item, due_on=date(2027, 3, 1))
    gone = assign(team, make_item("CPA-8"), due_on=date(2027, 3, 2))
    assign_learning.withdraw(assignment=gone, by=None, at=at(2, 20))
    ada, _ben, cem, dana, emile = team.everybody
    certificate = make_certificate(academy.course, ada, completed_at=at(2, 9))
    duties.note_completed(person_id=ada.pk, completed={item.pk: at(2, 9)}, at=at(2, 9))
    certificates.replace(certificate=certificate, holder_name="Ada A.", reason="", by=None, at=LATER)
    people.pause(
        person=cem,
        organisation=team.organisation,
        from_day=date(2027, 2, 20),
        until_day=date(2027, 3, 20),
        by=None,
        at=at(2, 19),
    )
    for person, until in ((dana, date(2027, 6, 1)), (emile, date(2027, 3, 12))):
        asked = extend_time.ask(duty=duty_of(person, item), wanted_on=until, why="", by=person, at=at(2, 25))
        extend_time.answer(extension=asked, granted_on=until, words="", by=team.manager, at=at(2, 26))
    return team


EXPECTED = [
    ("Ada", "Buying", Due.COMPLETED, date(2027, 3, 1), date(2027, 2, 9)),
    ("Ben", "Buying", Due.OVERDUE, date(2027, 3, 1), None),
    ("Cem", "Buying", Due.PAUSED, date(2027, 3, 30), None),
    ("Dana", "Works", Due.ON_TRACK, date(2027, 6, 1), None),
    ("Émile", "Works", Due.DUE_SOON, date(2027, 3, 12), None),
]


def much_happens(team: Team) -> None:
    """Everything that may happen to an organisation, its people and what they learn, after the day."""
    organisation, works, buying = team.organisation, team.units["Works"], team.units["Buying"]
    ada, ben, _cem, dana, emile = team.everybody
    item = Duty.objects.filter(person=ben, ended_at=None).get().item
    duties.note_completed(person_id=ben.pk, completed={item.pk: at(3, 9)}, at=LATER)
    asked = extend_time.ask(duty=duty_of(dana, item), wanted_on=date(2027, 9, 1), why="", by=dana, at=LATER)
    extend_time.answer(extension=asked, granted_on=date(2027, 9, 1), words="", by=None, at=LATER)
    assign_learning.withdraw(assignment=Duty.objects.get(person=emile, ended_at=None).assignment, by=None, at=LATER)
    people.pause(
        person=ben, organisation=organisation, from_day=date(2027, 3, 1), until_day=None, by=None, at=at(3, 11, 0)
    )
    people.change_profile(person=ada, fields={"display_name": "Ada Later"}, at=LATER)
    for membership in Membership.objects.filter(unit=works):
        people.leave(membership=membership, last_day=date(2027, 3, 5), by=None, at=LATER)
    people.join(person=dana, unit=buying, from_day=date(2027, 3, 6), by=None, at=LATER)
    people.change_unit(unit=buying, name="Procurement", parent=team.whole, from_day=AT.date(), by=None, at=LATER)
    people.close_unit(unit=works, on=date(2027, 3, 6), by=None, at=LATER)
    fields = {"name": "City of Lindau", "time_zone": "Pacific/Auckland"}
    people.change_organisation(organisation=organisation, fields=fields, by=None, at=LATER)
    Membership.objects.filter(unit=works).delete()
    Unit.objects.get(pk=works.pk).delete()
    LearningItem.objects.filter(pk=item.pk).update(title="Another title", code="X-1", retired_at=LATER)
    add(buying, from_day=date(2027, 3, 1), at=LATER)


def test_a_day_is_told_as_it_was_known_at_its_end(team: Team) -> None:
    assert said(found(team.organisation)) == EXPECTED
    works = found(team.organisation, unit=team.units["Works"].pk)
    assert (said(works), works.people) == (EXPECTED[3:], 2)
    assert as_of(team.organisation, date(2027, 1, 31)) is None
    assert first_day(team.organisation) == date(2027, 2, 1)
    # The day after the assignment, before anything else.
    assert [line[2] for line in said(found(team.organisation, date(2027, 2, 2)))] == [Due.DUE_SOON] * 10


def test_another_job_of_somebody_whose_last_day_is_known_does_not_keep_them(team: Team) -> None:
    buyer = JobRole.objects.create(code="a-buyer", names={"en": "Buyer"})
    *_, dana, emile = team.everybody
    for person in (dana, emile):
        people.leave(membership=Membership.objects.get(person=person), last_day=date(2027, 3, 9), by=None, at=at(3, 1))
    people.change_job(membership=Membership.objects.get(person=dana), job=buyer, by=None, at=at(3, 2))
    bulk.change_jobs(changes=[(Membership.objects.get(person=emile), buyer)], by=None, at=at(3, 2))

    assert said(found(team.organisation)) == EXPECTED[:3]


def test_the_pack_stays_the_same_whatever_happens_later(team: Team) -> None:
    before = archive(found(team.organisation))
    much_happens(team)

    assert said(found(team.organisation)) == EXPECTED
    assert archive(found(team.organisation)) == before
    # What the tables of today would say of that day is something else.
    now: Any = with_state(Duty.objects.filter(organisation=team.organisation, ended_at=None), DAY)
    assert sorted(duty.state for duty in now) == ["completed", "completed"]


def test_with_an_erased_account_only_its_name_and_certificates_go(team: Team) -> None:
    organisation, ada = team.organisation, team.everybody[0]
    before, table = found(organisation), read(archive(found(organisation)))
    people.erase_person(person=ada, by=None, at=LATER)
    # The registry takes the time of the clock, which runs before that of this test.
    User.objects.filter(pk=ada.pk).update(erased_at=LATER)
    after = found(organisation)

    assert sorted(said(after)) == sorted([("", *said(before)[0][1:]), *said(before)[1:]])
    pseudonym = [f"Person {ada.pk}", *table[1][1:7], "", "", ""]
    assert sorted(read(archive(after))) == sorted([table[0], pseudonym, *table[2:]])
    # From the day of the erasure on nobody of that number works there.
    assert ada.pk not in {line.person for line in found(organisation, LATER.date()).lines}


def test_certificates_are_those_of_the_day(team: Team) -> None:
    (ada, *_others) = found(team.organisation).lines
    replaced = ada.held
    assert replaced is not None
    assert replaced.state == "valid"
    (later, *_others) = found(team.organisation, LATER.date()).lines
    assert later.held is not None
    assert later.held.code != replaced.code
    assert held(ada).startswith(replaced.code[:5])


def test_the_archive_holds_what_it_says_and_cells_run_nothing(team: Team) -> None:
    people.change_profile(person=team.everybody[1], fields={"display_name": "=1+1 Łódź"}, at=at(3, 1))
    pack = found(team.organisation)
    made = archive(pack)
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        sums = [line.split("  ") for line in opened.read("SHA256SUMS").decode().splitlines()]
        assert {name: digest for digest, name in sums} == {
            name: hashlib.sha256(opened.read(name)).hexdigest()
            for name in ("README.txt", "status.csv", "status.pdf", "status.xlsx")
        }
        assert opened.read("status.pdf").startswith(b"%PDF")
        readme = opened.read("README.txt").decode()
    assert [row[0] for row in read(made)[1:]] == ["'=1+1 Łódź", "Ada", "Cem", "Dana", "Émile"]
    assert "10 March 2027 (Brussels time)" in readme
    assert "{" not in readme
    with translation.override("de"):
        assert archive(found(team.organisation)) != made
    assert archive(pack) == made


def read(made: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        return list(csv.reader(io.StringIO(opened.read("status.csv").decode("utf-8-sig"))))
