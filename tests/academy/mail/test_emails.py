"""Mails are built from templates, in the person's language, as text and as plain HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from academy.mail import emails
from academy.mail.models import OutgoingEmail


@pytest.fixture
def template_folder(tmp_path: Path, settings: Any) -> Path:
    """Templates of this test, before the project's own."""
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    folder = tmp_path / "email" / "test" / "one"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Hello {{ name }},\n welcome", encoding="utf-8")
    (folder / "body.txt").write_text(
        '{% extends "email/layout.txt" %}{% block body %}Hello {{ name }} {{ at|date:"l H:i" }}\n'
        "{{ base_url }}/c/abc/{% endblock %}",
        encoding="utf-8",
    )
    return folder


def context() -> dict[str, Any]:
    from_utc = emails.timezone.datetime(2027, 2, 9, 9, 0, tzinfo=emails.timezone.get_default_timezone())
    return {"name": "Åsa O'Neill <b>", "at": from_utc}


def test_text_is_not_escaped_and_speaks_the_language_and_the_zone(template_folder: Path) -> None:
    subject, text, _ = emails.build("test/one", "de", context(), time_zone="Europe/Athens")
    assert subject == "Hello Åsa O'Neill <b>, welcome"
    assert text.startswith("Hello Åsa O'Neill <b> Dienstag 11:00\n")


def test_html_is_escaped_and_fetches_nothing(template_folder: Path) -> None:
    _, _, html = emails.build("test/one", "de", context())
    assert '<html lang="de">' in html
    assert "<b>" not in html
    assert 'href="http://localhost:8000/c/abc/"' in html
    assert not any(word in html for word in ("<img", "<link", "<script", "@import", "url("))


def test_an_html_template_of_its_own_is_used(template_folder: Path) -> None:
    (template_folder / "body.html").write_text(
        '{% extends "email/layout.html" %}{% block body %}<p>Hello {{ name }}</p>{% endblock %}', encoding="utf-8"
    )
    _, _, html = emails.build("test/one", "nl", context())
    assert "<p>Hello Åsa O&#x27;Neill &lt;b&gt;</p>" in html
    assert '<html lang="nl">' in html


def test_another_form_of_the_mail_stands_beside_its_text_and_a_file_is_attached() -> None:
    invitation = {"type": "text/calendar; method=REQUEST", "text": "BEGIN:VCALENDAR\r\nSUMMARY:Größe\r\n"}
    mail = OutgoingEmail(
        key="test:1",
        to="jana@example.org",
        language="de",
        subject="Hallo",
        text="Guten Tag",
        html="<p>Guten Tag</p>",
        message_id="<1@example.org>",
        attachments=[invitation | {"name": "a.ics", "as": "alternative"}, invitation | {"name": "b.ics"}],
    )
    parts = list(emails.message(mail).message().walk())
    assert [part.get_content_type() for part in parts] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "text/calendar",
    ]
    beside, attached = parts[-2:]
    assert (beside.get_filename(), attached.get_filename()) == (None, "b.ics")
    for part in (beside, attached):
        assert part.get_params() == [("text/calendar", ""), ("method", "REQUEST"), ("charset", "utf-8")]


def test_lines_that_a_template_left_out_leave_no_gap(template_folder: Path) -> None:
    (template_folder / "body.txt").write_text("a\n\n{% if no %}b{% endif %}\n\n\nc", encoding="utf-8")
    assert emails.build("test/one", "en", context())[1] == "a\n\nc\n"
