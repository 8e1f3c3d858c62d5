"""Mails are built from templates, in the person's language, as text and as plain HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from academy.mail import emails


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
