"""From content files to rubrics, questions and quizzes. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from curriculum.competences.models import Competence
from curriculum.exchange.enums import FALSE, TRUE
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.models import Choice, Question, Quiz, QuizBand, QuizQuestion, Rubric, RubricLine

from .blocks import Lookups, key_of
from .files import ContentError
from .pieces import Children, Piece

TRUE_FALSE = {True: TRUE, False: FALSE}
# Settings of a quiz that a file may name; all others stay as the model has them.
RULES = (
    "pass_mark", "attempts", "counts", "formative", "pretest", "anonymous_marking", "wait_minutes", "time_limit",
    "time_is_part", "shuffle_questions", "shuffle_options", "show_marks", "show_feedback", "show_right",
)  # fmt: skip
WORDS = ("text", "feedback", "feedback_right", "feedback_wrong", "unit")
Row = dict[str, Any]


class Files(Protocol):
    """What is needed of the builder: files, words by language, and what stands in the database."""

    source: str
    others: tuple[str, ...]
    lookups: Lookups

    def read(self, path: str) -> Any:
        """A YAML file; None if it is not there."""

    def all(self, folder: str) -> Iterator[tuple[str, Any]]:
        """All YAML files of a folder."""

    def found(self, folder: str, pattern: str) -> list[Path]:
        """Files of a folder by name."""

    def words(self, **texts: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """The source's texts, and those of each language that has all of them."""


class QuestionBuilder:
    """All pieces of rubrics.yaml and of the folder quizzes."""

    def __init__(self, files: Files) -> None:
        self.files, self.lookups = files, files.lookups

    def pieces(self) -> Iterator[Piece]:
        """Rubrics, then quiz by quiz its questions and itself."""
        for row in self.files.read("rubrics.yaml") or []:
            yield self.rubric(row)
        for path, row in self.files.all("quizzes"):
            code = str(row.get("course") or row["code"])
            for question in row["questions"]:
                yield from self.question(path, code, question)
            yield self.quiz(path, code, row)

    def rubric(self, row: Row) -> Piece:
        """A rubric with its lines."""
        mine, others = self.files.words(title=row["title"])

        def lines(language: str) -> Children:
            return {
                "lines": [
                    RubricLine(
                        translation_key=key_of("rubric line", f"{row['code']}/{line['id']}"),
                        text=line["text"][language],
                        sort_order=n,
                    )
                    for n, line in enumerate(row["lines"])
                ]
            }

        key = key_of("rubric", row["code"])
        return Piece("rubrics.yaml", row["code"], Rubric, key, {"code": row["code"], **mine}, others, children=lines)

    def quiz(self, path: str, code: str, row: Row) -> Piece:
        """A quiz with the places of its questions."""
        mine, others = self.files.words(title=row["title"], intro=row.get("intro"))
        rules = {name: row[name] for name in RULES if name in row}
        keys = [key_of("question", f"{code}/{question['id']}") for question in row["questions"]]

        def children(language: str) -> Children:
            bands = [
                QuizBand(
                    translation_key=key_of("band", f"{code}/{band['from']}"),
                    from_percent=band["from"],
                    text=band["text"][language],
                    read_again_key=key_of("lesson", band["lesson"]) if band.get("lesson") else None,
                    sort_order=n,
                )
                for n, band in enumerate(row.get("bands", []))
            ]
            if language != self.files.source:
                return {"bands": bands}
            places = [
                QuizQuestion(question=self.lookups.find(Question, key), sort_order=n) for n, key in enumerate(keys)
            ]
            return {"places": places, "bands": bands}

        fields = {"code": row.get("code") or f"{code.lower()}-quiz", **mine, **rules}
        return Piece(path, "", Quiz, key_of("quiz", code), fields, others, children=children)

    def question(self, path: str, quiz: str, row: Row, parent: str = "", place: int = 0) -> Iterator[Piece]:
        """A question with its options; a scenario and then its parts."""
        code = f"{quiz}/{row['id']}"
        texts = {name: row.get(name) for name in WORDS} | {"image_alt": row.get("alt")}
        mine, others = self.files.words(**texts)
        fields: Row = {
            "code": f"{quiz.lower()}-{row['id']}",
            "kind": row["kind"],
            "points": _exact(row.get("points", 1), 2),
            "must_pass": row.get("must_pass", False),
            "topic": row.get("topic", ""),
            "difficulty": row.get("difficulty", ""),
            "competence": self._known(Competence, "competence", row.get("competence")),
            "rubric": self._known(Rubric, "rubric", row.get("rubric")),
            "parent": self._known(Question, "question", parent),
            "sort_order": place,
            "read_again_key": key_of("lesson", row["lesson"]) if row.get("lesson") else None,
            "image_id": self.lookups.media(row["image"]) if row.get("image") else None,
            **mine,
        }
        template = row.get("template") or {}
        fields["template_id"] = self._media(template.get(self.files.source))
        for language, words in others.items():
            words["template_id"] = self._media(template.get(language)) or fields["template_id"]

        def choices(language: str) -> Children:
            return {
                "choices": [
                    Choice(translation_key=key_of("choice", f"{code}/{name}"), sort_order=n, **values)
                    for n, (name, values) in enumerate(options_of(row, language))
                ]
            }

        key = key_of("question", code)
        yield Piece(
            path, f"{parent.partition('/')[2]}/{row['id']}".strip("/"), Question, key, fields, others, None, choices
        )
        for n, each in enumerate(row.get("parts", [])):
            yield from self.question(path, quiz, each, parent=code, place=n)

    def _known(self, model: type[Any], kind: str, code: str | None) -> Any:
        return self.lookups.find(model, key_of(kind, code)) if code else None

    def _media(self, file: str | None) -> int | None:
        return self.lookups.media(file) if file else None


