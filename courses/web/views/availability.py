"""When a trainer gives no workshop: nobody can plan one for them then."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.people.enums import Role
from academy.web.access import role_required
from courses.booking.models import Unavailability
from courses.booking.rules import wishes
from courses.web.answers import person_of
from courses.web.desk_forms import UnavailableForm


@role_required(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def unavailable(request: HttpRequest) -> HttpResponse:
    """One's own times, and a form for another; `remove` takes one away."""
    person = person_of(request)
    rows = Unavailability.objects.filter(person=person, ends_at__gt=timezone.now())
    if request.method == "POST" and "remove" in request.POST:
        number = request.POST["remove"]
        if number.isascii() and number.isdigit() and len(number) < 18:
            wishes.remove_unavailable(person=person, pk=int(number))
        messages.success(request, _("You can be planned in this time again."))
        return redirect("unavailable")
    form = UnavailableForm(person.time_zone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.moments is not None:
        starts_at, ends_at = form.moments
        if not rows.filter(starts_at=starts_at, ends_at=ends_at).exists():
            wishes.add_unavailable(person=person, starts_at=starts_at, ends_at=ends_at)
        messages.success(request, _("Nobody can plan a date with you in this time."))
        return redirect("unavailable")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "rows": rows, "zone": person.time_zone}
    return render(request, "courses/planning/unavailable.html", context, status=status)
