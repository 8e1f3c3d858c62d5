"""Puts learners into the middle of the first course, so that pages can be measured as they see them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from academy.people.models import User
from courses.attempts.queries import frozen_questions
from courses.flows.complete_lesson import complete_lesson
from courses.flows.enrol import enrol
from courses.flows.submit_attempt import save_answer, start_attempt
from courses.management.demo.answers import form_for
from curriculum.catalogue.models import CataloguePage, CoursePage
from curriculum.lessons.outline import course_outline

TOKEN = "a" * 32


@dataclass
class Learner:
    """Addresses as one learner sees them, and the cookie that signs them in."""

    cookie: str
    course: str
    catalogue: str
    lesson: str
    done: str
    learning: str
    question: str
    check: str


def prepare_database() -> None:
    """The demo academy and its static files, if they are not there yet."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_content", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def prepare_learners(count: int) -> list[Learner]:
    """So many learners, each with two lessons done and a quiz attempt with every question answered."""
    translation.activate("en")
    page = CoursePage.objects.get(code="CPA-1", locale__language_code="en")
    outline = course_outline(page.translation_key, "en")
    assert outline is not None
    made = []
    for number in range(count):
        person = User.objects.create_user(f"measure-{timezone.now().timestamp()}-{number}@demo.example")
        person.display_name = "Measured learner"
        person.save()
        now = timezone.now()
        enrol(person=person, course_key=outline.key, by=person, at=now)
        for lesson in outline.lessons[:2]:
            complete_lesson(person=person, lesson_key=lesson.key, by=person, at=now)
        attempt = start_attempt(person=person, course_key=outline.key, by=person, at=now)
        for place in range(1, len(attempt.frozen["digests"]) + 1):
            form = form_for(attempt, place, frozen_questions(attempt)[place - 1], is_right=place % 2 == 0)
            save_answer(
                person=person,
                public_id=attempt.public_id,
                number=place,
                posted=form,
                language="en",
                by=person,
                at=now,
            )
        made.append(
            Learner(
                cookie=f"{settings.SESSION_COOKIE_NAME}={session_of(person)}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
                course=outline.url,
                catalogue=CataloguePage.objects.get(locale__language_code="en").url,
                lesson=outline.lessons[2].url,
                done=reverse("lesson_done", args=[outline.lessons[2].key]),
                learning=reverse("my_learning"),
                question=reverse("quiz_question", args=[attempt.public_id, len(attempt.frozen["digests"])]),
                check=reverse("quiz_check", args=[attempt.public_id]),
            )
        )
    return made


def session_of(person: User) -> str:
    """Key of a fresh session that signs this person in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return str(store.session_key)
