"""Parts of the admin's forms: what is shown for which kind, what is folded, lessons to choose from."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from curriculum.items.models import LearningItem
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.forms import PlainNumber, lesson_choices, not_shown_for, shown_for, shown_if
from curriculum.quizzes.models import Question, Quiz
from tests.factories.curriculum import Course, make_question, make_quiz


def kinds(attrs: dict[str, str]) -> set[str]:
    """The kinds for which a panel with these attributes is shown."""
    assert attrs["data-w-rules-target"] == "show"
    return set(json.loads(attrs["data-w-rules"])["kind"])


def test_a_panel_is_shown_for_some_kinds_or_for_all_others() -> None:
    assert kinds(shown_for(QuestionKind.NUMERIC)) == {"numeric"}
    assert kinds(not_shown_for(QuestionKind.NUMERIC)) == set(QuestionKind.values) - {"numeric"}


def test_a_panel_follows_a_box() -> None:
    assert shown_if("formative", ticked=True) == {
        "data-w-rules-target": "show",
        "data-w-rules": '{"formative": ["on"]}',
    }
    assert shown_if("formative", ticked=False)["data-w-rules-match"] == "not"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("2409.0000000000"), "2409"),
        (Decimal("0.0500000000"), "0.05"),
        (Decimal("100"), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.50"), "-0.5"),
        ("1.50", "1.50"),  # as it was typed
        (None, None),
    ],
)
def test_a_number_is_shown_without_needless_zeros(value: Any, expected: str | None) -> None:
    assert PlainNumber().format_value(value) == expected


def test_every_field_of_a_question_is_in_its_form() -> None:
    """What no panel holds could not be set; what stands in two would be posted twice."""
    form = Question.edit_handler.bind_to_model(Question).get_form_options()
    own = {field.name for field in Question._meta.local_fields if field.editable} - {"id", "locale"}
    assert sorted(form["fields"]) == sorted(own)
    quiz = Quiz.edit_handler.bind_to_model(Quiz).get_form_options()
    drafts = {"live", "has_unpublished_changes", "first_published_at", "last_published_at", "go_live_at", "expire_at"}
    revisions = {"expired", "latest_revision", "live_revision"}
    own = {field.name for field in Quiz._meta.local_fields if field.editable} - {"id", "locale"} - drafts - revisions
    assert sorted(quiz["fields"]) == sorted(own)


@pytest.mark.django_db
@pytest.mark.parametrize(("share", "opened"), [(None, False), (Decimal(50), True)])
def test_what_is_folded_is_open_where_something_stands(site: object, share: Decimal | None, opened: bool) -> None:
    question = make_question("q", languages=("en",))
    question.choices.update(share=share)
    panel = Question.edit_handler.bind_to_model(Question)
    form = panel.get_form_class()(instance=Question.objects.get(pk=question.pk))
    request = RequestFactory().get("/")
    html = panel.get_bound_panel(instance=question, form=form, request=request).render_html({"request": request})

    # Three options, and the row that "Add option" opens.
    assert (html.count("<details"), html.count('<details class="academy-folded" open')) == (4, 3 * opened)


@pytest.mark.django_db
def test_lessons_that_are_withdrawn_cannot_be_chosen(academy: Course) -> None:
    make_quiz("other")
    LearningItem.objects.filter(key=academy.lessons[1].translation_key).update(retired_at=timezone.now())

    assert lesson_choices() == [
        ("", "---------"),
        (str(academy.lessons[0].translation_key), "Lesson 1.1"),
        (str(academy.lessons[2].translation_key), "Lesson 1.3"),
    ]
