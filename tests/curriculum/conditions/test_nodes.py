"""What always holds of a rule, whatever it is put together from."""

from __future__ import annotations

import json
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.conditions.nodes import (
    AllOf,
    AnyOf,
    Node,
    Part,
    certain,
    digest,
    from_json,
    is_met,
    limited_to,
    open_nodes,
    parts_of,
    share,
    size,
    to_json,
)

KEYS = [UUID(int=n) for n in range(8)]
quick = settings(max_examples=60, deadline=None)
keys = st.sampled_from(KEYS)
parts = st.one_of(
    st.builds(Part, st.sampled_from(["lesson", "workshop", "course"]), keys),
    st.builds(Part, st.just("quiz"), keys, st.integers(1, 100), st.sampled_from(["best", "last"]), st.integers(0, 3)),
)


def _choices(below: st.SearchStrategy[list[Node]]) -> st.SearchStrategy[Node]:
    return below.flatmap(lambda nodes: st.builds(AnyOf, st.integers(1, len(nodes)), st.just(tuple(nodes))))


def _whole(below: st.SearchStrategy[list[Node]]) -> st.SearchStrategy[Node]:
    return st.builds(AllOf, below.map(tuple), st.none() | keys)


trees: st.SearchStrategy[Node] = st.recursive(
    parts,
    lambda node: st.one_of(
        _choices(st.lists(node, min_size=1, max_size=4)), _whole(st.lists(node, min_size=1, max_size=4))
    ),
    max_leaves=12,
)
done_keys = st.frozensets(keys)


@given(trees, done_keys, done_keys)
@quick
def test_doing_more_never_makes_the_share_less(node: Node, some: frozenset[UUID], more: frozenset[UUID]) -> None:
    before = share(node, lambda part: part.key in some)
    after = share(node, lambda part: part.key in some | more)
    assert 0 <= before <= after <= 1


@given(trees, done_keys)
@quick
def test_the_share_is_one_when_the_rule_is_met_and_only_then(node: Node, done: frozenset[UUID]) -> None:
    assert (share(node, lambda part: part.key in done) == 1) is is_met(node, lambda part: part.key in done)


@given(trees, done_keys)
@quick
def test_nothing_is_open_when_the_rule_is_met_and_only_then(node: Node, done: frozenset[UUID]) -> None:
    left = open_nodes(node, lambda part: part.key in done)
    assert (left is None) is is_met(node, lambda part: part.key in done)
    if left is not None:
        assert {part.key for part in parts_of(left)} & done == set()
        # Whoever does what is left has done it all.
        rest = {part.key for part in parts_of(left)}
        assert is_met(node, lambda part: part.key in done | rest)


@given(trees, done_keys)
@quick
def test_what_is_left_is_met_by_what_meets_the_rule(node: Node, done: frozenset[UUID]) -> None:
    left = open_nodes(node, lambda part: part.key in done)
    if left is not None:
        assert is_met(left, lambda part: True)
        assert size(left) <= size(node)


@given(trees)
@quick
def test_a_rule_is_the_same_after_it_was_kept(node: Node) -> None:
    kept = json.loads(json.dumps(to_json(node)))
    assert from_json(kept) == node
    assert digest(kept) == digest(to_json(node))


@given(trees, done_keys)
@quick
def test_what_is_certain_is_done_by_whoever_meets_the_rule(node: Node, done: frozenset[UUID]) -> None:
    if is_met(node, lambda part: part.key in done):
        assert {part.key for part in certain(node)} <= done


@given(trees, done_keys)
@quick
def test_a_rule_limited_to_some_items_asks_for_no_others(node: Node, some: frozenset[UUID]) -> None:
    limited = limited_to(node, some)
    assert {part.key for part in parts_of(limited)} <= some if limited is not None else True
    assert limited_to(node, KEYS) == node


def test_of_any_so_many_those_count_that_are_done_furthest() -> None:
    one, two, three = (Part("lesson", uuid4()) for _ in range(3))
    rule = AllOf((one, AnyOf(1, (two, AllOf((two, three))))))
    assert size(rule) == 2
    assert share(rule, lambda part: part.key == two.key) == Fraction(1, 2)
    assert share(
        rule, lambda part: {one.key: Fraction(1, 2), two.key: Fraction(1)}.get(part.key, Fraction(0))
    ) == Fraction(3, 4)


def test_nobody_completes_nothing() -> None:
    assert is_met(AllOf(()), lambda part: True) is False
    assert share(AllOf(()), lambda part: True) == 0


@pytest.mark.parametrize("broken", [{}, {"kind": "lesson"}, {"kind": "lesson", "key": "x"}, {"any": 1}])
def test_what_is_no_rule_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        from_json(broken)
