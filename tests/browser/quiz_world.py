"""A small academy whose courses have quizzes of all kinds, for the stories of test_quiz.py. Invented throughout."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files import File
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from academy.people.enums import Role
from academy.website.models import AcademyImage
from courses.flows.enrol import enrol
from curriculum.quizzes.models import Choice, Question, Quiz, QuizBand, QuizQuestion
from tests import databases
from tests.factories.curriculum import locale_of, make_course, make_question, make_quiz, make_rubric, make_site
from tests.factories.people import AT, grant, make_person

from .signing_in import PASSWORD

LEARNERS = [f"learner{n}@quiz.example" for n in range(1, 21)]
TRAINER = "Marten Visser"
# Address of the quiz for practice, once it is there.
PRACTICE: list[str] = []
ALL = ("single", "multiple", "true_false", "ordering", "matching", "numeric", "short_text", "open_text", "hand_in")
# Words of the questions, by kind: as long as real ones are.
TEXTS = {
    "single": "A town leases 60 workstations. On which rung of the ladder is that, with \\(\\frac{1}{3}\\) back?",
    "multiple": "Whose input is needed before the question to the market is written?",
    "true_false": "A deposit on each unit is a part of the price.",
    "ordering": "Put the steps of a procurement into their order.",
    "matching": "Match each revenue model with what the supplier earns by.",
    "numeric": "How many euros do 60 workstations cost in eight years, at 40.15 each?",
    "short_text": "What is the record called that travels with a product?",
    "open_text": "Write the question to the market for reading lamps, as a performance.",
    "hand_in": "Hand in the plan for your first circular purchase.",
}
LONG = {
    "first": "Ask what the users need to be able to do, and who will look after it in the years of use",
    "second": "Write the question to the market as a performance",
    "third": "Check at each invoice whether what was promised is there",
    "miaows": "By the hour of use, so that every repair and every idle day costs the supplier and not the town",
    "barks": "By a fixed sum a month, with maintenance in it",
    "moos": "By the sale, and by buying back what comes home",
}


def build(target: str, empty: str, data_dir: Path) -> None:
    """Fill a copy of the empty database; files go below `data_dir`."""
    databases.copy(empty, target)
    with override_settings(MEDIA_ROOT=data_dir / "media"), translation.override("en"):
        make_site()
        trainer = make_person("trainer@quiz.example", password=PASSWORD, display_name=TRAINER)
        grant(trainer, Role.TRAINER)
        courses = [every_kind(), timed(), with_practice(), short()]
        for address in LEARNERS:
            person = make_person(address, password=PASSWORD, display_name="Jana Albers")
            for made in courses:
                enrol(person=person, course_key=made.course.translation_key, by=person, at=AT)


def every_kind() -> Any:
    """Course CPA-9: one question of each kind, a scenario with a picture among them; each gets its real words."""
    made = make_course("CPA-9", kinds=ALL, rules={"pretest": True, "attempts": 3})
    rubric = make_rubric(lines=4)
    for question, kind in zip(made.questions, ALL, strict=True):
        reword(question, kind, rubric)
    scenario = make_question("stem", "scenario")
    picture = AcademyImage(title="R-ladder", source="own drawing")
    drawing = databases.PROJECT / "curriculum" / "content" / "media" / "r-ladder.svg"
    with drawing.open("rb") as file:
        picture.file = File(file, name="r-ladder.svg")
        picture.save()
    Question.objects.filter(translation_key=scenario.translation_key).update(
        text="A town refits its library and has 80 reading lamps.\n\nThe picture shows the ways that they can take.",
        image=picture,
        image_alt="Ten rungs, from refusing to recovering energy.",
    )
    for number, kind in enumerate(("single", "numeric")):
        part = make_question(f"part-{number}", kind)
        Question.objects.filter(translation_key=part.translation_key).update(parent=scenario, sort_order=number)
    QuizQuestion.objects.create(quiz=made.quiz, question=scenario, sort_order=90)
    return made


def reword(question: Question, kind: str, rubric: Any) -> None:
    """The words of a real question in the place of the factory's."""
    rows = Question.objects.filter(translation_key=question.translation_key)
    rows.update(text=TEXTS[kind], feedback="This is said to every answer.")
    if kind == "numeric":
        rows.update(unit="euros")
    if kind == "multiple":
        rows.update(must_pass=True)
    if kind in ("open_text", "hand_in"):
        rows.update(rubric=rubric)
    for choice in Choice.objects.filter(question__in=rows):
        choice.text = LONG.get(choice.text.removesuffix(" [nl]"), choice.text)
        choice.match = LONG.get(choice.match.removesuffix(" [nl]"), choice.match)
        choice.save()


def timed() -> Any:
    """Course CPA-8: two questions in half an hour, which a learner may extend."""
    return make_course("CPA-8", kinds=("single", "short_text"), rules={"time_limit": 30, "attempts": 2})


def with_practice() -> Any:
    """Course CPA-7: its first lesson has a quiz for practice, named practice-1."""
    quiz = make_quiz("practice-1", kinds=("single", "ordering"), formative=True, pass_mark=50)
    made = make_course("CPA-7", kinds=("single",))
    PRACTICE[:] = [reverse("practice_start", args=[made.lessons[0].translation_key, quiz.translation_key])]
    return made


def short() -> Any:
    """Course CPA-6: one question and one attempt, with words to the score and a lesson to read again."""
    made = make_course("CPA-6", kinds=("single",), rules={"attempts": 1})
    quiz = Quiz.objects.get(pk=made.quiz.pk)
    lesson = made.lessons[1].translation_key
    Question.objects.filter(translation_key=made.questions[0].translation_key).update(
        read_again_key=lesson, points=Decimal("2.50")
    )
    QuizBand.objects.create(
        quiz=quiz, from_percent=0, text="Read about the ladder first.", read_again_key=lesson, locale=locale_of("en")
    )
    return made
