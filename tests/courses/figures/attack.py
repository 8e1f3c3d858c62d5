"""Somebody who reads every table of two weeks and subtracts: exact linear algebra over what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from courses.figures.disclosure import Atom, Base, Counts, branches_of

# Sets of states that a table has a number for, or that subtraction gives one for.
MIXES = [mix for size in (1, 2, 3) for mix in combinations(range(3), size)]

# One unknown: how many people an organisation has in a state in a week.
Unknown = tuple[int, int, int]


@dataclass(frozen=True)
class Number:
    """A number somebody published or worked out, and what it counts: organisations, states, the number of the week."""

    week: int
    organisations: frozenset[int]
    states: frozenset[int]
    count: int

    @property
    def cells(self) -> frozenset[tuple[int, int]]:
        """What it counts, without the week."""
        return frozenset(product(self.organisations, self.states))


def numbers(week: int, groups: Iterable[tuple[Iterable[int], Counts]]) -> Iterator[Number]:
    """Each state and the total of groups of organisations."""
    for organisations, counts in groups:
        for states in ((0,), (1,), (2,), (0, 1, 2)):
            count = sum(counts[state] for state in states)
            yield Number(week, frozenset(organisations), frozenset(states), count)


def published(week: int, atoms: tuple[Atom, ...]) -> list[Number]:
    """All tables of a week: all organisations, by type, the smallest groups."""
    groups: list[tuple[Iterable[int], Counts]] = [(atom.organisations, atom.counts) for atom in atoms]
    branches = branches_of(atoms)
    groups += [([each for atom in branch.atoms for each in atom.organisations], branch.counts) for branch in branches]
    everything = Counts(*(sum(branch.counts[state] for branch in branches) for state in range(3)))
    groups.append(([each for atom in atoms for each in atom.organisations], everything))
    return list(numbers(week, groups)) if atoms else []


class Solver:
    """What follows from linear equations, exactly: reduced rows by their first unknown."""

    def __init__(self, equations: Iterable[Number]) -> None:
        self.rows: dict[Unknown, tuple[dict[Unknown, Fraction], Fraction]] = {}
        for equation in equations:
            left = {(equation.week, *cell): Fraction(1) for cell in equation.cells}
            row, value = self._reduce(left, Fraction(equation.count))
            if row:
                lead = min(row)
                factor = row[lead]
                self.rows[lead] = ({key: each / factor for key, each in row.items()}, value / factor)

    def value(self, wanted: dict[Unknown, int]) -> Fraction | None:
        """What this sum of unknowns comes to, if it follows."""
        row, value = self._reduce({key: Fraction(each) for key, each in wanted.items()}, Fraction(0))
        return None if row else -value

    def _reduce(self, row: dict[Unknown, Fraction], value: Fraction) -> tuple[dict[Unknown, Fraction], Fraction]:
        row = dict(row)
        while found := [key for key in row if key in self.rows]:
            lead = min(found)
            factor = row[lead]
            other, right = self.rows[lead]
            for key, each in other.items():
                row[key] = row.get(key, Fraction(0)) - factor * each
                if not row[key]:
                    del row[key]
            value -= factor * right
        return row, value


def found(organisations: Iterable[int], tables: list[list[Number]]) -> set[str]:
    """Kinds of groups of one to four people that follow from the tables of two weeks; empty where nobody is found.

    Tried are all sets of organisations with all sets of states: how many they are in a week (an organisation's own
    number, a hidden group, what is left of a type) and by how many they changed; and each published number minus each
    other that counts a part of it, in the same week or another.
    """
    kinds = set()
    all_of = sorted(organisations)
    solver = Solver(number for table in tables for number in table)
    weeks = range(len(tables))
    for size in range(1, len(all_of) + 1):
        for chosen, mix in product(combinations(all_of, size), MIXES):
            cells = list(product(chosen, mix))
            for week in weeks:
                if is_small(solver.value({(week, *cell): 1 for cell in cells})):
                    kinds.add("group")
            for one, other in combinations(weeks, 2):
                change = {(one, *cell): -1 for cell in cells} | {(other, *cell): 1 for cell in cells}
                if is_small(solver.value(change)):
                    kinds.add("change")
    for one, other in combinations([number for table in tables for number in table], 2):
        is_part = one.cells <= other.cells or other.cells <= one.cells
        if is_part and is_small(one.count - other.count):
            kinds.add("change" if one.cells == other.cells else "difference")
    return kinds


def is_small(count: Fraction | int | None) -> bool:
    """A group that should not be found, or a change by so many."""
    return count is not None and 0 < abs(count) < 5


def primary_only(week: int, bases: list[Base]) -> list[Number]:
    """Control: true numbers, small ones of organisations left out and nothing else."""
    shown = [number for base in bases for number in numbers(week, [([base.organisation], base.counts)])]
    kinds = {base.kind for base in bases}
    for rows in [*([base for base in bases if base.kind == kind] for kind in kinds), bases]:
        together = Counts(*(sum(base.counts[state] for base in rows) for state in range(3)))
        shown += numbers(week, [([base.organisation for base in rows], together)])
    return [number for number in shown if not is_small(number.count)]


def unrounded(week: int, bases: list[Base], atoms: tuple[Atom, ...]) -> list[Number]:
    """Control: complementary suppression, but the true numbers of each week."""
    counts = {base.organisation: base.counts for base in bases}
    exact = tuple(
        Atom(
            atom.branch,
            atom.organisations,
            Counts(*(sum(counts[each][state] for each in atom.organisations) for state in range(3))),
        )
        for atom in atoms
    )
    return published(week, exact)
