"""What it costs to complete a course, and a path with it: the same number of statements, however large the path is."""

from __future__ import annotations

from typing import Any

import pytest

from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.progress.enums import Fact
from courses.progress.models import LearningEvent
from curriculum.catalogue.models import LearningPathPage, ModuleCompetence
from tests.courses.certificates.test_freezing import make_competence
from tests.courses.web.test_cost_of_a_lesson import tick
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.certificates import make_completed
from tests.factories.courses import AT
from tests.factories.curriculum import Course, make_course
from tests.factories.people import make_person, signed_in

# An item of the bell for each certificate is one statement of them.
COURSE, COURSE_AND_PATH = 46, 72
SIZES = (3, 12)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ends(site: Any) -> list[Course]:
    """Two courses whose modules serve a competence."""
    made = [make_course(f"CPA-{n}", lessons=2, questions=1, languages=["en", "nl"]) for n in (1, 2)]
    competence = make_competence("PC5", "Sustainable procurement")
    for each in made:
        ModuleCompetence.objects.create(module=each.modules[0], competence=competence, level=1)
    return made


@pytest.fixture
def steps(ends: list[Course]) -> dict[int, list[Course]]:
    """By its size, the courses of a path; the two that are left to do come last."""
    more = [make_course(f"X-{n}", lessons=1, quiz=False, languages=["en"]) for n in range(max(SIZES) - len(ends))]
    found = {size: [*more[: size - len(ends)], *ends] for size in SIZES}
    for size, courses in found.items():
        paths.make_path(f"P{size}", courses=courses)
    return found


def have(person: Any, made: Course) -> None:
    """The person completed the course, without the way there."""
    enrolment = make_completed(made.course, person, completed_at=AT)
    LearningEvent.objects.create(person=person, item=enrolment.item, fact=Fact.FINISHED, at=AT)


def costs(size: int, courses: list[Course]) -> tuple[int, int]:
    """Statements of the ticks that complete a course, and the last course of the path together with the path."""
    person = make_person()
    for made in courses[: size - 2]:
        have(person, made)
    paths.start(person, LearningPathPage.objects.get(code=f"P{size}"))
    client, found = signed_in(person), []
    for made in courses[size - 2 :]:
        learning.take(person, made)
        learning.pass_quiz(person, made)
        tick(client, made.lessons[0])
        found.append(tick(client, made.lessons[1]))
    assert not Enrolment.objects.filter(person=person, completed_at=None).exists()
    issued = Certificate.objects.filter(person=person).order_by("pk")
    assert list(issued.values_list("item__code", flat=True)) == ["CPA-1", "CPA-2", f"P{size}"]
    return found[0], found[1]


def test_completing_costs_the_same_whatever_the_size_of_the_path(steps: Any, ends: list[Course]) -> None:
    # What a process works out once for a state of the site.
    first = learning.make_learner(ends[0])
    learning.pass_quiz(first, ends[0])
    learning.finish_lessons(first, ends[0])
    small, large = (costs(size, steps[size]) for size in SIZES)
    assert small == large
    course, course_and_path = small
    assert course <= COURSE
    assert course_and_path <= COURSE_AND_PATH
