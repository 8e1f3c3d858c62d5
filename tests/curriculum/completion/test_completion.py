"""From what an editor composes to what is asked for, in words and with a number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from academy.jobs.models import Job
from academy.templatetags.academy import percent
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, LearningPathPage, PathCourse
from curriculum.completion import editing, sentences
from curriculum.completion.models import RuleVersion
from curriculum.completion.queries import Promise, before, promise, versions
from curriculum.completion.rules import NOTE_VERSIONS, note_versions, version_of
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import AllOf, AnyOf, Part, open_nodes
from curriculum.lessons.models import LessonPage
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories.curriculum import make_course, make_quiz, published

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def workshop(academy: Any, site: Any) -> WorkshopPage:
    """A published workshop."""
    index = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    page: WorkshopPage = index.add_child(
        instance=WorkshopPage(**published("Clinic", "clinic", code="W1"), minimum=1, maximum=9, trainers=1)
    )
    return page


def composed(made: Any, **fields: Any) -> Promise:
    """What the course asks for once it is published with these fields."""
    publish(CoursePage.objects.get(pk=made.course.pk), **fields)
    found = promise(made.course.translation_key)
    assert found is not None
    return found


def publish(page: Any, **fields: Any) -> Any:
    """Put it live as an editor does."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.full_clean()
    page.save_revision().publish()
    return page


def lessons_of(made: Any) -> tuple[Part, ...]:
    """All its lessons as parts."""
    return tuple(Part("lesson", lesson.translation_key) for lesson in made.lessons)


def quiz_of(made: Any, at: int = 70) -> Part:
    """Its quiz as a part."""
    return Part("quiz", made.quiz.translation_key, at, "best", made.quiz.attempts)


# -- resolving --------------------------------------------------------------------------------------------------------
def test_a_course_without_a_rule_asks_for_all_lessons_and_the_quiz(academy: Any) -> None:
    asked = composed(academy)
    at = academy.quiz.pass_mark
    lessons = AllOf(lessons_of(academy), of=academy.course.translation_key)
    assert asked.root == AllOf((lessons, quiz_of(academy, at)))
    assert asked.rule["locks"] == {}
    assert sentences.asked_for(asked.root) == (
        f"To complete it: all 3 lessons and “Quiz cpa-9” with at least {percent(at)}."
    )


def test_testing_out_takes_the_place_of_all_the_rest(academy: Any) -> None:
    asked = composed(academy, rule=[("lessons", None), ("test_out", {"at": 90})])
    lessons = AllOf((AllOf(lessons_of(academy), of=academy.course.translation_key),))
    assert asked.root == AllOf((AnyOf(1, (lessons, quiz_of(academy, 90))),))
    assert sentences.asked_for(asked.root) == (
        f"To complete it: all 3 lessons or “Quiz cpa-9” with at least {percent(90)}."
    )


def test_the_quiz_is_locked_until_the_lessons_are_done(academy: Any) -> None:
    asked = composed(academy, quiz_after_lessons=True)
    lock = asked.rule["locks"][str(academy.quiz.translation_key)]
    assert [part["key"] for part in lock["all"][0].get("all", lock["all"])] == [
        str(lesson.translation_key) for lesson in academy.lessons
    ]


def test_a_choice_names_what_can_be_chosen(academy: Any, workshop: WorkshopPage) -> None:
    other = make_course("CPA-8", languages=("en",))
    choice = {"number": 2, "parts": [("course", other.course), ("workshop", workshop), ("lesson", other.lessons[0])]}
    asked = composed(academy, rule=[("own_quiz", None), ("any_of", choice)])
    assert sentences.asked_for(asked.root) == (
        f"To complete it: “Quiz cpa-9” with at least {percent(academy.quiz.pass_mark)} and any 2 of these: "
        "the course “CPA-8 Course CPA-8”; attending the workshop “W1 Clinic”; the lesson “Lesson 1.1”."
    )
    attended = open_nodes(asked.root, lambda part: part.kind in ("quiz", "workshop"))
    assert attended is not None
    assert sentences.still_missing(attended) == (
        "Still missing: the course “CPA-8 Course CPA-8” or the lesson “Lesson 1.1”."
    )


