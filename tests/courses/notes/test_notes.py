"""Notes and bookmarks: kept, written over, taken away, listed in the order of the catalogue, gone with the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from academy.people.rules import erase_person
from courses.notes.errors import NoteTooLong
from courses.notes.models import MAX_LETTERS, Bookmark, LessonNote
from courses.notes.queries import NotedCourse, Own, noted, notes_of, own_of
from courses.notes.rules import bookmark, drop_bookmark, keep_note
from curriculum.items.models import LearningItem
from tests.factories.curriculum import make_course
from tests.factories.people import make_person

AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
pytestmark = pytest.mark.one_database


def item_of(page: Any) -> int:
    """The item of a lesson's page."""
    return LearningItem.objects.get(key=page.translation_key).pk


def listed(courses: list[NotedCourse]) -> list[tuple[str | None, list[tuple[str, Own]]]]:
    """Courses by code with their lessons' titles and what stands beside them."""
    return [
        (
            course.outline.code if course.outline else None,
            [(each.lesson.title if each.lesson else f"was {each.item.title}", each.own) for each in course.lessons],
        )
        for course in courses
    ]


def test_a_note_is_kept_written_over_and_taken_away(academy: Any) -> None:
    person, item_id = make_person(), item_of(academy.lessons[0])
    keep_note(item_id=item_id, text="Ask Ewa.\r\nBy May. ", by=person, at=AT)
    assert own_of(person, item_id) == Own("Ask Ewa.\nBy May.", AT)
    keep_note(item_id=item_id, text="Ask Ewa.\nBy May.", by=person, at=LATER)
    assert own_of(person, item_id) == Own("Ask Ewa.\nBy May.", AT)
    keep_note(item_id=item_id, text="Asked.", by=person, at=LATER)
    assert own_of(person, item_id) == Own("Asked.", LATER)
    assert keep_note(item_id=item_id, text=" \n", by=person, at=LATER) is None
    assert (own_of(person, item_id), LessonNote.objects.count()) == (Own(), 0)


def test_a_note_has_an_end(academy: Any) -> None:
    person, item_id = make_person(), item_of(academy.lessons[0])
    longest = "x\n" * (MAX_LETTERS // 2 - 1) + "xx"
    keep_note(item_id=item_id, text=longest.replace("\n", "\r\n"), by=person, at=AT)
    with pytest.raises(NoteTooLong, match="1 character too long"):
        keep_note(item_id=item_id, text=f"{longest}x", by=person, at=LATER)
    assert own_of(person, item_id) == Own(longest, AT)


def test_a_bookmark_is_there_once(academy: Any) -> None:
    person, item_id = make_person(), item_of(academy.lessons[0])
    bookmark(item_id=item_id, by=person, at=AT)
    bookmark(item_id=item_id, by=person, at=LATER)
    assert own_of(person, item_id) == Own(is_bookmarked=True)
    assert list(Bookmark.objects.values_list("made_at", flat=True)) == [AT]
    assert [drop_bookmark(item_id=item_id, by=person, at=LATER) for _ in range(2)] == [True, False]
    assert own_of(person, item_id) == Own()


def test_the_list_follows_the_catalogue_and_holds_nobody_else_s(academy: Any) -> None:
    person, other = make_person(), make_person()
    second = make_course(code="CPA-8", modules=2, lessons=2)
    for lesson in (second.lessons[3], second.lessons[0], academy.lessons[2]):
        keep_note(item_id=item_of(lesson), text=f"On {lesson.title}", by=person, at=AT)
    bookmark(item_id=item_of(academy.lessons[1]), by=person, at=AT)
    bookmark(item_id=item_of(academy.lessons[2]), by=person, at=AT)
    gone = LearningItem.objects.create(key="00000000-0000-4000-8000-000000000001", kind="lesson", title="Old lesson")
    keep_note(item_id=gone.pk, text="Still mine", by=person, at=AT)
    keep_note(item_id=item_of(academy.lessons[0]), text="Not theirs", by=other, at=AT)
    titles = [lesson.title for lesson in academy.lessons]
    assert listed(notes_of(person, "en")) == [
        (academy.course.code, [(titles[1], Own("", None, True)), (titles[2], Own(f"On {titles[2]}", AT, True))]),
        ("CPA-8", [("Lesson 1.1", Own("On Lesson 1.1", AT)), ("Lesson 2.2", Own("On Lesson 2.2", AT))]),
        (None, [("was Old lesson", Own("Still mine", AT))]),
    ]
    assert [noted(who, gone.key) is not None for who in (person, other)] == [True, False]
    assert notes_of(make_person(), "en") == []


def test_notes_go_with_the_person(academy: Any) -> None:
    person, other = make_person(), make_person()
    for who in (person, other):
        keep_note(item_id=item_of(academy.lessons[0]), text="Mine", by=who, at=AT)
        bookmark(item_id=item_of(academy.lessons[0]), by=who, at=AT)
    erase_person(person=person, by=None, at=LATER)
    assert list(LessonNote.objects.values_list("person", flat=True)) == [other.pk]
    assert list(Bookmark.objects.values_list("person", flat=True)) == [other.pk]
