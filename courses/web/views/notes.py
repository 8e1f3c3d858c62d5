"""Private notes and bookmarks: kept on the page of a lesson, listed on one page. Nobody sees another person's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from academy.web import parking
from academy.web.access import signed_in
from academy.web.answers import go_to
from courses.notes.errors import NoteTooLong
from courses.notes.queries import noted, notes_of
from courses.notes.rules import bookmark, drop_bookmark, keep_note
from courses.progress.queries import course_of_lesson
from courses.web.answers import language, next_or, outline_or_404, person_of
from courses.web.notes import NoteForm, note_box
from curriculum.lessons.outline import LessonRow


@dataclass(frozen=True)
class Noted:
    """The lesson that a form is about. `row` is None for one that is in no course any more: then `back` is the list."""

    item_id: int
    title: str
    title_language: str
    text: str
    back: str
    row: LessonRow | None


@signed_in
@require_safe
def my_notes(request: HttpRequest) -> HttpResponse:
    """All notes and bookmarks by course and lesson."""
    return render(request, "courses/notes/notes.html", {"courses": notes_of(request.user, language())})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep the note; an empty one takes it away. Opened, it leads to the lesson, or is the form where there is none."""
    found = _noted_or_404(request, key)
    if request.method != "POST":
        return go_to(request, found.back) if found.row else _form(request, found, NoteForm(text=found.text))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _form(request, found, form)
    try:
        note = keep_note(
            item_id=found.item_id, text=form.cleaned_data["note"], by=person_of(request), at=timezone.now()
        )
    except NoteTooLong as why:
        form.add_error("note", str(why))
        return _form(request, found, form)
    parking.forget(request)
    return _answer(request, found, _("Note saved.") if note else _("The note is empty now and was removed."))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_bookmark(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a bookmark in, or with `go=drop` take it out."""
    found = _noted_or_404(request, key)
    if request.method != "POST":
        return go_to(request, found.back)
    if request.POST.get("go") == "drop":
        drop_bookmark(item_id=found.item_id, by=person_of(request), at=timezone.now())
        said = _("Bookmark removed.")
    else:
        bookmark(item_id=found.item_id, by=person_of(request), at=timezone.now())
        said = _("Bookmark added.")
    return _answer(request, found, said)


def _noted_or_404(request: HttpRequest, key: UUID) -> Noted:
    """A live lesson that the person may read, or one beside which they have something from before."""
    place = course_of_lesson(key, language())
    if place is not None:
        outline, row = place
        outline_or_404(request, outline.key)
        return Noted(row.item_id, row.title, row.title_language, "", f"{row.url}#my-note", row)
    old = noted(request.user, key)
    if old is None:
        raise Http404
    return Noted(old.item.pk, old.item.title, "", old.own.text, reverse("my_notes"), None)


def _form(request: HttpRequest, found: Noted, form: NoteForm) -> HttpResponse:
    """The form on a page of its own: for a note that cannot be kept as it is, and for a lesson that is gone."""
    context = {"noted": found, "form": form}
    return render(request, "courses/notes/note.html", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, found: Noted, said: str) -> HttpResponse:
    """The part of the lesson's page for htmx, else the page that the form stood on."""
    if request.headers.get("HX-Request") != "true" or found.row is None:
        messages.success(request, said)
        return go_to(request, next_or(request, found.back))
    is_note = request.resolver_match is not None and request.resolver_match.url_name == "lesson_note"
    part = "note" if is_note else "bookmark"
    box = note_box(request, found.row, is_saved=is_note)
    response = render(request, f"courses/partials/{part}.html", {"note": box})
    response["HX-Trigger"] = json.dumps({"announce": said})
    return response
