"""An activity tried as a learner from the admin: the page, and what its script is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from courses.attempts.models import ActivityAttempt
from curriculum.h5p.models import Activity, Package
from tests.factories import activities, h5p
from tests.factories.activities import activity
from tests.factories.curriculum import locale_of

from . import h5p_hands as hands
from .h5p_hands import package_url

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]


@pytest.fixture
def editor() -> Client:
    return hands.editor()


@pytest.fixture
def ladder() -> Activity:
    return activity(title="Ladder", about="Put them in order.", alternative="<p>The same in words.</p>")


def test_the_page_shows_what_learners_get_round_the_player(editor: Client, ladder: Activity) -> None:
    package = activities.package(ladder)
    dutch = activities.package(ladder, language="nl")

    response = editor.get(package_url(package, "preview"))

    page = hands.text_of(response)
    for said in ("Ladder", "Put them in order.", "The same in words.", "Nothing that you do here is recorded."):
        assert said in page
    html = response.content.decode()
    assert f'data-play="{package_url(package, "play")}"' in html
    assert package_url(dutch, "preview") in hands.links_of(response)
    assert "Learners get another file now." not in page


def test_it_speaks_the_language_of_the_file(editor: Client, ladder: Activity) -> None:
    Activity.objects.create(
        code=ladder.code,
        title="Ladder in het Nederlands",
        translation_key=ladder.translation_key,
        locale=locale_of("nl"),
    )
    package = activities.package(ladder, language="nl")

    response = editor.get(package_url(package, "preview"))

    assert '<html lang="nl"' in response.content.decode()
    assert "Ladder in het Nederlands" in hands.text_of(response)


def test_an_older_file_can_be_looked_at(editor: Client, ladder: Activity) -> None:
    older = activities.package(ladder)
    activities.package(ladder)
    assert "Learners get another file now." in hands.text_of(editor.get(package_url(older, "preview")))


def test_the_script_gets_a_frame_and_nowhere_to_send_anything(editor: Client, ladder: Activity) -> None:
    package = activities.package(ladder)

    response = editor.get(package_url(package, "play"))

    answer: dict[str, Any] = response.json()
    frame, nonce = answer.pop("frame"), answer.pop("nonce")
    assert answer == {
        "attempt": None,
        "statements": "",
        "state_url": "",
        "state": {},
        "language": "en",
        "best": None,
        "done": False,
        "note": "This is a preview: nothing is recorded.",
    }
    assert len(nonce) >= 16
    assert "no-store" in response["Cache-Control"]
    played = Client().get(frame)
    assert (played.status_code, "sandbox" in played["Content-Security-Policy"]) == (200, True)
    assert ActivityAttempt.objects.count() == 0


@pytest.mark.parametrize(("page", "expected"), [("preview", 302), ("play", 409)])
def test_what_is_not_ready_is_not_played(editor: Client, ladder: Activity, page: str, expected: int) -> None:
    waiting = activities.upload(ladder, h5p.package(h5p.library()))
    assert (waiting.state, editor.get(package_url(waiting, page)).status_code) == ("waiting", expected)


def test_the_frame_s_address_is_another_each_time_for_the_same_package(editor: Client, ladder: Activity) -> None:
    package: Package = activities.package(ladder)
    nonces = {editor.get(package_url(package, "play")).json()["nonce"] for _ in range(3)}
    assert len(nonces) == 3
