"""People, organisations, units and roles for tests, made through the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.test import Client

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Organisation, RoleGrant, Unit, User

AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "a quiet green river"
_numbers = count(1)


def make_person(email: str = "", *, password: str | None = None, **fields: Any) -> User:
    """A person with a confirmed address; by default one that nobody else has."""
    number = next(_numbers)
    return rules.create_person(
        **{
            "email": email or f"person{number}@example.org",
            "password": password,
            "display_name": f"Person {number}",
            "by": None,
            "at": AT,
            # Or nobody's course would end with a certificate; None for who still has to say how they are called.
            "certificate_name_confirmed_at": AT,
            **fields,
        }
    )


def make_organisation(name: str = "Town of Lindau", **fields: Any) -> Organisation:
    """An organisation with its first unit."""
    return rules.create_organisation(name=name, slug=f"town-{next(_numbers)}", by=None, at=AT, **fields)


def make_unit(name: str = "Buying", *, parent: Unit | None = None, organisation: Organisation | None = None) -> Unit:
    """A unit below `parent`, or below the root of an organisation."""
    organisation = parent.organisation if parent else organisation or make_organisation()
    parent = parent or organisation.units.get(parent=None)
    return rules.add_unit(organisation=organisation, name=name, parent=parent, from_day=LONG_AGO, by=None, at=AT)


def grant(person: User, role: Role, unit: Unit | None = None, **days: Any) -> RoleGrant:
    """A role that has been held for long."""
    return rules.grant_role(person=person, role=role, unit=unit, by=None, at=AT, **{"from_day": LONG_AGO, **days})


def signed_in(person: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
