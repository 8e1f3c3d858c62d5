"""After erasure nothing in the database leads to the person any more; before it, the download shows all of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Comment, Page
from wagtail.users.models import UserProfile

from academy.mail import rules as mail_rules
from academy.people import registry, rules
from academy.people.document import export_archive
from academy.people.enums import Role
from academy.people.models import User
from academy.website.models import Feedback, HomePage
from academy.website.rules import take_feedback
from tests.factories.people import AT, LONG_AGO, PASSWORD, grant, make_person, make_unit, signed_in

pytestmark = pytest.mark.django_db

MARKS = ("zanzibara", "quux-certificate", "zz-second", "zz-feedback")


def traces(*marks: str) -> list[str]:
    """Every cell of the database that holds one of these words, whatever its type, as "model.field"."""
    return [
        f"{model._meta.label}.{name}"
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values()
        for name, value in row.items()
        if any(mark in str(value).lower() for mark in marks)
    ]


@pytest.fixture
def person(site: Any) -> User:
    """Somebody who has left something nearly everywhere."""
    person = make_person(
        "zanzibara@example.org",
        password=PASSWORD,
        display_name="Zanzibara Testname",
        certificate_name="Quux-Certificate Name",
        is_staff=True,
    )
    rules.change_profile(person=person, fields={"display_name": "Zanzibara Newname"}, at=AT)
    EmailAddress.objects.create(user=person, email="zz-second@example.org")
    membership = rules.join(person=person, unit=make_unit(), from_day=LONG_AGO, by=person, at=AT)
    rules.leave(membership=membership, last_day=AT.date(), by=person, at=AT)
    grant(person, Role.TRAINER)
    log(person, "wagtail.edit", user=person)
    mail: dict[str, Any] = {"kind": "x/y", "language": "en", "subject": "Hello Zanzibara", "text": "Dear Zanzibara"}
    mail_rules.queue(key="1", to=person.email, person=person, **mail)
    mail_rules.queue(key="2", to="zz-second@example.org", **mail)
    Feedback.objects.create(page_code="x", message="I am Zanzibara", email="zanzibara@example.org", language="en")
    page: Page = HomePage.objects.all()[0]
    page.owner = person
    page.save()
    page.save_revision(user=person, log_action=True)
    Comment.objects.create(page=page, user=person, text="Zanzibara was here", contentpath="title")
    UserProfile.objects.create(user=person)
    browser = Client(headers={"user-agent": "Zanzibara's browser"})
    browser.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    browser.get("/en/account/sessions/")
    return User.objects.get(pk=person.pk)


def test_the_search_for_traces_finds_them(person: User) -> None:
    found = set(traces(*MARKS))
    assert {
        "academy.User.email",
        "academy.User.certificate_name",
        "academy.OutgoingEmail.text",
        "academy.Feedback.message",
        "account.EmailAddress.email",
        "usersessions.UserSession.user_agent",
        "wagtailcore.Comment.text",
        "wagtailcore.ModelLogEntry.label",
    } <= found


def test_nothing_in_the_database_leads_to_an_erased_person(person: User) -> None:
    public_id = str(person.public_id)
    rules.erase_person(person=person, by=None, at=AT)
    assert traces(*MARKS, public_id) == []


def test_what_they_wrote_to_the_operator_goes_with_the_mail_that_carried_it(person: User) -> None:
    take_feedback(
        message="I am Zanzibara", email="Zanzibara@Example.org", page_code="x", page_url="", language="en", at=AT
    )
    rules.erase_person(person=person, by=None, at=AT)
    assert traces(*MARKS) == []


def test_an_erased_person_cannot_come_in(person: User) -> None:
    browser = signed_in(person)
    assert browser.get("/en/settings/").status_code == 200
    rules.erase_person(person=person, by=None, at=AT)
    assert browser.get("/en/settings/").status_code == 302
    fresh = Client()
    fresh.post("/en/account/login/", {"login": "zanzibara@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in fresh.session
    # The address is free: a new account with it is a new person.
    assert make_person("zanzibara@example.org").pk != person.pk


def test_others_keep_everything(person: User) -> None:
    other = make_person("other-mark@example.org", display_name="Other-Mark", certificate_name="Other-Mark")
    grant(other, Role.TRAINER)
    mail_rules.queue(key="3", kind="x/y", to=other.email, language="en", subject="x", text="x", person=other)
    before = sorted(traces("other-mark"))
    rules.erase_person(person=person, by=None, at=AT)
    assert sorted(traces("other-mark")) == before


def test_pages_outlive_their_author(person: User) -> None:
    rules.erase_person(person=person, by=None, at=AT)
    assert Page.objects.filter(owner=person.pk).count() == 1


def read(archive: bytes) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == ["data.json", "data.html"]
        return json.loads(opened.read("data.json")), opened.read("data.html").decode()


def rows_of(data: dict[str, Any]) -> Iterator[tuple[str, int]]:
    return ((section["model"], len(section["rows"])) for section in data["data"] if section["rows"])


def test_the_download_shows_what_is_kept(person: User) -> None:
    data, page = read(export_archive(person, timezone.now()))
    found = dict(rows_of(data))
    for model, number in {
        "academy.User": 1,
        "academy.Membership": 1,
        "academy.RoleGrant": 1,
        "academy.OutgoingEmail": 2,
        "academy.Feedback": 1,
        "account.EmailAddress": 2,
        "wagtailcore.Comment": 1,
        "wagtailcore.Page": 1,
    }.items():
        assert found[model] == number, model
    assert "Zanzibara Newname" in page
    assert '<html lang="en">' in page
    assert not any(word in page for word in ("<script", "<link", "<img"))


def test_the_download_shows_nobody_else(person: User) -> None:
    make_person("other-mark@example.org", display_name="Other-Mark")
    data, page = read(export_archive(person, timezone.now()))
    assert "other-mark" not in (json.dumps(data) + page).lower()


def test_the_download_speaks_the_person_s_language(person: User) -> None:
    person.language = "de"
    assert '<html lang="de">' in read(export_archive(person, timezone.now()))[1]


def test_commands_export_and_erase(person: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "data.zip"
    call_command("export_person", "Zanzibara@example.org", target)
    assert read(target.read_bytes())[0]["data"][0]["model"] == "academy.User"
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_person", "zanzibara@example.org", target)
    call_command("erase_person", str(person.public_id))
    assert User.objects.get(pk=person.pk).erased_at is None
    call_command("erase_person", str(person.public_id), "--yes")
    assert User.objects.get(pk=person.pk).erased_at is not None
    with pytest.raises(CommandError, match="no such person"):
        call_command("erase_person", "zanzibara@example.org", "--yes")


def test_an_entry_that_keeps_must_say_why() -> None:
    with pytest.raises(ValueError, match="HomePage"):
        registry.register(HomePage, what="x", export=None, erase=None)
    assert registry.find(HomePage) is registry.find(Page)
