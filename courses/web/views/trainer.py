"""A trainer's desk: what waits, the queue of answers to mark, and one attempt to be marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from academy.kernel.documents import DocumentKind
from academy.people.enums import Role
from academy.web import parking
from academy.web.access import role_required
from courses.attempts.access import people_of_trainer
from courses.attempts.enums import AttemptState
from courses.attempts.errors import AttemptUnknown, NotMarkedYet, SubmittedAlready
from courses.attempts.models import Mark, QuizAttempt
from courses.attempts.queries import desk
from courses.enrolments.errors import Refused
from courses.flows.mark_attempt import give_back, save_mark
from courses.flows.submit_attempt import close_overdue
from courses.web.answers import language, person_of, refuse
from courses.web.attempt_pages import document_of, pictures_of
from courses.web.trainer_forms import MarkForm

ROWS = 30
GIVEN_BACK_BEFORE = gettext_lazy("This was given back to the learner before. Nothing was changed.")


@dataclass(frozen=True)
class ToMark:
    """An open answer with its form; `clashing`: a colleague's draft that came while this page was open."""

    answer: desk.OpenAnswer
    form: MarkForm | None
    clashing: Mark | None


@role_required(Role.TRAINER)
@require_safe
def trainer_home(request: HttpRequest) -> HttpResponse:
    """What waits for this trainer."""
    now = timezone.now()
    close_overdue(at=now)
    people = people_of(request)
    waiting = desk.quizzes_to_mark(people, language())
    context = {
        "to_mark": sum(quiz.count for quiz in waiting),
        "oldest": min((quiz.oldest for quiz in waiting), default=None),
        "requests": desk.requests_count(person_of(request)),
        "extra_times": len(desk.extra_times_of(person_of(request), people)),
    }
    return render(request, "courses/trainer/home.html", context)


@role_required(Role.TRAINER)
@require_safe
def trainer_marking(request: HttpRequest) -> HttpResponse:
    """Attempts that wait to be marked, the oldest first, of all quizzes or of one (`?quiz=`)."""
    close_overdue(at=timezone.now())
    people = people_of(request)
    quizzes = desk.quizzes_to_mark(people, language())
    chosen = next((quiz for quiz in quizzes if str(quiz.key) == request.GET.get("quiz")), None)
    found = desk.to_mark(people)
    page = Paginator(found.filter(quiz__key=chosen.key) if chosen else found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": desk.waiting_rows(page.object_list, language()),
        "quizzes": quizzes,
        "chosen": chosen,
        "query": f"quiz={chosen.key}&" if chosen else "",
    }
    return render(request, "courses/trainer/marking.html", context)


