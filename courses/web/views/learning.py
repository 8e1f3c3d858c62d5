"""A learner's own pages, and where each role lands after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from academy.people.access import LEADERS, roles_of
from academy.people.enums import Role
from academy.web.access import signed_in
from courses.flows.submit_attempt import close_overdue
from courses.web.answers import person_of
from courses.web.learning_page import learning_context


@signed_in
@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    """Continue at the exact place, what is due, paths, courses, what was earned. A fixed number of queries."""
    person, at = person_of(request), timezone.now()
    context = learning_context(person, at)
    if any(card.row.attempt is not None and card.row.attempt.is_over(at) for card in context["cards"]):
        # An attempt whose time is over is closed by whoever looks first, whether a worker runs or not.
        close_overdue(at=at, person=person)
        context = learning_context(person, at)
    return render(request, "courses/my_learning.html", context)


@signed_in
@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Each role's own front door, in the person's language."""
    roles = roles_of(person_of(request))
    with translation.override(person_of(request).language):
        if roles & set(LEADERS):
            return redirect("my_team")
        if Role.TRAINER in roles:
            return redirect("my_workshops")
        if person_of(request).has_perm("wagtailadmin.access_admin"):
            return redirect("wagtailadmin_home")
        return redirect("my_learning")
