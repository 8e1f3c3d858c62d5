"""Snippets without drafts exist in a language as soon as they are handed over: their words are not trusted before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import TranslationCreator

from academy.jobs.tasks import run_due
from academy.website.queries import half_translated
from courses.attempts.queries import authored_questions
from curriculum.competences.models import Competence
from curriculum.competences.queries import competence_names
from curriculum.library.models import GlossaryTerm
from curriculum.library.queries import glossary
from curriculum.quizzes.models import Choice, Question, Quiz, QuizBand, QuizQuestion, Rubric
from curriculum.translation.rules import publish, submit, write_words
from tests.factories.curriculum import OPTIONS, Course, locale_of, make_question, make_quiz, make_rubric

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def hand_over(thing: Any) -> Any:
    """As an editor's "Translate this" does."""
    TranslationCreator(user=None, target_locales=[locale_of("nl")]).create_translations(thing)
    return thing


def test_a_term_that_was_only_handed_over_is_shown_in_its_own_language() -> None:
    term = hand_over(
        GlossaryTerm.objects.create(code="value", name="value", definition="What is left.", locale=locale_of("en"))
    )
    assert GlossaryTerm.objects.count() == 2
    assert glossary("nl")[term.translation_key].language == "en"

    assert half_translated(GlossaryTerm) == {(term.translation_key, "nl")}


def test_a_term_with_all_its_words_is_shown_in_the_readers_language() -> None:
    term = hand_over(
        GlossaryTerm.objects.create(code="value", name="value", definition="What is left.", locale=locale_of("en"))
    )
    copy = GlossaryTerm(code="value", name="waarde", definition="Wat over is.", translation_key=term.translation_key)
    translation = Translation.objects.get(source__object_id=term.translation_key)
    write_words(translation, copy, by=None, at=timezone.now())
    publish(translation, by=None, at=timezone.now())

    found = glossary("nl")[term.translation_key]
    assert (found.name, found.definition, found.language) == ("waarde", "Wat over is.", "nl")


def test_a_competence_that_was_only_handed_over_keeps_its_own_name() -> None:
    hand_over(
        Competence.objects.create(code="PC1", cluster="horizontal", name="Planning ahead", locale=locale_of("en"))
    )

    assert competence_names("nl")["PC1"].language == "en"


def test_a_question_that_was_only_handed_over_is_asked_in_its_own_language() -> None:
    quiz = make_quiz(questions=0, languages=("en",))
    question = make_question("q", languages=("en",))
    QuizQuestion.objects.create(quiz=quiz, question=question, sort_order=0)
    hand_over(Question.objects.get(pk=question.pk))

    (asked,) = authored_questions([question.translation_key])
    assert Question.objects.count() == 2
    assert (asked.source.text, asked.translations) == ("Question q?", [])


def test_a_rubric_that_was_only_handed_over_is_shown_in_its_own_language() -> None:
    rubric = make_rubric(languages=("en",))
    question = make_question("q", "open_text", languages=("en",), rubric=rubric)
    hand_over(rubric)

    assert Rubric.objects.count() == 2
    assert asked(question)["rubric"]["title"] == {"en": "Rubric R1"}


# -- the whole way, as editors go it ----------------------------------------------------------------------------------
def translate_all(thing: Any) -> None:
    """Hand over, write every segment, publish: what the buttons of wagtail-localize do."""
    hand_over(thing)
    translation = Translation.objects.get(source__object_id=thing.translation_key)
    for segment in StringSegment.objects.filter(source=translation.source):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            defaults={"data": f"{segment.string.data} [nl]"},
        )
    translation.save_target(publish=True)


def dutch(thing: Any) -> Any:
    """Its Dutch row."""
    return type(thing).objects.get(translation_key=thing.translation_key, locale=locale_of("nl"))


def asked(question: Question) -> dict[str, Any]:
    """The question as an attempt would freeze it now."""
    (found,) = authored_questions([question.translation_key])
    return found.frozen()


RULES = ("correct", "number", "tolerance", "words", "share")


@pytest.mark.parametrize("kind", sorted(set(OPTIONS) - {"scenario"}))
def test_a_translation_has_the_words_and_the_source_decides(kind: str) -> None:
    competence = Competence.objects.create(code="PC5", cluster="x", name="Planning", locale=locale_of("en"))
    rubric, scenario = make_rubric(languages=("en",)), make_question("case", "scenario", languages=("en",))
    source = make_question(
        "q",
        kind,
        languages=("en",),
        points=Decimal("2.50"),
        must_pass=True,
        feedback="Well.",
        feedback_right="Right.",
        feedback_wrong="Wrong.",
        unit="tonnes",
        topic="waste",
        difficulty="hard",
        competence=competence,
        rubric=rubric,
        parent=scenario,
        sort_order=3,
        read_again_key=uuid4(),
    )
    for thing in (competence, rubric, scenario, source):
        translate_all(thing)

    row = dutch(source)
    same = (
        "code", "kind", "points", "must_pass", "topic", "difficulty", "competence_id", "rubric_id", "parent_id",
        "sort_order", "read_again_key",
    )  # fmt: skip
    assert {name: getattr(row, name) for name in same} == {name: getattr(source, name) for name in same}
    mine, theirs = list(source.choices.order_by("sort_order")), list(row.choices.order_by("sort_order"))
    assert [[getattr(each, name) for name in ("translation_key", *RULES)] for each in theirs] == [
        [getattr(each, name) for name in ("translation_key", *RULES)] for each in mine
    ]
    (part,) = authored_questions([scenario.translation_key])
    frozen = part.frozen()
    assert frozen["text"] == {"en": "Question q?", "nl": "Question q? [nl]"}
    assert [frozen[name]["nl"] for name in ("feedback", "feedback_right", "feedback_wrong", "unit")] == [
        "Well. [nl]", "Right. [nl]", "Wrong. [nl]", "tonnes [nl]",
    ]  # fmt: skip
    assert frozen["stem"]["text"] == {"en": "Question case?", "nl": "Question case? [nl]"}
    assert frozen["rubric"]["title"] == {"en": "Rubric R1", "nl": "Rubric R1 [nl]"}
    assert [line["text"] for line in frozen["rubric"]["lines"]] == [
        {"en": f"Line {n}", "nl": f"Line {n} [nl]"} for n in (1, 2)
    ]
    assert [set(option[name]) for option in frozen["options"] for name in ("text", "feedback") if option[name]] == [
        {"en", "nl"} for option in frozen["options"] for name in ("text", "feedback") if option[name]
    ]
    assert frozen["options"] == sorted(frozen["options"], key=lambda option: option["id"])
    assert len(frozen["options"]) == len(OPTIONS[kind])


