"""What managers of an organisation see: its rules without anybody's data, and the switches of who administrates it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from academy.people.enums import Wider
from academy.people.errors import WiderAlready
from academy.people.models import WiderView
from academy.web import parking
from academy.web.access import person_of, signed_in
from courses.flows.widen_view import narrow, widen
from courses.reports.visibility import wider_views_of
from courses.web.organisation_doors import reader_or_404
from courses.web.visibility_forms import WidenForm


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_privacy(request: HttpRequest, slug: str) -> HttpResponse:
    """For whoever works there; who administrates it may show managers more, with a reason."""
    now = timezone.now()
    organisation, may_change = reader_or_404(person_of(request), slug, now)
    if request.method == "POST" and not may_change:
        raise Http404
    views = wider_views_of(organisation)
    shown = {view.what for view in views if view.ended_at is None}
    closed = [each for each in Wider if each not in shown]
    posted = request.POST if request.method == "POST" else None
    form = WidenForm(posted or parking.kept(request) or None, closed=closed)
    if posted is not None and form.is_valid():
        parking.forget(request)
        asked = form.cleaned_data
        try:
            widen(
                organisation=organisation,
                what=Wider(asked["what"]),
                reason=asked["reason"],
                by=person_of(request),
                at=now,
            )
        except WiderAlready:
            messages.warning(request, _("Managers are shown this already. Nothing was changed."))
        else:
            messages.success(request, _("Managers see it from now on. Everybody who works there is told."))
        return redirect("organisation_privacy", organisation.slug)
    context = {
        "organisation": organisation,
        "may_change": may_change,
        "open_views": [view for view in views if view.ended_at is None],
        "past_views": [view for view in views if view.ended_at is not None],
        "form": form if may_change and closed else None,
        "has_errors": posted is not None,
        "today": timezone.localdate(now),
    }
    return render(request, "courses/visibility/organisation.html", context, status=422 if posted is not None else 200)


@signed_in
@require_POST
def close_wider_view(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """Show it to managers no more."""
    now = timezone.now()
    organisation, may_change = reader_or_404(person_of(request), slug, now)
    if not may_change or what not in Wider.values:
        raise Http404
    view = WiderView.objects.filter(organisation=organisation, what=what, ended_at=None).first()
    if view is not None and narrow(view=view, by=person_of(request), at=now):
        messages.success(request, _("Managers see it no more."))
    else:
        messages.warning(request, _("Managers were not shown this. Nothing was changed."))
    return redirect("organisation_privacy", organisation.slug)
