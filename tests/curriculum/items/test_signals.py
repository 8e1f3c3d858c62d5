"""What the spine announces: a course may consist of other things than before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from curriculum.catalogue.models import CoursePage, ModulePage
from curriculum.items.signals import course_changed
from curriculum.lessons.models import LessonPage
from tests.factories.curriculum import Course, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[UUID]]:
    """Keys of the courses that were announced as changed."""
    keys: list[UUID] = []

    def note(sender: type, key: UUID, **kwargs: Any) -> None:
        keys.append(key)

    course_changed.connect(note)
    yield keys
    course_changed.disconnect(note)


def test_publishing_the_source_of_a_course_is_announced_a_translation_is_not(
    academy: Course, heard: list[UUID]
) -> None:
    CoursePage.objects.get(pk=academy.translation(academy.course, "nl").pk).save_revision().publish()
    assert heard == []
    CoursePage.objects.get(pk=academy.course.pk).save_revision().publish()
    assert heard == [academy.course.translation_key]


def test_moving_a_lesson_or_module_out_of_a_course_is_announced_for_that_course(
    academy: Course, heard: list[UUID]
) -> None:
    other = make_course("CPA-8", modules=2, lessons=2, quiz=False)
    LessonPage.objects.get(pk=academy.lessons[2].pk).move(ModulePage.objects.get(pk=other.modules[0].pk), "last-child")
    assert heard == [academy.course.translation_key]
    ModulePage.objects.get(pk=other.modules[1].pk).move(CoursePage.objects.get(pk=academy.course.pk), "last-child")
    assert heard == [academy.course.translation_key, other.course.translation_key]


def test_a_new_order_within_a_module_is_not_announced(academy: Course, heard: list[UUID]) -> None:
    LessonPage.objects.get(pk=academy.lessons[2].pk).move(
        ModulePage.objects.get(pk=academy.modules[0].pk), "first-child"
    )
    assert heard == []
