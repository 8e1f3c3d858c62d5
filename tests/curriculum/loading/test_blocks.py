"""A quiz for practice, placed in a lesson by its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from curriculum.loading.blocks import Streams, key_of
from curriculum.loading.files import ContentError, ContentFile, check_parallel, parse
from curriculum.quizzes.models import Quiz
from tests.factories.curriculum import make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


class Known:
    """The database, as the loader asks it."""

    def find(self, model: Any, key: UUID) -> Any:
        """The source."""
        return model.objects.get(translation_key=key, locale__language_code="en")

    def existing(self, model: Any, key: UUID, language: str) -> Any:
        """The row of a language."""
        return model.objects.filter(translation_key=key, locale__language_code=language).first()

    def media(self, file: str) -> int | None:
        """No files here."""


def lesson(folder: Path, language: str, quiz: str = "try") -> ContentFile:
    """A file with such a block."""
    path = folder / f"1.{language}.md"
    path.write_text(f"---\ntitle: A lesson\n---\n\n::: quiz #check quiz={quiz}\n:::\n")
    return parse(path)


def make_practice(**fields: Any) -> None:
    """The quiz, in English and Dutch, under the key that its file gives it."""
    key = make_quiz("try", questions=0, **fields).translation_key
    Quiz.objects.filter(translation_key=key).update(translation_key=key_of("quiz", "try"))


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_the_quiz_is_placed_in_the_language_of_the_file_or_else_the_source(tmp_path: Path, language: str) -> None:
    make_practice(formative=True)
    rows = dict(Quiz.objects.values_list("locale__language_code", "pk"))

    stream = Streams(Known()).body("CPA-1/1", lesson(tmp_path, language), lesson(tmp_path, "en"))

    assert json.loads(stream) == [
        {
            "type": "quiz",
            "id": str(key_of("block", "CPA-1/1#check")),
            "value": {"quiz": rows.get(language, rows["en"])},
        }
    ]


def test_a_quiz_that_counts_is_refused(tmp_path: Path) -> None:
    make_practice(formative=False)
    text = lesson(tmp_path, "en")
    with pytest.raises(ContentError, match="#check: the quiz try is not for practice"):
        Streams(Known()).body("CPA-1/1", text, text)


def test_all_languages_place_the_same_quiz(tmp_path: Path) -> None:
    source = lesson(tmp_path, "en")
    assert check_parallel(source, lesson(tmp_path, "nl")) == []
    assert check_parallel(source, lesson(tmp_path, "nl", "other")) == [
        f"{tmp_path}/1.nl.md:5: #check shows another quiz than the source"
    ]
