"""An activity counts only where everybody can do it, by some way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curriculum.h5p import storage
from curriculum.h5p.enums import PackageState, Rule
from curriculum.h5p.models import Activity, Library, Package
from curriculum.h5p.sentences import problems
from curriculum.quizzes.models import Quiz

pytestmark = pytest.mark.one_database

NO_FILE = "There is no file yet that could be played, and nothing to do instead."
UNCHECKED = "Scores of “A type” cannot be checked, so nobody could pass. Choose a quiz instead, or another rule."
CLOSED = "Some people cannot work with “A type” by keyboard or by ear. Add a text alternative, or a quiz instead."
SILENT = (
    "This content type sends no result, so nobody would ever complete the activity. Choose “Opened” or “Worked with” "
    "instead."
)


def activity(rule: Rule = Rule.COMPLETED, **fields: Any) -> Activity:
    return Activity(code="a", title="A", rule=rule, counts=True, **fields)


def played(name: str, *, state: PackageState = PackageState.READY, can_rescore: bool = False) -> Package:
    library = Library(machine_name=name, major=1, minor=0, title="A type")
    return Package(main_library=library, state=state, can_rescore=can_rescore)


QUIZ = {"alternative_quiz": Quiz(pk=1)}
TEXT = {"alternative": "<p>The same in words.</p>"}
OPEN, SHUT, MUTE = "H5P.TrueFalse", "H5P.ImageMultipleHotspotQuestion", "H5P.Accordion"


@pytest.mark.parametrize(
    ("rule", "fields", "package", "said"),
    [
        (Rule.COMPLETED, {}, played(OPEN), (CLOSED,)),
        (Rule.COMPLETED, {}, None, (NO_FILE,)),
        (Rule.COMPLETED, {}, played(OPEN, state=PackageState.WAITING), (NO_FILE,)),
        (Rule.COMPLETED, TEXT, None, ()),
        (Rule.PASSED, TEXT, None, (NO_FILE,)),
        (Rule.PASSED, QUIZ, None, ()),
        (Rule.PASSED, {}, played(OPEN, can_rescore=True), (CLOSED,)),
        (Rule.PASSED, TEXT, played(OPEN), (UNCHECKED, CLOSED)),
        (Rule.PASSED, QUIZ, played(OPEN), ()),
        (Rule.PASSED, {"trusts_player": True}, played(OPEN), (CLOSED,)),
        (Rule.VIEWED, {}, played(SHUT), (CLOSED,)),
        (Rule.VIEWED, TEXT, played(SHUT), ()),
        (Rule.COMPLETED, QUIZ, played(SHUT), ()),
        (Rule.VIEWED, {}, played(MUTE), (CLOSED,)),
        (Rule.COMPLETED, {}, played(MUTE), (SILENT, CLOSED)),
        (Rule.COMPLETED, TEXT, played(MUTE), ()),
    ],
)
def test_what_keeps_an_activity_from_counting(
    private: Path, rule: Rule, fields: dict[str, Any], package: Package | None, said: tuple[str, ...]
) -> None:
    assert problems(activity(rule, **fields), [package] if package else []) == said


def test_the_same_is_said_once_for_all_languages(private: Path) -> None:
    assert problems(activity(), [played(MUTE), played(MUTE)]) == (SILENT, CLOSED)


def test_a_type_whose_questions_can_be_asked_as_a_form_is_open_to_all(private: Path) -> None:
    package = played("H5P.TrueFalse")
    folder = storage.package_folder(package)
    folder.mkdir(parents=True)
    (folder / "content.json").write_text('{"question": "<p>Is reuse before recycling?</p>", "correct": "true"}')
    assert problems(activity(), [package]) == ()
