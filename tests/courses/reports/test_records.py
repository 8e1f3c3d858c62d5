"""Competences and the transcript: what they come from, and that nothing counts twice."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from academy.people.models import User
from courses.certificates.models import Certificate
from courses.outside.models import OutsideTraining
from courses.reports.competences import reached
from courses.reports.document import document, render, table
from courses.reports.transcript import transcript
from curriculum.catalogue.models import ModuleCompetence
from curriculum.competences.models import Competence
from curriculum.workshops.models import WorkshopCompetence, WorkshopPage
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.courses import AT
from tests.factories.curriculum import Course, locale_of, make_course
from tests.factories.people import make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LATER = AT + timedelta(days=60)


def competence(code: str, name: str) -> Competence:
    """One of the framework."""
    return Competence.objects.create(code=code, cluster="generic", name=name, locale=locale_of("en"))


class World:
    """Somebody who completed a course, attended a workshop and learnt elsewhere."""

    def __init__(self) -> None:
        planning, drafting = competence("PC5", "Planning"), competence("PC10", "Drafting")
        self.made = make_course("CPA-1", lessons=2, languages=["en"], questions=1)
        ModuleCompetence.objects.create(module=self.made.modules[0], competence=planning, level=2)
        self.clinic: WorkshopPage = paths.make_workshop("W1")
        WorkshopCompetence.objects.create(workshop=self.clinic, competence=planning, level=1)
        WorkshopCompetence.objects.create(workshop=self.clinic, competence=drafting, level=3)
        self.person = learning.make_learner(self.made, certificate_name="Jana Albers")
        User.objects.filter(pk=self.person.pk).update(certificate_name_confirmed_at=AT)
        self.person.refresh_from_db()
        learning.finish_lessons(self.person, self.made, at=AT + timedelta(days=1))
        learning.pass_quiz(self.person, self.made, at=AT + timedelta(days=2))
        paths.attend(self.person, self.clinic)
        self.training("Green deals", competence="PC5")

    def training(self, title: str, **fields: Any) -> OutsideTraining:
        """Accepted training from elsewhere."""
        values = {"provider": "ICLEI", "on": date(2026, 1, 15), "minutes": 90, "state": "accepted", "decided_at": AT}
        return OutsideTraining.objects.create(person=self.person, title=title, **{**values, **fields})


@pytest.fixture
def world(site: Any) -> World:
    """See World."""
    return World()


def test_competences_have_a_level_a_day_and_their_sources(world: World, django_assert_max_num_queries: Any) -> None:
    found = reached(world.person, "en")
    assert [(row.code, row.name, row.level, row.level_name, row.on) for row in found] == [
        ("PC10", "Drafting", 3, "advanced", date(2026, 3, 10)),
        ("PC5", "Planning", 2, "intermediate", date(2026, 2, 4)),
    ]
    assert [(source.kind, source.title, source.on, source.level) for source in found[1].sources] == [
        ("workshop", "W1 Clinic", date(2026, 3, 10), 1),
        ("course", "CPA-1 Course CPA-1", date(2026, 2, 4), 2),
        ("outside", "Green deals (ICLEI)", date(2026, 1, 15), 0),
    ]
    with django_assert_max_num_queries(3):
        reached(world.person, "en")


def test_a_competence_of_a_course_that_is_gone_stays_by_its_certificate(world: World) -> None:
    world.made.course.unpublish()
    planning = next(row for row in reached(world.person, "en") if row.code == "PC5")
    assert [(source.kind, source.level, source.url) for source in planning.sources if source.kind == "course"] == [
        ("course", 2, "")
    ]


def test_nothing_reached_nothing_shown(site: Any) -> None:
    person = make_person()
    assert reached(person, "en") == []
    client = signed_in(person)
    assert "You have not reached a competence yet" in client.get(reverse("my_competences")).content.decode()
    assert "There is nothing to list yet" in client.get(reverse("my_transcript")).content.decode()


def test_the_page_names_each_source_with_a_link(world: World) -> None:
    page = signed_in(world.person).get(reverse("my_competences")).content.decode()
    training = OutsideTraining.objects.get()
    for part in (
        "Level intermediate, reached on Wed 4 February 2026",
        f'<a href="{world.made.course.url}">CPA-1 Course CPA-1</a>',
        f'<a href="{world.clinic.url}">W1 Clinic</a>',
        f'<a href="{reverse("my_training", args=[training.public_id])}">Green deals (ICLEI)</a>',
    ):
        assert part in page


def test_hours_are_what_was_done_and_count_once(world: World) -> None:
    # A path of the same course and the same workshop adds nothing to the sum.
    path = paths.make_path(courses=[world.made], rule=[("course", world.made.course), ("workshop", world.clinic)])
    paths.start(world.person, path, at=LATER)
    found = transcript(world.person, "en", LATER)
    # Two lessons of 7 minutes as the factory makes them, one question of 2, one date of four hours.
    lessons = sum(lesson.minutes for lesson in world.made.lessons)
    own = Certificate.objects.get(item__code="CPA-1").frozen["minutes"]
    assert [(line.title, line.minutes) for line in found.courses] == [("CPA-1 Course CPA-1", own)]
    assert (own, found.minutes) == (lessons + 2, lessons + 2 + 240)
    assert [(line.title, line.minutes) for line in found.paths] == [("P1 Circular buyer", lessons + 2 + 240)]
    assert [(line.title, line.minutes, line.is_part) for line in found.workshops] == [("W1 Clinic", 240, False)]
    assert ([(line.title, line.where) for line in found.outside], found.outside_minutes) == (
        [("Green deals", "ICLEI")],
        90,
    )
    assert sorted(row.certificate.item.code for row in found.certificates) == ["CPA-1", "P1", "W1"]


def test_what_waits_or_was_refused_is_no_training(world: World) -> None:
    world.training("Waits", state="waiting", decided_at=None)
    world.training("Refused", state="refused", reason="No evidence.")
    assert [line.title for line in transcript(world.person, "en", LATER).outside] == ["Green deals"]


def test_the_spreadsheet_holds_every_row_and_runs_nothing(world: World) -> None:
    world.training("=HYPERLINK(1)", provider="")
    response = signed_in(world.person).get(reverse("transcript_csv"))
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/csv; charset=utf-8", "private, no-store")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["What", "Title", "Date", "Minutes", "Remark", "Code", "Status"]
    assert [row[:2] for row in rows[1:5]] == [
        ["Course", "CPA-1 Course CPA-1"],
        ["Workshop", "W1 Clinic"],
        ["Training from elsewhere", "'=HYPERLINK(1)"],
        ["Training from elsewhere", "Green deals"],
    ]
    assert {len(row) for row in rows} == {7}


def test_the_document_is_tagged_and_has_every_title(world: World) -> None:
    world.training("Kaffee \U0001f600 und [Markup] #set", provider="")
    with override("nl"):
        content = render(transcript(world.person, "nl", LATER))
    reader = pypdf.PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nl", True)
    assert "/StructTreeRoot" in root
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    code = Certificate.objects.get(item__code="CPA-1").code
    for part in ("Jana Albers", "CPA-1 Course CPA-1", "Green deals (ICLEI)", "Kaffee ? und [Markup] #set", code[:5]):
        assert part in text


def test_the_page_the_document_and_the_spreadsheet_say_the_same(world: World) -> None:
    found = transcript(world.person, "en", timezone.now())
    titles = {line.title for line in (*found.paths, *found.courses, *found.workshops, *found.outside)}
    page = signed_in(world.person).get(reverse("my_transcript")).content.decode()
    sheet = {str(row[1]) for row in table(found)}
    drawn = str(document(found))
    assert all(title in page and title in sheet and title in drawn for title in titles)


def test_each_address_is_for_who_is_signed_in(site: Any, client: Any) -> None:
    for name in ("my_competences", "my_transcript", "transcript_csv", "transcript_pdf"):
        assert client.get(reverse(name))["Location"].startswith("/en/account/login/")


def test_the_document_is_a_download(world: World) -> None:
    response = signed_in(world.person).get(reverse("transcript_pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="transcript-20')


def test_a_workshop_attended_in_part_says_so(site: Any, academy: Course) -> None:
    person = make_person()
    paths.attend(person, paths.make_workshop("W1"), presence="part")  # type: ignore[arg-type]  # as it is stored
    (line,) = transcript(person, "en", LATER).workshops
    assert (line.minutes, line.is_part) == (0, True)
