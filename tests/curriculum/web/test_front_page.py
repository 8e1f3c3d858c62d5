"""The three ways in lead somewhere."""

from __future__ import annotations

import pytest
from django.test import Client

from academy.website.addresses import content_changed
from curriculum.catalogue.models import LearningPathPage
from tests.factories import curriculum as factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def doors(academy: factories.Course, site: factories.Site) -> None:
    """A front page with its three doors."""
    for page in site.homes.values():
        for door in ("buy", "budget", "policy"):
            setattr(page, f"door_{door}_title", f"Door {door}")
        page.save()
    content_changed()


def test_a_door_leads_to_its_path(client: Client, doors: None, academy: factories.Course) -> None:
    academy.catalogue.add_child(
        instance=LearningPathPage(**factories.published("Circular buyer", "circular-buyer", code="P1"))
    )
    content_changed()
    page = client.get("/en/").content.decode()
    assert 'href="/en/courses/circular-buyer/">See this path<span class="visually-hidden">: Circular buyer' in page


def test_without_paths_the_doors_are_still_there(client: Client, doors: None) -> None:
    page = client.get("/en/").content.decode()
    assert [f"Door {door}" in page for door in ("buy", "budget", "policy")] == [True] * 3
    assert "See this path" not in page
