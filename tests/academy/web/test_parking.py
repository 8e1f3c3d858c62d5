"""What was typed when a session ended comes back: to the browser and the person that typed it, to nobody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.people.models import User
from academy.web import parking
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db

TYPED = {"display_name": "Jana Lindner-Weiß", "language": "de", "time_zone": "Europe/Berlin"}
FORM = "/en/settings/"


def sign_in(client: Client, person: User) -> None:
    client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})


def end_session(client: Client) -> None:
    """As if two weeks had passed: the cookie is there, the session is not."""
    cache.clear()
    Session.objects.all().delete()


def next_of(answer: Any) -> str:
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


@pytest.fixture
def person(site: Any) -> User:
    return make_person("jana@example.org", password=PASSWORD)


def test_a_form_sent_after_the_session_ended_is_filled_in_again_after_signing_in(person: User, client: Client) -> None:
    sign_in(client, person)
    end_session(client)
    answer = client.post(FORM, TYPED)
    assert urlsplit(answer["Location"]).path == "/en/account/login/"
    back = next_of(answer)
    assert urlsplit(back).path == FORM
    sign_in(client, person)
    page = client.get(back).content.decode()
    assert "Jana Lindner-Weiß" in page
    person.refresh_from_db()
    assert person.display_name != "Jana Lindner-Weiß"


def test_a_colleague_at_the_same_desk_does_not_see_it(person: User, client: Client) -> None:
    colleague = make_person("marten@example.org", password=PASSWORD)
    sign_in(client, person)
    end_session(client)
    back = next_of(client.post(FORM, TYPED))
    sign_in(client, colleague)
    assert "Lindner-Weiß" not in client.get(back).content.decode()


def test_the_address_alone_opens_nothing_in_another_browser(person: User, client: Client) -> None:
    sign_in(client, person)
    end_session(client)
    back = next_of(client.post(FORM, TYPED))
    elsewhere = Client()
    sign_in(elsewhere, person)
    assert "Lindner-Weiß" not in elsewhere.get(back).content.decode()


def test_nor_in_a_browser_that_has_parked_something_itself(person: User, client: Client) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, person)
    end_session(client)
    back = next_of(client.post(FORM, TYPED))
    elsewhere.post(FORM, TYPED | {"display_name": "Typed elsewhere"})
    sign_in(elsewhere, person)
    assert parking.browser_cookie() in elsewhere.cookies
    assert "Lindner-Weiß" not in elsewhere.get(back).content.decode()


def test_a_forged_browser_cookie_opens_nothing(person: User, client: Client) -> None:
    sign_in(client, person)
    end_session(client)
    back = next_of(client.post(FORM, TYPED))
    sign_in(client, person)
    client.cookies[parking.browser_cookie()] = "forged"
    assert "Lindner-Weiß" not in client.get(back).content.decode()


def test_the_first_person_who_looks_binds_what_nobody_owned(site: Any, person: User, client: Client) -> None:
    other = make_person("marten@example.org", password=PASSWORD)
    back = next_of(client.post(FORM, TYPED))  # nobody had ever signed in in this browser
    sign_in(client, person)
    assert "Lindner-Weiß" in client.get(back).content.decode()
    client.post("/en/account/logout/")
    sign_in(client, other)
    assert "Lindner-Weiß" not in client.get(back).content.decode()


def test_after_an_hour_it_is_gone(person: User, client: Client) -> None:
    sign_in(client, person)
    end_session(client)
    back = next_of(client.post(FORM, TYPED))
    sign_in(client, person)
    cache.delete(f"parking:{parse_qs(urlsplit(back).query)[parking.PARAMETER][0]}")
    assert client.get(back).status_code == 200


def test_the_cookies_cannot_be_read_by_scripts(person: User, client: Client) -> None:
    sign_in(client, person)
    assert client.cookies[parking.owner_cookie()]["httponly"]
    end_session(client)
    client.post(FORM, TYPED)
    assert client.cookies[parking.browser_cookie()]["httponly"]
    assert client.cookies[parking.browser_cookie()]["max-age"] == parking.SECONDS


def test_htmx_is_told_to_leave_the_page(person: User, client: Client) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/en/settings/?tab=1"}
    answer = client.post(FORM, TYPED, headers=headers)
    assert answer.status_code == 204
    back = parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"][0]
    assert back.startswith("/en/settings/?tab=1&kept=")


def strict(client: Client) -> Client:
    client.handler.enforce_csrf_checks = True
    return client


def test_a_form_without_proof_of_origin_comes_back_filled_in(person: User, client: Client) -> None:
    sign_in(client, person)
    answer = strict(client).post(FORM, TYPED, headers={"origin": "http://testserver", "sec-fetch-site": "same-origin"})
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == FORM
    assert "Lindner-Weiß" in client.get(answer["Location"]).content.decode()


def test_what_another_site_sent_is_refused_and_not_kept(person: User, client: Client) -> None:
    sign_in(client, person)
    answer = strict(client).post(
        FORM, TYPED, headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
    assert parking.browser_cookie() not in client.cookies


def test_a_sign_in_page_that_was_open_for_long_is_shown_again(site: Any, client: Client) -> None:
    answer = strict(client).post(
        "/en/account/login/", {"login": "a@example.org", "password": "x"}, headers={"sec-fetch-site": "same-origin"}
    )
    assert urlsplit(answer["Location"]).path == "/en/account/login/"
    assert "open for too long" in client.get(answer["Location"]).content.decode()


def test_forget_throws_it_away() -> None:
    factory = RequestFactory()
    request = factory.post("/x/", {"a": "1"})
    request.user = AnonymousUser()
    token = parking.park(request, for_anyone=True)
    response = HttpResponse()
    parking.set_cookies(request, response)
    again = factory.get(f"/x/?kept={token}")
    again.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    again.user = AnonymousUser()
    assert parking.kept(again) == QueryDict("a=1")
    parking.forget(again)
    assert parking.kept(again) is None


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text("abcdefghij_", min_size=1, max_size=8), st.lists(st.text(max_size=20), min_size=1, max_size=3)
    )
)
def test_what_is_kept_is_what_was_typed_less_the_secrets(typed: dict[str, list[str]]) -> None:
    posted = QueryDict(mutable=True)
    for name, values in typed.items():
        posted.setlist(name, values)
    for secret in ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "code"):
        posted[secret] = "x"
    assert dict(parking.without_secrets(posted).lists()) == typed
