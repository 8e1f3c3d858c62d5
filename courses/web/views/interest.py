"""Being told when a workshop has a date."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.web.access import signed_in
from academy.web.answers import go_to
from courses.booking.errors import SessionUnknown
from courses.booking.queries.sessions import formats
from courses.booking.rules import wishes
from courses.web.answers import language, person_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def workshop_interest(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask to be told of a date, or (`undo`) take that back; then the workshop's page."""
    row = formats(language()).get(key)
    if row is None:
        raise Http404
    address = row.url or reverse("my_learning")
    if request.method != "POST":
        return go_to(request, address)
    if "undo" in request.POST:
        wishes.want_no_more(person=person_of(request), item_key=key)
        messages.success(request, _("We will not write to you about dates of this workshop."))
        return go_to(request, address)
    try:
        wishes.want(person=person_of(request), item_key=key, at=timezone.now())
    except SessionUnknown as why:
        raise Http404 from why
    messages.success(request, _("We will write to you once, when this workshop has a date."))
    return go_to(request, address)
