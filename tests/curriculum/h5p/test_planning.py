"""The order in which libraries are loaded, and what the shelf says to one that a package brings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.h5p.enums import Need, Verdict
from curriculum.h5p.planning import Installed, order, roots_of, verdict
from curriculum.h5p.report import BundledLibrary, Dependency, LibraryRef

A, B, C, D = (LibraryRef(f"H5P.{name}", 1, 0) for name in "ABCD")
P, Y = Need.PRELOADED, Need.DYNAMIC


def need(ref: LibraryRef, kind: Need = P) -> Dependency:
    return Dependency(kind, ref)


@pytest.mark.parametrize(
    ("roots", "graph", "found", "missing"),
    [
        ([need(A)], {A: []}, {A: P}, set()),
        ([need(A)], {}, {}, {A}),
        ([need(A)], {A: [need(C), need(B)], B: [need(D)], C: [], D: []}, {C: P, D: P, B: P, A: P}, set()),
        ([need(B), need(A)], {A: [], B: [need(A)]}, {A: P, B: P}, set()),
        ([need(A)], {A: [need(B)], B: [need(A)]}, {B: P, A: P}, set()),
        ([need(A)], {A: [need(B, Y)], B: [need(C)], C: []}, {A: P, C: Y, B: Y}, set()),
        ([need(A), need(B, Y)], {A: [need(B)], B: []}, {B: P, A: P}, set()),
        ([need(A)], {A: [need(B, Y)], B: [need(A)]}, {A: P, B: Y}, set()),
        ([need(A)], {A: [need(B)], B: [need(C, Y)]}, {B: P, A: P}, {C}),
    ],
    ids=["alone", "nowhere", "tree", "named twice", "circle", "on demand", "both", "back", "missing below"],
)
def test_what_a_library_needs_comes_before_it(
    roots: list[Dependency],
    graph: dict[LibraryRef, list[Dependency]],
    found: dict[LibraryRef, Need],
    missing: set[LibraryRef],
) -> None:
    ordered, gone = order(roots, graph.get)
    assert (list(ordered.items()), gone) == (list(found.items()), missing)


@given(
    st.dictionaries(st.integers(0, 12), st.lists(st.tuples(st.integers(0, 12), st.sampled_from([P, Y]))), min_size=1)
)
def test_each_is_found_once_and_what_is_not_there_is_missing(drawn: dict[int, list[tuple[int, Need]]]) -> None:
    refs = [LibraryRef(f"H5P.L{number}", 1, 0) for number in range(13)]
    graph = {refs[one]: [need(refs[other], kind) for other, kind in needs] for one, needs in drawn.items()}
    roots = [need(refs[next(iter(drawn))])]
    found, missing = order(roots, graph.get)
    reached, waiting = set(), [roots[0].ref]
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += [each.ref for each in graph.get(ref, [])]
    assert (set(found), missing) == (reached & set(graph), reached - set(graph))


def test_a_long_chain_is_no_deep_call() -> None:
    refs = [LibraryRef(f"H5P.L{number}", 1, 0) for number in range(5000)]
    graph = {ref: [need(after)] for ref, after in pairwise(refs)} | {refs[-1]: []}
    assert list(order([need(refs[0])], graph.get)[0]) == refs[::-1]


def bundled(patch: int, sha256: str = "a") -> BundledLibrary:
    return BundledLibrary(A, patch, "A", True, (1, 28), (), {}, None, (), sha256, 1)


def installed(patch: int, *kept: tuple[int, str]) -> Installed:
    return Installed(1, "A", patch, False, {number: frozenset({sha256}) for number, sha256 in kept})


@pytest.mark.parametrize(
    ("library", "here", "said"),
    [
        (bundled(1), None, Verdict.INSTALL),
        (bundled(2), installed(1, (1, "a")), Verdict.UPGRADE),
        (bundled(1), installed(1, (1, "a")), Verdict.SAME),
        (bundled(1), installed(1, (1, "b")), Verdict.CHANGED),
        (bundled(0), installed(1, (1, "a")), Verdict.OLDER),
        (bundled(1), installed(2, (1, "a"), (2, "a")), Verdict.OLDER),
        # Gone back to 1: 3 was here, 2 never was.
        (bundled(3), installed(1, (1, "a"), (3, "a")), Verdict.SAME),
        (bundled(3), installed(1, (1, "a"), (3, "b")), Verdict.CHANGED),
        (bundled(2), installed(1, (1, "a"), (3, "a")), Verdict.OLDER),
        (bundled(4), installed(1, (1, "a"), (3, "a")), Verdict.UPGRADE),
    ],
    ids=["new", "newer", "same", "changed", "older", "kept", "pinned", "pinned changed", "between", "above"],
)
def test_a_patch_that_is_known_is_never_taken_again(
    library: BundledLibrary, here: Installed | None, said: Verdict
) -> None:
    assert verdict(library, here) == said


def test_a_kept_h5p_json_says_what_it_needs_in_any_way_of_writing_numbers() -> None:
    h5p_json = {
        "preloadedDependencies": [
            {"machineName": "H5P.A", "majorVersion": "1", "minorVersion": 0},
            {"machineName": "H5P.Broken"},
        ],
        "dynamicDependencies": [{"machineName": "H5P.B", "majorVersion": 1, "minorVersion": "0"}],
        "editorDependencies": [{"machineName": "H5P.C", "majorVersion": 1, "minorVersion": 0}],
    }
    assert roots_of(h5p_json) == (need(A), need(B, Y))
