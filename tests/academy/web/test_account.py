"""Accounts: sign-up, ways to sign in, and what they send by mail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import allauth.account
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.template.loader import get_template
from django.test import Client

from academy.mail.models import OutgoingEmail
from academy.people.models import User
from tests.factories.people import PASSWORD, make_person, signed_in

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^([A-Z]{4}-[A-Z]{4})$", re.MULTILINE)


@pytest.fixture
def inbox(django_capture_on_commit_callbacks: Any) -> Any:
    """`inbox.post(client, address, data)` posts and lets the mail go out; `inbox.code()` reads the last code."""

    class Inbox:
        def post(self, client: Client, address: str, data: dict[str, str], **extra: Any) -> Any:
            with django_capture_on_commit_callbacks(execute=True):
                return client.post(address, data, **extra)

        def code(self) -> str:
            found = CODE.search(str(mail.outbox[-1].body))
            assert found
            return found[1]

    return Inbox()


def test_a_newcomer_gives_name_and_address_and_lands_where_they_came_from(
    site: Any, client: Client, inbox: Any
) -> None:
    page = client.get("/nl/account/signup/?next=/nl/learning/")
    assert re.findall(r'<input[^>]* name="(\w+)"', page.content.decode().split("<main")[1]) == [
        "csrfmiddlewaretoken",
        "next",
        "display_name",
        "email",
    ]
    sent = inbox.post(
        client,
        "/nl/account/signup/",
        {"display_name": "Jana Lindner", "email": "Jana@Example.org", "next": "/nl/learning/"},
    )
    assert sent["Location"].startswith("/nl/account/confirm-email/")
    person = User.objects.get()
    assert (person.email, person.display_name, person.language, person.has_usable_password()) == (
        "jana@example.org",
        "Jana Lindner",
        "nl",
        False,
    )
    confirmed = client.post(sent["Location"], {"code": inbox.code(), "next": "/nl/learning/"})
    assert confirmed["Location"] == "/nl/learning/"
    assert EmailAddress.objects.get().verified
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_code_in_a_mail_is_wiped_from_the_outbox_once_sent(site: Any, client: Client, inbox: Any) -> None:
    inbox.post(client, "/en/account/signup/", {"display_name": "Jana", "email": "jana@example.org"})
    row = OutgoingEmail.objects.get()
    assert (row.kind, row.has_secret, row.text, row.html) == ("account/email_confirmation_signup", True, "", "")


def test_a_mail_speaks_the_language_of_the_person(site: Any, client: Client, inbox: Any) -> None:
    make_person("jana@example.org", language="de")
    inbox.post(client, "/fr/account/login/", {"login": "jana@example.org", "by_mail": "1"})
    assert OutgoingEmail.objects.get().language == "de"


def test_a_name_that_nobody_answers_for_stands_in_no_mail(site: Any, client: Client, inbox: Any) -> None:
    """Or anybody could have us send their words and links to people who never asked for them."""
    words = "win at https://evil.example"
    inbox.post(client, "/en/account/signup/", {"display_name": words, "email": "victim@example.org"})
    inbox.post(Client(), "/en/account/login/code/", {"email": "victim@example.org"})
    inbox.post(Client(), "/en/account/signup/", {"display_name": words, "email": "victim@example.org"})
    inbox.post(
        signed_in(make_person(display_name=words)),
        "/en/account/email/",
        {"email": "victim2@example.org", "action_add": ""},
    )
    assert len(mail.outbox) >= 3
    assert [message.subject for message in mail.outbox if "evil" in str(message.message())] == []
    # Who has confirmed the address is greeted by name.
    make_person("jana@example.org", display_name="Jana Lindner")
    inbox.post(Client(), "/en/account/login/code/", {"email": "jana@example.org"})
    assert "Hello Jana Lindner," in str(mail.outbox[-1].body)


def test_sign_in_by_password(site: Any, client: Client) -> None:
    make_person("jana@example.org", password=PASSWORD)
    answer = client.post(
        "/en/account/login/", {"login": "JANA@example.org", "password": PASSWORD, "next": "/en/certificates/?a=1"}
    )
    assert answer["Location"] == "/en/certificates/?a=1"


def test_sign_in_by_mailed_code(site: Any, client: Client, inbox: Any) -> None:
    person = make_person("jana@example.org", password=PASSWORD)
    asked = inbox.post(
        client,
        "/en/account/login/",
        {"login": "jana@example.org", "password": "half-typed", "by_mail": "1", "next": "/en/learning/"},
    )
    assert asked["Location"] == "/en/account/login/code/confirm/?next=%2Fen%2Flearning%2F"
    page = client.get(asked["Location"])
    assert 'value="/en/learning/"' in page.content.decode()
    answer = client.post(asked["Location"], {"code": inbox.code().lower(), "next": "/en/learning/"})
    assert answer["Location"] == "/en/learning/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_empty_password_asks_for_one_instead_of_mailing_a_code(site: Any, client: Client) -> None:
    make_person("jana@example.org")
    answer = client.post("/en/account/login/", {"login": "jana@example.org", "password": ""})
    assert "have a code sent to you" in answer.content.decode()
    assert OutgoingEmail.objects.count() == 0


def test_another_site_is_no_place_to_come_back_to(site: Any, client: Client) -> None:
    make_person("jana@example.org", password=PASSWORD)
    answer = client.post(
        "/en/account/login/", {"login": "jana@example.org", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/en/welcome/"


def test_an_address_without_account_gets_the_same_answer(site: Any, client: Client, inbox: Any) -> None:
    make_person("jana@example.org")
    known = inbox.post(client, "/en/account/login/", {"login": "jana@example.org", "by_mail": "1"})
    unknown = inbox.post(Client(), "/en/account/login/", {"login": "nobody@example.org", "by_mail": "1"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [row.kind for row in OutgoingEmail.objects.order_by("id")] == [
        "account/login_code",
        "account/unknown_account",
    ]


def test_signing_up_twice_tells_the_owner_and_nobody_else(site: Any, client: Client, inbox: Any) -> None:
    make_person("jana@example.org")
    answer = inbox.post(client, "/en/account/signup/", {"display_name": "Eve", "email": "jana@example.org"})
    assert answer["Location"].startswith("/en/account/confirm-email/")
    assert User.objects.count() == 1
    assert OutgoingEmail.objects.get().kind == "account/account_already_exists"


def test_a_forgotten_password_is_replaced_by_a_mailed_link(
    site: Any, client: Client, inbox: Any, settings: Any
) -> None:
    person = make_person("jana@example.org", password=PASSWORD)
    inbox.post(client, "/en/account/password/reset/", {"email": "jana@example.org"}, headers={"host": "evil.example"})
    link = re.search(rf"{settings.BASE_URL}(/en/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1], follow=True)
    new = "another quiet river"
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    person.refresh_from_db()
    assert person.check_password(new)
    assert "This link no longer works" in Client().get(link[1]).content.decode()


def test_wrong_passwords_are_counted_and_end_in_a_pause(site: Any, client: Client) -> None:
    make_person("jana@example.org", password=PASSWORD)
    for _ in range(5):
        client.post("/en/account/login/", {"login": "jana@example.org", "password": "wrong"})
    answer = client.post("/en/account/login/", {"login": "jana@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert "Too many failed login attempts" in answer.content.decode()


def test_too_many_requests_are_answered_with_a_page_that_says_how_long(
    site: Any, client: Client, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post("/en/account/login/", {"login": "jana@example.org", "password": "wrong"})
    answer = client.post("/en/account/login/", {"login": "jana@example.org", "password": "wrong"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert "Wait five minutes" in answer.content.decode()


def test_a_new_address_counts_once_its_code_is_entered(site: Any, inbox: Any) -> None:
    person = make_person("jana@example.org")
    client = signed_in(person)
    sent = inbox.post(client, "/en/account/email/", {"email": "jana@town.example", "action_add": "1"})
    person.refresh_from_db()
    assert person.email == "jana@example.org"
    assert mail.outbox[-1].to == ["jana@town.example"]
    client.post(sent["Location"], {"code": inbox.code()})
    person.refresh_from_db()
    assert person.email == "jana@town.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("jana@town.example", True, True)]


def test_somebody_without_password_sets_one(site: Any) -> None:
    person = make_person()
    client = signed_in(person)
    assert client.get("/en/account/password/change/")["Location"] == "/en/account/password/set/"
    client.post("/en/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_changed_password_needs_the_old_one_and_keeps_this_session(site: Any) -> None:
    person = make_person(password=PASSWORD)
    client = signed_in(person)
    new = {"password1": "another quiet river", "password2": "another quiet river"}
    client.post("/en/account/password/change/", {"oldpassword": "wrong", **new})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    client.post("/en/account/password/change/", {"oldpassword": PASSWORD, **new})
    person.refresh_from_db()
    assert person.check_password("another quiet river")
    assert client.get("/en/settings/").status_code == 200
    told = OutgoingEmail.objects.get()
    assert (told.kind, told.to, told.has_secret) == ("account/password_changed", person.email, False)


def test_other_sessions_are_listed_and_ended(site: Any) -> None:
    person = make_person("jana@example.org", password=PASSWORD)
    browsers = [Client(headers={"user-agent": name}) for name in ("Firefox at work", "Phone")]
    for browser in browsers:
        browser.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    page = browsers[0].get("/en/account/sessions/").content.decode()
    assert "Firefox at work" in page
    assert "Phone" in page
    browsers[0].post("/en/account/sessions/")
    assert [browser.get("/en/settings/").status_code for browser in browsers] == [200, 302]


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "login/code/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/done/",
        "inactive/",
    ],
)
@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
def test_pages_for_strangers_stand_in_our_frame(site: Any, client: Client, language: str, path: str) -> None:
    page = client.get(f"/{language}/account/{path}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()
    assert page.content.decode().count("<h1") == 1


@pytest.mark.parametrize("path", ["email/", "password/set/", "sessions/", "logout/"])
def test_pages_of_the_account_stand_in_our_frame(site: Any, path: str) -> None:
    page = signed_in(make_person()).get(f"/en/account/{path}")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_every_mail_that_allauth_may_send_has_words_of_ours() -> None:
    sources = Path(allauth.account.__file__).parent.rglob("*.py")
    named = {
        name for path in sources for name in re.findall(r'"account/email/(\w+)"', path.read_text(encoding="utf-8"))
    }
    # Their settings are off: reset by code.
    for name in named - {"password_reset_code"}:
        for part in ("subject.txt", "body.txt"):
            get_template(f"email/account/{name}/{part}")
    assert "login_code" in named
