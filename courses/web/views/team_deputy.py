"""Who stands in for a manager: named for a unit until a day, with the same view and the same say; ended at any time."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import RoleGrant, User
from academy.templatetags.academy import day
from academy.web import parking
from courses.booking.queries.teams import Member, people_of
from courses.web.answers import person_of
from courses.web.assign_forms import DeputyForm
from courses.web.team_doors import Reach, form_methods, names_deputies, reach_of

MOST_IN_LIST = 200


@names_deputies
@form_methods
def team_deputy(request: HttpRequest) -> HttpResponse:
    """Name a deputy, see who is one, end it."""
    reach = reach_of(request, (Role.MANAGER,))
    grants = _grants(reach)
    if request.method == "POST" and "end" in request.POST:
        return _end(request, grants)
    data = request.POST if request.method == "POST" else parking.kept(request)
    form = DeputyForm(data, reach=reach, members=_members(reach))
    if request.method == "POST" and form.is_valid() and form.person is not None:
        _name(request, reach, form, form.person)
        return redirect(f"{request.path}?organisation={reach.organisation.slug}")
    context = {"form": form, "reach": reach, "grants": grants}
    return render(request, "courses/assign/deputy.html", context, status=422 if request.method == "POST" else 200)


def _name(request: HttpRequest, reach: Reach, form: DeputyForm, person: User) -> None:
    """Whoever is the unit's deputy already has another last day."""
    until, at = form.cleaned_data["until_day"], timezone.now()
    held = [grant for grant in _grants(reach) if grant.person_id == person.pk and grant.unit_id == form.unit.pk]
    if held:
        rules.end_role(grant=held[0], last_day=until, by=person_of(request), at=at)
    else:
        rules.grant_role(
            person=person,
            role=Role.DEPUTY,
            unit=form.unit,
            from_day=min(timezone.localdate(at), reach.today),
            until_day=until,
            by=person_of(request),
            at=at,
        )
    parking.forget(request)
    words = _("%(who)s stands in for you until %(day)s.")
    messages.success(request, words % {"who": person.get_full_name(), "day": day(until)})


def _end(request: HttpRequest, grants: list[RoleGrant]) -> HttpResponse:
    """From now on: yesterday was the last day."""
    found = next((grant for grant in grants if str(grant.pk) == request.POST["end"]), None)
    if found is None:
        messages.warning(request, _("This has ended already. Nothing was changed."))
    else:
        yesterday = timezone.localdate() - timedelta(days=1)
        rules.end_role(grant=found, last_day=yesterday, by=person_of(request), at=timezone.now())
        words = _("%(who)s does not stand in for you any more.")
        messages.success(request, words % {"who": found.person.get_full_name()})
    return redirect(request.get_full_path())


def _grants(reach: Reach) -> list[RoleGrant]:
    """Deputies of one's units, now or from a day on, the first to end first. One query."""
    rows = RoleGrant.objects.filter(role=Role.DEPUTY, unit__in=reach.unit_ids).select_related("person", "unit")
    return [
        grant
        for grant in rows.order_by("until_day", "person__display_name", "pk")
        if grant.until_day is None or grant.until_day >= timezone.localdate()
    ]


def _members(reach: Reach) -> list[Member]:
    """Who can be chosen from the list: one's own people, where they are not too many."""
    if reach.people()[: MOST_IN_LIST + 1].count() > MOST_IN_LIST:
        return []
    return people_of(reach.unit_ids, reach.today, besides=reach.leader)
