"""Lists of staff against the database: what lines come to, what is written, and that twice is once."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.mail.models import OutgoingEmail
from academy.people import joining, rules
from academy.people.enums import ImportState, Role
from academy.people.importing import applying
from academy.people.importing import rules as importing
from academy.people.importing.words import said
from academy.people.models import Invitation, Membership, Organisation, RoleGrant, StaffEvent, StaffImport, Unit, User
from academy.people.rules import bulk
from academy.people.signals import staff_changed
from academy.people.tasks import clean_up
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit
from tests.factories.staff_files import bring_in, check, make_job, upload

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class Town:
    """Lindau: an administrator, units Buying and Works, one person in each."""

    def __init__(self) -> None:
        self.organisation: Organisation = make_organisation()
        self.whole = self.organisation.units.get(parent=None)
        self.admin = self.with_role(Role.ORGANISATION_ADMIN, self.whole)
        self.buying, self.works = (make_unit(name, parent=self.whole) for name in ("Buying", "Works"))
        self.buyer, self.worker = self.member("buyer", self.buying), self.member("worker", self.works)

    def with_role(self, role: Role, unit: Unit) -> User:
        person = make_person()
        grant(person, role, unit)
        return person

    def member(self, name: str, unit: Unit) -> User:
        """Somebody who has signed in."""
        person = make_person(f"{name}@town.example", last_login=AT)
        rules.join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
        return person

    def staying(self) -> list[str]:
        """The lines of those who are there."""
        return ["buyer@town.example,,Buying", "worker@town.example,,Works"]


@pytest.fixture
def town() -> Town:
    make_job()
    return Town()


def rows(*lines: str) -> list[list[str]]:
    """Lines as people type them: email,name,unit,job,manager,from,until,language; the rest may be missing."""
    return [(line.split(",") + [""] * 8)[:8] for line in lines]


def verdicts(found: StaffImport) -> list[str]:
    return [line["v"] for line in found.lines]


def works_in(email: str) -> list[tuple[str, str]]:
    members = Membership.objects.filter(person__email=email).order_by("pk").select_related("unit")
    return [(each.unit.name, str(each.until_day or "")) for each in members]


def days(count: int) -> str:
    return (timezone.localdate() + timedelta(days=count)).isoformat()


def test_new_people_get_what_inviting_them_one_by_one_gives(town: Town) -> None:
    """Same facts, same audit trail, same mail; only the name and that the address is not confirmed differ."""

    def written(email: str) -> dict[str, Any]:
        person = User.objects.get(email=email)
        invitation = Invitation.objects.get(email=email)
        membership = Membership.objects.get(person=person)
        events = StaffEvent.objects.filter(person=person).order_by("pk")
        return {
            "facts": [(e.fact, e.organisation_ref, e.unit_ref, e.by_id, sorted(e.data)) for e in events],
            "trail": [
                list(ModelLogEntry.objects.for_instance(thing).values_list("action", "user"))
                for thing in (person, invitation, membership)
            ],
            "invitation": (invitation.unit, invitation.person == person, invitation.by, invitation.expires_on),
            "person": (person.time_zone, person.has_usable_password(), person.is_active),
            "mails": OutgoingEmail.objects.filter(to=email).values_list("kind", flat=True).get(),
            "job": membership.job,
        }

    job = make_job()
    joining.invite(unit=town.buying, emails=["one@town.example"], by=town.admin, at=timezone.now(), job=job)
    bring_in(town.organisation, town.admin, rows("two@town.example,Two,Buying,buyer,,,,fr"))
    assert written("two@town.example") == written("one@town.example")
    made = User.objects.get(email="two@town.example")
    assert (made.display_name, made.language) == ("Two", "fr")
    addresses = EmailAddress.objects.filter(user=made).values_list("email", "verified", "primary")
    assert list(addresses) == [("two@town.example", False, True)]


def test_nobody_finds_out_by_a_list_who_has_an_account(town: Town) -> None:
    make_person("elsewhere@town.example", display_name="Her own name", language="de")
    lines = rows("elsewhere@town.example,Ms New,Buying,,,,,nl", "new@town.example,Mr New,Buying,,,,,nl")
    done = bring_in(town.organisation, town.admin, lines)
    assert verdicts(done) == ["new", "new"]
    assert done.done == {"new": 2}
    there = User.objects.get(email="elsewhere@town.example")
    assert (there.display_name, there.language, works_in(there.email)) == ("Her own name", "de", [])
    asked = Invitation.objects.order_by("email").values_list("email", "person__email", "unit__name")
    assert list(asked) == [
        ("elsewhere@town.example", None, "Buying"),
        ("new@town.example", "new@town.example", "Buying"),
    ]
    # And so it stays, whatever the next list says of both: nothing, another job, another unit, too old.
    for change, verdict in ((",Buying", "same"), (",Buying,buyer", "change"), (",Works", "change"), (",Works", "same")):
        again = rows(f"elsewhere@town.example,{change}", f"new@town.example,{change}")
        assert verdicts(bring_in(town.organisation, town.admin, again)) == [verdict] * 2
    Invitation.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert verdicts(check(town.organisation, town.admin, again)) == ["new", "new"]
    assert set(Invitation.objects.values_list("unit__name", "job__code")) == {("Works", "buyer")}


def test_people_move_change_jobs_and_leave_and_units_are_made(town: Town) -> None:
    lines = rows(
        "buyer@town.example,,Works / Roads,Inkoper,worker@town.example,2020-01-01",
        f"worker@town.example,,Town of Lindau / works,,,,{days(9)}",
    )
    found = check(town.organisation, town.admin, lines)
    assert [(line["v"], line["w"]) for line in found.lines] == [
        ("change", ["moves", "leads"]),
        ("change", ["end"]),
    ]
    assert found.new_units == ["Works / Roads"]
    bring_in(town.organisation, town.admin, lines)
    # The day of hiring is not the day of moving: what was true in the past stays true.
    assert works_in("buyer@town.example") == [("Buying", days(-1)), ("Roads", "")]
    assert works_in("worker@town.example") == [("Works", days(9))]
    assert list(
        RoleGrant.objects.filter(role=Role.MANAGER).values_list("person__email", "unit__name", "until_day")
    ) == [("worker@town.example", "Roads", date.fromisoformat(days(9)))]
    again = bring_in(town.organisation, town.admin, lines)
    assert (verdicts(again), again.chunks) == (["same", "same"], [])
    # Who has left today leads nobody tomorrow, whatever unit the line names.
    gone = rows(f"worker@town.example,,Nowhere,,,,{days(-1)}")
    bring_in(town.organisation, town.admin, gone)
    assert works_in("worker@town.example") == [("Works", days(-1))]
    assert not RoleGrant.objects.on(timezone.localdate()).filter(person=town.worker).exists()
    assert verdicts(check(town.organisation, town.admin, gone)) == ["same"]
    assert not Unit.objects.filter(name="Nowhere").exists()


def test_a_line_that_cannot_be_applied_says_why(town: Town) -> None:
    closed = make_unit("Old", parent=town.whole)
    rules.close_unit(unit=closed, on=AT.date() - timedelta(days=400), by=None, at=AT)
    make_unit("Twin", parent=town.whole), make_unit("twin", parent=town.whole)
    asked = joining.invite(unit=town.buying, emails=["no@town.example"], by=town.admin, at=timezone.now())[0]
    joining.decline(invitation=asked, person=None, at=timezone.now())
    Membership.objects.filter(person__email="no@town.example").delete()
    lines = rows(
        "a@town.example,,Old",
        "b@town.example,,Twin",
        "c@town.example,,Buying,,nobody@town.example",
        "d@town.example,,Buying,,a@town.example",
        "e@town.example,,Buying,,d@town.example",
        f"f@town.example,,Buying,,,,{days(-1)}",
        "g@town.example,,Buying,,f@town.example",
        "no@town.example,,Buying",
        "buyer@town.example,,Buying",
        "BUYER@town.example,,Works",
        f"worker@town.example,,Works,,,,{LONG_AGO - timedelta(days=1)}",
    )
    found = check(town.organisation, town.admin, lines)
    assert [(line["n"], line["f"][0][:2]) for line in found.lines if line["v"] == "refused"] == [
        (2, [2, "unit_closed"]),
        (3, [2, "unit_twice"]),
        (4, [4, "manager_unknown"]),
        (5, [4, "manager_refused"]),
        (6, [4, "manager_refused"]),
        (8, [4, "manager_gone"]),
        (9, [0, "declined"]),
        (11, [0, "email_twice"]),
        (12, [6, "until_first"]),
    ]
    assert said(found.lines[9]["f"][0]).startswith("“buyer@town.example” stands in line 10 already")


def test_a_coordinator_touches_nobody_outside_their_units(town: Town) -> None:
    coordinator = town.with_role(Role.TRAINING_COORDINATOR, town.buying)
    lines = rows(
        "new@town.example,,Buying / Team",
        "new2@town.example,,Works",
        "new3@town.example,,Elsewhere",
        "worker@town.example,,Buying",
        "new4@town.example,,Buying,,worker@town.example",
    )
    found = check(town.organisation, coordinator, lines)
    faults = [line["f"][0][1] for line in found.lines if line["v"] == "refused"]
    assert faults == ["not_yours", "not_yours", "elsewhere", "manager_elsewhere"]
    # Nor does anybody leave whom they do not reach; and a role that ends meanwhile opens nothing.
    assert (found.leavers["people"], town.worker.pk in found.leavers["people"]) == ([town.buyer.pk], False)
    importing.start(staff_import=found, last_day=timezone.localdate(), by=coordinator, at=timezone.now())
    RoleGrant.objects.filter(person=coordinator).delete()
    applying.apply(staff_import=found.pk)
    found.refresh_from_db()
    assert (found.state, found.done, works_in("buyer@town.example")) == (
        ImportState.DONE,
        {"refused": 1, "left": 0},
        [("Buying", "")],
    )
    assert not User.objects.filter(email="new@town.example").exists()


def test_who_has_no_line_leaves_only_when_asked_for(town: Town) -> None:
    grant(town.worker, Role.MANAGER, town.works)
    joining.invite(unit=town.works, emails=["asked@town.example"], by=town.admin, at=timezone.now())
    make_person("elsewhere@town.example")
    joining.invite(unit=town.works, emails=["elsewhere@town.example"], by=town.admin, at=timezone.now())
    lines = rows("buyer@town.example,,Buying")
    assert bring_in(town.organisation, town.admin, lines).counts["leavers"] == 3
    assert works_in("worker@town.example") == [("Works", "")]
    today = timezone.localdate()
    done = bring_in(town.organisation, town.admin, lines, last_day=today)
    assert done.done == {"left": 3}
    assert works_in("worker@town.example") == [("Works", str(today))]
    assert works_in("buyer@town.example") == [("Buying", "")]
    assert RoleGrant.objects.get(person=town.worker).until_day == today
    assert RoleGrant.objects.get(person=town.admin).until_day is None
    assert not Invitation.objects.filter(withdrawn_at=None).exists()
    assert check(town.organisation, town.admin, lines).counts["leavers"] == 0
    # Whose line it is must be known before anybody is missing.
    nameless = check(town.organisation, town.admin, rows("not an address,,Buying"))
    assert nameless.leavers == {"count": 0, "nameless": 1, "people": [], "invited": []}


def test_a_chunk_is_applied_wholly_or_not_at_all_and_news_are_told_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    news: Counter[int] = Counter()

    def count(sender: Any, organisation_id: int, **_more: Any) -> None:
        news[organisation_id] += 1

    staff_changed.connect(count)
    found = check(
        town.organisation,
        town.admin,
        rows(*(f"p{n}@town.example,P,Buying / Team {n // 2},,p4@town.example" for n in range(5))),
    )
    importing.start(staff_import=found, last_day=None, by=town.admin, at=timezone.now())
    grants = bulk.grant_many
    calls = []

    def killed(**what: Any) -> Any:
        calls.append(what)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return grants(**what)

    monkeypatch.setattr(bulk, "grant_many", killed)
    with pytest.raises(KeyboardInterrupt):
        applying.apply(staff_import=found.pk)
    found.refresh_from_db()
    people = User.objects.filter(email__startswith="p", email__endswith="@town.example").values_list("email", flat=True)
    # The manager's line came along with the first that names them.
    assert (found.position, sorted(people), news) == (1, ["p0@town.example", "p4@town.example"], {})
    applying.apply(staff_import=found.pk)
    applying.apply(staff_import=found.pk)
    found.refresh_from_db()
    assert (found.state, found.done, len(people.all())) == (ImportState.DONE, {"new": 5}, 5)
    assert news == {town.organisation.pk: 1}
    leads = RoleGrant.objects.filter(role=Role.MANAGER).values_list("person__email", "unit__name")
    assert sorted(leads) == [("p4@town.example", f"Team {n}") for n in range(3)]
    staff_changed.disconnect(count)


def test_what_a_list_says_about_people_is_forgotten(town: Town) -> None:
    found = check(
        town.organisation,
        town.admin,
        rows(
            "buyer@town.example,,Buying",
            "worker@town.example,x,Works,,,,nonsense",
            "c@town.example,,Works,,buyer@town.example",
        ),
    )
    rules.erase_person(person=town.buyer, by=None, at=timezone.now())
    rules.erase_person(person=town.worker, by=None, at=timezone.now())
    found.refresh_from_db()
    assert "buyer" not in str(found.lines)
    assert "worker" not in str(found.lines)
    assert [line["n"] for line in found.lines] == [2, 3, 4]
    clean_up()
    assert StaffImport.objects.get().lines != []
    StaffImport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    clean_up()
    kept = StaffImport.objects.get()
    assert (kept.lines, kept.file_name, kept.leavers, kept.counts["lines"]) == ([], "", {}, 3)


def test_upload_name_is_not_in_the_audit_trail(town: Town) -> None:
    found = importing.check(
        organisation=town.organisation, file=upload(b"email,unit\na@town.example,Buying\n"), file_name="Jana.csv",
        by=town.admin, at=timezone.now(),
    )  # fmt: skip
    importing.start(staff_import=found, last_day=None, by=town.admin, at=timezone.now())
    with pytest.raises(importing.OtherState):
        importing.throw_away(staff_import=found, at=timezone.now())
    entry = ModelLogEntry.objects.get(action=importing.APPLIED)
    assert ("Jana" in entry.label + str(entry.data), entry.user) == (False, town.admin)
