"""Writing imported questions into the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from wagtail.models import ModelLogEntry, ReferenceIndex

from academy.website.models import AcademyImage
from curriculum.exchange import building, gift, moodle_xml, rules
from curriculum.exchange.items import ImportedChoice, ImportedQuestion, Parsed, Picture, Place
from curriculum.quizzes.freezing import freeze
from curriculum.quizzes.models import Choice, Question
from tests.factories.curriculum import make_question
from tests.factories.people import make_person

from . import gift_files, moodle_files
from .strategies import picture_file

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SINGLE = ImportedQuestion(
    "single", "Which?", "Which one?", choices=(ImportedChoice("a", correct=True), ImportedChoice("b", feedback="No."))
)


def parsed(*questions: ImportedQuestion) -> Parsed:
    """As if read from a file."""
    return Parsed(questions, tuple(Place(n) for n in range(1, len(questions) + 1)))


def bring_in(file: Parsed, topic: str = "") -> rules.Imported:
    """Import a file as somebody."""
    return rules.import_questions(file, topic=topic, by=make_person(), at=NOW)


def stored_files() -> set[str]:
    """Original pictures on disk."""
    folder = "original_images"
    return set(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else set()


def test_a_question_becomes_a_row_of_the_bank_with_its_options_in_order(site: Any) -> None:
    question = replace(
        SINGLE,
        points=Decimal("2.5"),
        must_pass=True,
        feedback="All.",
        feedback_right="Yes.",
        feedback_wrong="No.",
        topic="CPA/Ladder",
        tags=("difficulty:hard", "whatever"),
    )
    imported = bring_in(parsed(question))
    row = Question.objects.get()
    assert imported == rules.Imported((row,), ())
    assert (row.code, row.kind, row.text, row.points, row.must_pass) == (
        "which-one",
        "single",
        "Which?",
        Decimal("2.5"),
        True,
    )
    assert (row.feedback, row.feedback_right, row.feedback_wrong) == ("All.", "Yes.", "No.")
    assert (row.topic, row.difficulty, row.locale.language_code) == ("CPA/Ladder", "hard", "en")
    assert list(row.choices.values_list("text", "correct", "feedback", "sort_order", "locale__language_code")) == [
        ("a", True, "", 0, "en"),
        ("b", False, "No.", 1, "en"),
    ]
    assert [entry.action for entry in ModelLogEntry.objects.for_instance(row)] == ["wagtail.create"]


def test_whole_files_come_in_and_every_question_can_be_given(site: Any) -> None:
    imported = bring_in(moodle_xml.parse(moodle_files.two_hundred()), topic="Tried")
    more = bring_in(gift.parse(gift_files.two_hundred().encode()))
    assert (len(imported.questions), len(imported.skipped)) == (180, 20)
    assert (len(more.questions), len(more.skipped)) == (180, 20)
    rows = list(Question.objects.select_related("locale").prefetch_related("choices"))
    assert len(rows) == 360
    assert len({row.code for row in rows}) == 360
    assert {row.topic for row in rows} == {"Tried", "Ladder", "Law"}
    for row in rows:
        assert freeze(row)["language"] == "en"
    assert AcademyImage.objects.count() == 1


def test_codes_are_made_of_names_and_never_twice(site: Any) -> None:
    make_question("which-one", languages=("en",))
    questions = [
        SINGLE,
        SINGLE,
        replace(SINGLE, name="Où ça?", code=""),
        replace(SINGLE, name="漢", text="漢"),
        replace(SINGLE, code="R1/a"),
    ]
    imported = bring_in(parsed(*questions))
    assert [row.code for row in imported.questions] == ["which-one-2", "which-one-3", "ou-ca", "question", "r1a"]


def test_true_and_false_get_the_words_of_the_source_language(site: Any) -> None:
    question = ImportedQuestion(
        "true_false", "So?", choices=(ImportedChoice("true"), ImportedChoice("false", correct=True))
    )
    (row,) = bring_in(parsed(question)).questions
    assert list(row.choices.values_list("text", "correct")) == [("True", False), ("False", True)]


def test_a_picture_is_stored_once_and_is_known_to_be_in_use(site: Any) -> None:
    picture = Picture("step.png", picture_file(), "A step")
    first, second = bring_in(parsed(replace(SINGLE, picture=picture), replace(SINGLE, picture=picture))).questions
    image = AcademyImage.objects.get()
    assert (first.image, second.image, first.image_alt) == (image, image, "A step")
    assert (image.title, image.width, image.height, image.file_size) == ("step.png", 3, 2, len(picture.content))
    with image.file.open("rb") as file:
        assert file.read() == picture.content
    assert ReferenceIndex.get_references_to(image).count() == 2


def test_what_the_bank_cannot_hold_is_reported_and_not_half_there(site: Any) -> None:
    too_many_points = replace(SINGLE, name="rich", points=Decimal(100_000))
    long_unit = ImportedQuestion(
        "numeric", "?", "long", unit="x" * 41, choices=(ImportedChoice(correct=True, number=Decimal(1)),)
    )
    without_right = replace(SINGLE, name="none", choices=(ImportedChoice("a"), ImportedChoice("b")))
    imported = bring_in(parsed(too_many_points, SINGLE, long_unit, without_right))
    assert [row.code for row in imported.questions] == ["which-one"]
    assert [(str(skip.place), skip.name) for skip in imported.skipped] == [
        ("question 1", "rich"), ("question 3", "long"), ("question 4", "none"),
    ]  # fmt: skip
    assert "points: " in str(imported.skipped[0].reason)
    assert (Question.objects.count(), Choice.objects.count()) == (1, 2)


def test_a_topic_that_is_too_long_keeps_its_last_steps(site: Any) -> None:
    (row,) = bring_in(parsed(replace(SINGLE, topic="a" * 80 + "/" + "b" * 80 + "/" + "c" * 30))).questions
    assert row.topic == "b" * 80 + "/" + "c" * 30


def test_if_anything_fails_nothing_is_there_not_even_a_file(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored_files()
    picture = Picture("gone.png", picture_file(7), "A step")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(rules, "_add", fail)
    with pytest.raises(RuntimeError):
        bring_in(parsed(replace(SINGLE, picture=picture)))
    assert (Question.objects.count(), AcademyImage.objects.count()) == (0, 0)
    assert stored_files() == before


def test_looking_first_writes_nothing(site: Any) -> None:
    built = building.build(parsed(SINGLE, replace(SINGLE, tags=("a",))))
    assert (len(built.rows), built.skipped) == (2, ())
    assert [(note.value, count) for note, count in built.notes] == [("tags", 1)]
    assert Question.objects.count() == 0


def test_only_the_audit_trail_takes_queries_for_each_question(site: Any, django_assert_max_num_queries: Any) -> None:
    file = moodle_xml.parse(moodle_files.two_hundred())
    person = make_person()
    with django_assert_max_num_queries(3 * 181 + 80):
        rules.import_questions(file, by=person, at=NOW)