def test_what_is_missing_of_the_lessons_is_counted(academy: Any) -> None:
    asked = composed(academy)
    left = open_nodes(asked.root, lambda part: part.key == academy.lessons[0].translation_key)
    assert left is not None
    assert sentences.still_missing(left).startswith("Still missing: 2 lessons and “Quiz")


def test_a_title_without_a_translation_says_its_language(academy: Any, workshop: WorkshopPage) -> None:
    asked = composed(academy, prerequisites=[("workshop", workshop)])
    first = before(asked.key)
    assert first is not None
    with translation.override("nl"):
        words = sentences.first_do(first, html=True)
    assert '<span lang="en">W1 Clinic</span></a>' in words
    assert sentences.first_do(first) == "Not open yet. First: attending the workshop “W1 Clinic”."


def test_a_part_in_another_language_is_the_same_part(academy: Any) -> None:
    other = make_course("CPA-8")
    dutch = other.translation(other.course, "nl")
    assert composed(academy, rule=[("course", dutch)]).root == AllOf((Part("course", other.course.translation_key),))


def test_a_refresher_asks_for_the_quiz_alone_where_the_editor_says_so(academy: Any) -> None:
    composed(academy, valid_months=24, refresher="quiz")
    again = promise(academy.course.translation_key, Route.REFRESHER)
    assert again is not None
    assert again.root == AllOf((quiz_of(academy, academy.quiz.pass_mark),))


def test_a_path_asks_for_its_courses_and_knows_a_short_route(academy: Any, workshop: WorkshopPage) -> None:
    page = LearningPathPage(**published("Buyer", "buyer", code="P1"))
    page.courses = [PathCourse(course=academy.course)]
    path = academy.catalogue.add_child(instance=page)
    publish(path, short_rule=[("module", academy.modules[0]), ("workshop", workshop)], advised=[("workshop", workshop)])
    full, short = (promise(path.translation_key, route) for route in (Route.FULL, Route.SHORT))
    assert full is not None
    assert short is not None
    assert full.root == AllOf((Part("course", academy.course.translation_key),))
    assert sentences.advised(full.advised) == "Advised, not asked for: attending the workshop “W1 Clinic”."
    assert sentences.asked_for(short.root) == (
        "To complete it: all lessons of the module “9.1 Module 1” and attending the workshop “W1 Clinic”."
    )


# -- versions ---------------------------------------------------------------------------------------------------------
def test_each_change_has_a_number_and_what_changes_nothing_has_none(academy: Any) -> None:
    asked = composed(academy)
    assert [version_of(asked, at=AT), version_of(asked, at=AT)] == [1, 1]
    smaller = composed(academy, rule=[("lessons", None)])
    assert version_of(smaller, at=AT) == 2
    # What was asked for once is a new version when it comes back.
    assert version_of(composed(academy, rule=[]), at=AT) == 3
    assert [version.number for version in versions(asked.key)] == [3, 2, 1]
    assert RuleVersion.objects.get(number=2).rule == smaller.rule


def test_a_publish_has_the_rules_numbered_once_in_the_background(academy: Any) -> None:
    publish(CoursePage.objects.get(pk=academy.course.pk), rule=[("own_quiz", None)])
    publish(LessonPage.objects.get(pk=academy.lessons[0].pk))
    assert Job.objects.filter(kind=NOTE_VERSIONS, state="queued").count() == 1
    note_versions()
    note_versions()
    found = versions(academy.course.translation_key)
    assert [(version.number, version.route) for version in found] == [(1, "full")]
    assert found[0].made_at <= timezone.now()


