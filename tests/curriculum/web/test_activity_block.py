"""The activity in a lesson's page: what stands there with and without a package, and what the page loads for it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests import factories
from tests.factories import activities, h5p

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _own_files(tmp_path: object, settings: Settings) -> None:
    settings.PRIVATE_ROOT = tmp_path


def loaded(words: str) -> list[str]:
    """Scripts and style sheets of activities in a page."""
    return re.findall(r'(?:src|href)="/static/academy/(?:css|js)/(activity\.\w+)"', words)


def words_of(client: Client, page: factories.Course, index: int, language: str = "en") -> str:
    """The page of a lesson, as a stranger gets it."""
    lesson = page.lessons[index]
    shown = lesson if language == "en" else page.translation(lesson, language)
    return client.get(shown.url).content.decode()


def test_only_lessons_with_an_activity_load_its_script_and_styles(client: Client, academy: factories.Course) -> None:
    activities.activity_in_lesson(academy.lessons[0], activities.activity())
    assert loaded(words_of(client, academy, 0)) == ["activity.css", "activity.js"]
    assert loaded(words_of(client, academy, 1)) == []


def test_without_a_package_there_is_no_player(client: Client, academy: factories.Course) -> None:
    what = activities.activity_in_lesson(academy.lessons[0], activities.activity())
    words = words_of(client, academy, 0)
    assert f'data-activity="{what.translation_key}"' in words
    assert "data-play" not in words


def test_a_player_is_hidden_until_the_script_puts_it_in(client: Client, academy: factories.Course) -> None:
    what = activities.activity_in_lesson(academy.lessons[0], activities.activity(title="R & <ladder>"))
    activities.package(what)
    words = words_of(client, academy, 0)
    found = re.search(r'<div class="activity-player[^>]*>', words)
    assert found
    lesson = academy.lessons[0].translation_key
    assert f'data-play="/en/activity/{lesson}/{what.translation_key}/play/"' in found[0]
    assert 'data-files="/h5p/l/ /h5p/c/ /static/vendor/h5p/"' in found[0]
    assert found[0].endswith(" hidden>")
    assert 'data-title="Activity: R &amp; &lt;ladder&gt;"' in words
    assert "<iframe" not in words


def test_a_player_in_another_language_is_announced(client: Client, academy: factories.Course) -> None:
    what = activities.activity_in_lesson(academy.lessons[0], activities.activity())
    activities.package(what, h5p.package(h5p.library(), language="nl"), "nl")
    assert "The activity itself is in this language: Nederlands." in words_of(client, academy, 0)
