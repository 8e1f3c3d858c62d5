"""The spine: every published thing that can be learned has an item, and the item outlives it."""

from __future__ import annotations

import pytest

from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from tests.factories.curriculum import Course, Site, make_course

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, str, str, bool]]:
    """Kind, code, title and whether retired, in order."""
    return [
        (item.kind, item.code, item.title, item.retired_at is not None) for item in LearningItem.objects.order_by("pk")
    ]


def test_each_published_source_has_one_item_and_translations_have_none(site: Site) -> None:
    make_course("CPA-9", modules=1, lessons=1, languages=("en", "nl", "de"))

    assert rows() == [
        (ItemKind.QUIZ, "cpa-9", "Quiz cpa-9", False),
        (ItemKind.COURSE, "CPA-9", "Course CPA-9", False),
        (ItemKind.MODULE, "9.1", "Module 1", False),
        (ItemKind.LESSON, "", "Lesson 1.1", False),
    ]


def test_the_item_follows_the_title_of_the_source_not_of_a_translation(academy: Course) -> None:
    lesson = academy.lessons[0]
    translation = academy.translation(lesson, "nl")
    translation.title = "Anders"
    translation.save()
    lesson.title = "Another title"
    lesson.save()

    assert LearningItem.objects.get(key=lesson.translation_key).title == "Another title"


def test_unpublishing_retires_the_item_and_publishing_brings_it_back(academy: Course) -> None:
    lesson = academy.lessons[0]
    lesson.unpublish()
    assert LearningItem.objects.get(key=lesson.translation_key).retired_at is not None

    lesson.save_revision().publish()
    assert LearningItem.objects.get(key=lesson.translation_key).retired_at is None


def test_the_item_of_a_deleted_lesson_stays_and_is_retired(academy: Course) -> None:
    lesson = academy.lessons[0]
    key = lesson.translation_key
    academy.translation(lesson, "nl").delete()
    lesson.delete()

    item = LearningItem.objects.get(key=key)
    assert (item.title, item.retired_at is not None) == ("Lesson 1.1", True)


def test_a_draft_gets_no_item(academy: Course) -> None:
    before = LearningItem.objects.count()
    lesson = academy.lessons[0]
    copy = type(lesson)(title="Draft", slug="draft", live=False, locale=lesson.locale)
    academy.modules[0].add_child(instance=copy)

    assert LearningItem.objects.count() == before
