"""Notes and bookmarks on the page of a lesson and on the list: kept either way, private, nothing typed is lost."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.notes.models import MAX_LETTERS, Bookmark, LessonNote
from courses.notes.rules import bookmark, keep_note
from curriculum.items.models import LearningItem
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import make_person, signed_in

pytestmark = pytest.mark.one_database
HTMX = {"HX-Request": "true"}


def note(lesson: Any) -> str:
    """Where a note on a lesson is posted."""
    return reverse("lesson_note", args=[lesson.translation_key])


def mark(lesson: Any) -> str:
    """Where its bookmark is."""
    return reverse("lesson_bookmark", args=[lesson.translation_key])


def main(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def test_a_note_is_written_on_the_lesson_and_stands_there_again(academy: Any) -> None:
    client, lesson = signed_in(learning.make_learner(academy)), academy.lessons[0]
    page = main(client.get(lesson.url))
    assert ("My note" in page, "Only you can read it." in page, "<details" in page) == (True, True, True)
    response = client.post(note(lesson), {"note": "Ask Ewa\n</textarea><b>bold"})
    assert (response.status_code, response["Location"]) == (302, f"{lesson.url}#my-note")
    page = main(client.get(lesson.url))
    shown = [words in page for words in ("Note saved.", "Ask Ewa &lt;/textarea&gt;&lt;b&gt;bold</textarea>", " open>")]
    assert shown == [True, True, True]
    assert "The note is empty now and was removed." in main(client.post(note(lesson), {"note": " "}, follow=True))
    assert LessonNote.objects.count() == 0


def test_htmx_gets_each_part_by_itself(academy: Any) -> None:
    client, lesson = signed_in(make_person()), academy.lessons[0]
    response = client.post(note(lesson), {"note": "Ask Ewa"}, headers=HTMX)
    part = response.content.decode()
    assert json.loads(response["HX-Trigger"]) == {"announce": "Note saved."}
    assert [words in part for words in ("<html", 'id="my-note"', "Ask Ewa", "my-bookmark")] == [
        False,
        True,
        True,
        False,
    ]
    response = client.post(mark(lesson), {"go": "add"}, headers=HTMX)
    part = response.content.decode()
    assert json.loads(response["HX-Trigger"]) == {"announce": "Bookmark added."}
    # The note beside it is left alone: somebody may be writing in it.
    assert [words in part for words in ("Remove the bookmark", "my-note", "<html")] == [True, False, False]
    response = client.post(mark(lesson), {"go": "drop"}, headers=HTMX)
    assert json.loads(response["HX-Trigger"]) == {"announce": "Bookmark removed."}
    assert Bookmark.objects.count() == 0


def test_a_note_that_is_too_long_comes_back_whole(academy: Any) -> None:
    client, lesson = signed_in(make_person()), academy.lessons[0]
    for headers in ({}, HTMX):
        response = client.post(note(lesson), {"note": "y" * (MAX_LETTERS + 2)}, headers=headers)
        page = main(response)
        assert (response.status_code, "2 characters too long" in page, "y" * (MAX_LETTERS + 2) in page) == (
            422,
            True,
            True,
        )
    assert LessonNote.objects.count() == 0


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(academy: Any) -> None:
    person, lesson = make_person(), academy.lessons[0]
    client = signed_in(person)
    client.get(lesson.url)
    client.logout()
    headers = {"Referer": f"http://testserver{lesson.url}"}
    asked = client.post(note(lesson), {"note": "Long thoughts"}, headers=headers)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    back = asked.wsgi_request.build_absolute_uri(asked["Location"])
    page = main(client.get(next_of(back)))
    assert ("Long thoughts</textarea>" in page, LessonNote.objects.count()) == (True, 0)


def next_of(address: str) -> str:
    """Where a sign-in page leads back to."""
    return parse_qs(urlsplit(address).query)["next"][0]


def test_strangers_and_unknown_lessons(academy: Any) -> None:
    stranger, client, lesson = Client(), signed_in(make_person()), academy.lessons[0]
    assert "my-note" not in stranger.get(lesson.url).content.decode()
    for address in (note(lesson), mark(lesson), reverse("my_notes")):
        assert stranger.post(address, {"note": "x"})["Location"].startswith("/en/account/login/")
    for name in ("lesson_note", "lesson_bookmark"):
        for key in (uuid4(), academy.course.translation_key):
            address = reverse(name, args=[key])
            assert (client.get(address).status_code, client.post(address, {"note": "x"}).status_code) == (404, 404)
    assert (LessonNote.objects.count(), Bookmark.objects.count()) == (0, 0)
    assert [client.get(address)["Location"] for address in (note(lesson), mark(lesson))] == [
        f"{lesson.url}#my-note"
    ] * 2


def test_a_lesson_of_a_course_for_members_of_a_group_takes_no_notes_of_others(academy: Any) -> None:
    members = Group.objects.create(name="Members")
    PageViewRestriction.objects.create(page=academy.course, restriction_type="groups").groups.add(members)
    member = make_person()
    member.groups.add(members)
    answers = [
        signed_in(person).post(address, {"note": "x"}).status_code
        for person in (make_person(), member)
        for address in (note(academy.lessons[0]), mark(academy.lessons[0]))
    ]
    assert answers == [404, 404, 302, 302]


def test_the_list_shows_one_s_own_and_leads_to_the_lessons(academy: Any) -> None:
    person, lesson = make_person(), academy.lessons[1]
    client = signed_in(person)
    assert "You have no notes or bookmarks yet" in main(client.get(reverse("my_notes")))
    client.post(note(lesson), {"note": "Ask <Ewa>"})
    client.post(mark(lesson), {"go": "add"})
    signed_in(make_person()).post(note(lesson), {"note": "Not yours"})
    response = client.get(reverse("my_notes"))
    page = main(response)
    shown = [
        words in page
        for words in (academy.course.title, lesson.title, "Ask &lt;Ewa&gt;", f"{lesson.url}#my-note", "Not yours")
    ]
    assert shown == [True, True, True, True, False]
    assert "no-store" in response["Cache-Control"]
    page = main(client.post(mark(lesson), {"go": "drop", "next": reverse("my_notes")}, follow=True))
    assert ("Bookmark removed." in page, "Remove the bookmark" in page) == (True, False)


def test_a_note_on_a_lesson_that_is_gone_can_still_be_changed(academy: Any) -> None:
    person, other = make_person(), make_person()
    gone = LearningItem.objects.create(key=uuid4(), kind="lesson", title="Old lesson")
    keep_note(item_id=gone.pk, text="Still mine", by=person, at=timezone.now())
    client, address = signed_in(person), reverse("lesson_note", args=[gone.key])
    page = main(client.get(reverse("my_notes")))
    assert ("Old lesson" in page, f'href="{address}"' in page) == (True, True)
    assert ("Still mine</textarea>" in main(client.get(address)), signed_in(other).get(address).status_code) == (
        True,
        404,
    )
    response = client.post(address, {"note": ""}, headers=HTMX)
    assert (response["HX-Redirect"], LessonNote.objects.count()) == (reverse("my_notes"), 0)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_with_one_note_and_with_thirty(
    site: Any, django_assert_num_queries: Any, count: int
) -> None:
    made = make_course(modules=1, lessons=30, languages=("en",))
    person = make_person()
    keys = [lesson.translation_key for lesson in made.lessons[:count]]
    for item in LearningItem.objects.filter(key__in=keys):
        keep_note(item_id=item.pk, text="A word", by=person, at=timezone.now())
        bookmark(item_id=item.pk, by=person, at=timezone.now())
    client = signed_in(person)
    client.get(reverse("my_notes"))
    with django_assert_num_queries(3):
        page = main(client.get(reverse("my_notes")))
    assert page.count("A word") == count
