"""Settings: names, language, zone, data, the end of an account; and the form that needs none."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from academy.mail.models import OutgoingEmail
from academy.people.models import User
from academy.website.models import Feedback, SiteSettings
from tests.factories.people import PASSWORD, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PROFILE = {
    "display_name": "Jana Lindner",
    "certificate_name": "Dr. Jana Lindner",
    "language": "de",
    "time_zone": "Europe/Athens",
}


@pytest.fixture
def person(site: Any) -> User:
    return make_person("jana@example.org", password=PASSWORD, display_name="Jana")


def test_a_saved_profile_comes_back_in_the_language_that_was_chosen(person: User) -> None:
    client = signed_in(person)
    answer = client.post("/en/settings/", PROFILE)
    assert answer["Location"] == "/de/settings/"
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in PROFILE} == PROFILE
    assert '<html lang="de"' in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("wrong", [{"time_zone": "Europe/Atlantis"}, {"language": "xx"}, {"display_name": ""}])
def test_a_wrong_profile_is_shown_again_and_changes_nothing(person: User, wrong: dict[str, str]) -> None:
    answer = signed_in(person).post("/en/settings/", PROFILE | wrong)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    person.refresh_from_db()
    assert person.display_name == "Jana"


def test_nobody_makes_themselves_an_administrator(person: User) -> None:
    signed_in(person).post("/en/settings/", PROFILE | {"is_superuser": "on", "is_staff": "on", "email": "a@b.eu"})
    person.refresh_from_db()
    assert (person.is_superuser, person.is_staff, person.email) == (False, False, "jana@example.org")


@pytest.mark.parametrize("path", ["", "data/", "data/delete/"])
@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
def test_each_page_of_the_settings_says_where_one_is(person: User, language: str, path: str) -> None:
    page = signed_in(person).get(f"/{language}/settings/{path}").content.decode()
    navigation = page.split("<main")[1].split("</nav>")[0]
    assert navigation.count("aria-current") == 1


def test_sessions_are_found_below_the_settings_too(person: User) -> None:
    assert signed_in(person).get("/en/settings/sessions/")["Location"] == "/en/account/sessions/"


def test_the_download_is_an_archive_that_nobody_keeps(person: User) -> None:
    client = signed_in(person)
    answer = client.post("/en/settings/data/download/")
    assert answer["Content-Disposition"].startswith('attachment; filename="academy-')
    assert answer["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "jana@example.org" in archive.read("data.html").decode()
    assert client.get("/en/settings/data/download/").status_code == 405


def test_deleting_asks_for_the_password(person: User) -> None:
    client = signed_in(person)
    page = client.get("/en/settings/data/delete/").content.decode()
    erased, kept = page.split("What is kept")
    assert "Your e-mail addresses" in erased
    assert "Your account" in kept
    assert "Comments in the CMS" not in page  # has written none
    assert client.post("/en/settings/data/delete/", {"password": "wrong"}).status_code == 200
    person.refresh_from_db()
    assert person.erased_at is None
    answer = client.post("/en/settings/data/delete/", {"password": PASSWORD})
    assert answer["Location"] == "/en/settings/deleted/"
    person.refresh_from_db()
    assert person.erased_at is not None
    assert "Your account is deleted" in client.get(answer["Location"]).content.decode()
    assert client.get("/en/settings/").status_code == 302


def test_who_has_no_password_types_the_address(site: Any) -> None:
    person = make_person("jana@example.org")
    client = signed_in(person)
    client.post("/en/settings/data/delete/", {"email": "marten@example.org"})
    person.refresh_from_db()
    assert person.erased_at is None
    client.post("/en/settings/data/delete/", {"email": "Jana@example.org"})
    person.refresh_from_db()
    assert person.erased_at is not None


def test_guessing_the_password_of_an_open_session_is_stopped(person: User) -> None:
    client = signed_in(person)
    answers = [client.post("/en/settings/data/delete/", {"password": "wrong"}).status_code for _ in range(11)]
    assert answers[-1] == 429
    person.refresh_from_db()
    assert person.erased_at is None


def test_the_last_administrator_is_told_what_to_do(site: Any) -> None:
    client = signed_in(make_person("admin@example.org", is_superuser=True))
    answer = client.post("/en/settings/data/delete/", {"email": "admin@example.org"})
    assert "Nobody else administrates" in answer.content.decode()


MESSAGE = {"message": "The film has no captions.", "email": "jana@example.org", "page_code": "accessibility"}
OURS = {"origin": "http://testserver"}


def test_a_message_reaches_the_operator_who_can_answer(site: Any, settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)  # the page comes from the cache of all strangers: it has no token
    answer = client.post("/nl/settings/feedback/", MESSAGE, headers=OURS)
    assert answer["Location"] == "/nl/settings/feedback/?sent=1"
    [kept] = Feedback.objects.values("message", "email", "page_code", "language")
    assert kept == MESSAGE | {"language": "nl"}
    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.reply_to) == (settings.CONTACT_EMAIL, "jana@example.org")
    assert "The film has no captions." in mail.text


def test_the_operator_s_own_address_wins(site: Any, client: Client) -> None:
    SiteSettings.objects.create(site_id=1, contact_email="help@town.example")
    client.post("/en/settings/feedback/", MESSAGE, headers=OURS)
    assert OutgoingEmail.objects.get().to == "help@town.example"


def test_a_message_needs_no_address_but_words(site: Any, client: Client) -> None:
    client.post("/en/settings/feedback/", MESSAGE | {"email": ""}, headers=OURS)
    assert Feedback.objects.count() == 1
    answer = client.post("/en/settings/feedback/", MESSAGE | {"message": ""}, headers=OURS)
    assert answer.status_code == 422
    assert 'value="jana@example.org"' in answer.content.decode()
    assert Feedback.objects.count() == 1


def test_a_program_falls_into_the_trap_and_does_not_learn_of_it(site: Any, client: Client) -> None:
    answer = client.post("/en/settings/feedback/", MESSAGE | {"website": "https://spam.example"}, headers=OURS)
    assert answer["Location"] == "/en/settings/feedback/?sent=1"
    assert (Feedback.objects.count(), OutgoingEmail.objects.count()) == (0, 0)


def test_messages_that_another_site_sends_are_refused(site: Any, client: Client) -> None:
    answer = client.post("/en/settings/feedback/", MESSAGE, headers={"origin": "https://evil.example"})
    assert (answer.status_code, Feedback.objects.count()) == (403, 0)


def test_signs_that_no_database_can_hold_break_nothing(site: Any, client: Client) -> None:
    odd = {"page_code": "\0accessibility", "page_url": "/en/\0"}
    answer = client.post("/en/settings/feedback/", MESSAGE | odd, headers=OURS)
    assert answer["Location"] == "/en/settings/feedback/?sent=1"
    assert list(Feedback.objects.values_list("page_code", "page_url")) == [("accessibility", "/en/")]


def test_too_many_messages_from_one_place_have_to_wait(site: Any, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"feedback": "2/h/ip"}
    answers = [client.post("/en/settings/feedback/", MESSAGE, headers=OURS).status_code for _ in range(3)]
    assert (answers, Feedback.objects.count()) == ([302, 302, 429], 2)
