"""Keeping notes and bookmarks. Whoever acts writes their own: there is no way to write somebody else's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .errors import NoteTooLong
from .models import MAX_LETTERS, Bookmark, LessonNote


def keep_note(*, item_id: int, text: str, by: Any, at: datetime) -> LessonNote | None:
    """Keep a person's note on a lesson in place of the one that was there; an empty one takes it away: None.

    Raises NoteTooLong. Saved again without a change it keeps its date.
    """
    # As browsers count: a line break is one character, however it was sent.
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_LETTERS:
        raise NoteTooLong(len(text) - MAX_LETTERS)
    if not text:
        LessonNote.objects.filter(person=by, item_id=item_id).delete()
        return None
    note, is_new = LessonNote.objects.get_or_create(
        person=by, item_id=item_id, defaults={"text": text, "updated_at": at}
    )
    if not is_new and note.text != text:
        note.text, note.updated_at = text, at
        note.save(update_fields=["text", "updated_at"])
    return note


def bookmark(*, item_id: int, by: Any, at: datetime) -> Bookmark:
    """Put a bookmark into a lesson; twice, the first one stays."""
    made, _is_new = Bookmark.objects.get_or_create(person=by, item_id=item_id, defaults={"made_at": at})
    return made


def drop_bookmark(*, item_id: int, by: Any, at: datetime) -> bool:
    """Take it out again; whether there was one."""
    return bool(Bookmark.objects.filter(person=by, item_id=item_id).delete()[0])
