"""A person's note and bookmark, as the page of a lesson shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from academy.web import parking
from courses.notes.models import MAX_LETTERS
from courses.notes.queries import Own, own_of
from curriculum.lessons.outline import LessonRow


class NoteForm(forms.Form):
    """One note. How long it may be is the rule's matter; browsers stop there by themselves."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("Only you can read it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": MAX_LETTERS}),
    )

    def __init__(self, data: Any = None, *, text: str = "") -> None:
        super().__init__(data, initial={"note": text}, use_required_attribute=False)


@dataclass(frozen=True)
class NoteBox:
    """What partials/note.html shows: a lesson's key, what the person has there, the form for another note."""

    key: UUID
    own: Own
    form: NoteForm
    is_open: bool
    is_saved: bool = False


def note_box(request: HttpRequest, lesson: LessonRow, *, is_saved: bool = False) -> NoteBox:
    """The person's own, with what they had typed when their session ended. One query."""
    own = own_of(request.user, lesson.item_id)
    kept = parking.kept(request)
    typed = kept.get("note", "") if kept is not None else ""
    form = NoteForm(text=typed or own.text)
    return NoteBox(lesson.key, own, form, bool(typed or own.text or is_saved), is_saved)
