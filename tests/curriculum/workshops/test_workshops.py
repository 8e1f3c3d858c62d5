"""Formats: numbers that agree, what stands on the public page, notes that only trainers read, translations."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail_localize.models import Translation, TranslationSource

from curriculum.competences.models import Competence
from curriculum.translation.rules import publish, submit, write_words
from curriculum.workshops.models import WorkshopCompetence, WorkshopIndexPage, WorkshopPage
from curriculum.workshops.queries import competences_served, trainer_notes, workshops
from tests.factories.curriculum import PUBLISHED, Site, locale_of, published, translate

pytestmark = pytest.mark.django_db
SECRET = "Ask for the drafts five days before."


@pytest.fixture
def index(site: Site) -> Any:
    """The page below which formats stand, in English and Dutch."""
    page = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    translate(page, "nl")
    return page


@pytest.fixture
def workshop(index: Any) -> WorkshopPage:
    """A day on site and online, with all that a format can say."""
    page = WorkshopPage(
        **published("Practice day", "practice-day", code="W5", mode="hybrid"),
        minimum=30,
        maximum=160,
        online_maximum=100,
        trainers=3,
        goal="You take home one answer.",
        preparation="Join a theme group.",
        trainer_notes=f"{SECRET}\n\n  Keep to time. ",
        agenda=[("item", {"title": "Welcome", "minutes": 30}), ("item", {"title": "Cases", "minutes": 45})],
    )
    competence = Competence.objects.create(code="PC24", cluster="soft", name="Collaboration", locale=locale_of("en"))
    page.competences = [WorkshopCompetence(competence=competence, level=2)]
    index.add_child(instance=page)
    return page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"minimum": 9, "maximum": 8}, {"minimum"}),
        ({"mode": "on-site", "online_maximum": 5}, {"online_maximum"}),
        ({"mode": "hybrid", "maximum": 20, "online_maximum": 21}, {"online_maximum"}),
        ({"mode": "hybrid", "maximum": 20, "online_maximum": 20}, set()),
        ({"mode": "hybrid", "maximum": 20}, set()),
    ],
)
@pytest.mark.one_database
def test_numbers_of_a_format_agree(fields: dict[str, Any], wrong: set[str]) -> None:
    page = WorkshopPage(title="A", slug="a", code="W9", **fields)
    with pytest.raises(ValidationError) if wrong else nullcontext() as refused:
        page.clean()
    assert set(refused.value.message_dict if refused else {}) == wrong


@pytest.mark.one_database
def test_the_page_of_a_format_says_all_but_the_notes_for_trainers(workshop: WorkshopPage, client: Client) -> None:
    html = client.get(workshop.url).content.decode().replace("\xa0", " ")

    for words in (
        "You take home one answer.",
        "Join a theme group.",
        "30 to 160 people",
        "60 on site, 100 online",
        "<dd>3</dd>",
        "PC24, level 2: Collaboration",
        "1 h 15 min",
        "45 min",
    ):
        assert words in html
    assert SECRET not in html


@pytest.mark.one_database
def test_notes_for_trainers_are_not_searched_nor_in_the_rows_of_formats(workshop: WorkshopPage) -> None:
    assert {field.field_name for field in WorkshopPage.get_search_fields()} & {"trainer_notes"} == set()
    (row,) = workshops("en")
    assert (row.goal, row.trainers, row.place_maximum, row.online_maximum) == ("You take home one answer.", 3, 60, 100)
    assert SECRET not in repr(row)


def test_trainers_read_a_hint_a_line_in_their_language_or_the_source_s(
    workshop: WorkshopPage, django_assert_num_queries: Any
) -> None:
    key = workshop.translation_key
    assert trainer_notes(key, "nl") == ([SECRET, "Keep to time."], "en")
    translate(workshop, "nl", trainer_notes="Vraag de concepten op.")
    workshops("nl")
    with django_assert_num_queries(1):
        assert trainer_notes(key, "nl") == (["Vraag de concepten op."], "nl")
    assert competences_served(workshop.pk) == [("PC24", 2)]


def test_a_translator_translates_the_words_and_the_rest_follows_the_source(workshop: WorkshopPage) -> None:
    by = None
    source, _ = TranslationSource.update_or_create_from_instance(workshop)
    assert source.object_id == workshop.translation_key
    translation = submit(workshop, ["nl"], by=by)["nl"]
    words = {
        "title": "Praktijkdag",
        "slug": "praktijkdag",
        "goal": "U neemt een antwoord mee.",
        "preparation": "Word lid.",
        "trainer_notes": "Vraag de concepten op.\n\nBewaak de tijd.",
    }
    copy = WorkshopPage(locale=locale_of("nl"), translation_key=workshop.translation_key, **words)
    copy.agenda = [
        {"type": "item", "id": block.id, "value": {"title": f"{block.value['title']} nl", "minutes": 1}}
        for block in workshop.agenda
    ]
    write_words(translation, copy, by=by, at=PUBLISHED)
    made = publish(translation, by=by, at=PUBLISHED)

    assert {name: getattr(made, name) for name in words} == words
    assert (made.mode, made.minimum, made.maximum, made.online_maximum, made.trainers) == ("hybrid", 30, 160, 100, 3)
    assert [str(row) for row in made.competences.all()] == ["PC24/2"]
    assert [(part.value["title"], part.value["minutes"]) for part in made.agenda] == [
        ("Welcome nl", 30),
        ("Cases nl", 45),
    ]
    workshop.refresh_from_db()
    workshop.online_maximum = 90
    workshop.save_revision().publish()
    TranslationSource.update_or_create_from_instance(workshop)
    made = publish(Translation.objects.get(), by=by, at=PUBLISHED)
    assert (made.online_maximum, WorkshopCompetence.objects.count()) == (90, 2)
