"""Next dates on the pages of formats, courses, modules and lessons; being told of a date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.booking.models import WorkshopInterest, WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import courses as learning
from tests.factories.booking import book
from tests.factories.curriculum import make_course, published
from tests.factories.people import signed_in

from .date_pages import in_days, learner, meeting_in, page_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def format_page(site: Any) -> WorkshopPage:
    """A published format."""
    index = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    page: WorkshopPage = index.add_child(instance=WorkshopPage(**published("Costing lab", "lab", code="W3")))
    return page


def item(page: WorkshopPage) -> LearningItem:
    """What its dates point to."""
    return LearningItem.objects.get(key=page.translation_key)


def dated(page: WorkshopPage, days: int = 9, **fields: Any) -> WorkshopSession:
    """A date of it, in a room of its own."""
    return in_days(days, item=item(page), room=f"1.{days}", **fields)


def interest_of(page: WorkshopPage) -> str:
    """Where one asks to be told."""
    return f"/en/workshops/{page.translation_key}/interest/"


def test_a_format_shows_its_next_dates_to_everybody(format_page: WorkshopPage) -> None:
    session = dated(format_page, seats=3)
    dated(format_page, -3)
    dated(format_page, 12, is_draft=True)
    for client in (Client(), signed_in(learner())):
        page = client.get(format_page.url)
        assert page.content.decode().count("/en/dates/") == 1
        assert page_of(session) in page.content.decode()
        assert "1.9, Town hall, Lindenmark English 3 seats left" in text(page)
        assert "Tell me when there is a date" not in text(page)


def test_a_booking_changes_what_a_stranger_sees_at_once(format_page: WorkshopPage) -> None:
    session = dated(format_page, seats=2)
    assert "2 seats left" in text(Client().get(format_page.url))
    book(session, at=timezone.now())
    answer = Client().get(format_page.url)
    assert "1 seat left" in text(answer)
    assert (answer["Cache-Control"], answer["Vary"]) == ("no-cache", "Cookie")


def test_the_page_of_a_format_costs_the_same_with_one_date_and_with_thirty(
    format_page: WorkshopPage, django_assert_num_queries: Any
) -> None:
    dated(format_page, 9)
    Client().get(format_page.url)
    with django_assert_num_queries(6):
        Client().get(format_page.url)
    for days in range(10, 39):
        dated(format_page, days)
    with django_assert_num_queries(6):
        assert Client().get(format_page.url).content.decode().count("/en/dates/") == 5


def test_a_stranger_signs_in_to_be_told(format_page: WorkshopPage) -> None:
    page = Client().get(format_page.url)
    assert "No dates yet. Tell me when there is a date" in text(page)
    assert "csrfmiddlewaretoken" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert Client().post(interest_of(format_page))["Location"].startswith("/en/account/login/")
    assert not WorkshopInterest.objects.exists()


def test_one_asks_to_be_told_and_takes_it_back(format_page: WorkshopPage) -> None:
    client = signed_in(learner())
    for _twice in range(2):
        page = client.post(interest_of(format_page), follow=True)
        assert "We will write to you once, when this workshop has a date." in text(page)
        assert WorkshopInterest.objects.count() == 1
    assert "Do not write to me" in text(page)
    page = client.post(interest_of(format_page), {"undo": "1"}, follow=True)
    assert "Tell me when there is a date" in text(page)
    assert not WorkshopInterest.objects.exists()


def test_asking_by_address_asks_for_nothing(format_page: WorkshopPage) -> None:
    client = signed_in(learner())
    assert client.get(interest_of(format_page))["Location"] == format_page.url
    assert client.post(f"/en/workshops/{uuid4()}/interest/").status_code == 404
    assert not WorkshopInterest.objects.exists()


@pytest.fixture
def made(site: Any, format_page: WorkshopPage) -> Any:
    """A course whose second lesson is done by attending the workshop."""
    made = make_course(languages=("en",))
    LessonPage.objects.filter(pk=made.lessons[1].pk).update(workshop=format_page)
    made.lessons[0].save_revision().publish()
    return made


def readers(made: Any) -> list[Client]:
    """A stranger, somebody with an account, somebody who takes the course."""
    return [Client(), signed_in(learner()), signed_in(learning.make_learner(made))]


def test_course_module_and_lesson_show_the_next_dates_of_the_workshop_they_ask_for(
    made: Any, format_page: WorkshopPage
) -> None:
    session = dated(format_page, seats=3)
    for page in (made.course, made.modules[0], made.lessons[1]):
        for client in readers(made):
            answer = client.get(page.url)
            assert "Next workshops Costing lab" in text(answer)
            assert answer.content.decode().count(page_of(session)) == 1
    for client in readers(made):
        assert "Next workshops" not in text(client.get(made.lessons[0].url))


def test_a_lesson_that_is_done_by_attending_has_no_button_to_tick(made: Any, format_page: WorkshopPage) -> None:
    page = text(readers(made)[2].get(made.lessons[1].url))
    assert "This lesson is done by attending the workshop. Costing lab" in page
    assert "Next workshops Costing lab No dates yet." in page
    assert "Mark as done" not in page


def queries(client: Client, page: Any) -> int:
    """How many a page costs that has been read before."""
    client.get(page.url)
    with CaptureQueriesContext(connection) as found:
        client.get(page.url)
    return len(found)


def test_dates_on_a_course_cost_four_queries_at_most(made: Any, format_page: WorkshopPage) -> None:
    client = readers(made)[2]
    undated = queries(client, made.course)
    for days in range(9, 14):
        dated(format_page, days)
    with_dates = queries(client, made.course)
    LessonPage.objects.update(workshop=None)
    made.lessons[0].save_revision().publish()
    without = queries(client, made.course)
    assert (undated - without, with_dates - without) == (1, 4)


def test_a_course_page_without_workshops_is_kept_for_strangers_as_before(site: Any) -> None:
    made = make_course(languages=("en",))
    assert queries(Client(), made.course) <= 1


def test_a_date_in_two_parts_is_one_entry(format_page: WorkshopPage) -> None:
    meetings: tuple[MeetingPlan, ...] = tuple(meeting_in(timedelta(days=days)) for days in (9, 10))
    in_days(9, item=item(format_page), meetings=meetings)
    page = text(Client().get(format_page.url))
    assert ("Part 1 of 2:" in page, "Part 2 of 2:" in page) == (True, True)
