"""Which people of a team somebody wants to see: read from the query of an address and written back. Pure.

The query names an organisation, a unit, a course: never a person. What is searched for in names stands elsewhere (the
session), and the address says no more than that it does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from courses.enrolments.enums import Due

# Who joined so many days ago or later is a newcomer; certificates that end within so many days are named.
NEWCOMER = timedelta(days=90)
ENDS_SOON = timedelta(days=60)
# In addresses: nobody who reads one guesses what "in_progress" would say of somebody of whom nothing is required.
NOTHING = "none"
LONGEST_NAME = 100


@dataclass(frozen=True)
class Wanted:
    """What to show. Empty: everybody whom the reader leads in one organisation."""

    organisation: str = ""
    unit: int | None = None
    direct: bool = False
    by_unit: bool = False
    statuses: tuple[Due, ...] = ()
    item: UUID | None = None
    newcomers: bool = False
    not_signed_in: bool = False
    ending: bool = False
    named: bool = False

    def without(self, **changes: Any) -> Wanted:
        """The same with other values; a filter that is taken away, mostly."""
        return replace(self, **changes)

    @property
    def everybody(self) -> Wanted:
        """The same place with no filter."""
        return Wanted(organisation=self.organisation, unit=self.unit, direct=self.direct, by_unit=self.by_unit)

    @property
    def has_filters(self) -> bool:
        """Whether anybody of the place may be hidden."""
        return self != self.everybody

    @property
    def query(self) -> str:
        """For an address, in a fixed order; empty for everybody everywhere."""
        pairs: list[tuple[str, str]] = []
        if self.organisation:
            pairs.append(("organisation", self.organisation))
        if self.unit is not None:
            pairs.append(("unit", str(self.unit)))
        if self.direct:
            pairs.append(("level", "direct"))
        if self.by_unit:
            pairs.append(("by", "unit"))
        pairs += [("status", word_of(status)) for status in self.statuses]
        if self.item is not None:
            pairs.append(("item", str(self.item)))
        flags = ("newcomers", "not_signed_in", "ending", "named")
        pairs += [(name, "1") for name in flags if getattr(self, name)]
        return urlencode(pairs)


def read(params: QueryDict | str) -> Wanted:
    """What an address asks for; whatever makes no sense in it is left out."""
    given = QueryDict(params) if isinstance(params, str) else params
    unit, item = None, None
    with suppress(ValueError):
        unit = int(given.get("unit", ""))
    with suppress(ValueError):
        item = UUID(given.get("item", ""))
    asked = given.getlist("status")
    return Wanted(
        organisation=given.get("organisation", "")[:50],
        unit=unit if unit is not None and 0 < unit < 2**63 else None,
        direct=given.get("level") == "direct",
        by_unit=given.get("by") == "unit",
        statuses=tuple(status for status in Due if word_of(status) in asked),
        item=item,
        newcomers=given.get("newcomers") == "1",
        not_signed_in=given.get("not_signed_in") == "1",
        ending=given.get("ending") == "1",
        named=given.get("named") == "1",
    )


def word_of(status: Due) -> str:
    """A status as it stands in an address."""
    return NOTHING if status == Due.NONE else status.value
