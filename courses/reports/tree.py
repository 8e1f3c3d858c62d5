"""The units of an organisation as a tree, and the part of it that somebody looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from academy.people.models import Organisation, Unit

from .access import Led
from .wanted import Wanted


@dataclass(frozen=True)
class Tree:
    """Units by number: what each is called, what it stands below, what stands below it (by name)."""

    names: dict[int, str]
    parents: dict[int, int | None]
    children: dict[int | None, list[int]]

    def below(self, tops: Iterable[int]) -> set[int]:
        """These units and all below them."""
        found: set[int] = set()
        waiting = list(tops)
        while waiting:
            pk = waiting.pop()
            if pk not in found and pk in self.names:
                found.add(pk)
                waiting += self.children.get(pk, ())
        return found

    def above(self, pk: int) -> list[int]:
        """Units above this one, the root first, itself last."""
        found: list[int] = []
        current: int | None = pk
        while current is not None and current not in found:
            found.append(current)
            current = self.parents.get(current)
        return found[::-1]


@dataclass(frozen=True)
class Scope:
    """What is looked at: a unit of somebody's reach, or (None) all of the reach if it has several tops.

    `reach` are all units that the reader leads there, `tops` those of them that stand below no other, `ids` the units
    whose people are shown.
    """

    led: Led
    tree: Tree
    reach: frozenset[int]
    tops: tuple[int, ...]
    unit: int | None
    ids: frozenset[int]

    @property
    def organisation(self) -> Organisation:
        """Whose units they are."""
        return self.led.organisation

    @property
    def shown_tops(self) -> tuple[int, ...]:
        """The units that are looked at, without those below them: in no others is anybody shown."""
        return (self.unit,) if self.unit is not None else self.tops

    @property
    def is_whole(self) -> bool:
        """Whether all people of the organisation are shown: then nothing has to be said of units."""
        return len(self.ids) == len(self.tree.names)

    @property
    def parts(self) -> list[int]:
        """The units one step down, by name."""
        return list(self.tree.children.get(self.unit, ())) if self.unit is not None else list(self.tops)

    @property
    def way(self) -> list[int]:
        """Units of the reach above the one that is looked at, from the top down."""
        return [pk for pk in self.tree.above(self.unit)[:-1] if pk in self.reach] if self.unit is not None else []

    @property
    def name(self) -> str:
        """What is looked at, in words."""
        return self.tree.names[self.unit] if self.unit is not None else self.organisation.name


def tree_of(organisation: Organisation) -> Tree:
    """All units of an organisation. One query."""
    rows = list(Unit.objects.filter(organisation=organisation).values_list("pk", "parent_id", "name"))
    children: dict[int | None, list[int]] = {}
    for pk, parent, _name in sorted(rows, key=lambda row: (row[2].casefold(), row[0])):
        children.setdefault(parent, []).append(pk)
    return Tree(
        names={pk: name for pk, _parent, name in rows},
        parents={pk: parent for pk, parent, _name in rows},
        children=children,
    )


def scope_of(led: list[Led], wanted: Wanted) -> Scope | None:
    """What the address asks for; None if the reader does not lead it (any more), or nothing at all. One query."""
    found = next((one for one in led if wanted.organisation in ("", one.organisation.slug)), None)
    if found is None:
        return None
    tree = tree_of(found.organisation)
    tops = tree.children.get(None, []) if found.tops is None else [pk for pk in found.tops if pk in tree.names]
    reach = tree.below(tops)
    tops = [pk for pk in tops if not set(tree.above(pk)[:-1]) & set(tops)]
    if wanted.unit is not None and wanted.unit not in reach:
        return None
    unit = wanted.unit if wanted.unit is not None else (tops[0] if len(tops) == 1 else None)
    looked_at = [unit] if unit is not None else tops
    return Scope(
        led=found,
        tree=tree,
        reach=frozenset(reach),
        tops=tuple(sorted(tops, key=lambda pk: (tree.names[pk].casefold(), pk))),
        unit=unit,
        ids=frozenset(looked_at if wanted.direct else tree.below(looked_at)),
    )
