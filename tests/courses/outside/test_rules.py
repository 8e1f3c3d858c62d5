"""Reports of training: told to whoever answers, answered once, to what was read; the file goes when it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import Unit, User
from academy.people.rules import erase_person, join
from courses.outside import rules
from courses.outside.errors import AnsweredAlready, ChangedMeanwhile, ReasonMissing, TooManyWaiting, TrainingUnknown
from courses.outside.files import Evidence
from courses.outside.models import OutsideTraining
from courses.outside.queries import accepted_of, of_person, waiting_of_team
from tests.factories.people import AT as JOINED
from tests.factories.people import LONG_AGO, grant, make_person, make_unit

AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
DETAILS = rules.Details("Circular building", "Town network", date(2026, 1, 20), 390, "PC9", "Two days.")
PROOF = Evidence("proof.pdf", "pdf", b"%PDF proof")
pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    """Where Jana works."""
    return make_unit()


@pytest.fixture
def jana(unit: Unit) -> User:
    """Who reports."""
    person = make_person(display_name="Jana Albers")
    join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=JOINED)
    return person


@pytest.fixture
def sofia(unit: Unit) -> User:
    """Who leads her."""
    person = make_person(display_name="Sofia Lind")
    grant(person, Role.MANAGER, unit)
    return person


def report(person: User, evidence: Evidence | None = None) -> OutsideTraining:
    """A report that waits."""
    return rules.report(details=DETAILS, evidence=evidence, by=person, at=AT)


def told(person: User) -> list[str]:
    """Kinds of the mails to somebody, oldest first."""
    return list(OutgoingEmail.objects.filter(to=person.email).order_by("pk").values_list("kind", flat=True))


def sent() -> None:
    """Everything that waits goes out."""
    OutgoingEmail.objects.update(state=MailState.SENT)


def is_there(name: str) -> bool:
    """Whether a file lies in the private storage."""
    return OutsideTraining._meta.get_field("file").storage.exists(name)  # type: ignore[union-attr]  # it is a FileField


def test_a_report_is_told_accepted_and_stands_in_the_transcript(jana: User, sofia: User, unit: Unit) -> None:
    training = report(jana, PROOF)
    assert (told(sofia), told(jana), list(accepted_of(jana))) == (["outside/reported"], [], [])
    assert (
        waiting_of_team({unit.pk}, LONG_AGO, sofia).count(),
        waiting_of_team({unit.pk}, LONG_AGO, jana).count(),
    ) == (1, 0)
    assert waiting_of_team({unit.pk + 1}, LONG_AGO, sofia).count() == 0
    mail = OutgoingEmail.objects.get()
    assert (mail.subject, f"/team/outside/{training.public_id}/" in mail.text) == (
        "Jana Albers reports training from elsewhere: Circular building",
        True,
    )
    sent()
    rules.accept(public_id=training.public_id, seen=training.version, by=sofia, at=LATER)
    training.refresh_from_db()
    assert (training.state, training.decided_by, training.decided_at, training.reason) == (
        "accepted",
        sofia,
        LATER,
        "",
    )
    assert (told(jana), list(accepted_of(jana)), list(of_person(jana))) == (
        ["outside/accepted"],
        [training],
        [training],
    )
    entry = ModelLogEntry.objects.get(action=rules.ACCEPTED)
    assert (entry.user, "Jana" in entry.label, "building" in entry.label) == (sofia, False, False)
    assert waiting_of_team({unit.pk}, LONG_AGO, sofia).count() == 0


def test_a_refusal_says_why_to_the_person_and_not_to_the_log(jana: User, sofia: User) -> None:
    training = report(jana)
    with pytest.raises(ReasonMissing):
        rules.refuse(public_id=training.public_id, seen=training.version, reason=" ", by=sofia, at=LATER)
    rules.refuse(public_id=training.public_id, seen=training.version, reason="No proof. ", by=sofia, at=LATER)
    training.refresh_from_db()
    assert (training.state, training.reason, told(jana)) == ("refused", "No proof.", ["outside/refused"])
    assert "The reason: No proof." in OutgoingEmail.objects.get(kind="outside/refused").text
    assert "proof" not in str(ModelLogEntry.objects.filter(action=rules.REFUSED).values().get())
    # It was answered before anybody was told of it: there is nothing to do any more.
    assert told(sofia) == []


def test_it_is_answered_once_by_who_may_and_to_what_was_read(jana: User, sofia: User) -> None:
    training = report(jana)
    seen = {"public_id": training.public_id, "seen": training.version, "at": LATER}
    for stranger in (jana, make_person()):
        with pytest.raises(TrainingUnknown):
            rules.accept(by=stranger, **seen)
    with pytest.raises(TrainingUnknown):
        rules.accept(public_id=uuid4(), seen="", by=sofia, at=LATER)
    changed = rules.change(
        public_id=training.public_id, details=replace(DETAILS, minutes=600), evidence=None, by=jana, at=LATER
    )
    with pytest.raises(ChangedMeanwhile):
        rules.accept(by=sofia, **seen)
    seen["seen"] = changed.version
    rules.accept(by=sofia, **seen)
    steps: list[Callable[[], Any]] = [
        lambda: rules.accept(by=sofia, **seen),
        lambda: rules.refuse(by=sofia, reason="Late", **seen),
        lambda: rules.withdraw(public_id=training.public_id, by=jana, at=LATER),
        lambda: rules.change(public_id=training.public_id, details=DETAILS, evidence=None, by=jana, at=LATER),
    ]
    for step in steps:
        with pytest.raises(AnsweredAlready):
            step()
    training.refresh_from_db()
    assert (training.state, training.minutes) == ("accepted", 600)


@pytest.mark.one_database
def test_a_change_is_told_once_and_another_file_takes_the_place(
    jana: User, sofia: User, django_capture_on_commit_callbacks: Any
) -> None:
    training = report(jana, PROOF)
    first = str(training.file.name)
    change: dict[str, Any] = {"public_id": training.public_id, "by": jana}
    rules.change(details=DETAILS, evidence=None, at=LATER, **change)
    assert told(sofia) == ["outside/reported"]
    sent()
    for minutes in (400, 410):
        # The second mail takes the place of the first, which nobody has read yet.
        rules.change(details=replace(DETAILS, minutes=minutes), evidence=None, at=LATER, **change)
        assert told(sofia) == ["outside/reported", "outside/changed"]
    with django_capture_on_commit_callbacks(execute=True):
        after = rules.change(details=DETAILS, evidence=replace(PROOF, name="new.pdf"), at=LATER, **change)
    second = str(after.file.name)
    assert (after.file_name, is_there(first), is_there(second)) == ("new.pdf", False, True)
    with django_capture_on_commit_callbacks(execute=True):
        after = rules.change(details=DETAILS, evidence=None, drops_file=True, at=LATER + timedelta(1), **change)
    assert (bool(after.file), after.file_name, after.file_size, is_there(second)) == (False, "", 0, False)
    with pytest.raises(TrainingUnknown):
        rules.change(public_id=training.public_id, details=DETAILS, evidence=None, by=sofia, at=LATER)


@pytest.mark.one_database
def test_withdrawn_its_file_goes_and_who_was_told_is_told(
    jana: User, sofia: User, django_capture_on_commit_callbacks: Any
) -> None:
    unread = report(jana)
    rules.withdraw(public_id=unread.public_id, by=jana, at=LATER)
    assert told(sofia) == []
    training = report(jana, PROOF)
    name = str(training.file.name)
    sent()
    with django_capture_on_commit_callbacks(execute=True):
        rules.withdraw(public_id=training.public_id, by=jana, at=LATER)
    assert (told(sofia), is_there(name)) == (["outside/reported", "outside/withdrawn"], False)
    with pytest.raises(TrainingUnknown):
        rules.accept(public_id=training.public_id, seen="", by=sofia, at=LATER)


@pytest.mark.one_database
def test_reports_that_wait_have_an_end(jana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    training = report(jana)
    with pytest.raises(TooManyWaiting):
        report(jana)
    rules.withdraw(public_id=training.public_id, by=jana, at=LATER)
    report(jana)


@pytest.mark.one_database
def test_it_goes_with_the_person_and_who_answered_is_forgotten(
    jana: User, sofia: User, django_capture_on_commit_callbacks: Any
) -> None:
    training, kept = report(jana, PROOF), report(make_person())
    OutsideTraining.objects.filter(pk=kept.pk).update(state="accepted", decided_at=LATER, decided_by=jana)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=jana, by=None, at=LATER)
    kept.refresh_from_db()
    assert (list(OutsideTraining.objects.all()), kept.decided_by, kept.state) == ([kept], None, "accepted")
    assert not is_there(str(training.file.name))


def test_the_database_knows_which_answers_fit(jana: User) -> None:
    training = report(jana)
    wrong: list[dict[str, Any]] = [
        {"state": "accepted"},
        {"state": "refused", "decided_at": LATER},
        {"decided_at": LATER},
        {"minutes": 0},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            OutsideTraining.objects.filter(pk=training.pk).update(**fields)
