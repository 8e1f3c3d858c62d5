"""Narrowing down the catalogue."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from curriculum.catalogue.queries import PathRow
from curriculum.competences.queries import CompetenceName
from curriculum.lessons.outline import CourseOutline
from curriculum.templatetags.facets import Found, narrow_down

ONE, TWO, THREE = uuid4(), uuid4(), uuid4()


def outline(key: UUID, code: str, **changes: object) -> CourseOutline:
    """A course without modules."""
    empty = CourseOutline(
        key=key,
        item_id=0,
        code=code,
        title=f"About {code}",
        title_language="en",
        url="",
        summary="",
        level="starter",
        status="open",
        minutes=0,
        members_only=False,
        languages=("en",),
        modules=(),
        quiz=None,
    )
    return replace(empty, **changes)  # type: ignore[arg-type]  # names of fields


COURSES = [
    outline(ONE, "CPA-1", languages=("en", "nl"), competences=(("PC5", 1), ("PC10", 2))),
    outline(TWO, "CPA-2", level="advanced", competences=(("PC5", 2),)),
    outline(THREE, "CPA-3", level="advanced", languages=("en", "nl"), summary="Chairs and desks"),
]
PATHS = [PathRow(uuid4(), "P1", "Buyer", "en", "", "", "", "", "", (ONE, TWO))]
NAMES = {code: CompetenceName(code, f"Name {code}", "en") for code in ("PC5", "PC10", "PC1")}
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("de", "Deutsch")]


def found(query: str = "", **wanted: list[str]) -> Found:
    """The catalogue, narrowed down."""
    return narrow_down(COURSES, PATHS, NAMES, LANGUAGES, lambda name: wanted.get(name, []), query)


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({}, ["CPA-1", "CPA-2", "CPA-3"]),
        ({"level": ["advanced"]}, ["CPA-2", "CPA-3"]),
        ({"level": ["advanced"], "language": ["nl"]}, ["CPA-3"]),
        ({"level": ["advanced", "starter"], "path": ["P1"]}, ["CPA-1", "CPA-2"]),
        ({"competence": ["PC10"]}, ["CPA-1"]),
        ({"language": ["xx"]}, ["CPA-1", "CPA-2", "CPA-3"]),
    ],
)
def test_facets_narrow_down_and_values_of_one_facet_widen(wanted: dict[str, list[str]], codes: list[str]) -> None:
    assert [course.code for course in found(**wanted).courses] == codes


def test_search_looks_at_titles_and_summaries_whatever_the_case() -> None:
    assert [course.code for course in found("  DESKS ").courses] == ["CPA-3"]
    assert found("nothing of the kind").courses == ()


def test_options_say_how_many_courses_have_them_and_empty_ones_are_left_out() -> None:
    facets = found(level=["advanced"]).facets

    assert [(option.value, option.count, option.chosen) for option in facets["level"].options] == [
        ("starter", 1, False),
        ("advanced", 2, True),
    ]
    assert [option.value for option in facets["language"].options] == ["en", "nl"]
    assert [option.value for option in facets["competence"].options] == ["PC5", "PC10"]