def options_of(row: Row, language: str) -> Iterator[tuple[str, Row]]:
    """A question's options in one language, each with the name by which its key is made."""
    kind = row["kind"]
    if kind == QuestionKind.TRUE_FALSE and "options" not in row:
        for answer in (True, False):
            name = str(answer).lower()
            words = (row.get(f"feedback_{name}") or {}).get(language, "")
            yield name, {"text": TRUE_FALSE[answer][language], "correct": row["answer"] is answer, "feedback": words}
    elif kind == QuestionKind.ORDERING:
        for item in row["items"]:
            yield item["id"], {"text": item["text"][language]}
    elif kind == QuestionKind.MATCHING:
        for pair in row["pairs"]:
            left = pair.get("left") or {}
            yield (
                pair["id"],
                {
                    "text": left.get(language, ""),
                    "match": pair["right"][language],
                    "feedback": _feedback(pair, language),
                },
            )
    elif kind == QuestionKind.NUMERIC:
        tolerance = _exact(row.get("tolerance", 0), 10)
        yield "right", {"correct": True, "number": _exact(row["answer"], 10), "tolerance": tolerance}
        for wrong in row.get("wrong", []):
            number = _exact(wrong["value"], 10)
            values = {"number": number, "tolerance": tolerance, "feedback": _feedback(wrong, language)}
            yield f"wrong {wrong['value']}", values
    elif kind == QuestionKind.SHORT_TEXT:
        yield "right", {"correct": True, "words": "\n".join(row["accept"])}
        for wrong in row.get("wrong", []):
            yield (
                f"wrong {wrong['accept'][0]}",
                {"words": "\n".join(wrong["accept"]), "feedback": _feedback(wrong, language)},
            )
    else:
        for option in row.get("options", []):
            yield (
                option["id"],
                {
                    "text": option["text"][language],
                    "correct": option["correct"],
                    "feedback": _feedback(option, language),
                },
            )


def _exact(number: Any, places: int) -> Decimal:
    """The number as the database gives it back: what was loaded and what was read compare as equal."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-places))


def _feedback(row: Row, language: str) -> str:
    words = (row.get("feedback") or {}).get(language, "")
    if not isinstance(words, str):
        raise ContentError(f"feedback of {row.get('id')}: words by language are missing")
    return words
