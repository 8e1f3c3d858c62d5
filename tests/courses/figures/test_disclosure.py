"""No subtraction picks a group of one to four people out of the figures; and what would without either of the steps."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.figures.disclosure import Atom, Base, Counts, hide_small, rounded, table

from .attack import MIXES, Number, found, is_small, primary_only, published, unrounded

# Numbers that matter: none, small, just enough, many.
COUNT = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 23])
# From one week to the next: nothing, a few, many; organisations begin and end as well.
MOVE = st.sampled_from([0, 0, 1, -1, 2, -3, 5, -6, 11])


@st.composite
def histories(draw: st.DrawFn) -> list[list[Base]]:
    """Two to four weeks of up to four organisations of up to three types; an organisation may have nobody at first."""
    places = draw(st.lists(st.sampled_from([1, 1, 2, None]), min_size=1, max_size=4))
    counts = [Counts(*draw(st.tuples(COUNT, COUNT, COUNT))) for _ in places]
    weeks = []
    for _ in range(draw(st.integers(2, 4))):
        weeks.append([Base(number, kind, counts[number]) for number, kind in enumerate(places)])
        counts = [Counts(*(max(0, count + draw(MOVE)) for count in row)) for row in counts]
    return weeks


@settings(max_examples=60, deadline=None, derandomize=True)
@given(histories())
def test_nobody_is_found_by_subtraction_across_all_tables_of_two_weeks(history: list[list[Base]]) -> None:
    tables = [published(0, table(bases)) for bases in history]

    for one, other in combinations(tables, 2):
        later = [Number(1, each.organisations, each.states, each.count) for each in other]
        assert found(range(len(history[0])), [one, later]) == set()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(histories())
def test_behind_every_shown_number_are_at_least_five_people_or_nobody(history: list[list[Base]]) -> None:
    for bases in history:
        atoms = table(bases)
        true = {base.organisation: base.counts for base in bases}
        for atom in atoms:
            sums = [sum(true[each][state] for each in atom.organisations) for state in range(3)]
            assert not any(is_small(each) for each in sums)
            assert [(shown == 0, abs(shown - each) <= 2) for shown, each in zip(atom.counts, sums, strict=True)] == [
                (each == 0, True) for each in sums
            ]
        shown = sorted(each for atom in atoms for each in atom.organisations)
        assert shown in ([], sorted(base.organisation for base in bases if base.counts.total))


def test_control_leaving_out_small_numbers_alone_is_undone_by_subtraction() -> None:
    bases = [Base(1, 1, Counts(12, 3, 0)), Base(2, 1, Counts(8, 9, 0)), Base(3, 2, Counts(0, 20, 6))]

    assert found([1, 2, 3], [primary_only(0, bases), []]) == {"group", "difference"}
    assert found([1, 2, 3], [published(0, table(bases)), []]) == set()


def test_control_true_numbers_of_each_week_give_away_who_moved() -> None:
    weeks = [
        [Base(1, 1, Counts(12, 8, 0)), Base(2, 1, Counts(9, 9, 0))],
        [Base(1, 1, Counts(14, 6, 0)), Base(2, 1, Counts(9, 9, 0))],
    ]

    exact = [unrounded(week, bases, table(bases)) for week, bases in enumerate(weeks)]
    assert found([1, 2], exact) == {"change"}
    assert found([1, 2], [published(week, table(bases)) for week, bases in enumerate(weeks)]) == set()


def test_control_true_numbers_of_a_coarser_week_minus_a_finer_one_give_a_group() -> None:
    weeks = [
        [Base(1, 1, Counts(0, 9, 0)), Base(2, 1, Counts(0, 7, 0))],
        # The first now has three who completed it, so the two are counted together.
        [Base(1, 1, Counts(3, 9, 0)), Base(2, 1, Counts(5, 3, 0))],
    ]
    tables = [table(bases) for bases in weeks]
    assert [[atom.organisations for atom in each] for each in tables] == [[(1,), (2,)], [(1, 2)]]

    assert "difference" in found([1, 2], [unrounded(week, weeks[week], tables[week]) for week in (0, 1)])
    assert found([1, 2], [published(week, tables[week]) for week in (0, 1)]) == set()


@pytest.mark.parametrize(
    ("organisations", "most", "states"), [(2, 10, 2), (3, 16, 1), (4, 10, 1)], ids=["two", "three", "four"]
)
def test_who_knows_the_method_learns_no_small_number_either(organisations: int, most: int, states: int) -> None:
    """All worlds that lead to the same table: no number of one to four is the same in all of them."""
    each = [Counts(*numbers, *[0] * (3 - states)) for numbers in product(range(most + 1), repeat=states)]
    worlds = defaultdict(list)
    for world in product(each, repeat=organisations):
        worlds[table(Base(number, 1, counts) for number, counts in enumerate(world))].append(world)

    sets = [(chosen, mix) for chosen in subsets(organisations) for mix in MIXES]
    given_away = [
        (atoms, chosen, mix)
        for atoms, same in worlds.items()
        for chosen, mix in sets
        if is_certain({sum(world[number][state] for number in chosen for state in mix) for world in same})
    ]
    assert given_away == []


def subsets(count: int) -> list[tuple[int, ...]]:
    """All but the empty one."""
    return [chosen for size in range(1, count + 1) for chosen in combinations(range(count), size)]


def is_certain(possible: set[int]) -> bool:
    """Whether only one number of one to four is possible."""
    return len(possible) == 1 and is_small(next(iter(possible)))


class TestTable:
    """Who is counted with whom."""

    def test_organisations_with_enough_people_stand_alone_the_others_together(self) -> None:
        bases = [Base(1, 7, Counts(10, 20, 0)), Base(2, 7, Counts(3, 9, 0)), Base(3, 7, Counts(4, 4, 6))]

        assert table(bases) == (
            Atom((7,), (1,), Counts(10, 20, 0)),
            Atom((7,), (2, 3), Counts(5, 15, 5)),
        )

    def test_one_that_is_too_small_draws_in_the_smallest_that_makes_it_enough(self) -> None:
        bases = [Base(1, 7, Counts(0, 30, 0)), Base(2, 7, Counts(0, 11, 0)), Base(3, 7, Counts(0, 4, 0))]

        assert table(bases) == (Atom((7,), (1,), Counts(0, 30, 0)), Atom((7,), (2, 3), Counts(0, 15, 0)))

    def test_a_type_that_is_too_small_is_counted_with_the_smallest_other(self) -> None:
        bases = [Base(1, 7, Counts(0, 30, 0)), Base(2, 8, Counts(0, 20, 0)), Base(3, None, Counts(0, 3, 0))]

        assert table(bases) == (
            Atom((7,), (1,), Counts(0, 30, 0)),
            Atom((8, None), (2, 3), Counts(0, 25, 0)),
        )

    def test_types_that_are_too_small_are_enough_together(self) -> None:
        bases = [Base(1, 7, Counts(0, 30, 0)), Base(2, 8, Counts(0, 3, 0)), Base(3, 9, Counts(0, 3, 0))]

        assert table(bases) == (Atom((7,), (1,), Counts(0, 30, 0)), Atom((8, 9), (2, 3), Counts(0, 5, 0)))

    @pytest.mark.parametrize("bases", [[], [Base(1, 7, Counts(0, 0, 0))], [Base(1, 7, Counts(4, 9, 0))]])
    def test_nothing_is_said_about_too_few(self, bases: list[Base]) -> None:
        assert table(bases) == ()

    def test_the_order_of_what_is_counted_does_not_matter(self) -> None:
        bases = [Base(number, number % 3, Counts(number % 4, 7, 2 * number)) for number in range(9)]

        assert table(bases) == table(reversed(bases))


def test_numbers_are_shown_in_steps_of_five_and_nobody_is_nobody() -> None:
    assert [rounded(Counts(count, 0, 0)).completed for count in (0, 5, 7, 8, 12, 13, 100)] == [0, 5, 5, 10, 10, 15, 100]


def test_a_figure_about_one_to_four_people_is_hidden() -> None:
    assert [total for total in range(8) if hide_small(total)] == [1, 2, 3, 4]
