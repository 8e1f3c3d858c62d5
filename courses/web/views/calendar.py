"""Calendars that people read: the public one as list and month, one's own, and the address of one's own feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from academy.web.access import public, signed_in
from courses.booking.models import CalendarFeed
from courses.booking.queries import calendar
from courses.booking.queries.calendar import Month
from courses.booking.queries.mine import Mine, my_meetings
from courses.booking.rules import wishes
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import due_state
from courses.reports.queries import today_for
from courses.web.answers import language, person_of
from courses.web.calendar_forms import CalendarForm
from curriculum.lessons.outline import CourseOutline, course_outline

PER_PAGE = 30
# A Monday, for the names of the days.
MONDAY = date(2024, 1, 1)


@public
@require_safe
def workshop_calendar(request: HttpRequest) -> HttpResponse:
    """All dates that are public, as a list or as a month: the same dates for the same filters."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = CalendarForm(request.GET, language(), now)
    is_month = request.GET.get("view") == "month"
    month = _month_asked(request.GET.get("month", ""), today)
    if is_month and month is None:
        month = calendar.month_at(today.replace(day=1), today)
    meetings = calendar.meetings_of(form.filters, now, month.first if month else None)
    name = f"{month.first:%Y-%m}" if month else ""
    context: dict[str, Any] = {
        "form": form,
        "month": month,
        "is_month": is_month,
        "month_name": name,
        "zone": timezone.get_current_timezone_name(),
        "count": meetings.order_by().values("session_id").distinct().count(),
        "is_narrowed": bool(form.chosen),
        "list_query": form.query(month=name),
        "month_query": form.query(view="month", month=name),
        "coming_query": form.query(),
        "all_query": "view=month" if is_month else "",
        "previous_query": _query_of(form, is_month, month.previous if month else None),
        "next_query": _query_of(form, is_month, month.next if month else None),
        "feed": _addresses(f"{reverse('public_ics')}?{form.feed_query(language())}"),
    }
    if is_month and month is not None:
        found = calendar.entries(calendar.with_dates(meetings), language(), now)
        context["weeks"] = calendar.weeks_of(month.first, found, today)
        context["weekdays"] = [MONDAY + timedelta(days=n) for n in range(7)]
    else:
        page = Paginator(calendar.with_dates(meetings), PER_PAGE).get_page(request.GET.get("page"))
        context["page_obj"] = page
        context["months"] = calendar.by_month(calendar.entries(page, language(), now))
        query = form.query(month=name)
        context["page_query"] = f"{query}&" if query else ""
    return render(request, "courses/calendar/calendar.html", context, status=422 if form.errors else 200)


def _month_asked(said: str, today: date) -> Month | None:
    """The month that an address asks for; None where it asks for none."""
    if not said:
        return None
    read = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", said)
    month = calendar.month_at(date(int(read[1]), int(read[2]), 1), today) if read and int(read[1]) else None
    if month is None:
        raise Http404
    return month


def _query_of(form: CalendarForm, is_month: bool, first: date | None) -> str:
    """The query of another month in the same view; empty where there is none."""
    return form.query(view="month" if is_month else "", month=f"{first:%Y-%m}") if first else ""


@dataclass(frozen=True)
class Addresses:
    """Where a calendar program fetches a feed: as a link that opens it, and as an address to be copied."""

    webcal: str
    plain: str


def _addresses(path: str) -> Addresses:
    plain = f"{settings.BASE_URL}{path}"
    return Addresses(f"webcal:{plain.removeprefix(urlsplit(plain).scheme + ':')}", plain)


@dataclass(frozen=True)
class DueRow:
    """A course that is due on a day."""

    day: date
    enrolment: Enrolment
    outline: CourseOutline | None
    due: Due


@signed_in
@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """One's own dates and due days, in order."""
    person, now = person_of(request), timezone.now()
    rows: list[Mine | DueRow] = [*_due_rows(request), *my_meetings(person, language(), now)]
    # The sort keeps what stands first: due days before the hours of the same day, and hours in their order.
    rows.sort(key=lambda row: row.day)
    months = [(first, list(of_it)) for first, of_it in groupby(rows, key=lambda row: row.day.replace(day=1))]
    return render(request, "courses/calendar/my_calendar.html", {"months": months})


def _due_rows(request: HttpRequest) -> Iterable[DueRow]:
    person = person_of(request)
    running = Enrolment.objects.filter(person=person, completed_at=None, left_at=None, due_on__isnull=False)
    today = today_for(person)
    for enrolment in running.select_related("item").order_by("due_on", "pk"):
        if enrolment.due_on is not None:
            outline = course_outline(enrolment.item.key, language())
            yield DueRow(enrolment.due_on, enrolment, outline, due_state(enrolment.due_on, None, today))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Make, replace or take back the address of one's own feed.

    A new address stands in the answer to the post itself: it is shown this once, and is kept nowhere to be shown again.
    """
    person = person_of(request)
    feed = None
    if request.method == "POST":
        if request.POST.get("go") == "revoke":
            wishes.revoke_feed(person=person)
            return redirect("calendar_feed")
        token = wishes.new_feed(person=person, at=timezone.now())
        feed = _addresses(reverse("feed_ics", args=[token]))
    made_at = CalendarFeed.objects.filter(person=person).values_list("made_at", flat=True).first()
    return render(request, "courses/calendar/feed.html", {"feed": feed, "made_at": made_at})
