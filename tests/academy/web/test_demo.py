"""What only the demo has is nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.http import Http404
from django.test import Client
from django.urls import clear_url_caches, include, path

from academy import urls
from academy.kernel.mailbox import MailboxBackend
from academy.web import demo_urls
from academy.web.views import demo
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def demo_site(site: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site with the demo's settings; the folder of its mails."""
    settings.DEMO = True
    settings.MAILBOX_DIR = tmp_path
    monkeypatch.setattr(urls, "urlpatterns", [path("demo/", include(demo_urls)), *urls.urlpatterns])
    clear_url_caches()
    yield tmp_path
    monkeypatch.undo()
    clear_url_caches()


@pytest.mark.parametrize("role", demo.ROLES)
def test_each_role_has_a_button(demo_site: Path, client: Client, role: str) -> None:
    person = make_person(f"{role}@demo.example", language="de")
    assert f'action="/demo/sign-in/{role}/"' in client.get("/en/account/login/").content.decode()
    answer = client.post(f"/demo/sign-in/{role}/", {"language": "nl"})
    assert answer["Location"] == "/nl/welcome/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_button_leads_back_to_the_page_but_not_to_another_site(demo_site: Path, client: Client) -> None:
    make_person("learner@demo.example", language="de")
    assert client.post("/demo/sign-in/learner/", {"next": "/en/x/"})["Location"] == "/en/x/"
    assert client.post("/demo/sign-in/learner/", {"next": "//evil.example/"})["Location"] == "/de/welcome/"


def test_nobody_else_can_be_signed_in_and_a_link_signs_nobody_in(demo_site: Path, client: Client) -> None:
    make_person("someone@demo.example")
    make_person("learner@demo.example")
    assert client.post("/demo/sign-in/someone/").status_code == 404
    assert client.get("/demo/sign-in/learner/").status_code == 405


def test_mail_can_be_read(demo_site: Path, client: Client) -> None:
    backend = MailboxBackend(stream=(demo_site / "terminal.txt").open("w", encoding="utf-8"))
    for subject, body in (("Erste", "Guten Tag"), ("Zweite", "Ihr Code: BCDF-GHJK http://localhost/x/")):
        backend.send_messages([EmailMessage(subject, body, "a@demo.example", ["jana@demo.example"])])
    backend.stream.close()  # type: ignore[union-attr]  # opened above
    page = client.get("/demo/mail/").content.decode()
    assert page.index("Zweite") < page.index("Erste")
    assert "BCDF-GHJK" in page
    assert 'href="http://localhost/x/"' in page


def test_without_the_demo_s_settings_nothing_of_it_is_there(site: Any, client: Client, rf: Any) -> None:
    make_person("learner@demo.example")
    assert client.post("/demo/sign-in/learner/").status_code == 404
    assert client.get("/demo/mail/").status_code == 404
    assert "demo/sign-in" not in client.get("/en/account/login/").content.decode()
    for view, request in ((demo.mail, rf.get("/")), (demo.sign_in, rf.post("/"))):
        with pytest.raises(Http404):
            view(request, **({"role": "learner"} if view is demo.sign_in else {}))
