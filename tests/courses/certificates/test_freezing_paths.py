"""A path's certificate names its parts and counts the hours of what was done; so does a short route's statement."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from academy.people.models import User
from courses.certificates.pieces import done
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import latest
from courses.flows.complete_lesson import complete_lesson
from curriculum.catalogue.models import ModuleCompetence
from curriculum.conditions.enums import Route
from curriculum.lessons.models import LessonPage
from curriculum.workshops.models import WorkshopCompetence
from tests.courses.certificates.test_freezing import make_competence
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.certificates import frozen_for
from tests.factories.courses import AT
from tests.factories.curriculum import Course, make_course
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


class World:
    """Two courses of which one is to be chosen, and two workshops; a path that asks for one course and one workshop."""

    def __init__(self) -> None:
        self.one = make_course("CPA-1", lessons=2, questions=3)
        self.two = make_course("CPA-2", lessons=2, questions=3)
        self.workshop = paths.make_workshop("W1")
        either = [("course", self.one.course), ("course", self.two.course)]
        self.path = paths.make_path(
            courses=[self.one, self.two],
            rule=[("any_of", {"number": 1, "parts": either}), ("workshop", self.workshop)],
            short_rule=[("module", self.two.modules[0]), ("workshop", self.workshop)],
        )
        LessonPage.objects.update(minutes=25)


@pytest.fixture
def world(site: Any) -> World:
    return World()


def frozen(person: User, page: Any, **changes: Any) -> dict[str, Any]:
    enrolment = latest(person, page.translation_key)
    assert enrolment is not None
    assert enrolment.completed_at is not None
    values: dict[str, Any] = {"language": "nl", "time_zone": "Europe/Brussels", "code": "a" * 26, "at": AT, **changes}
    return frozen_for(enrolment, **values)


def texts(part: list[dict[str, str]]) -> list[str]:
    return [each["text"] for each in part]


def finish(person: User, made: Course, at: datetime = AT) -> None:
    learning.take(person, made, at=at)
    learning.finish_lessons(person, made, at=at)
    learning.pass_quiz(person, made, at=at)


def test_it_names_what_was_done_and_counts_nothing_else(world: World) -> None:
    planning = make_competence("PC1", "Planning", nl="Plannen")
    buying = make_competence("PC5", "Buying")
    ModuleCompetence.objects.create(module=world.one.modules[0], competence=planning, level=1)
    ModuleCompetence.objects.create(module=world.two.modules[0], competence=buying, level=3)
    WorkshopCompetence.objects.create(workshop=world.workshop, competence=planning, level=2)
    person = make_person()
    paths.start(person, world.path)
    finish(person, world.one)
    learning.take(person, world.two)
    learning.finish_lessons(person, world.two, 1)  # begun, not completed: it counts for nothing
    paths.attend(person, world.workshop)
    said = frozen(person, world.path, valid_until=date(2029, 3, 9))
    english, dutch = said["texts"]["en"], said["texts"]["nl"]
    assert (english["course"], said["course_code"], said["item_kind"]) == (
        {"text": "Circular buyer", "lang": "en"},
        "P1",
        "path",
    )
    assert dutch["parts"] == [{"text": "Course CPA-1 [nl]", "lang": "nl"}, {"text": "Clinic", "lang": "en"}]
    assert texts(english["outcomes"]) == ["Explain module 1"]
    # Two lessons of 25 minutes, three questions of two, a date of four hours.
    assert (said["minutes"], english["hours"]) == (296, f"4{NBSP}h{NBSP}56{NBSP}min")
    assert english["hours_basis"].replace(NBSP, " ") == "50 min of lessons, 6 min of quizzes, 4 h of workshops"
    assert english["assessment"]["text"].replace(NBSP, " ") == "1 quiz, passed at 70 % or more"
    assert english["participation"] == "Online at one's own pace, and in workshops"
    assert english["sentence"]["text"].endswith("has successfully completed the learning path {course}")
    assert (english["valid_until"], said["valid_until"]) == ("Friday 9 March 2029", "2029-03-09")
    assert said["competences"] == [{"code": "PC1", "level": 2, "name": {"nl": "Plannen", "en": "Planning"}}]
    assert said["criteria"].replace(NBSP, " ").count("Course CPA-1 [nl]; Clinic") == 1


def test_the_short_route_is_attended_and_not_assessed(world: World) -> None:
    person = make_person()
    paths.start(person, world.path, route=Route.SHORT)
    learning.take(person, world.two)
    learning.finish_lessons(person, world.two)
    paths.attend(person, world.workshop)
    said = frozen(person, world.path)
    english = said["texts"]["en"]
    assert texts(english["parts"]) == ["Module 1", "Clinic"]
    assert (english["assessment"]["text"], english["outcomes"], english["competences"]) == ("", [], [])
    assert (said["outcomes"], said["competences"], said["minutes"]) == ([], [], 290)
    assert ("framework" in english, "quality" in english) == (False, False)
    assert english["sentence"]["text"] == "This is to confirm that {name} took part in the short route of {course}"


@pytest.mark.one_database
def test_a_lesson_done_by_attending_counts_by_the_date_and_once(world: World) -> None:
    lesson = world.one.lessons[0]
    lesson.workshop = world.workshop
    lesson.save_revision().publish()
    LessonPage.objects.update(minutes=25)
    person = make_person()
    learning.take(person, world.one)
    paths.attend(person, world.workshop)
    complete_lesson(person=person, lesson_key=world.one.lessons[1].translation_key, by=person, at=AT)
    learning.pass_quiz(person, world.one)
    enrolment = Enrolment.objects.get(person=person, item__key=world.one.course.translation_key)
    assert done(enrolment, AT).minutes == {"lessons": 25, "quizzes": 6, "workshops": 240}
    # The path asks for the workshop as well: it is the same date.
    paths.start(person, world.path)
    assert frozen(person, world.path)["minutes"] == 25 + 6 + 240


@pytest.mark.one_database
def test_what_was_waived_or_taken_back_is_not_counted(world: World) -> None:
    person = make_person()
    learning.take(person, world.one)
    learning.finish_lessons(person, world.one)
    enrolment = Enrolment.objects.get(person=person, item__key=world.one.course.translation_key)
    assert done(enrolment, AT).minutes["lessons"] == 50
    enrolment.rule["since"] = "2099-01-01T00:00:00+00:00"
    assert done(enrolment, AT).minutes["lessons"] == 0


@pytest.mark.one_database
def test_a_lesson_that_was_not_needed_any_more_is_not_counted(world: World) -> None:
    either = [("lesson", lesson) for lesson in world.one.lessons]
    path = paths.make_path("P2", "Either", courses=[world.one], rule=[("any_of", {"number": 1, "parts": either})])
    person = make_person()
    paths.start(person, path)
    learning.take(person, world.one)
    learning.finish_lessons(person, world.one, 1)
    complete_lesson(
        person=person, lesson_key=world.one.lessons[1].translation_key, by=person, at=AT + timedelta(days=1)
    )
    assert frozen(person, path)["minutes"] == 25


@pytest.mark.one_database
def test_what_is_done_after_completion_is_not_counted(world: World) -> None:
    person = make_person()
    paths.start(person, world.path)
    finish(person, world.one)
    ended = paths.attend(person, world.workshop)
    before = frozen(person, world.path)
    finish(person, world.two, at=ended + timedelta(days=1))
    assert frozen(person, world.path) == before
    again = Enrolment.objects.get(person=person, item__key=world.path.translation_key)
    again.completed_at = None
    assert sum(done(again, ended).minutes.values()) == before["minutes"]
    assert sum(done(again, ended + timedelta(days=2)).minutes.values()) == before["minutes"] + 56


@pytest.mark.one_database
def test_when_everything_is_gone_it_is_called_as_its_items_remember(world: World) -> None:
    person = make_person()
    paths.start(person, world.path)
    finish(person, world.one)
    paths.attend(person, world.workshop)
    for page in (world.path, world.one.course, world.workshop):
        page.delete()
    said = frozen(person, world.path)["texts"]["en"]
    assert (said["course"]["text"], texts(said["parts"])) == ("Circular buyer", ["Course CPA-1", "Clinic"])


@pytest.mark.one_database
def test_freezing_takes_as_many_queries_however_long_the_path_is(
    world: World, django_assert_max_num_queries: Any
) -> None:
    person = make_person()
    more = [make_course(code, lessons=1) for code in ("CPA-3", "CPA-4", "CPA-5")]
    rule = [("course", made.course) for made in (world.one, *more)]
    path = paths.make_path("P2", "Long path", courses=[world.one, *more], rule=rule)
    for module in [*world.one.modules, *(each.modules[0] for each in more)]:
        competence = make_competence(f"PC{module.pk}", "Planning", nl="Plannen")
        ModuleCompetence.objects.create(module=module, competence=competence, level=1)
    paths.start(person, path)
    for made in (world.one, *more):
        finish(person, made)
    with django_assert_max_num_queries(16):
        said = frozen(person, path)
    assert (len(said["texts"]["en"]["parts"]), len(said["competences"])) == (4, 4)
