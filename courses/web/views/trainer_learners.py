"""What a trainer gives to learners: another attempt to those who ask, and extra time."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.people.enums import Role
from academy.web import parking
from academy.web.access import role_required
from courses.attempts.errors import AttemptUnknown
from courses.attempts.models import ExtraTime
from courses.attempts.queries import desk
from courses.flows.mark_attempt import grant_attempt, set_extra_time
from courses.flows.submit_attempt import close_overdue
from courses.web.answers import language, person_of
from courses.web.trainer_forms import ExtraTimeForm, written

from .trainer import people_of


@role_required(Role.TRAINER)
@require_safe
def trainer_requests(request: HttpRequest) -> HttpResponse:
    """Who asked this trainer for another attempt, and how many are stuck without asking."""
    now = timezone.now()
    close_overdue(at=now)
    context = {
        "waiting": desk.requests_to(person_of(request), language()),
        "granted": desk.granted_by(person_of(request), language(), now),
        "stuck": desk.stuck(people_of(request), language()),
        "fewest": desk.FEWEST_COUNTED,
    }
    return render(request, "courses/trainer/requests.html", context)


@role_required(Role.TRAINER)
@require_POST
def trainer_grant(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give another attempt to somebody who asked this trainer."""
    try:
        granted = grant_attempt(public_id=request_id, by=person_of(request), at=timezone.now())
    except AttemptUnknown as why:
        raise Http404 from why
    if granted is None:
        messages.warning(request, _("You gave this attempt before. Nothing was changed."))
    else:
        who = granted.person.get_full_name()
        messages.success(request, _("%(who)s has another attempt and is told by mail.") % {"who": who})
    return redirect("trainer_requests")


@role_required(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def trainer_extra_time(request: HttpRequest) -> HttpResponse:
    """Factors on people's time limits: those that this trainer set, and a form for one more."""
    people = people_of(request)
    mine = desk.extra_times_of(person_of(request), people)
    form = ExtraTimeForm(people, language(), _posted(request, mine) or parking.kept(request))
    if request.method == "POST" and form.is_valid():
        factor: Decimal = form.cleaned_data["factor"]
        moved = set_extra_time(person=form.person, factor=factor, by=person_of(request), at=timezone.now())
        parking.forget(request)
        messages.success(request, _said(form.person.get_full_name(), factor, moved))
        return redirect("trainer_extra_time")
    rows = [(row, written(row.factor, language())) for row in mine]
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/trainer/extra_time.html", {"form": form, "rows": rows}, status=status)


def _posted(request: HttpRequest, mine: list[ExtraTime]) -> QueryDict | None:
    """What was posted; the forms of the list name a person instead of an address, and may take a factor away."""
    if request.method != "POST":
        return None
    posted = request.POST.copy()
    if "person" in posted:
        of_them = [row.person.email for row in mine if str(row.person.public_id) == posted["person"]]
        posted["email"] = of_them[0] if of_them else ""
    if "take_away" in posted:
        posted["factor"] = "1"
    return posted


def _said(who: str, factor: Decimal, moved: int) -> str:
    """What was done, and how many deadlines moved with it."""
    if factor == 1:
        said = _("%(who)s has no extra time any more.") % {"who": who}
    else:
        said = _("Time limits of %(who)s are multiplied by %(factor)s.") % {
            "who": who,
            "factor": written(factor, language()),
        }
    if not moved:
        return said
    deadlines = ngettext("%(count)s running deadline has moved.", "%(count)s running deadlines have moved.", moved) % {
        "count": moved
    }
    return f"{said} {deadlines}"
