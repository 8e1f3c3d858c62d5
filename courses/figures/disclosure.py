"""Which figures about groups may be shown, so that no subtraction gives a group of one to four people. Pure functions.

People who have something as required learning are counted by organisation and by state (completed, open, overdue),
each person once. From these counts a fixed set of tables is made for an item and a week: all organisations; by type;
by organisation within its type. The smallest groups that are shown are *atoms*: an organisation, or several that are
only counted together. Atoms stand below a *branch* (a type, or several types together), branches below "all".

Two steps, and both are needed:

1. **Suppression, primary and complementary** (`table`). In each atom each state has nobody or at least five people. An
   organisation where that is not so is counted with the others of its type; where these are still too few, the next
   smallest organisation is drawn in, so that "type minus all that is shown" is never small; where a whole type is too
   small, it is counted with other types. Where even all together are too few, nothing is shown.
2. **Steps of five** (`rounded`). The number of each state of each atom is shown as the nearest multiple of five. All
   other numbers are sums of these shown numbers, never of the true ones.

Why no group of 1 to 4 can be worked out by subtraction, from however many tables of however many weeks:

*What is calculated.* Every published number is a multiple of five, so whatever adds and subtracts published numbers
comes to a multiple of five: all minus parts, a type minus parts, one week minus another, the coarser table of one week
minus the finer one of another, also where organisations were put together differently, or came in between. None of
them is 1, 2, 3 or 4. Nor does it help to divide: inside one week the cells of the atoms have nobody in common and
every number is a sum of them, so a set of people whose number follows at all is a union of such cells, each taken
once; and numbers of two weeks have no unknown in common.

*What is true.* Behind a shown number other than 0 there are at least five people (5 is 5 to 7; 10 is 8 to 12), and
which of these numbers it is follows from no other: each may be any of them, whatever the rest are. So a set of people
is known exactly only where it is empty, and a change between two weeks only where both are. Sums tell no more about an
organisation that is not shown alone than they tell about its atom.

Step 1 alone leaves changes: 20 completed in one week and 22 in the next are two people. To hold exact numbers back
until each of them has moved by five or not at all was tried: after half a year the figures were about four months old.
Step 2 alone shows organisations of three people as if it were a figure about a group.

What this does not do: hide from an organisation's own people, who know its numbers, roughly what those have that it is
counted with; hide that some number of an organisation is small (that is said to be the reason); hide a state that a
whole group of five or more has in common; hide from who knows all about a group but one person that this one has
moved, in the week in which the number steps up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# The smallest group that is shown, and the step in which numbers are.
SMALLEST = 5

# A type's primary key; None for organisations without a type.
Kind = int | None


class Counts(NamedTuple):
    """People by state; everybody who has the item as required learning is in one of them."""

    completed: int
    open: int
    overdue: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


@dataclass(frozen=True)
class Base:
    """True counts of one organisation. Never shown, never stored."""

    organisation: int
    kind: Kind
    counts: Counts


@dataclass(frozen=True)
class Atom:
    """The smallest group that is shown: organisations that are counted together, with numbers as they are shown.

    `branch` has the types that stand together above it, mostly one. `organisations` are in ascending order.
    """

    branch: tuple[Kind, ...]
    organisations: tuple[int, ...]
    counts: Counts


@dataclass(frozen=True)
class Branch:
    """Types of organisations that are shown together, mostly one, with their atoms."""

    kinds: tuple[Kind, ...]
    atoms: tuple[Atom, ...]

    @property
    def counts(self) -> Counts:
        """Numbers as they are shown."""
        return add_up(atom.counts for atom in self.atoms)


def hide_small(total: int) -> bool:
    """Whether a figure about so many people is hidden: one to four. That there is nobody may be said."""
    return 0 < total < SMALLEST


def table(bases: Iterable[Base]) -> tuple[Atom, ...]:
    """What may be shown about one item in one week, as atoms by branch; empty where nothing can be said."""
    branches: dict[tuple[Kind, ...], list[Base]] = defaultdict(list)
    for base in sorted(bases, key=lambda each: each.organisation):
        if base.counts.total:
            branches[base.kind,].append(base)
    while branches:
        drawn = {kinds: _groups(rows) for kinds, rows in branches.items()}
        failed = [kinds for kinds, groups in drawn.items() if not groups]
        if not failed:
            return tuple(_atom(kinds, group) for kinds in sorted(drawn, key=_order) for group in drawn[kinds])
        if len(branches) == 1:
            break
        _join(branches, failed)
    return ()


def branches_of(atoms: Iterable[Atom]) -> list[Branch]:
    """A table by branch, in its order."""
    found: dict[tuple[Kind, ...], list[Atom]] = defaultdict(list)
    for atom in atoms:
        found[atom.branch].append(atom)
    return [Branch(kinds, tuple(rows)) for kinds, rows in found.items()]


def add_up(parts: Iterable[Counts]) -> Counts:
    """Counts of groups that have nobody in common, together."""
    rows = list(parts)
    return Counts(*(sum(row[state] for row in rows) for state in range(3)))


def rounded(counts: Counts) -> Counts:
    """Each number as the nearest multiple of five: 0 stays 0, five and more never become it."""
    return Counts(*((count + SMALLEST // 2) // SMALLEST * SMALLEST for count in counts))


def may_be_shown(counts: Counts) -> bool:
    """Whether each state has nobody or enough people."""
    return not any(hide_small(count) for count in counts)


def _groups(rows: Sequence[Base]) -> list[list[Base]]:
    """Organisations of a branch, alone where they may be, the others together; empty where even all are too few."""
    alone = sorted((row for row in rows if may_be_shown(row.counts)), key=_size)
    others = [row for row in rows if not may_be_shown(row.counts)]
    while others and not may_be_shown(_sum(others)):
        if not alone:
            return []
        # The smallest that makes it right; where no single one does, the smallest.
        enough = (row for row in alone if may_be_shown(_sum([*others, row])))
        drawn_in = next(enough, alone[0])
        alone.remove(drawn_in)
        others.append(drawn_in)
    groups = [[row] for row in sorted(alone, key=lambda row: row.organisation)]
    return [*groups, others] if others else groups


def _join(branches: dict[tuple[Kind, ...], list[Base]], failed: list[tuple[Kind, ...]]) -> None:
    """Put branches that are too small together; one alone goes to the smallest of the rest."""
    together = list(failed)
    if len(together) == 1:
        rest = [kinds for kinds in branches if kinds not in together]
        together.append(min(rest, key=lambda kinds: (_sum(branches[kinds]).total, _order(kinds))))
    name = tuple(sorted((kind for kinds in together for kind in kinds), key=_place))
    branches[name] = [row for kinds in together for row in branches.pop(kinds)]


def _atom(kinds: tuple[Kind, ...], group: Sequence[Base]) -> Atom:
    return Atom(kinds, tuple(sorted(row.organisation for row in group)), rounded(_sum(group)))


def _sum(rows: Iterable[Base]) -> Counts:
    return add_up(row.counts for row in rows)


def _size(row: Base) -> tuple[int, int]:
    return row.counts.total, row.organisation


def _place(kind: Kind) -> tuple[bool, int]:
    """Organisations without a type come last."""
    return kind is None, kind or 0


def _order(kinds: tuple[Kind, ...]) -> list[tuple[bool, int]]:
    return [_place(kind) for kind in kinds]
