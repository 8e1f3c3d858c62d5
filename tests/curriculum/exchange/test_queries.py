"""Questions of the bank as files hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings

from academy.website.models import AcademyImage
from curriculum.competences.models import Competence
from curriculum.exchange import moodle_xml, rules, to_moodle_xml
from curriculum.exchange.items import ImportedChoice, ImportedQuestion, Parsed, Place
from curriculum.exchange.queries import exported
from curriculum.quizzes.models import Question
from tests.factories.curriculum import locale_of, make_question, make_quiz
from tests.factories.people import make_person

from .moodle_files import two_hundred
from .strategies import questions

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OPTIONS = (
    ImportedChoice("right", correct=True, feedback="Because right."),
    ImportedChoice("wrong", feedback="Because wrong."),
    ImportedChoice("wrong too", feedback="Because wrong too."),
)


def test_the_source_is_written_with_topic_difficulty_and_competence(site: Any) -> None:
    competence = Competence.objects.create(code="PC5", cluster="x", name="Planning", locale=locale_of("en"))
    make_question(
        "a-1", topic="ladder", difficulty="easy", competence=competence, points=Decimal("1.5"), must_pass=True
    )
    assert exported().questions == (
        ImportedQuestion(
            "single",
            "Question a-1?",
            "a-1",
            "a-1",
            Decimal("1.50"),
            must_pass=True,
            topic="ladder",
            tags=("difficulty:easy", "competence:PC5"),
            choices=OPTIONS,
        ),
    )


def test_another_language_is_written_where_it_is_translated(site: Any) -> None:
    make_question("a-1", languages=("en", "nl"))
    make_question("a-2", languages=("en",))
    first, second = exported(language="nl").questions
    assert (first.text, first.choices[0].text) == ("Question a-1? [nl]", "right [nl]")
    assert (second.text, second.choices[0].text) == ("Question a-2?", "right")
    assert [found.text for found in exported().questions] == ["Question a-1?", "Question a-2?"]


def test_a_topic_or_a_quiz_narrows_down(site: Any) -> None:
    quiz = make_quiz("cpa-1", questions=2)
    make_question("other", topic="law")
    assert [found.code for found in exported(topic="law").questions] == ["other"]
    assert [found.code for found in exported(quiz=quiz).questions] == ["cpa-1-1", "cpa-1-2"]
    assert exported(quiz=quiz, topic="law").questions == ()


def test_a_scenario_is_left_out_with_its_parts_and_the_report_says_so(site: Any) -> None:
    scenario = make_question("case", "scenario", (), ("en",))
    make_question("part", parent=scenario, languages=("en",))
    written = to_moodle_xml.write(exported().questions)
    assert written.count == 0
    assert [skip.name for skip in written.skipped] == ["case"]


def test_true_or_false_in_other_words_becomes_a_single_choice(site: Any) -> None:
    make_question("a", "true_false", (("False", False), ("True", True)), ("en",))
    make_question("b", "true_false", (("Allowed", False), ("Forbidden", True)), ("en",))
    found = exported()
    assert [(q.kind, [c.text for c in q.choices]) for q in found.questions] == [
        ("true_false", ["true", "false"]),
        ("single", ["Allowed", "Forbidden"]),
    ]
    assert [(note.value, count) for note, count in found.notes] == [("not_true_false", 1)]


def test_a_picture_that_files_cannot_hold_leaves_its_question_out(site: Any) -> None:
    drawing = SimpleUploadedFile("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>')
    image = AcademyImage.objects.create(title="a", file=drawing, width=2, height=2)
    make_question("a", languages=("en",), image=image, image_alt="A")
    found = exported()
    assert found.questions == ()
    assert [(skip.name, str(skip.reason)) for skip in found.skipped] == [
        ("a", "Its picture is an SVG drawing; save it as PNG.")
    ]


def test_the_number_of_queries_does_not_grow(site: Any, django_assert_num_queries: Any) -> None:
    rules.import_questions(moodle_xml.parse(two_hundred()), by=make_person(), at=NOW)
    with django_assert_num_queries(3):
        assert len(exported().questions) == 180


def as_the_bank_names_it(question: ImportedQuestion, row: Question) -> ImportedQuestion:
    """A question of a file with what the bank changed: its code, and no tags."""
    return ImportedQuestion(**{**question.__dict__, "name": row.code, "code": row.code, "tags": ()})


@given(questions())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_taken_in_comes_out_the_same(site: Any, question: ImportedQuestion) -> None:
    Question.objects.all().delete()
    imported = rules.import_questions(Parsed((question,), (Place(1),)), by=make_person(), at=NOW)
    if imported.skipped:
        assert imported.questions == ()
        return
    found = exported()
    assert found.questions == (as_the_bank_names_it(question, imported.questions[0]),)
    assert moodle_xml.parse(to_moodle_xml.write(found.questions).content).questions == found.questions
