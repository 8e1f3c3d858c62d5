"""Content types for tests alone, written like published ones: H5P.TestQuestions, a set of H5P.TestQuestion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.factories.h5p import Lib, library, package

FOLDER = Path(__file__).resolve().parent
QUESTION = library("H5P.TestQuestion", files={"question.js": (FOLDER / "question.js").read_bytes()})
QUESTIONS = library(
    "H5P.TestQuestions", files={"questions.js": (FOLDER / "questions.js").read_bytes()}, depends=[QUESTION]
)
LIBRARIES: tuple[Lib, ...] = (QUESTIONS, QUESTION)
STATEMENTS = (
    ("A lease is a rung of the R-ladder.", False),
    ("Need comes before specification.", True),
    ("Recycling keeps the product.", False),
)


def sub_content_id(index: int) -> str:
    """The id of a question within the set."""
    return str(UUID(int=index + 1, version=4))


def question_params(statements: Sequence[tuple[str, bool]] = STATEMENTS) -> dict[str, Any]:
    """content.json of a set of these statements, each with whether it is true."""
    return {
        "questions": [
            {
                "library": "H5P.TestQuestion 1.0",
                "subContentId": sub_content_id(index),
                "metadata": {"title": text, "license": "U", "contentType": "Question"},
                "params": {"text": text, "right": right},
            }
            for index, (text, right) in enumerate(statements)
        ]
    }


def questions(statements: Sequence[tuple[str, bool]] = STATEMENTS, *, title: str = "True or false?") -> bytes:
    """A package with a set of questions; "True", "False", "Next" and "Finish" are its buttons, "2 of 3" its end."""
    return package(QUESTIONS, content=question_params(statements), libraries=[QUESTION], title=title)
