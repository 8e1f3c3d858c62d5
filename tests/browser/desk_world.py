"""A small academy in which a trainer has something to do, for the stories of test_trainer.py. Invented throughout."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict

from academy.people.enums import Role
from academy.people.models import User
from courses.attempts.models import HandedIn, QuizAttempt
from courses.attempts.queries import frozen_questions
from courses.flows.mark_attempt import ask_for_attempt, give_back, save_mark, set_extra_time
from courses.flows.submit_attempt import keep_document
from curriculum.quizzes.models import Question, Quiz, Rubric, RubricLine
from tests import databases
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_rubric, make_site
from tests.factories.people import grant, make_person

from .signing_in import PASSWORD

TRAINER = "trainer@desk.example"
AUTHOR = "author@desk.example"
# Each story has its own: what is given back does not wait again.
WAITING = "Jana Albers"
LOOKED_AT = "Wilhelmina van Oudenaarden-Schellingwoude"
ASKING = "Pieter de Vries"
TEMPLATE = databases.PROJECT / "curriculum" / "content" / "documents" / "A1.en.docx"
TASK = "Write the question to the market for 80 reading lamps in the library, as a performance and not as a product."
LINES = (
    "The need stands before the product: what users must be able to do, and for how long",
    "At least one requirement keeps products or materials in use, and says how it is proven",
    "Maintenance, taking back and the end of use are dealt with",
)
ANSWER = (
    "We ask for light to read by, for ten years, at 80 places.\n\nThe supplier keeps the lamps, repairs them and takes "
    "them back. Proof: a passport for each lamp.\nThe users were heard in two meetings."
)
COMMENT = "A clear need. Say as well who looks after the lamps when the contract ends."


def build(target: str, empty: str, data_dir: Path) -> None:
    """Fill a copy of the empty database; files go below `data_dir`."""
    databases.copy(empty, target)
    field: Any = HandedIn._meta.get_field("file")
    before, field.storage = field.storage, FileSystemStorage(location=data_dir / "private")
    try:
        with override_settings(MEDIA_ROOT=data_dir / "media"), translation.override("en"):
            make_site()
            fill()
    finally:
        field.storage = before


def fill() -> None:
    """A trainer, three attempts to mark (one without a name), a request, five who are stuck, extra time, an author."""
    trainer = make_person(TRAINER, password=PASSWORD, display_name="Marten Visser")
    grant(trainer, Role.TRAINER)
    make_person(AUTHOR, password=PASSWORD, display_name="Eva Editor", is_staff=True, is_superuser=True)
    now = timezone.now()
    made = assignment("CPA-9")
    hidden = assignment("CPA-8", anonymous_marking=True)
    jana, other = learner(WAITING, made), learner(LOOKED_AT, made)
    for person in (jana, other):
        give_back_first(person, made, trainer, now - timedelta(days=9))
        hand_in(person, made, now - timedelta(days=2))
    hand_in(learner("Someone Hidden", hidden), hidden, now - timedelta(hours=3))
    strict = make_course("CPA-7", kinds=("single",), rules={"attempts": 1})
    entitle(strict, "Laws and limits of circular procurement")
    for name in (ASKING, "Ana", "Bea", "Cem", "Dov"):
        fail(learner(name, strict), strict, now - timedelta(days=3))
    for name in (ASKING, "Ana"):
        asking = User.objects.get(display_name=name)
        ask_for_attempt(
            person=asking,
            course_key=strict.course.translation_key,
            trainer_id=trainer.pk,
            by=asking,
            at=now - timedelta(hours=5),
        )
    set_extra_time(person=jana, factor=Decimal("1.5"), by=trainer, at=now - timedelta(days=20))


def give_back_first(person: User, made: Any, trainer: User, at: Any) -> None:
    """A first attempt that was not good enough, given back with comments."""
    first = hand_in(person, made, at)
    lines = [line["id"] for line in frozen_questions(first)[1]["rubric"]["lines"]]
    marks: dict[int, dict[str, Any]] = {2: {"lines": dict(zip(lines, (2, 1, 0), strict=True))}, 3: {"points": "2.00"}}
    for number, content in marks.items():
        save_mark(public_id=first.public_id, number=number, content=content, feedback=COMMENT, by=trainer, at=at)
    give_back(public_id=first.public_id, by=trainer, at=at)


def assignment(code: str, **rules: Any) -> Any:
    """A course whose quiz asks for a choice, an open answer with a rubric, and a document (4 points)."""
    made = make_course(code, kinds=("single", "open_text", "hand_in"), rules={"attempts": 0, **rules})
    entitle(made, f"Assignment {code}: a circular purchase of one's own")
    rubric = make_rubric(f"R-{code}", lines=len(LINES))
    for row in Rubric.objects.filter(translation_key=rubric.translation_key):
        for line, words in zip(RubricLine.objects.filter(rubric=row).order_by("sort_order"), LINES, strict=True):
            line.text = words
            line.save()
    _, written, document = (Question.objects.filter(translation_key=each.translation_key) for each in made.questions)
    written.update(text=TASK, rubric=rubric, points=10)
    document.update(text="Hand in the plan for your first circular purchase.", points=4)
    return made


def entitle(made: Any, title: str) -> None:
    """Give the course's quiz a title of its own."""
    Quiz.objects.filter(translation_key=made.quiz.translation_key).update(title=title)


def learner(name: str, made: Any) -> User:
    """Somebody who takes the course."""
    return learning.make_learner(made, display_name=name, at=timezone.now() - timedelta(days=30))


def hand_in(person: User, made: Any, at: Any) -> QuizAttempt:
    """An attempt with an answer to each question, handed in."""
    attempt = learning.begin_quiz(person, made, at)
    learning.answer(person, attempt, [True], at)
    learning.give(person, attempt, 2, {"text": [ANSWER]}, at)
    with TEMPLATE.open("rb") as file:
        keep_document(
            person=person,
            public_id=attempt.public_id,
            number=3,
            file=File(file, name="circular plan.docx"),
            posted=MultiValueDict(),
            by=person,
            at=at,
        )
    return learning.hand_in(person, attempt, at).attempt


def fail(person: User, made: Any, at: Any) -> None:
    """The one attempt, wrongly answered."""
    attempt = learning.begin_quiz(person, made, at)
    learning.answer(person, attempt, [False], at)
    learning.hand_in(person, attempt, at)
