"""Freezing: a question keeps all its languages, and nothing edited later reaches it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.quizzes.freezing import QuestionNotReady, digest, freeze, in_language
from curriculum.quizzes.grading import grade


def make_question(language: str, key: UUID, options: list[tuple[UUID, bool]], **fields: Any) -> Any:
    """Something shaped like a Question, its words marked with the language."""
    choices = [
        SimpleNamespace(translation_key=k, correct=right, text=f"{language} {n}", feedback=f"{language} because {n}")
        for n, (k, right) in enumerate(options)
    ]
    values = {"kind": "multiple", "points": 2, "text": f"{language}?", "feedback": "", "read_again_key": None, **fields}
    return SimpleNamespace(
        code="q",
        translation_key=key,
        locale=SimpleNamespace(language_code=language),
        choices=SimpleNamespace(all=lambda: choices),
        **values,
    )


def test_a_frozen_question_holds_all_languages_and_its_rules_from_the_source() -> None:
    key, first, second = uuid4(), uuid4(), uuid4()
    source = make_question("en", key, [(first, True), (second, False)], read_again_key=second)
    # A translation whose options stand in another order and claim other things.
    dutch = make_question("nl", key, [(second, True), (first, False)], points=9, kind="single")
    frozen = freeze(source, [dutch])
    options = {option["text"]["en"]: option for option in frozen["options"]}
    assert {name: frozen[name] for name in ("kind", "points", "language", "text", "read_again")} == {
        "kind": "multiple",
        "points": 2,
        "language": "en",
        "text": {"en": "en?", "nl": "nl?"},
        "read_again": str(second),
    }
    assert options["en 0"]["correct"] is True
    assert options["en 0"]["text"] == {"en": "en 0", "nl": "nl 1"}
    assert options["en 1"]["correct"] is False
    assert json.loads(json.dumps(frozen)) == frozen


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=6).filter(any), st.randoms(use_true_random=False))
def test_neither_ids_nor_order_of_options_follow_the_author_s_order(correct: list[bool], random: Any) -> None:
    key = uuid4()
    options = [(uuid4(), right) for right in correct]
    frozen = freeze(make_question("en", key, options, text="?"))
    again = freeze(make_question("en", key, random.sample(options, len(options)), text="?"))
    assert [(o["id"], o["correct"]) for o in again["options"]] == [(o["id"], o["correct"]) for o in frozen["options"]]
    assert frozen["options"] == sorted(frozen["options"], key=lambda option: option["id"])


def test_grading_does_not_look_at_the_source() -> None:
    options = [(uuid4(), True), (uuid4(), False)]
    source = make_question("en", uuid4(), options)
    frozen = freeze(source)
    chosen = [option["id"] for option in frozen["options"] if option["correct"]]
    before = grade(frozen, chosen)
    for choice in source.choices.all():
        choice.correct = not choice.correct
    source.points = 100
    assert grade(frozen, chosen) == before


def test_the_digest_names_the_content_and_not_its_order() -> None:
    assert digest({"a": 1, "b": ["ő"]}) == digest({"b": ["ő"], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


@pytest.mark.parametrize("correct", [[True], [False, False], []])
def test_a_question_without_a_choice_to_make_cannot_be_given(correct: list[bool]) -> None:
    with pytest.raises(QuestionNotReady):
        freeze(make_question("en", uuid4(), [(uuid4(), right) for right in correct]))


def test_words_fall_back_to_the_source_and_say_so() -> None:
    words = {"de": "Frage", "nl": "Vraag"}
    assert in_language(words, "nl", "de") == ("Vraag", "nl")
    assert in_language(words, "fr", "de") == ("Frage", "de")
