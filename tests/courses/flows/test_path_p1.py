"""A path like P1 from its first step to its certificate, through the flows, and what its rule says at each step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from academy.people.enums import Role
from academy.people.models import User
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import frozen_questions
from courses.booking.enums import Presence
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import latest
from courses.flows.complete_lesson import complete_lesson
from courses.flows.mark_attempt import give_back, save_mark
from courses.progress.models import LearningEvent
from courses.progress.rebuilding import differences
from curriculum.completion.queries import promise
from curriculum.completion.sentences import advised, asked_for
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.courses import AT
from tests.factories.curriculum import Course, make_course, make_rubric
from tests.factories.paths import missing
from tests.factories.people import grant, make_person

# Languages in which the sentences are there; each but English must say them otherwise than English.
LANGUAGES = ("en", "nl", "de", "fr")
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


class World:
    """Three courses, of which one ends with an assignment, two workshops and one that is advised, in any order."""

    def __init__(self) -> None:
        self.one = make_course("CPA-1", lessons=2, languages=["en"], questions=1)
        self.two = make_course(
            "CPA-2", lessons=1, languages=["en"], kinds=["open_text"], rules={"attempts": 0, "pass_mark": 60}
        )
        question = self.two.questions[0]
        question.rubric, question.must_pass = make_rubric(languages=["en"]), True
        question.save()
        self.three = make_course("CPA-3", lessons=1, languages=["en"], questions=1)
        self.workshops = [paths.make_workshop("W1"), paths.make_workshop("W2", "Dialogue")]
        extra = paths.make_workshop("W3", "Lab")
        self.path = paths.make_path(
            courses=[self.one, self.two, self.three],
            rule=[
                *(("course", made.course) for made in (self.one, self.two, self.three)),
                ("hand_in", {"quiz": self.two.quiz, "at": None}),
                *(("workshop", page) for page in self.workshops),
            ],
            advised=[("workshop", extra)],
        )


@pytest.fixture
def world(site: Any) -> World:
    """What the path is made of."""
    return World()


def said_otherwise(person: User, page: Any) -> None:
    """What is missing stands in each other language in its own words."""
    english = missing(person, page)
    for language in LANGUAGES:
        assert language == "en" or not english or missing(person, page, language) != english


def mark(attempt: QuizAttempt, level: int, by: User, at: Any) -> Any:
    """A trainer marks the assignment by its rubric, each line at this level, and gives it back."""
    lines = frozen_questions(attempt)[0]["rubric"]["lines"]
    save_mark(
        public_id=attempt.public_id, number=1, content={"lines": {line["id"]: level for line in lines}},
        feedback="Read.", by=by, at=at,
    )  # fmt: skip
    return give_back(public_id=attempt.public_id, by=by, at=at)


def assignment(person: User, made: Course, at: Any) -> QuizAttempt:
    """The person writes the assignment and hands it in."""
    attempt = learning.begin_quiz(person, made, at)
    learning.answer(person, attempt, [True], at)
    return learning.hand_in(person, attempt, at).attempt


def test_the_rule_of_the_path_is_one_sentence_in_each_language(world: World) -> None:
    found = promise(world.path.translation_key)
    assert found is not None
    said = asked_for(found.root)
    assert said == (
        "To complete it: the courses “CPA-1 Course CPA-1”, “CPA-2 Course CPA-2” and “CPA-3 Course CPA-3”, "
        "“Quiz cpa-2” marked as sufficient and attending the workshops “W1 Clinic” and “W2 Dialogue”."
    )
    besides = advised(found.advised)
    assert besides == "Advised, not asked for: attending the workshop “W3 Lab”."
    others = {}
    for language in LANGUAGES[1:]:
        with override(language):
            others[language] = (asked_for(found.root), advised(found.advised))
    assert others == {
        "nl": (
            "Nodig voor de afronding: de cursussen “CPA-1 Course CPA-1”, “CPA-2 Course CPA-2” en "
            "“CPA-3 Course CPA-3”, “Quiz cpa-2” beoordeeld als voldoende en deelname aan de "
            "workshops “W1 Clinic” en “W2 Dialogue”.",
            "Aanbevolen, niet verplicht: deelname aan de workshop “W3 Lab”.",
        ),
        "de": (
            "Für den Abschluss nötig: die Kurse „CPA-1 Course CPA-1“, „CPA-2 Course CPA-2“ und "
            "„CPA-3 Course CPA-3“, „Quiz cpa-2“ mit der Bewertung „Ausreichend“ und die Teilnahme "
            "an den Workshops „W1 Clinic“ und „W2 Dialogue“.",
            "Empfohlen, nicht verlangt: die Teilnahme am Workshop „W3 Lab“.",
        ),
        "fr": (
            "Pour terminer\u00a0: les cours «\u202fCPA-1 Course CPA-1\u202f», «\u202fCPA-2 Course CPA-2\u202f» et "
            "«\u202fCPA-3 Course CPA-3\u202f», «\u202fQuiz cpa-2\u202f» jugé suffisant et la "
            "participation aux ateliers «\u202fW1 Clinic\u202f» et «\u202fW2 Dialogue\u202f».",
            "Conseillé, pas exigé\u00a0: la participation à l’atelier «\u202fW3 Lab\u202f».",
        ),
    }


def test_from_the_first_step_to_the_certificate(world: World) -> None:
    person, trainer, path = make_person(), make_person(), world.path
    grant(trainer, Role.TRAINER)
    told: list[tuple[str, int]] = []

    def look(*pages: Any) -> None:
        told.append((missing(person, path), paths.standing_of(person, path).percent))
        for page in (path, *pages):
            said_otherwise(person, page)

    started = paths.start(person, path)
    assert (started.is_new, started.consequences.completed) == (True, [])
    # The first course began with the path.
    first = latest(person, world.one.course.translation_key)
    assert first is not None
    assert missing(person, world.one.course) == ("Still missing: 2 lessons and “Quiz cpa-1” with at least 70\u00a0%.")
    look(world.one.course)

    learning.finish_lessons(person, world.one, 1, at=AT + DAY)
    assert missing(person, world.one.course) == "Still missing: 1 lesson and “Quiz cpa-1” with at least 70\u00a0%."
    learning.finish_lessons(person, world.one, at=AT + DAY)
    assert missing(person, world.one.course) == "Still missing: “Quiz cpa-1” with at least 70\u00a0%."
    look(world.one.course)
    wrong = learning.begin_quiz(person, world.one, AT + DAY)
    learning.answer(person, wrong, [False], AT + DAY)
    assert learning.hand_in(person, wrong, AT + DAY).consequences.completed == []
    done = learning.pass_quiz(person, world.one, at=AT + 2 * DAY)
    assert [each.pk for each in done.consequences.completed] == [first.pk]
    assert [each.item.code for each in done.consequences.certificates] == ["CPA-1"]
    look()

    learning.take(person, world.two, at=AT + 3 * DAY)
    poor = assignment(person, world.two, AT + 4 * DAY)
    assert poor.state == "marking"
    assert mark(poor, 0, trainer, AT + 5 * DAY).consequences.completed == []
    look(world.two.course)
    good = assignment(person, world.two, AT + 6 * DAY)
    assert mark(good, 2, trainer, AT + 7 * DAY).consequences.completed == []
    assert missing(person, world.two.course) == "Still missing: 1 lesson."
    look(world.two.course)
    learning.finish_lessons(person, world.two, at=AT + 8 * DAY)
    look()

    paths.attend(person, world.workshops[1], presence=Presence.PART)
    look()
    paths.attend(person, world.workshops[1], day=date(2026, 3, 17))
    look()
    paths.attend(person, world.workshops[0], day=date(2026, 3, 24))
    look()

    learning.take(person, world.three, at=AT + 60 * DAY)
    learning.pass_quiz(person, world.three, at=AT + 60 * DAY)
    assert Certificate.objects.filter(item__key=path.translation_key).count() == 0
    last = complete_lesson(
        person=person, lesson_key=world.three.lessons[0].translation_key, by=person, at=AT + 61 * DAY
    )
    look()

    # The last tick completes the course and the path at once, in the same request, each with its certificate.
    assert [(each.item.code, each.completed_at) for each in last.consequences.completed] == [
        ("CPA-3", AT + 61 * DAY),
        ("P1", AT + 61 * DAY),
    ]
    assert [(each.item.code, each.kind) for each in last.consequences.certificates] == [
        ("CPA-3", "completion"),
        ("P1", "completion"),
    ]
    assert Certificate.objects.filter(person=person, kind="completion").count() == 4
    courses = "the courses “CPA-1 Course CPA-1”, “CPA-2 Course CPA-2” and “CPA-3 Course CPA-3”"
    two, three = "the courses “CPA-2 Course CPA-2” and “CPA-3 Course CPA-3”", "the course “CPA-3 Course CPA-3”"
    written = "“Quiz cpa-2” marked as sufficient"
    both, only = "attending the workshops “W1 Clinic” and “W2 Dialogue”", "attending the workshop “W1 Clinic”"
    assert told == [
        (f"Still missing: {courses}, {written} and {both}.", 0),
        (f"Still missing: {courses}, {written} and {both}.", 0),
        (f"Still missing: {two}, {written} and {both}.", 16),
        (f"Still missing: {two}, {written} and {both}.", 16),
        (f"Still missing: {two} and {both}.", 33),
        (f"Still missing: {three} and {both}.", 50),
        (f"Still missing: {three} and {both}.", 50),
        (f"Still missing: {three} and {only}.", 66),
        (f"Still missing: {three}.", 83),
        ("", 100),
    ]
    assert list(LearningEvent.objects.filter(fact="finished").values_list("item__code", flat=True)) == [
        "CPA-1", "CPA-2", "CPA-3", "P1",
    ]  # fmt: skip
    assert list(differences(repair=False, at=AT)) == []
    assert Enrolment.objects.filter(person=person, completed_at=None).count() == 0
