"""People, units and roles change by rules that keep their history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from academy.people import rules
from academy.people.access import has_role, roles_of, units_above, units_below
from academy.people.enums import Role
from academy.people.errors import LastAdministrator, OtherOrganisation, PersonExists, UnitLoop
from academy.people.models import Membership, RoleGrant, Unit, UnitVersion, User
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 1)


def history(unit: Unit) -> list[Any]:
    return list(unit.versions.order_by("from_day").values_list("name", "from_day", "until_day"))


def test_a_person_made_by_somebody_has_a_confirmed_address() -> None:
    person = rules.create_person(email=" Jana@Example.org", by=None, at=AT)
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (person.pk, "jana@example.org", True, True)
    ]
    assert not person.has_usable_password()


def test_one_address_is_one_person_whatever_its_case() -> None:
    make_person("jana@example.org")
    with pytest.raises(PersonExists):
        make_person("JANA@example.org")


def test_a_new_certificate_name_is_to_be_confirmed_anew() -> None:
    person = make_person(certificate_name_confirmed_at=AT)
    rules.change_profile(person=person, fields={"language": "fr"}, at=AT)
    assert person.certificate_name_confirmed_at == AT
    rules.change_profile(person=person, fields={"certificate_name": "Dr. Jana"}, at=AT)
    person.refresh_from_db()
    assert (person.certificate_name_confirmed_at, person.language) == (None, "fr")


def test_an_organisation_comes_with_its_first_unit() -> None:
    organisation = make_organisation("Town of Lindau")
    assert list(organisation.units.values_list("name", "parent")) == [("Town of Lindau", None)]
    assert history(organisation.units.get()) == [("Town of Lindau", AT.date(), None)]


def test_a_renamed_unit_keeps_its_old_name_for_the_time_before() -> None:
    unit = make_unit("Purchasing")
    rules.change_unit(unit=unit, name="Buying", parent=unit.parent, from_day=DAY, by=None, at=AT)
    assert history(unit) == [("Purchasing", LONG_AGO, DAY - timedelta(days=1)), ("Buying", DAY, None)]


def test_a_second_change_on_one_day_corrects_the_first() -> None:
    unit = make_unit("Purchasing")
    for name in ("Bying", "Buying"):
        rules.change_unit(unit=unit, name=name, parent=unit.parent, from_day=DAY, by=None, at=AT)
    assert history(unit) == [("Purchasing", LONG_AGO, DAY - timedelta(days=1)), ("Buying", DAY, None)]


def test_no_change_leaves_no_trace() -> None:
    unit = make_unit()
    before = ModelLogEntry.objects.count()
    rules.change_unit(unit=unit, name=unit.name, parent=unit.parent, from_day=DAY, by=None, at=AT)
    assert (UnitVersion.objects.filter(unit=unit).count(), ModelLogEntry.objects.count()) == (1, before)


def test_a_unit_does_not_stand_below_itself_or_in_another_organisation() -> None:
    upper = make_unit("Upper")
    lower = make_unit("Lower", parent=upper)
    change: dict[str, Any] = {"name": "x", "from_day": DAY, "by": None, "at": AT}
    with pytest.raises(UnitLoop):
        rules.change_unit(unit=upper, parent=lower, **change)
    with pytest.raises(OtherOrganisation):
        rules.change_unit(unit=upper, parent=make_unit(), **change)


def test_a_role_for_a_unit_holds_below_it_and_nowhere_else() -> None:
    upper = make_unit("Upper")
    lower, beside = make_unit("Lower", parent=upper), make_unit("Beside", parent=upper.parent)
    sofia = make_person()
    grant(sofia, Role.MANAGER, upper)
    assert [has_role(sofia, Role.MANAGER, unit) for unit in (upper, lower, beside, upper.parent)] == [
        True,
        True,
        False,
        False,
    ]
    assert roles_of(sofia) == {Role.MANAGER}
    assert not has_role(sofia, Role.TRAINER)


def test_a_role_without_a_unit_holds_everywhere() -> None:
    marten = make_person()
    grant(marten, Role.TRAINER)
    assert has_role(marten, Role.TRAINER, make_unit())


def test_a_role_holds_on_its_days() -> None:
    person, unit = make_person(), make_unit()
    held = grant(person, Role.DEPUTY, unit, from_day=DAY, until_day=DAY + timedelta(days=4))
    days = [DAY + timedelta(days=number) for number in (-1, 0, 4, 5)]
    assert [has_role(person, Role.DEPUTY, unit, on=day) for day in days] == [False, True, True, False]
    rules.end_role(grant=held, last_day=DAY, by=None, at=AT)
    assert not has_role(person, Role.DEPUTY, unit, on=DAY + timedelta(days=1))


def test_a_role_that_had_not_begun_is_taken_back() -> None:
    held = grant(make_person(), Role.TRAINER, from_day=DAY)
    rules.end_role(grant=held, last_day=DAY - timedelta(days=1), by=None, at=AT)
    assert RoleGrant.objects.count() == 0


def test_a_role_over_people_names_a_unit() -> None:
    with pytest.raises(ValidationError, match="Name the unit"):
        grant(make_person(), Role.MANAGER)


def test_granting_and_joining_twice_is_once() -> None:
    person, unit = make_person(), make_unit()
    for _ in range(2):
        grant(person, Role.TRAINER)
        rules.join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    assert (RoleGrant.objects.count(), Membership.objects.count()) == (1, 1)


def test_who_left_may_come_back() -> None:
    person, unit = make_person(), make_unit()
    first = rules.join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    with pytest.raises(ValidationError):
        rules.leave(membership=first, last_day=LONG_AGO - timedelta(days=1), by=None, at=AT)
    rules.leave(membership=first, last_day=DAY, by=None, at=AT)
    rules.join(person=person, unit=unit, from_day=DAY + timedelta(days=90), by=None, at=AT)
    assert list(Membership.objects.on(DAY).values_list("pk", flat=True)) == [first.pk]
    assert Membership.objects.count() == 2


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(0, 20), max_size=8))
def test_above_and_below_say_the_same_of_any_tree(db: None, parents: list[int]) -> None:
    organisation = make_organisation()
    units = [organisation.units.get()]
    for number in parents:
        units.append(make_unit(parent=units[number % len(units)]))
    for one in units:
        assert {unit.pk for unit in units if one.pk in units_above(unit)} == units_below(one)


def test_the_last_administrator_stays() -> None:
    person = make_person(is_superuser=True)
    with pytest.raises(LastAdministrator):
        rules.erase_person(person=person, by=None, at=AT)
    make_person(is_superuser=True)
    rules.erase_person(person=person, by=None, at=AT)
    assert User.objects.get(pk=person.pk).is_superuser is False


def test_erased_twice_is_erased_once() -> None:
    person = make_person()
    rules.erase_person(person=person, by=None, at=AT)
    address = User.objects.get(pk=person.pk).email
    rules.erase_person(person=person, by=None, at=AT)
    assert User.objects.get(pk=person.pk).email == address
