"""Organisations, units, memberships and roles in the Wagtail admin are written by the rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.people.enums import Role
from academy.people.models import Membership, Organisation, RoleGrant, Unit
from tests.factories.people import LONG_AGO, grant, make_organisation, make_person, make_unit, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(site: Any) -> Client:
    return signed_in(make_person("admin@example.org", is_superuser=True, is_staff=True))


@pytest.mark.parametrize("model", ["organisation", "unit", "membership", "rolegrant"])
def test_lists_and_forms_open(admin: Client, model: str) -> None:
    person, unit = make_person(), make_unit()
    Membership.objects.create(person=person, unit=unit, from_day=LONG_AGO)
    grant(person, Role.MANAGER, unit)
    assert admin.get(f"/cms/{model}/").status_code == 200
    assert admin.get(f"/cms/{model}/?q=x").status_code == 200
    assert admin.get(f"/cms/{model}/new/").status_code == 200
    pk = (
        {"organisation": Organisation, "unit": Unit, "membership": Membership, "rolegrant": RoleGrant}[model]
        .objects.first()
        .pk
    )  # type: ignore[attr-defined, union-attr]  # made above
    assert admin.get(f"/cms/{model}/edit/{pk}/").status_code == 200


def test_a_new_organisation_comes_with_its_unit(admin: Client) -> None:
    answer = admin.post(
        "/cms/organisation/new/", {"name": "Lindau", "slug": "lindau", "country": "DE", "time_zone": "Europe/Berlin"}
    )
    assert answer.status_code == 302
    assert Unit.objects.get().name == "Lindau"


def test_a_renamed_unit_keeps_its_history(admin: Client) -> None:
    unit = make_unit("Purchasing")
    form = {"organisation": unit.organisation_id, "parent": unit.parent_id, "name": "Buying"}
    assert admin.post(f"/cms/unit/edit/{unit.pk}/", form).status_code == 302
    versions = list(unit.versions.order_by("from_day").values_list("name", "from_day"))
    assert versions == [("Purchasing", LONG_AGO), ("Buying", timezone.localdate())]


def test_a_unit_is_offered_no_place_below_itself_or_elsewhere(admin: Client) -> None:
    upper = make_unit("Upper")
    lower = make_unit("Lower", parent=upper)
    elsewhere = make_unit("Elsewhere")
    for parent in (lower, elsewhere):
        form = {"organisation": upper.organisation_id, "parent": parent.pk, "name": "Upper"}
        answer = admin.post(f"/cms/unit/edit/{upper.pk}/", form)
        assert list(answer.context["form"].errors) == ["parent"]
    form = {"organisation": elsewhere.organisation_id, "parent": upper.pk, "name": "New"}
    assert list(admin.post("/cms/unit/new/", form).context["form"].errors) == ["parent"]


def test_a_role_over_people_needs_a_unit(admin: Client) -> None:
    form = {"person": make_person().pk, "role": Role.MANAGER, "unit": "", "from_day": "2027-01-01", "until_day": ""}
    answer = admin.post("/cms/rolegrant/new/", form)
    assert "Name the unit" in answer.content.decode()
    assert admin.post("/cms/rolegrant/new/", form | {"unit": make_unit().pk}).status_code == 302


def test_the_audit_trail_of_roles_and_memberships_names_nobody(admin: Client) -> None:
    person, unit = make_person(display_name="Zanzibara"), make_unit()
    admin.post("/cms/membership/new/", {"person": person.pk, "unit": unit.pk, "from_day": "2027-01-01"})
    admin.post("/cms/rolegrant/new/", {"person": person.pk, "role": Role.TRAINER, "from_day": "2027-01-01"})
    assert (Membership.objects.count(), RoleGrant.objects.count()) == (1, 1)
    labels = ModelLogEntry.objects.filter(content_type__model__in=["membership", "rolegrant"]).values_list("label")
    assert "Zanzibara" not in str(list(labels))


def test_an_organisation_with_people_is_not_deleted(admin: Client) -> None:
    organisation = make_organisation()
    admin.post(f"/cms/organisation/delete/{organisation.pk}/")
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def test_what_others_belong_to_is_not_deleted_and_the_page_says_why(admin: Client) -> None:
    unit = make_unit()
    for model, thing in (("organisation", unit.organisation), ("unit", unit)):
        Membership.objects.get_or_create(person=make_person(f"{model}@example.org"), unit=unit, from_day=LONG_AGO)
        answer = admin.post(f"/cms/{model}/delete/{thing.pk}/", follow=True)
        assert answer.status_code == 200
        assert "cannot be deleted" in answer.content.decode()
    assert Unit.objects.filter(pk=unit.pk).exists()
