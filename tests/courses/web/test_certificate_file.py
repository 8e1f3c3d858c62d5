"""Anybody checks a file: judged by what it holds, told in plain words, forgotten at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.certificates import rules
from courses.certificates.models import Certificate
from courses.web import certificate_forms
from courses.web.views import certificate_file as views
from tests.factories.certificates import AT, make_certificate, make_holder
from tests.factories.curriculum import Course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def badge(academy: Course) -> bytes:
    """The badge of a certificate of Jana's."""
    made = rules.badge_of(make_certificate(academy.course, make_holder("Jana Albers", language="en")))
    assert made is not None
    return made.credential.encode()


def send(client: Client, content: bytes, name: str = "file", language: str = "en") -> Any:
    """Post a file."""
    return client.post(f"/c/file/?lang={language}", {"file": SimpleUploadedFile(name, content)})


def test_a_good_badge_leads_to_its_certificate_in_every_language(badge: bytes, client: Client) -> None:
    code = Certificate.objects.get().code
    for language in ("en", "nl", "de", "fr"):
        response = send(client, badge, language=language)
        text = response.content.decode()
        assert (response.status_code, f'<html lang="{language}"' in text, f'href="/c/{code}/"' in text) == (
            200,
            True,
            True,
        )


def test_the_page_says_what_was_found_and_what_holds_today(badge: bytes, client: Client) -> None:
    page = send(client, badge).content.decode()
    assert ("The badge in this file is ours and unchanged." in page, "notice is-good" in page) == (True, True)
    certificate = Certificate.objects.get()
    rules.revoke(certificate=certificate, by=None, reason="x", at=AT)
    page = send(client, badge).content.decode()
    assert ("Revoked" in page, "notice is-good" in page) == (True, False)


def test_of_what_was_withdrawn_it_says_nothing_else(badge: bytes, client: Client) -> None:
    rules.withdraw(certificate=Certificate.objects.get(), by=None, at=AT)
    text = send(client, badge).content.decode()
    assert "Withdrawn by its holder" in text
    assert [word for word in ("Jana", "Course CPA-9") if word in text] == []


def test_a_changed_one_leads_nowhere(badge: bytes, client: Client) -> None:
    text = send(client, badge.replace(b"Jana Albers", b"Jona Albers")).content.decode()
    assert "This file was changed after we issued it." in text
    assert Certificate.objects.get().code not in text


def test_what_cannot_be_ours_is_refused_on_the_field(
    site: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "read_file", lambda content: pytest.fail("read all the same"))
    for content in (b"MZ\x90", b"", b"PK\x03\x04"):
        response = send(client, content)
        assert response.status_code == 422
        assert "neither a PDF nor a badge" in response.content.decode()
    monkeypatch.setattr(certificate_forms, "MOST_BYTES", 10)
    response = send(client, b"%PDF-1.7 and more")
    assert (response.status_code, "larger than 10 MB" in response.content.decode()) == (422, True)
    assert "Choose the file" in client.post("/c/file/?lang=en").content.decode()


def test_nothing_of_it_is_kept(badge: bytes, client: Client) -> None:
    before = {model: model._default_manager.count() for model in apps.get_models()}
    text = send(client, badge, name="jana-private.json").content.decode()
    assert "jana-private" not in text
    assert {model: model._default_manager.count() for model in apps.get_models()} == before


def test_who_checks_many_waits(site: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.FILES, "limit", 2)
    answers = [send(client, b"{}").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert client.get("/c/file/").status_code == 200


def test_no_cache_keeps_the_answer(site: Any, client: Client) -> None:
    response = send(client, b"{}")
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-cache", "noindex")
