"""A trainer writes to the people of a date: looked at in each language first, then sent once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.booking.enums import Group
from courses.booking.models import WorkshopSession
from courses.booking.queries.sessions import title_of
from courses.flows import plan_date as flow
from courses.web.answers import language, person_of
from courses.web.desk_forms import WriteForm
from courses.web.planning_doors import date_or_404, is_first, new_mark, runs_dates


@runs_dates
@require_http_methods(["GET", "HEAD", "POST"])
def session_write(request: HttpRequest, date: UUID) -> HttpResponse:
    """Write to a group. `step` is preview, send, or back (to the form)."""
    session = date_or_404(request, date)
    posted = request.POST if request.method == "POST" else None
    counts = {group.value: len(flow.people_of_group(session, group)) for group in Group}
    form = WriteForm(session, counts, posted)
    step = request.POST.get("step", "preview")
    mark = request.POST.get("mark", "")
    if posted is not None and form.is_valid() and step != "back":
        if step == "send":
            return _send(request, session, form, mark)
        context = {**_about(session), "form": form, "shown": _shown(session, form), "mark": new_mark(mark)}
        return render(request, "courses/planning/write_preview.html", context)
    context = {
        **_about(session),
        "form": form,
        "placeholders": [f"{{{name}}}" for name in flow.PLACEHOLDERS],
        "sent": session.messages.select_related("by").all(),
        "mark": new_mark(mark),
    }
    return render(request, "courses/planning/write.html", context, status=422 if form.errors else 200)


def _send(request: HttpRequest, session: WorkshopSession, form: WriteForm, mark: str) -> HttpResponse:
    if not is_first(request, mark):
        messages.warning(request, _("You have sent this message before. Nobody gets it twice."))
        return redirect("session_write", session.public_id)
    count = flow.write(
        public_id=session.public_id,
        group=form.cleaned_data["group"],
        words=form.words,
        by=person_of(request),
        at=timezone.now(),
    )
    said = ngettext("Sent to %(count)s person.", "Sent to %(count)s people.", count) % {"count": count}
    messages.success(request, said)
    return redirect("session_write", session.public_id)


def _shown(session: WorkshopSession, form: WriteForm) -> list[dict[str, Any]]:
    """The message in each language that it goes out in, and to how many."""
    words = form.words
    numbers = dict.fromkeys(words, 0)
    for booking in flow.people_of_group(session, form.cleaned_data["group"]):
        numbers[booking.mail_language if booking.mail_language in words else session.language] += 1
    found = []
    for code, said in words.items():
        subject, text, _html = flow.message(session, None, code, said)
        found.append({"language": code, "count": numbers[code], "subject": subject, "text": text})
    return found


def _about(session: WorkshopSession) -> dict[str, Any]:
    return {"session": session, "title": title_of(session, language())}
