"""An organisation with its administrator, and pictures, for tests of joining."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Organisation, Unit, User
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit


@dataclass
class Town:
    """Lindau with its administrator, who works in the unit of the whole; below it Buying."""

    organisation: Organisation
    whole: Unit
    buying: Unit
    admin: User

    def url(self, rest: str = "") -> str:
        """An address of its pages."""
        return f"/en/organisation/{self.organisation.slug}/{rest}"


def make_town(**fields: Any) -> Town:
    """A town whose administrator works there."""
    organisation = make_organisation(**fields)
    whole = organisation.units.get(parent=None)
    admin = make_person(display_name="Ada Admin")
    rules.join(person=admin, unit=whole, from_day=LONG_AGO, by=None, at=AT)
    grant(admin, Role.ORGANISATION_ADMIN, whole)
    return Town(organisation, whole, make_unit("Buying", parent=whole), admin)


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 200), **how: Any) -> bytes:
    """A red picture."""
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, kind, **how)
    return target.getvalue()
