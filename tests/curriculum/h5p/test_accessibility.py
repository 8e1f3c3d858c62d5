"""What is known of content types, and what an editor hears of it."""

from __future__ import annotations

import pytest

from curriculum.h5p import accessibility
from curriculum.h5p.accessibility import Standing, emits_nothing, known, rule_warning, scores_itself, warning
from curriculum.h5p.enums import Rule

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        ("H5P.MultiChoice", Standing.ACCESSIBLE),
        ("H5P.MultiChoice 1.16", Standing.ACCESSIBLE),
        ("H5P.CircularLadder-1.0", Standing.ACCESSIBLE),
        ("H5P.DragQuestion 1.14", Standing.PARTLY),
        ("H5P.ImageHotspotQuestion 1.8", Standing.NOT_ACCESSIBLE),
        ("H5P.Nobody", Standing.UNKNOWN),
        ("", Standing.UNKNOWN),
    ],
)
def test_who_can_work_with_a_type(library: str, expected: Standing) -> None:
    assert known(library) == expected


def test_an_editor_is_warned_unless_all_is_well() -> None:
    told = {standing: warning(name) for name, standing in SAMPLES.items()}
    assert told[Standing.ACCESSIBLE] == ""
    assert len(set(told.values())) == len(Standing)
    assert "an equivalent is needed" in told[Standing.NOT_ACCESSIBLE]


SAMPLES = {
    "H5P.Blanks": Standing.ACCESSIBLE,
    "H5P.MemoryGame": Standing.PARTLY,
    "H5P.FindTheWords": Standing.NOT_ACCESSIBLE,
    "H5P.Nobody": Standing.UNKNOWN,
}


@pytest.mark.parametrize(
    ("library", "rule", "warned"),
    [
        ("H5P.Accordion 1.0", Rule.COMPLETED, True),
        ("H5P.Accordion", Rule.PASSED, True),
        ("H5P.Accordion", "passed", True),
        ("H5P.Accordion", Rule.VIEWED, False),
        ("H5P.Accordion", Rule.INTERACTED, False),
        ("H5P.Blanks", Rule.PASSED, False),
        ("H5P.Nobody", Rule.PASSED, False),
    ],
)
def test_a_rule_that_a_silent_type_never_meets_is_warned_of(library: str, rule: str, warned: bool) -> None:
    assert bool(rule_warning(library, rule)) is warned


def test_a_type_is_not_both_silent_and_scoring() -> None:
    names = accessibility._SILENT | accessibility._SCORING
    assert [name for name in names if emits_nothing(name) == scores_itself(name)] == []


def test_a_type_has_one_standing() -> None:
    groups = [accessibility._ACCESSIBLE, accessibility._PARTLY, accessibility._NOT_ACCESSIBLE]
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
