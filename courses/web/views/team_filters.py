"""Lists of the team that somebody saved: open, rename, have mailed, delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from academy.mail.enums import Rhythm
from academy.mail.models import NotificationPreference
from academy.web import parking
from courses.assignments.enums import ListFormat, ListRhythm
from courses.assignments.models import SavedFilter
from courses.flows import saved_filters
from courses.reports.access import led_by
from courses.reports.tree import scope_of
from courses.reports.wanted import Wanted, read
from courses.web import team_page
from courses.web.answers import person_of
from courses.web.team_doors import form_methods, leads
from courses.web.team_forms import SavedFilterForm


@leads
@require_safe
def team_filters(request: HttpRequest) -> HttpResponse:
    """The lists that one saved. A fixed number of queries."""
    me = person_of(request)
    rows = [(saved, team_page.address(read(saved.query))) for saved in SavedFilter.objects.filter(person=me)]
    is_stopped = NotificationPreference.objects.filter(person=me, kind=saved_filters.KIND, rhythm=Rhythm.OFF).exists()
    return render(request, "courses/team/lists.html", {"rows": rows, "is_stopped": is_stopped})


@leads
@form_methods
def save_filter(request: HttpRequest) -> HttpResponse:
    """Save the list that the address describes."""
    me = person_of(request)
    wanted = _place(request, read(request.GET))
    return _edit(request, SavedFilter(person=me), wanted, _("Save this list"))


@leads
@form_methods
def change_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, another rhythm."""
    saved = get_object_or_404(SavedFilter, pk=pk, person=person_of(request))
    return _edit(request, saved, read(saved.query), saved.name)


@leads
@require_POST
def delete_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a list; it is made again with a few clicks, so nobody is asked twice."""
    saved = get_object_or_404(SavedFilter, pk=pk, person=person_of(request))
    saved_filters.delete(saved=saved)
    messages.success(request, _("Deleted: %(name)s") % {"name": saved.name})
    return redirect("team_filters")


def _place(request: HttpRequest, wanted: Wanted) -> Wanted:
    """The same with its organisation named: another one may come before it by the time the list is opened."""
    scope = scope_of(led_by(request.user, timezone.localdate()), wanted)
    return wanted.without(organisation=scope.organisation.slug) if scope is not None else Wanted()


def _edit(request: HttpRequest, saved: SavedFilter, wanted: Wanted, heading: str) -> HttpResponse:
    posted = request.POST if request.method == "POST" else parking.kept(request)
    begin = {"name": saved.name, "rhythm": saved.rhythm, "format": saved.format} if saved.pk else None
    form = SavedFilterForm(posted, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            saved_filters.keep(
                saved=saved,
                wanted=wanted,
                name=form.cleaned_data["name"],
                rhythm=ListRhythm(form.cleaned_data["rhythm"]),
                kind=ListFormat(form.cleaned_data["format"]),
                at=timezone.now(),
            )
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            parking.forget(request)
            messages.success(request, _("Saved: %(name)s") % {"name": saved.name})
            return redirect("team_filters")
    context = {"form": form, "heading": heading, "address": team_page.address(wanted), "saved": saved}
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/team/list_edit.html", context, status=status)
