"""Training from elsewhere, for whoever answers: who leads the person, or trainers where nobody does."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from academy.people.enums import Role
from academy.web import parking
from academy.web.access import role_required, signed_in
from courses.enrolments.errors import Refused
from courses.outside import rules
from courses.outside.access import can_decide, visible_to
from courses.outside.enums import TrainingState
from courses.outside.errors import ReasonMissing
from courses.outside.models import OutsideTraining
from courses.outside.queries import find
from courses.web.answers import person_of, refuse
from courses.web.outside_forms import AnswerForm

from .outside import competence_name

ON_A_PAGE = 30


@role_required(Role.MANAGER, Role.DEPUTY, Role.TRAINER, Role.PLATFORM_ADMIN)
@require_safe
def team_trainings(request: HttpRequest) -> HttpResponse:
    """Reports to answer, the oldest first; then those that were answered, the latest first, page by page."""
    found = visible_to(request.user).select_related("person", "decided_by")
    waiting = found.filter(state=TrainingState.WAITING).order_by("asked_at", "pk")
    page = Paginator(_answered(found), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/outside/team.html", {"waiting": waiting, "answered": page, "page_obj": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def team_training(request: HttpRequest, training: UUID) -> HttpResponse:
    """One report with its evidence: accept, or do not and say why.

    No role opens it: who may answer is a matter of the person who reported it.
    """
    found = find(training)
    if found is None or not can_decide(request.user, found):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted or parking.kept(request))
    if posted is not None and ("accept" in posted or ("refuse" in posted and form.is_valid())):
        try:
            said = _answer(request, found, form)
        except ReasonMissing as why:
            form.add_error("reason", str(why))
        except Refused as why:
            return refuse(request, why, request.path)
        else:
            parking.forget(request)
            messages.success(request, said)
            return redirect("team_trainings")
    context = {"training": found, "competence": competence_name(found), "form": form}
    return render(request, "courses/outside/answer.html", context, status=200 if posted is None else 422)


def _answer(request: HttpRequest, found: OutsideTraining, form: AnswerForm) -> str:
    """Accept it or not; what is said then. Raises what the rules raise."""
    who, by, at = found.person.get_full_name(), person_of(request), timezone.now()
    seen = request.POST.get("seen", "")
    if "accept" in request.POST:
        rules.accept(public_id=found.public_id, seen=seen, by=by, at=at)
        return _("Accepted. %(who)s is told by mail.") % {"who": who}
    reason = form.cleaned_data["reason"]
    rules.refuse(public_id=found.public_id, seen=seen, reason=reason, by=by, at=at)
    return _("Not accepted. %(who)s is told by mail.") % {"who": who}


def _answered(found: QuerySet[OutsideTraining]) -> QuerySet[OutsideTraining]:
    return found.exclude(state=TrainingState.WAITING).order_by("-decided_at", "-pk")
