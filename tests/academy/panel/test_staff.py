"""Memberships, roles, centres, lists and mail domains in the Wagtail admin: each change is a fact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Centre, JobRole, MailDomain, Membership, RoleGrant, StaffEvent
from tests.factories.joining import Town, make_town
from tests.factories.people import AT, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def admin(site: Any) -> Client:
    return signed_in(make_person("admin@example.org", is_superuser=True, is_staff=True))


@pytest.fixture
def town(site: Any) -> Town:
    return make_town()


def facts(person: Any) -> list[tuple[str, Any]]:
    """What was noted about somebody, without the name."""
    rows = StaffEvent.objects.filter(person=person).exclude(fact="named").order_by("pk")
    return [(row.fact, row.data.get("until", row.data.get("job"))) for row in rows]


def test_a_membership_begins_changes_and_ends_as_facts(admin: Client, town: Town) -> None:
    person, job = make_person(), JobRole.objects.create(code="a-buyer", names={"en": "Buyer"})
    form = {"person": person.pk, "unit": town.buying.pk, "job": "", "from_day": "2027-01-01", "until_day": ""}
    admin.post("/cms/membership/new/", form)
    membership = Membership.objects.get(person=person)
    page = f"/cms/membership/edit/{membership.pk}/"
    # Who and where stay, whatever a form says.
    admin.post(page, form | {"job": job.pk, "unit": town.whole.pk, "from_day": "2020-01-01"})
    admin.post(page, form | {"job": job.pk, "until_day": "2027-03-01"})
    membership.refresh_from_db()
    assert (membership.unit, membership.from_day, membership.until_day) == (
        town.buying, date(2027, 1, 1), date(2027, 3, 1)
    )  # fmt: skip
    assert facts(person) == [("joined", ""), ("joined", "a-buyer"), ("left", "2027-03-01")]
    assert "Add a new one" in admin.post(page, form | {"job": job.pk}).content.decode()


def test_what_is_deleted_is_ended(admin: Client, town: Town) -> None:
    role = RoleGrant.objects.get(person=town.admin)
    membership = Membership.objects.get(person=town.admin)
    admin.post(f"/cms/rolegrant/delete/{role.pk}/")
    admin.post(f"/cms/membership/delete/{membership.pk}/")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert [RoleGrant.objects.get().until_day, Membership.objects.get().until_day] == [yesterday] * 2
    assert facts(town.admin)[-2:] == [("role", yesterday.isoformat()), ("left", yesterday.isoformat())]


def test_a_role_is_given_for_a_centre_to_those_alone_whom_it_shares(admin: Client, town: Town) -> None:
    form = {"name": "North", "slug": "north", "organisations": [town.organisation.pk]}
    admin.post("/cms/centre/new/", form)
    centre = Centre.objects.get()
    assert list(centre.organisations.all()) == [town.organisation]
    person = make_person()
    form = {"person": person.pk, "unit": "", "centre": centre.pk, "from_day": "2027-01-01", "until_day": ""}
    refused = admin.post("/cms/rolegrant/new/", form | {"role": Role.PLATFORM_ADMIN})
    assert list(refused.context["form"].errors) == ["centre"]
    admin.post("/cms/rolegrant/new/", form | {"role": Role.TRAINER})
    role = RoleGrant.objects.get(person=person)
    assert (role.centre, role.by) == (centre, refused.wsgi_request.user)
    admin.post(f"/cms/rolegrant/edit/{role.pk}/", form | {"role": Role.AUDITOR, "until_day": "2027-06-01"})
    role.refresh_from_db()
    assert (role.role, role.until_day) == (Role.TRAINER, date(2027, 6, 1))


def test_another_name_of_an_organisation_is_a_fact(admin: Client, town: Town) -> None:
    form = {"name": "City of Lindau", "slug": town.organisation.slug, "kind": "", "country": "DE", "time_zone": "UTC"}
    admin.post(f"/cms/organisation/edit/{town.organisation.pk}/", form)
    noted = StaffEvent.objects.filter(fact="organisation").order_by("pk").last()
    assert noted is not None
    assert noted.data["name"] == "City of Lindau"


@pytest.mark.parametrize("model", ["organisationtype", "jobrole"])
def test_lists_have_words_in_each_language(admin: Client, model: str) -> None:
    admin.post(f"/cms/{model}/new/", {"code": "a-school", "position": "1", "name_en": "School", "name_nl": "School"})
    page = admin.get(f"/cms/{model}/?q=")
    assert "School" in page.content.decode()
    empty = admin.post(f"/cms/{model}/new/", {"code": "nothing", "position": "1"})
    assert "Write the name in at least one language." in empty.content.decode()


def test_a_domain_is_verified_and_doubted_again(admin: Client, town: Town) -> None:
    domain = rules.name_domain(unit=town.whole, domain="town.example", by=town.admin, at=AT)
    page = f"/cms/maildomain/edit/{domain.pk}/"
    for ticked, is_verified in (({"is_verified": "on"}, True), ({}, False)):
        admin.post(page, ticked | {"domain": "other.example"})
        domain.refresh_from_db()
        assert (domain.domain, domain.verified_at is not None) == ("town.example", is_verified)
    wrong = admin.post("/cms/maildomain/new/", {"unit": town.whole.pk, "domain": "gmail.com"})
    assert "Anybody can have an address there." in wrong.content.decode()
    again = admin.post("/cms/maildomain/new/", {"unit": town.whole.pk, "domain": "Town.example"})
    assert "belongs to an organisation already" in again.content.decode()
    assert MailDomain.objects.count() == 1
    assert admin.get("/cms/maildomain/").status_code == 200
