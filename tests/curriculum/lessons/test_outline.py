"""What a course consists of, in the words of the reader's language and the order of the source."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from academy.website.addresses import site_map
from curriculum.catalogue.enums import CourseStatus
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import ActivityRow, CourseOutline, course_key_of, course_outline, lessons_with
from tests.factories.asked import make_asked, put_in
from tests.factories.curriculum import Course, Site, make_course

pytestmark = pytest.mark.django_db


def read(made: Course, language: str = "en") -> CourseOutline:
    """The outline, which must be there."""
    outline = course_outline(made.course.translation_key, language)
    assert outline is not None
    return outline


def test_a_course_is_told_whole(academy: Course) -> None:
    outline = read(academy, "nl")
    quiz = outline.quiz

    assert (outline.code, outline.title, outline.title_language, outline.url, outline.languages) == (
        "CPA-9",
        "Course CPA-9 [nl]",
        "nl",
        "/nl/courses-nl/cpa-9-nl/",
        ("en", "nl"),
    )
    assert [(module.number, module.title, module.outcomes) for module in outline.modules] == [
        ("9.1", "Module 1 [nl]", ("Explain module 1",))
    ]
    assert [(lesson.title, lesson.url) for lesson in outline.lessons] == [
        (f"Lesson 1.{n} [nl]", f"/nl/courses-nl/cpa-9-nl/module-1-nl/lesson-1-{n}-nl/") for n in (1, 2, 3)
    ]
    assert quiz is not None
    assert (quiz.title, quiz.title_language, quiz.questions, quiz.minutes) == ("Quiz cpa-9 [nl]", "nl", 3, 6)
    assert set(LearningItem.objects.values_list("pk", flat=True)) == {
        outline.item_id,
        quiz.item_id,
        *(module.item_id for module in outline.modules),
        *(lesson.item_id for lesson in outline.lessons),
    }


def test_words_that_are_missing_are_the_sources_and_say_so(academy: Course) -> None:
    academy.translation(academy.lessons[1], "nl").unpublish()
    outline = read(academy, "nl")

    assert [(lesson.title, lesson.title_language) for lesson in outline.lessons] == [
        ("Lesson 1.1 [nl]", "nl"),
        ("Lesson 1.2", "en"),
        ("Lesson 1.3 [nl]", "nl"),
    ]
    assert outline.languages == ("en",)


def test_order_comes_from_the_source(academy: Course) -> None:
    last, first = academy.lessons[2], academy.lessons[0]
    last.move(first, pos="left")

    assert [row.title for row in read(academy, "nl").lessons] == [
        "Lesson 1.3 [nl]",
        "Lesson 1.1 [nl]",
        "Lesson 1.2 [nl]",
    ]


def test_what_is_withdrawn_is_gone(academy: Course) -> None:
    academy.lessons[0].unpublish()
    assert [row.title for row in read(academy).lessons] == ["Lesson 1.2", "Lesson 1.3"]

    academy.course.unpublish()
    assert course_outline(academy.course.translation_key, "en") is None


def test_neighbours_reach_across_modules(site: Site) -> None:
    outline = read(make_course(modules=2, lessons=2, quiz=False))
    one, two, three, four = outline.lessons

    assert [outline.neighbours(row.key) for row in outline.lessons] == [
        (None, two),
        (one, three),
        (two, four),
        (three, None),
    ]


def test_no_query_when_warm_and_seven_when_cold_whatever_the_number_of_lessons(
    site: Site, django_assert_num_queries: Any
) -> None:
    small, large = make_course("CPA-7", lessons=1), make_course("CPA-8", modules=3, lessons=5)
    for made in (small, large):
        site_map()
        with django_assert_num_queries(7):
            course_outline(made.course.translation_key, "nl")
        with django_assert_num_queries(0):
            course_outline(made.course.translation_key, "nl")


def test_another_process_reads_the_shared_cache(academy: Course, django_assert_num_queries: Any) -> None:
    outline = read(academy)
    site_map().notes.clear()

    with django_assert_num_queries(0):
        assert read(academy) == outline
    cache.clear()


def test_the_course_of_a_page_is_known_without_a_query(academy: Course, django_assert_num_queries: Any) -> None:
    site_map()
    pages = [
        academy.course,
        academy.modules[0],
        academy.lessons[0],
        academy.translation(academy.lessons[0], "nl"),
        academy.catalogue,
    ]
    with django_assert_num_queries(0):
        keys = [course_key_of(page) for page in pages]

    key = academy.course.translation_key
    assert keys == [key, key, key, key, None]


def test_minutes_follow_from_words_exercises_and_questions(site: Site) -> None:
    made = make_course(lessons=1, questions=3)
    lesson = made.lessons[0]
    lesson.title, lesson.opening_question = "Two words", "And four more words?"
    lesson.body = [
        ("text", "<p>" + "word " * 590 + "</p>"),
        ("task", {"title": "Do it", "text": "<p>Now and here.</p>", "minutes": 7}),
    ]
    lesson.save_revision().publish()
    outline = read(made)

    # 601 words at 120 a minute are 5.008 minutes, and 7 for the task.
    assert [(outline.lessons[0].minutes, outline.modules[0].minutes, outline.minutes)] == [(13, 15, 20)]


def test_a_course_in_preparation_states_what_is_planned(site: Site) -> None:
    made = make_course(status=CourseStatus.IN_PREPARATION, planned_minutes=235)

    assert (read(made).minutes, read(made).status) == (235, "in_preparation")


def test_a_lesson_names_its_published_activities(academy: Course, django_assert_num_queries: Any) -> None:
    ladder = make_asked("ladder", language="nl")
    score, gone = make_asked("score", rule="passed", pass_mark=80, counts=False), make_asked("gone", live=False)
    put_in(academy.lessons[1], score, ladder, gone)
    item = {item.key: item.pk for item in LearningItem.objects.filter(kind="activity")}
    first, second = (each.translation_key for each in (score, ladder))
    rows = (
        ActivityRow(first, item[first], "Activity score", "en", False, 80, "passed"),
        ActivityRow(second, item[second], "Activity ladder [nl]", "nl", True, None, "completed"),
    )
    outline = read(academy, "nl")
    assert [row.activities for row in outline.lessons] == [(), rows, ()]
    assert outline.activities == rows
    assert lessons_with(ladder.translation_key, "nl") == [outline.lessons[1]]
    with django_assert_num_queries(0):
        assert lessons_with(gone.translation_key, "nl") == []
