"""Question files in the Wagtail admin."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from academy.people.models import User
from curriculum.exchange import gift, moodle_xml, parking
from curriculum.quizzes.models import Question
from tests.curriculum.exchange import gift_files, moodle_files
from tests.factories.curriculum import make_question, make_quiz
from tests.factories.people import make_person, signed_in

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/cms/question-files/import/", "/cms/question-files/export/"
GIFT = b"::Reuse::Which? {=a ~b}\n\nNo question.\n"


def with_permissions(email: str, *codenames: str) -> User:
    """Somebody who may enter the CMS and do these things."""
    person = make_person(email, is_staff=True)
    group = Group.objects.create(name=email)
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    person.groups.add(group)
    return person


@pytest.fixture
def editor(site: Any) -> Client:
    return signed_in(with_permissions("editor@example.org", "add_question", "change_question", "view_question"))


def upload(client: Client, content: bytes, topic: str = "", name: str = "questions.bin") -> Any:
    """Post a file."""
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), "topic": topic})


def text_of(response: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_a_file_is_looked_at_first_and_imported_only_then(editor: Client) -> None:
    assert editor.get(IMPORT).status_code == 200
    answer = upload(editor, GIFT, topic="Ladder")
    assert answer.status_code == 302
    report = editor.get(answer.url)
    page = text_of(report)
    assert "1 question can be taken. 1 cannot; see below why. Nothing is written yet." in page
    assert "line 3 No question. It is a text without a question: it has no braces." in page
    assert Question.objects.count() == 0

    done = editor.post(answer.url, follow=True)
    assert "1 question was imported. 1 was not taken." in text_of(done)
    row = Question.objects.get()
    assert (row.code, row.topic) == ("reuse", "Ladder")


def test_an_upload_is_imported_once(editor: Client) -> None:
    url = upload(editor, GIFT).url
    editor.post(url)
    again = editor.post(url, follow=True)
    assert "This file was imported already, or is no longer kept. Choose it again." in text_of(again)
    assert Question.objects.count() == 1
    assert storages["private"].listdir(parking.FOLDER)[1] == []


@pytest.mark.parametrize("content", [moodle_files.two_hundred(), gift_files.two_hundred().encode()])
def test_whole_files_of_both_formats_are_known_by_their_content(editor: Client, content: bytes) -> None:
    url = upload(editor, content).url
    page = text_of(editor.get(url))
    assert "180 questions can be taken. 20 cannot; see below why." in page
    editor.post(url)
    assert Question.objects.count() == 180


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The submitted file is empty."),
        (b"PK\x03\x04\0\0\0", "This is no text file."),
        (b"\xff\xe9 {T}", "The file is not in UTF-8; export or save it again in UTF-8."),
        (b"<quiz><question></quiz>", "The file is not well-formed XML; see line 1."),
        (
            b"<!DOCTYPE q [<!ENTITY a 'b'>]><quiz>&a;</quiz>",
            "The file has a DTD or entities of its own, which are not read.",
        ),
        (b"// nothing but a comment", "There is no question in this file."),
        (b"x" * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(editor: Client, content: bytes, why: str) -> None:
    answer = upload(editor, content)
    assert answer.status_code == 200
    assert why in text_of(answer)


def test_an_upload_belongs_to_who_brought_it_and_is_kept_for_an_hour(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = upload(editor, GIFT).url
    other = signed_in(with_permissions("other@example.org", "add_question"))
    for client, address in ((other, url), (editor, url.replace("import/", "import/x"))):
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, answer.url) == (302, IMPORT)
    assert editor.get(url).status_code == 200
    monkeypatch.setattr(parking, "KEPT", timedelta(0))
    assert editor.get(url).status_code == 302
    assert Question.objects.count() == 0


def test_uploads_that_nobody_came_back_for_go_with_the_next_one(site: Any) -> None:
    person = make_person()
    old = timezone.now()
    first = parking.park(GIFT, topic="", by=person, at=old)
    second = parking.park(GIFT, topic="", by=person, at=old + timedelta(hours=2))
    assert (parking.parked(first, by=person), parking.parked(second, by=person)) == (None, (GIFT, ""))


def test_questions_are_shown_then_downloaded_as_either_file(editor: Client) -> None:
    make_quiz("cpa-1", questions=2)
    make_question("law-1", topic="Law")
    make_question("case", "scenario", (), ("en",), topic="Law")
    page = text_of(editor.get(EXPORT, {"topic": "Law", "quiz": "", "language": "", "format": "gift"}))
    assert "The file holds 1 question" in page
    assert "case A scenario with several questions has no place in this format." in page

    answer = editor.get(EXPORT, {"topic": "Law", "format": "gift", "download": "1"})
    assert answer["Content-Disposition"] == 'attachment; filename="law.txt"'
    assert [found.code for found in gift.parse(answer.content).questions] == ["law-1"]

    quiz = make_quiz("cpa-2", questions=2)
    answer = editor.get(EXPORT, {"quiz": quiz.pk, "language": "nl", "format": "xml", "download": "1"})
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    found = moodle_xml.parse(answer.content).questions
    assert [question.text for question in found] == ["Question cpa-2-1? [nl]", "Question cpa-2-2? [nl]"]


def test_wrong_choices_are_said_and_an_empty_choice_downloads_nothing(editor: Client) -> None:
    assert "Select a valid choice" in text_of(editor.get(EXPORT, {"format": "pdf"}))
    page = text_of(editor.get(EXPORT, {"format": "xml", "download": "1"}))
    assert "The file holds 0 questions" in page


def test_the_list_of_questions_leads_to_both_pages(editor: Client) -> None:
    page = editor.get("/cms/snippets/curriculum/question/").content.decode()
    assert f'href="{IMPORT}"' in page
    assert f'href="{EXPORT}"' in page


@pytest.mark.parametrize(
    ("codenames", "may_import", "may_export"),
    [
        (["add_question"], True, True),
        (["change_question"], False, True),
        (["view_question"], False, False),
        (["add_quiz", "change_quiz", "submit_translation"], False, False),
    ],
)
def test_only_who_may_write_questions_gets_there(
    site: Any, codenames: list[str], may_import: bool, may_export: bool
) -> None:
    person = with_permissions("p@example.org", *codenames)
    client = signed_in(person)
    ticket = parking.park(GIFT, topic="", by=person, at=timezone.now())
    assert (client.get(IMPORT).status_code == 200) is may_import
    assert (upload(client, GIFT).headers.get("Location", "").startswith(IMPORT)) is may_import
    assert (client.get(f"{IMPORT}{ticket}/").status_code == 200) is may_import
    client.post(f"{IMPORT}{ticket}/")
    assert (Question.objects.count() == 1) is may_import
    for query in ({}, {"format": "xml"}, {"format": "xml", "download": "1"}):
        assert (client.get(EXPORT, query).status_code == 200) is may_export


def test_strangers_and_learners_do_not_get_there(site: Any) -> None:
    for client in (Client(), signed_in(make_person())):
        for address in (IMPORT, EXPORT, f"{IMPORT}x/"):
            assert client.get(address).status_code in {302, 403, 404}
            assert client.post(address).status_code in {302, 403, 404, 405}
