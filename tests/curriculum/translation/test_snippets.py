"""Snippets without drafts exist in a language as soon as they are handed over: their words are not trusted before."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from wagtail_localize.models import Translation
from wagtail_localize.operations import TranslationCreator

from academy.website.queries import half_translated
from courses.attempts.queries import authored_quiz
from curriculum.competences.models import Competence
from curriculum.competences.queries import competence_names
from curriculum.library.models import GlossaryTerm
from curriculum.library.queries import glossary
from curriculum.quizzes.models import Question, QuizQuestion
from curriculum.translation.rules import publish, write_words
from tests.factories.curriculum import locale_of, make_question, make_quiz

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

    authored = authored_quiz(quiz.translation_key)
    assert authored is not None
    assert Question.objects.count() == 2
    assert [(source.text, others) for source, others in authored.questions] == [("Question q?", [])]