def test_what_is_corrected_at_the_source_holds_in_all_languages() -> None:
    source = make_question("q", "numeric", languages=("en",))
    translate_all(source)
    competence = Competence.objects.create(code="PC5", cluster="x", name="Planning", locale=locale_of("en"))
    scenario = make_question("case", "scenario", languages=("en",))
    source = Question.objects.get(pk=source.pk)
    source.competence, source.parent = competence, scenario
    right, _wrong = source.choices.order_by("sort_order")
    right.number, right.tolerance = Decimal(2410), Decimal(0)
    source.choices = [right]
    source.save()
    run_due()

    row = dutch(source)
    assert (row.competence, row.parent) == (competence, scenario)
    assert [(each.number, each.tolerance) for each in row.choices.all()] == [(Decimal(2410), Decimal(0))]
    assert [(option["number"], option["feedback"]) for option in asked(source)["options"]] == [
        ("2410", {"en": "Because right.", "nl": "Because right. [nl]"})
    ]


def test_a_new_option_waits_for_its_words_and_then_has_them() -> None:
    source = make_question("q", languages=("en",))
    translate_all(source)
    source = Question.objects.get(pk=source.pk)
    source.choices = [*source.choices.all(), Choice(text="A fourth", feedback="No.", locale=source.locale)]
    source.save()
    run_due()

    assert [set(option["text"]) for option in asked(source)["options"]] == [{"en"}] * 4
    translate_all(source)
    assert [set(option["text"]) for option in asked(source)["options"]] == [{"en", "nl"}] * 4


def test_a_rubric_s_translation_falls_behind_and_catches_up() -> None:
    rubric = make_rubric(languages=("en",))
    question = make_question("q", "open_text", languages=("en",), rubric=rubric)
    translate_all(rubric)
    rubric = Rubric.objects.get(pk=rubric.pk)
    rubric.title = "Better"
    rubric.save()
    run_due()
    assert asked(question)["rubric"]["title"] == {"en": "Better"}

    translate_all(rubric)
    assert asked(question)["rubric"]["title"] == {"en": "Better", "nl": "Better [nl]"}


def test_a_quiz_with_bands_has_its_words_in_both_languages() -> None:
    quiz = make_quiz(questions=1, languages=("en",), pass_mark=80)
    quiz.bands = [QuizBand(from_percent=70, text="Well done.", locale=quiz.locale)]
    quiz.save_revision().publish()
    translate_all(quiz)

    row = dutch(quiz)
    assert (row.title, row.pass_mark, row.live) == ("Quiz cpa-9 [nl]", 80, True)
    assert [(band.from_percent, band.text) for band in row.bands.all()] == [(70, "Well done. [nl]")]


def test_a_question_that_is_taken_out_of_a_quiz_is_held_by_no_translation() -> None:
    quiz = make_quiz(questions=2, languages=("en",))
    translate_all(quiz)
    quiz = Quiz.objects.get(pk=quiz.pk)
    kept, out = quiz.places.order_by("sort_order")
    quiz.places = [kept]
    quiz.save_revision().publish()
    run_due()

    assert [place.question for place in dutch(quiz).places.all()] == [kept.question]
    out.question.delete()
    assert Question.objects.count() == 1


def test_the_translator_s_page_shows_all_words_of_a_question(admin_client: Client) -> None:
    source = make_question("q", "matching", languages=("en",), feedback_wrong="Not quite.")
    translate_all(source)

    html = admin_client.get(f"/cms/snippets/curriculum/question/edit/{dutch(source).pk}/").content.decode()

    assert [words in html for words in ("Question q? [nl]", "miaows [nl]", "cat [nl]", "Not quite. [nl]")] == [True] * 4


def test_a_lesson_is_translated_before_the_quiz_in_it(academy: Course) -> None:
    """Then the source's quiz stands there, and later the translation's is shown (it is looked up by its key)."""
    quiz = make_quiz("try", formative=True, languages=("en",))
    lesson = academy.lessons[0]
    academy.translation(lesson, "nl").delete()
    lesson.body = [("text", "<p>Words.</p>"), ("quiz", {"quiz": quiz})]
    lesson.save_revision().publish()
    translation = submit(lesson, ["nl"], by=None)["nl"]
    write_words(translation, lesson, by=None, at=timezone.now())
    page = publish(translation, by=None, at=timezone.now())

    assert [block.value["quiz"] for block in page.body if block.block_type == "quiz"] == [quiz]