@role_required(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def trainer_mark(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """The open answers of one attempt. POST: keep what is said as a draft, or give all back to the learner."""
    found = _attempt_or_404(request, attempt)
    if found.state != AttemptState.MARKING:
        return _given_back_before(request)
    marking = desk.marking_of(found, language())
    posted = request.POST if request.method == "POST" else parking.kept(request)
    forms = [MarkForm(answer, language(), posted) for answer in marking.answers if answer.is_answered]
    is_clash = False
    if request.method == "POST":
        is_clash = _is_clash(request, marking, forms)
        answer = None if is_clash else _post(request, found, forms)
        if answer is not None:
            return answer
    context = {
        **_named(found),
        "attempt": found,
        "marking": marking,
        "forms": forms,
        "error_count": sum(len(errors) for form in forms for errors in form.errors.values()),
        "answers": _beside(marking, forms, is_clash, request.user.pk),
        "is_clash": is_clash,
        "was_kept": posted is not None and request.method != "POST",
        "pictures": pictures_of(answer.question for answer in marking.answers),
        "has_names_hidden": desk.is_anonymous(found),
    }
    return render(request, "courses/trainer/mark.html", context, status=422 if request.method == "POST" else 200)


@role_required(Role.TRAINER)
@require_safe
def trainer_document(request: HttpRequest, attempt: UUID, number: int) -> HttpResponseBase:
    """A document that was handed in, to be kept and opened by the trainer's own programs, never by the browser."""
    found = _attempt_or_404(request, attempt)
    document = document_of(found, number)
    if document is None:
        raise Http404
    name = document.name
    if desk.is_anonymous(found):
        name = f"{desk.pseudonym(found)}-{number}.{document.kind}"
    kind = DocumentKind(document.kind).content_type
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def people_of(request: HttpRequest) -> Q:
    """Whom the trainer trains, as a condition on people."""
    return people_of_trainer(request.user) or Q(pk__in=[])


def _post(request: HttpRequest, attempt: QuizAttempt, forms: list[MarkForm]) -> HttpResponse | None:
    """Keep what is valid, and give back if that was asked for and all is said; None: the page has to be shown again."""
    is_back = request.POST.get("go") == "give_back"
    try:
        for form in forms:
            if form.is_valid() and form.is_changed:
                save_mark(
                    public_id=attempt.public_id,
                    number=form.answer.question.number,
                    content=form.content,
                    feedback=form.feedback,
                    by=person_of(request),
                    at=timezone.now(),
                )
            if is_back:
                form.ask_for_all()
        if any(form.errors for form in forms):
            return None
        if is_back:
            give_back(public_id=attempt.public_id, by=person_of(request), at=timezone.now())
    except SubmittedAlready:
        return _given_back_before(request)
    except AttemptUnknown as why:
        raise Http404 from why
    except NotMarkedYet:
        # A colleague has taken something out of a draft meanwhile.
        messages.warning(request, _("Something is not marked any more: a colleague has changed a draft. Look again."))
        return redirect("trainer_mark", attempt=attempt.public_id)
    except Refused as why:
        return refuse(request, why, request.path)
    parking.forget(request)
    if not is_back:
        messages.success(request, _("Your draft is kept. The learner sees nothing of it yet."))
        return redirect("trainer_mark", attempt=attempt.public_id)
    said = _("Given back. The learner is told by mail.")
    if not desk.is_anonymous(attempt):
        said = _("Given back. %(who)s is told by mail.") % {"who": attempt.person.get_full_name()}
    messages.success(request, said)
    return redirect("trainer_marking")


def _is_clash(request: HttpRequest, marking: desk.Marking, forms: list[MarkForm]) -> bool:
    """Whether a colleague kept a draft since this page was loaded that the posted one would silently replace."""
    if request.POST.get("seen", "") == marking.version:
        return False
    theirs = [form for form in forms if form.answer.mark is not None and form.answer.mark.by_id != request.user.pk]
    return any(form.is_valid() and form.is_changed for form in theirs)


def _beside(marking: desk.Marking, forms: list[MarkForm], is_clash: bool, me: int | None) -> list[ToMark]:
    """Each open answer with its form; one that was not answered has none."""
    by_number = {form.answer.question.number: form for form in forms}
    return [
        ToMark(
            answer=answer,
            form=by_number.get(answer.question.number),
            clashing=answer.mark if is_clash and answer.mark is not None and answer.mark.by_id != me else None,
        )
        for answer in marking.answers
    ]


def _named(attempt: QuizAttempt) -> dict[str, Any]:
    """Title, and who: a name, or what stands for it where names are hidden."""
    who = attempt.person.get_full_name()
    if desk.is_anonymous(attempt):
        who = _("Answer %(number)s") % {"number": desk.pseudonym(attempt)}
    return {"title": desk.attempt_title(attempt, language()), "who": who}


def _attempt_or_404(request: HttpRequest, public_id: UUID) -> QuizAttempt:
    """An attempt of somebody whom the trainer trains; others do not exist for them."""
    found = desk.attempt_of_people(people_of(request), public_id)
    if found is None:
        raise Http404
    return found


def _given_back_before(request: HttpRequest) -> HttpResponse:
    """Somebody was quicker."""
    messages.warning(request, GIVEN_BACK_BEFORE)
    return redirect("trainer_marking")
