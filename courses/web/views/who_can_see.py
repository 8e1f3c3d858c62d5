"""What others see of one's learning, and who looked: for the person who is signed in."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.web.access import person_of, signed_in
from courses.reports.visibility import looks_at, places

ROWS = 30


@signed_in
@never_cache
@require_safe
def who_can_see(request: HttpRequest) -> HttpResponse:
    """By organisation: who, and what; then the log of looks."""
    person, today = person_of(request), timezone.localdate()
    found, everywhere = places(person, today)
    page = Paginator(looks_at(person, today), ROWS).get_page(request.GET.get("page"))
    context = {"places": found, "everywhere": everywhere, "page_obj": page, "today": today}
    return render(request, "courses/visibility/who_can_see.html", context)
