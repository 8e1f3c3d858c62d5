"""Bundles for auditors: who is in them, what they hold, that they are made in steps and go after a week."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest

from academy.jobs.models import Job
from academy.jobs.tasks import run_due
from academy.people.enums import Role
from academy.people.models import Membership, Unit, User
from courses.certificates import bundles, rules
from courses.certificates.access import bundles_for, can_bundle
from courses.certificates.models import Certificate, CertificateBundle
from courses.flows.tasks import forget_bundles
from tests.factories.certificates import AT, make_certificate, make_holder
from tests.factories.curriculum import Course
from tests.factories.people import grant, make_organisation, make_person, make_unit

pytestmark = [pytest.mark.django_db]


def in_unit(unit: Unit, name: str = "Jana Albers", since: date = date(2020, 1, 1), until: date | None = None) -> User:
    """Somebody who may receive a certificate and works there."""
    person = make_holder(name)
    Membership.objects.create(person=person, unit=unit, from_day=since, until_day=until)
    return person


def bundle_of(unit: Unit | None, by: User | None = None, **changes: Any) -> CertificateBundle:
    values: dict[str, Any] = {"items": [], "from_day": None, "until_day": None, "at": AT + timedelta(days=1), **changes}
    return bundles.ask(unit=unit, by=by or make_person(), **values)


def archive_of(bundle: CertificateBundle) -> zipfile.ZipFile:
    bundle.refresh_from_db()
    with bundle.file.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_it_holds_each_document_as_it_is_served_and_a_list_of_them(academy: Course) -> None:
    unit = make_unit()
    valid = make_certificate(academy.course, in_unit(unit, "=Łukasz Ősz"))
    revoked = make_certificate(academy.course, in_unit(unit))
    rules.revoke(certificate=revoked, by=None, reason="Issued by mistake", at=AT)
    withdrawn = make_certificate(academy.course, in_unit(unit))
    rules.withdraw(certificate=withdrawn, by=None, at=AT)
    make_certificate(academy.course, make_holder("From elsewhere"))
    bundle = bundle_of(unit)
    bundles.make(bundle=bundle.pk)
    with archive_of(bundle) as archive:
        stored = rules.pdf_file(certificate=valid, language="nl")
        name = f"certificates/CPA-9-{valid.code}-nl.pdf"
        assert archive.namelist() == [name, "index.csv", "README.txt"]
        assert hashlib.sha256(archive.read(name)).hexdigest() == stored.sha256
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        assert [(row["code"], row["holder"], row["status"], row["file"], row["sha256"]) for row in rows] == [
            (valid.code, "'=Łukasz Ősz", "valid", name, stored.sha256),
            (revoked.code, "Jana Albers", "revoked", "", ""),
        ]
        assert "2 certificates" in archive.read("README.txt").decode()
    assert bundle.count == 2


@pytest.mark.one_database
def test_whose_certificates_by_the_day_of_issue(academy: Course) -> None:
    organisation = make_organisation()
    top = organisation.units.get(parent=None)
    below = make_unit(parent=top)
    there = make_certificate(academy.course, in_unit(below, since=AT.date()))
    make_certificate(academy.course, in_unit(below, since=AT.date() + timedelta(days=1)))
    later = make_certificate(academy.course, in_unit(below, until=AT.date()))
    make_certificate(academy.course, in_unit(below, until=AT.date() - timedelta(days=1)))
    assert list(bundles.certificates_of(bundle_of(top))) == [there, later]
    assert bundles.certificates_of(bundle_of(None)).count() == 4
    day = AT.date()
    for wanted, count in [((day, day), 2), ((day + timedelta(days=1), None), 0), ((None, day - timedelta(days=1)), 0)]:
        asked = bundle_of(top, from_day=wanted[0], until_day=wanted[1])
        assert bundles.certificates_of(asked).count() == count, wanted
    assert bundles.certificates_of(bundle_of(top, items=[there.item_id])).count() == 2
    assert bundles.certificates_of(bundle_of(top, items=[0])).count() == 0


@pytest.mark.one_database
def test_what_takes_long_is_made_in_several_runs(academy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = make_unit()
    for _ in range(3):
        make_certificate(academy.course, in_unit(unit))
    Job.objects.all().delete()
    bundle = bundle_of(unit)
    monkeypatch.setattr(bundles, "SECONDS_A_RUN", -1)
    run_due(limit=1)
    assert bundles.progress_of(bundle) == (0, False)
    run_due(limit=1)
    assert not CertificateBundle.objects.get().is_ready
    monkeypatch.undo()
    run_due(limit=1)
    assert CertificateBundle.objects.get().is_ready
    assert bundles.progress_of(bundle) == (100, False)
    # Made once more by a worker that was thought dead: the first archive stays.
    first = CertificateBundle.objects.get().file.name
    bundles.make(bundle=bundle.pk)
    assert CertificateBundle.objects.get().file.name == first


@pytest.mark.one_database
def test_after_a_week_it_is_gone(academy: Course) -> None:
    bundle = bundle_of(make_unit())
    bundles.make(bundle=bundle.pk)
    bundle.refresh_from_db()
    assert bundle.made_at is not None
    storage, name = bundle.file.storage, str(bundle.file.name)
    assert bundles.forget_expired(at=bundle.made_at + timedelta(days=6)) == 0
    forget_bundles()
    assert bundles.forget_expired(at=bundle.made_at + timedelta(days=8)) == 1
    assert (CertificateBundle.objects.exists(), Certificate.objects.exists()) == (False, False)
    assert storage.exists(name)  # until the commit


@pytest.mark.one_database
def test_only_administrators_and_only_of_their_units() -> None:
    organisation = make_organisation()
    top = organisation.units.get(parent=None)
    unit = make_unit(parent=top)
    manager, admin, platform = make_person(), make_person(), make_person()
    grant(manager, Role.MANAGER, top)
    granted = grant(admin, Role.ORGANISATION_ADMIN, unit)
    grant(platform, Role.PLATFORM_ADMIN)
    assert [can_bundle(person) for person in (manager, admin, platform)] == [False, True, True]
    mine = bundle_of(unit, admin)
    bundle_of(top, admin)
    assert list(bundles_for(admin)) == [mine]
    assert not bundles_for(platform).exists()
    granted.delete()
    assert not bundles_for(admin).exists()
