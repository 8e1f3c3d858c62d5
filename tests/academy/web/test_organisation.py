"""An organisation's own pages: units, people, roles, settings, for who administers it and nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from academy.people import joining, rules
from academy.people.enums import Role
from academy.people.models import Centre, JobRole, Membership, Organisation, RoleGrant, Unit, User
from tests.factories.joining import Town, make_town, picture
from tests.factories.people import AT, LONG_AGO, grant, make_person, make_unit, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def town(site: Any) -> Town:
    return make_town()


@pytest.fixture
def admin(town: Town) -> Client:
    return signed_in(town.admin)


def add(unit: Unit, **fields: Any) -> User:
    """Somebody who works in the unit and has signed in."""
    person = make_person(**{"last_login": timezone.now(), **fields})
    rules.join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=timezone.now())
    return person


def pages(town: Town) -> list[str]:
    person = town.admin.public_id
    return [
        "", "units/new/", f"units/{town.buying.pk}/", "people/", f"people/{person}/", f"people/{person}/units/",
        f"people/{person}/units/{Membership.objects.get(person=town.admin).pk}/", f"people/{person}/roles/",
        f"people/{person}/leaves/", "roles/", "invite/", "links/", "domains/", "settings/",
    ]  # fmt: skip


def test_its_administrator_and_the_platforms_see_it_and_nobody_else(town: Town, admin: Client) -> None:
    manager, other = make_person(), make_town().admin
    grant(manager, Role.MANAGER, town.whole)
    everywhere = make_person()
    grant(everywhere, Role.PLATFORM_ADMIN)
    clients = [signed_in(person) for person in (manager, other, everywhere)]
    for page in pages(town):
        assert admin.get(town.url(page)).status_code == 200, page
        assert [client.get(town.url(page)).status_code for client in clients] == [404, 404, 200], page
        assert Client().get(town.url(page)).status_code == 302
    assert signed_in(manager).get("/en/organisation/").status_code == 404
    assert admin.get("/en/organisation/").headers["Location"] == town.url()
    assert town.organisation.name in signed_in(everywhere).get("/en/organisation/").content.decode()


def test_a_role_that_ended_ends_with_the_next_click(town: Town, admin: Client) -> None:
    assert admin.get(town.url()).status_code == 200
    RoleGrant.objects.filter(person=town.admin).update(until_day=timezone.localdate() - timedelta(days=1))
    assert admin.get(town.url()).status_code == 404


def test_who_administers_a_part_sees_and_does_that_part(town: Town) -> None:
    part, boss = make_person(), add(town.whole, display_name="Bo Boss")
    grant(part, Role.ORGANISATION_ADMIN, town.buying)
    client = signed_in(part)
    assert "Town of Lindau</a></th>" not in client.get(town.url()).content.decode()
    assert "Bo Boss" not in client.get(town.url("people/")).content.decode()
    for page in (f"people/{boss.public_id}/", f"units/{town.whole.pk}/", "settings/", "domains/"):
        assert client.get(town.url(page)).status_code == 404
    answer = client.post(town.url(f"people/{part.public_id}/roles/"), {"role": Role.MANAGER, "unit": town.whole.pk})
    assert list(answer.context["form"].errors) == ["unit"]
    assert client.post(town.url("units/new/"), {"name": "X", "parent": town.whole.pk}).status_code == 422


def test_units_are_added_renamed_moved_and_closed(town: Town, admin: Client) -> None:
    admin.post(town.url("units/new/"), {"name": "Tenders", "parent": town.buying.pk})
    unit = Unit.objects.get(name="Tenders")
    assert unit.parent == town.buying
    admin.post(town.url(f"units/{unit.pk}/"), {"name": "Contracts", "parent": town.whole.pk})
    unit.refresh_from_db()
    assert (unit.name, unit.parent) == ("Contracts", town.whole)
    add(unit)
    answer = admin.post(town.url(f"units/{unit.pk}/close/"), follow=True)
    assert "People work in this unit" in answer.content.decode()
    Membership.objects.filter(unit=unit).delete()
    admin.post(town.url(f"units/{unit.pk}/close/"))
    unit.refresh_from_db()
    assert unit.closed_on is not None
    # Neither below itself nor elsewhere.
    for parent in (town.buying, make_unit("Elsewhere")):
        answer = admin.post(town.url(f"units/{town.buying.pk}/"), {"name": "Buying", "parent": parent.pk})
        assert list(answer.context["form"].errors) == ["parent"]


def test_people_are_found_by_unit_and_name_and_no_name_is_in_an_address(town: Town, admin: Client) -> None:
    below = make_unit("Below", parent=town.buying)
    for name, unit in (("Ann Ash", town.buying), ("Ann Birch", below), ("Cem Cedar", below)):
        add(unit, display_name=name)

    def shown(answer: Any) -> list[str]:
        return [person.display_name for person in answer.context["page_obj"]]

    assert shown(admin.get(town.url("people/"))) == ["Ada Admin", "Ann Ash", "Ann Birch", "Cem Cedar"]
    assert shown(admin.get(town.url(f"people/?unit={below.pk}"))) == ["Ann Birch", "Cem Cedar"]
    answer = admin.post(town.url("people/"), {"wanted": "ann", "unit": town.buying.pk})
    assert answer.headers["Location"] == town.url(f"people/?unit={town.buying.pk}")
    assert shown(admin.get(answer.headers["Location"])) == ["Ann Ash", "Ann Birch"]


def test_lists_cost_the_same_for_one_and_for_thirty(town: Town, admin: Client) -> None:
    counted: dict[str, int] = {}
    for number in (1, 29):
        for _ in range(number):
            grant(add(town.buying), Role.MANAGER, town.buying)
        joining.invite(
            unit=town.buying, emails=[f"p{number}-{n}@town.example" for n in range(number)], by=town.admin,
            at=timezone.now(),
        )  # fmt: skip
        for _ in range(number):
            rules.make_link(
                unit=town.buying, expires_on=timezone.localdate(), seats=None, by=town.admin, at=timezone.now()
            )
        for page in ("", "people/", "roles/", "invite/", "links/"):
            admin.get(town.url(page))
            with CaptureQueriesContext(connection) as found:
                admin.get(town.url(page))
            assert len(found) == counted.setdefault(page, len(found)), page


def test_another_job_the_last_day_and_another_unit(town: Town, admin: Client) -> None:
    person = add(town.buying)
    membership = Membership.objects.get(person=person)
    buyer = JobRole.objects.create(code="a-buyer", names={"en": "Buyer"})
    page = town.url(f"people/{person.public_id}/")
    admin.post(f"{page}units/{membership.pk}/", {"do": "job", "job": buyer.pk})
    today = timezone.localdate().isoformat()
    admin.post(f"{page}units/", {"unit": town.whole.pk, "job": "", "from_day": today})
    answer = admin.post(f"{page}units/{membership.pk}/", {"do": "end", "last_day": "2019-01-01"})
    assert list(answer.context["end"].errors) == ["last_day"]
    admin.post(f"{page}units/{membership.pk}/", {"do": "end", "last_day": today})
    rows = Membership.objects.filter(person=person).order_by("pk").values_list("unit__name", "job", "until_day")
    assert list(rows) == [("Buying", buyer.pk, timezone.localdate()), ("Town of Lindau", None, None)]
    admin.post(f"{page}leaves/", {"last_day": today})
    assert not Membership.objects.filter(person=person, until_day=None).exists()


def test_a_role_is_given_until_a_day_and_ended_at_once(town: Town, admin: Client) -> None:
    person = add(town.buying)
    page = town.url(f"people/{person.public_id}/roles/")
    until = timezone.localdate() + timedelta(days=7)
    given = {"role": Role.DEPUTY, "unit": town.buying.pk}
    for refused in ({"role": Role.PLATFORM_ADMIN}, {"until_day": "2020-01-01"}, {"unit": make_unit().pk}):
        assert admin.post(page, given | refused).status_code == 422
    admin.post(page, given | {"until_day": until.isoformat()})
    role = RoleGrant.objects.get(person=person)
    assert (role.role, role.unit, role.until_day, role.by) == (Role.DEPUTY, town.buying, until, town.admin)
    other = make_town()
    grant(other.admin, Role.MANAGER, other.whole)
    foreign = RoleGrant.objects.filter(person=other.admin).last()
    assert admin.post(town.url(f"roles/{foreign.pk}/end/")).status_code == 404
    admin.post(town.url(f"roles/{role.pk}/end/"))
    assert not RoleGrant.objects.on(timezone.localdate()).filter(person=person).exists()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_role_holds_and_ends_at_once_wherever_it_is_another_day(town: Town, admin: Client, zone: str) -> None:
    Organisation.objects.update(time_zone=zone)
    person = add(town.buying)
    admin.post(town.url(f"people/{person.public_id}/roles/"), {"role": Role.MANAGER, "unit": town.buying.pk})
    assert RoleGrant.objects.on(timezone.localdate()).filter(person=person).exists()
    admin.post(town.url(f"roles/{RoleGrant.objects.get(person=person).pk}/end/"))
    assert not RoleGrant.objects.on(timezone.localdate()).filter(person=person).exists()


def test_who_reaches_in_from_a_centre_is_shown_and_not_ended_here(town: Town, admin: Client) -> None:
    centre = Centre.objects.create(name="North", slug="north")
    centre.organisations.add(town.organisation)
    trainer = make_person(display_name="Tara Trainer")
    role = rules.grant_role(person=trainer, role=Role.TRAINER, centre=centre, by=None, at=AT, from_day=LONG_AGO)
    assert "Tara Trainer, Trainer <span" in admin.get(town.url("roles/")).content.decode()
    assert "Tara" not in signed_in(make_town().admin).get(town.url("roles/")).content.decode()
    assert admin.post(town.url(f"roles/{role.pk}/end/")).status_code == 404


def test_the_last_administrator_is_told_to_name_another_one_first(town: Town, admin: Client) -> None:
    role = RoleGrant.objects.get(person=town.admin)
    answer = admin.post(town.url(f"roles/{role.pk}/end/"), follow=True)
    assert "Give somebody else that role first" in answer.content.decode()
    day = {"last_day": timezone.localdate().isoformat()}
    assert admin.post(town.url(f"people/{town.admin.public_id}/leaves/"), day).status_code == 422
    assert RoleGrant.objects.get(pk=role.pk).until_day is None


def test_a_logo_stands_at_the_top_for_those_who_work_there(
    town: Town, admin: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    form = {"name": "Lindau", "kind": "", "country": "de", "time_zone": "Europe/Berlin"}
    wrong = admin.post(town.url("settings/"), form | {"picture": SimpleUploadedFile("a.png", b"no picture")})
    assert list(wrong.context["form"].errors) == ["picture"]
    admin.post(town.url("settings/"), form | {"picture": SimpleUploadedFile("a.png", picture())})
    organisation = Organisation.objects.get(pk=town.organisation.pk)
    assert (organisation.name, organisation.country, organisation.time_zone) == ("Lindau", "DE", "Europe/Berlin")
    mark = f'<img class="brand-logo" src="{organisation.logo.url}" alt="Lindau">'
    assert mark in admin.get("/en/settings/").content.decode()
    assert "brand-logo" not in signed_in(make_person()).get("/en/settings/").content.decode()
    served = Client().head(organisation.logo.url)
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    admin.post(town.url("settings/"), form | {"removes_logo": "on"})
    assert "brand-logo" not in admin.get("/en/settings/").content.decode()


def test_the_menu_leads_there(town: Town, admin: Client) -> None:
    link = '<a href="/en/organisation/"'
    assert link in admin.get("/en/settings/").content.decode()
    assert link not in signed_in(make_person()).get("/en/settings/").content.decode()