# -- what editors are told --------------------------------------------------------------------------------------------
def test_an_editor_reads_the_draft_in_each_language(academy: Any) -> None:
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule, page.valid_months, page.refresher = [("own_quiz", None)], 24, "quiz"
    page.prerequisites = [("course", make_course("CPA-8", languages=("en",)).course)]
    wordings = {each.code: {str(about): text for about, text in each.lines} for each in editing.in_words(page)}
    words = f"To complete it: “Quiz cpa-9” with at least {percent(academy.quiz.pass_mark)}."
    assert list(wordings) == ["en", "nl", "de", "fr"]
    assert wordings["en"] == {
        "Completed by": words,
        "To renew it": words,
        "Before it is started": "Before you start: the course “CPA-8 Course CPA-8”.",
    }


def test_an_editor_is_warned_of_what_cannot_be_done_yet(academy: Any, workshop: WorkshopPage) -> None:
    planned = make_course("CPA-8", languages=("en",), status=CourseStatus.IN_PREPARATION)
    loose = make_quiz("loose", languages=("en",))
    workshop.unpublish()
    page = CoursePage.objects.get(pk=academy.course.pk)
    choice = {"number": 1, "parts": [("course", planned.course), ("quiz", {"quiz": loose, "at": None})]}
    page.quiz, page.rule = None, [("own_quiz", None), ("workshop", workshop), ("any_of", choice)]
    assert editing.warnings(page) == [
        "“Clinic” is not published: it is left out.",
        "“CPA-8 Course CPA-8” is in preparation.",
        "“Quiz loose” is the quiz of no published course.",
        "Of a choice 1 is asked for, and today only 0 can be done.",
        "The rule speaks of the quiz of this course, and the course has none.",
    ]


def test_a_deleted_part_is_said(academy: Any) -> None:
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = page.rule.stream_block.to_python([{"type": "course", "id": "x", "value": 999_999}])
    assert editing.warnings(page) == ["Something that was chosen here has been deleted since."]


def test_a_path_in_order_says_which_course_comes_too_early(academy: Any) -> None:
    second = make_course("CPA-8", languages=("en",))
    composed(academy, prerequisites=[("course", second.course)])
    page = LearningPathPage(**published("Buyer", "buyer", code="P1"), in_order=True)
    page.courses = [PathCourse(course=academy.course), PathCourse(course=second.course)]
    assert editing.warnings(page) == [
        "“CPA-9 Course CPA-9” cannot be started before “CPA-8 Course CPA-8”, which comes later in this path."
    ]
    page.in_order = False
    assert editing.warnings(page) == []


def refused(page: Any) -> dict[str, list[str]]:
    """What is said of a page that may not be kept."""
    with pytest.raises(ValidationError) as error:
        page.full_clean()
    return error.value.message_dict


def test_a_course_cannot_ask_for_itself(academy: Any) -> None:
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.prerequisites = [("any_of", {"number": 1, "parts": [("course", academy.translation(academy.course, "nl"))]})]
    assert refused(page) == {"prerequisites": ["A course cannot ask for itself."]}


def test_a_quiz_for_practice_completes_nothing(academy: Any) -> None:
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = [("quiz", {"quiz": make_quiz("try", formative=True, languages=("en",)), "at": None})]
    assert refused(page) == {"rule": ["“Quiz try” is for practice. Choose one that counts."]}


def test_courses_cannot_wait_for_each_other(academy: Any) -> None:
    second, third = (make_course(code, languages=("en",)) for code in ("CPA-8", "CPA-7"))
    publish(second.course, prerequisites=[("course", academy.course)])
    publish(third.course, rule=[("lessons", None), ("lesson", second.lessons[0])])
    page = CoursePage.objects.get(pk=academy.course.pk)
    words = "What is chosen here asks for this course in turn, so that nobody could complete either."
    page.prerequisites = [("course", third.course)]
    assert refused(page) == {"prerequisites": [words]}
    page.prerequisites, page.rule = [], [("lessons", None), ("course", third.course)]
    assert refused(page) == {"rule": [words]}
    # A way round is enough.
    page.rule, free = [], make_course("CPA-6", languages=("en",))
    page.prerequisites = [("any_of", {"number": 1, "parts": [("course", third.course), ("course", free.course)]})]
    page.full_clean()
