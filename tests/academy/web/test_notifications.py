"""The bell, the choice of what is told, and the link that stops mails without signing in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from academy.mail import tokens
from academy.mail.models import Notice, NotificationPreference
from academy.mail.queries import unread, wishes_of
from academy.people.models import User
from tests.factories.notices import KIND, OTHER, tell
from tests.factories.people import AT, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
BELL, SETTINGS = "/en/notifications/", "/en/settings/notifications/"


@pytest.fixture
def person() -> User:
    return make_person()


@pytest.fixture
def client(person: User) -> Client:
    return signed_in(person)


def settle(person: User) -> None:
    """As after the commit."""
    cache.delete(f"academy.mail.unread:{person.pk}")


# -- the bell ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_with_one_item_and_with_thirty(
    client: Client, person: User, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        tell(person, AT + timedelta(minutes=number), title=f"Course {number}")
    client.get(BELL)
    settle(person)
    with django_assert_num_queries(5):
        page = client.get(BELL).content.decode()
    assert page.count("Mark as read") == count
    assert f"<span>&nbsp;{count}<span" in page


def test_an_item_leads_to_its_page_and_counts_no_more(client: Client, person: User) -> None:
    first, second = tell(person, AT), tell(person, AT, kind=OTHER)
    assert first is not None
    assert second is not None
    response = client.get(reverse("notification_open", args=[first.pk]))
    assert (response.status_code, response.headers["Location"]) == (302, "/en/my-certificates/")
    settle(person)
    assert "<span>&nbsp;1<span" in client.get(BELL).content.decode()
    client.post(reverse("notification_read", args=[second.pk]))
    settle(person)
    assert unread(person.pk) == 0
    assert "unread" not in client.get(BELL).content.decode()


def test_everything_is_marked_as_read_at_once_and_only_ones_own(client: Client, person: User) -> None:
    other = make_person()
    for each in (person, person, other):
        tell(each, AT)
    assert client.post("/en/notifications/read/").headers["Location"] == BELL
    assert Notice.objects.filter(read_at=None).get().person == other


def test_other_peoples_items_do_not_exist(client: Client) -> None:
    notice = tell(make_person(), AT)
    assert notice is not None
    for response in (
        client.get(reverse("notification_open", args=[notice.pk])),
        client.post(reverse("notification_read", args=[notice.pk])),
    ):
        assert response.status_code == 404
    assert Notice.objects.filter(read_at=None).count() == 1


def test_an_empty_bell_says_what_will_stand_there(client: Client) -> None:
    assert "Nothing is new" in client.get(BELL).content.decode()


def test_what_is_not_for_the_pages_is_not_shown(client: Client, person: User) -> None:
    NotificationPreference.objects.create(person=person, kind=KIND, rhythm="now", in_bell=False)
    tell(person, AT)
    assert "Nothing is new" in client.get(BELL).content.decode()


# -- settings ---------------------------------------------------------------------------------------------------------
def choices(**changed: str) -> dict[str, str]:
    """The form as it is filled in, with some answers changed."""
    wishes = wishes_of(make_person())
    data = {f"rhythm-{wish.kind.code}": str(wish.rhythm) for wish in wishes}
    return data | {f"bell-{wish.kind.code}": "on" for wish in wishes if wish.in_bell} | changed


def test_what_is_chosen_is_kept_and_essential_mails_are_named_as_such(client: Client, person: User) -> None:
    page = client.get(SETTINGS).content.decode()
    assert "Always sent:" in page
    # Nobody whom they look after: nothing to be told of.
    assert "Somebody asks for a seat" not in page
    assert "rhythm-booking/booked" not in page
    data = choices(**{f"rhythm-{KIND}": "weekly", "rhythm-booking/booked": "off"})
    del data[f"bell-{OTHER}"]
    assert client.post(SETTINGS, data).status_code == 302
    rows = NotificationPreference.objects.order_by("kind").values_list("person", "kind", "rhythm", "in_bell")
    assert list(rows) == [(person.pk, OTHER, "now", False), (person.pk, KIND, "weekly", True)]
    assert 'value="weekly" selected' in client.get(SETTINGS).content.decode()


def test_an_unknown_rhythm_is_refused_on_its_field(client: Client) -> None:
    response = client.post(SETTINGS, choices(**{f"rhythm-{KIND}": "hourly"}))
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert NotificationPreference.objects.count() == 0


# -- stop -------------------------------------------------------------------------------------------------------------
def test_a_mail_program_stops_mails_with_one_post_and_without_a_session(person: User) -> None:
    address = f"/n/{tokens.make(person, [KIND])}/"
    response = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert NotificationPreference.objects.get().rhythm == "off"


def test_opened_it_asks_first_in_the_language_of_the_person() -> None:
    person = make_person(language="nl")
    stranger = Client(enforce_csrf_checks=True)
    address = f"/n/{tokens.make(person, [KIND])}/"
    response = stranger.get(address)
    assert (response.status_code, response.headers["Content-Language"]) == (200, "nl")
    assert '<html lang="nl"' in response.content.decode()
    assert NotificationPreference.objects.count() == 0
    assert stranger.post(address).status_code == 200
    assert NotificationPreference.objects.count() == 1


def test_an_address_that_is_not_ours_stops_nothing(person: User) -> None:
    gone = make_person(is_active=False)
    for token in ("x", tokens.make(person, [KIND])[:-1], tokens.make(gone, [KIND])):
        assert Client().post(f"/n/{token}/").status_code == 404
    assert NotificationPreference.objects.count() == 0
