"""A small academy with a path, certificates, somebody in need of support and a rule that changed. Invented throughout.

Each story has people and courses of its own: what one does, no other sees.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.test import override_settings
from django.utils import timezone, translation
from modelsearch import index

from academy.people.enums import Role
from academy.people.models import User
from academy.people.rules import join
from courses.certificates.models import Certificate
from courses.certificates.rules import ask_for_correction
from courses.notes.rules import bookmark, keep_note
from courses.outside.models import OutsideTraining
from curriculum.catalogue.models import CoursePage, ModuleCompetence
from curriculum.competences.models import Competence
from curriculum.items.models import LearningItem
from tests import databases
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.certificates import sign
from tests.factories.curriculum import locale_of, make_course, make_site, translate
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit

from . import activity_world, teams_world
from .serving import ISSUER_KEY
from .signing_in import PASSWORD

ADMINISTRATOR = "ada@lindenmark.example"
EDITOR = "eva@lindenmark.example"
MANAGER = "sofia@lindenmark.example"
# Of whom nobody knows yet which name their certificates are to carry.
KEYBOARD = "jana@lindenmark.example"
PHONE = "pieter@lindenmark.example"
CHECKED = "wilhelmina@lindenmark.example"
UNSEEN = "noor@lindenmark.example"
UNNAMED = (KEYBOARD, PHONE, CHECKED, UNSEEN)
# Who holds what ends soon; who needs help; whose pages are only looked at.
HOLDER = "ewa@lindenmark.example"
HELPED = "ida@lindenmark.example"
READER = "tomas@lindenmark.example"
NAMES = {
    ADMINISTRATOR: "Ada Admin",
    EDITOR: "Eva Editor",
    MANAGER: "Sofia Lind",
    KEYBOARD: "Jana Albers",
    PHONE: "Pieter de Vries",
    HOLDER: "Ewa Nowak",
    CHECKED: "Wilhelmina van Oudenaarden-Schellingwoude",
    HELPED: "Ida Berg",
    UNSEEN: "Noor El-Idrissi",
    READER: "Tomás Ó Súilleabháin",
}
PATH = "/en/courses/p1/"
RULED = "CPA-7"
WAITING = "Green deals in practice: contracts for roads, lamps and furniture"


def build(target: str, empty: str, data_dir: Path) -> None:
    """Fill a copy of the empty database."""
    databases.copy(empty, target)
    folders = {"MEDIA_ROOT": data_dir / "media", "PRIVATE_ROOT": data_dir / "private"}
    with override_settings(**folders, ISSUER_KEY=ISSUER_KEY), translation.override("en"):
        make_site()
        fill()
        teams_world.fill()
        activity_world.fill()


def fill() -> None:
    """All of them, and what they have done so far."""
    sign()
    people = {address: person_of(address) for address in NAMES}
    office = make_unit("Purchasing and facilities", organisation=make_organisation("Town of Lindenmark"))
    join(person=people[HELPED], unit=office, from_day=LONG_AGO, by=None, at=AT)
    grant(people[ADMINISTRATOR], Role.PLATFORM_ADMIN)
    grant(people[MANAGER], Role.MANAGER, office)
    path, first = make_the_path()
    read_and_note(people[READER], path, first)
    complete(people[UNSEEN], first, timezone.now() - timedelta(days=1))
    hold_certificates(people[HOLDER], people[CHECKED])
    need_help(people[HELPED])
    begin_what_will_change(people[HELPED])


def person_of(address: str) -> User:
    """Somebody who signs in by password."""
    is_editor = address == EDITOR
    return make_person(
        address,
        password=PASSWORD,
        display_name=NAMES[address],
        language="nl" if address == HELPED else "en",
        is_staff=is_editor,
        is_superuser=is_editor,
        certificate_name_confirmed_at=None if address in UNNAMED else AT,
    )


def make_the_path() -> tuple[Any, Any]:
    """One course that comes first, then one of two; each has one lesson and no quiz. In English and German.

    Returns the path and the first course.
    """
    first, one, other = (
        make_course(f"CPA-{number}", lessons=1, quiz=False, languages=["en", "de"]) for number in (1, 2, 3)
    )
    competence = Competence.objects.create(
        code="PC5", cluster="horizontal", name="Sustainable procurement", locale=locale_of("en")
    )
    ModuleCompetence.objects.create(module=first.modules[0], competence=competence, level=2)
    rule = [
        ("course", first.course),
        ("any_of", {"number": 1, "parts": [("course", one.course), ("course", other.course)]}),
    ]
    path = paths.make_path(courses=[first, one, other], rule=rule, in_order=True)
    translate(path, "de")
    return path, first


def read_and_note(person: User, path: Any, first: Any) -> None:
    """Half of the path is done; there are a note, a bookmark, a correction asked for, and a training to be answered."""
    at = timezone.now() - timedelta(days=5)
    paths.start(person, path, at=at)
    learning.finish_lessons(person, first, at=at)
    lesson = LearningItem.objects.get(key=first.lessons[0].translation_key)
    keep_note(item_id=lesson.pk, text="Ask Ewa for the list of lamps.", by=person, at=at)
    bookmark(item_id=lesson.pk, by=person, at=at)
    ask_for_correction(
        certificate=Certificate.objects.get(person=person),
        wanted_name="Tomás Antaine Ó Súilleabháin",
        why="My second name is missing.",
        by=person,
        at=at,
    )


def hold_certificates(holder: User, checked: User) -> None:
    """One that ends in 26 days and is renewed by one question; another is ready but for the name."""
    made = make_course("CPA-5", lessons=1, questions=1, languages=["en"], valid_months=24, refresher="quiz")
    at = timezone.now() - timedelta(days=700)
    complete(holder, made, at)
    Certificate.objects.filter(person=holder).update(valid_until=timezone.localdate() + timedelta(days=26))
    complete(checked, made, timezone.now() - timedelta(days=30))


def complete(person: User, made: Any, at: Any) -> None:
    """Take a course and end with its certificate."""
    learning.take(person, made, at=at)
    learning.finish_lessons(person, made, at=at)
    if made.quiz is not None:
        learning.pass_quiz(person, made, at=at)


def need_help(person: User) -> None:
    """The first of two lessons is done, the second refuses to be; and a training waits for an answer."""
    made = make_course("CPA-6", lessons=2, quiz=False, languages=["en", "nl"])
    learning.take(person, made, at=timezone.now() - timedelta(days=3))
    learning.finish_lessons(person, made, 1, at=timezone.now() - timedelta(days=2))
    OutsideTraining.objects.create(
        person=person,
        title=WAITING,
        provider="Circular Flanders",
        on=date(2026, 9, 14),
        minutes=390,
        competence="PC5",
        description="Two days with buyers of other towns.",
        asked_at=timezone.now() - timedelta(days=1),
    )


def begin_what_will_change(person: User) -> None:
    """A course under way, and the draft of another rule for it: any one of its first two lessons. The course can be
    searched for.

    Composed here: a story that types into Wagtail's own lists of blocks fails when the machine is slow.
    """
    made = make_course(RULED, lessons=3, quiz=False, languages=["en"])
    learning.take(person, made, at=timezone.now() - timedelta(days=3))
    page = CoursePage.objects.get(pk=made.course.pk)
    page.rule = [("any_of", {"number": 1, "parts": [("lesson", lesson) for lesson in made.lessons[:2]]})]
    page.save_revision()
    index.insert_or_update_object(made.course)
