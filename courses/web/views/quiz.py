"""Answering a quiz: one question a page, the check, handing in. Nothing about right answers before that."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.kernel.documents import DocumentRefused
from academy.web import parking
from academy.web.access import signed_in
from courses.attempts.enums import Purpose
from courses.attempts.errors import AttemptUnknown, BadAnswer, DocumentMissing, NoMoreTime, SubmittedAlready, TimeOver
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import (
    answers_by_number,
    frozen_question,
    frozen_questions,
    given_words,
    is_running,
    practised,
    question_count,
    show,
)
from courses.attempts.rules import Saved
from courses.enrolments.errors import Refused
from courses.flows.submit_attempt import (
    close_overdue,
    extend_time,
    keep_document,
    remove_document,
    save_answer,
    submit_attempt,
)
from courses.progress.models import Place
from courses.progress.rules import see
from courses.web.answers import language, person_of, refuse
from courses.web.attempt_pages import (
    close_if_over,
    document_of,
    frame_of,
    own_or_404,
    pictures_of,
    template_of,
    time_of,
)
from courses.web.forms import CertificateNameForm
from courses.web.learner import place_in_attempt
from curriculum.quizzes.words import write_number

# The field that says that a form takes a document: without a file it has nothing to save.
TAKES_DOCUMENT = "takes_document"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_question(request: HttpRequest, attempt: UUID, number: int) -> HttpResponse:
    """One question. A post keeps the answer and goes on, back, to the check, or stays; nothing chosen leaves it open.

    A script saves by the same post and is answered with JSON. Neither says what is right.
    """
    at = timezone.now()
    if request.method == "POST":
        return _save(request, attempt, number, at)
    own = own_or_404(request, attempt)
    if not 1 <= number <= question_count(own):
        raise Http404
    if not own.is_open or close_if_over(request, own, at):
        return _not_open(request, own)
    return _question_page(request, own, number, at, posted=parking.kept(request))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_check(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """All answers, and the name on the certificate where one is to be had, before handing in. POST: hand in."""
    at = timezone.now()
    own = own_or_404(request, attempt)
    if not own.is_open or (request.method != "POST" and close_if_over(request, own, at)):
        return _not_open(request, own)
    typed = request.POST if request.method == "POST" else parking.kept(request)
    form = CertificateNameForm(typed, initial={"certificate_name": person_of(request).name_for_certificate})
    # What came too late is handed in by the clock, whatever stands in the form.
    if request.method == "POST" and (not own.counts or own.is_over(at) or form.is_valid()):
        name = form.cleaned_data.get("certificate_name", "") if own.counts and form.is_valid() else ""
        try:
            submit_attempt(
                person=person_of(request), public_id=attempt, by=person_of(request), at=at, certificate_name=name
            )
        except Refused as why:
            return refuse(request, why, reverse("quiz_result", args=[attempt]))
        return redirect("quiz_result", attempt=attempt)
    answers = answers_by_number(own)
    rows: list[dict[str, Any]] = []
    for number, frozen in enumerate(frozen_questions(own), 1):
        answer = answers.get(number)
        given = given_words(own, number, frozen, answer, language())
        rows.append({"question": show(own, number, frozen, answer, language()), "given": given})
    frame = frame_of(own)
    context = {
        "attempt": own,
        "title": frame.title,
        "crumbs": frame.crumbs(_("Check your answers")),
        "form": form if own.counts else None,
        "rows": rows,
        "open": [row["question"].number for row in rows if not row["question"].is_answered],
        "time": time_of(own, at),
        "is_running": is_running(own),
    }
    return render(request, "courses/quiz_check.html", context)


@signed_in
@require_POST
def quiz_extend(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Take more time, then go on where one was."""
    at = timezone.now()
    own = own_or_404(request, attempt)
    try:
        extend_time(person=person_of(request), public_id=attempt, by=person_of(request), at=at)
    except (SubmittedAlready, TimeOver) as why:
        return _over(request, attempt, at, why)
    except Refused as why:
        return refuse(request, why, place_in_attempt(own))
    messages.success(request, _("You have more time now."))
    if request.POST.get("from") == "check":
        return redirect("quiz_check", attempt=attempt)
    return redirect(place_in_attempt(own))


@signed_in
@require_safe
def quiz_document(request: HttpRequest, attempt: UUID, number: int) -> HttpResponseBase:
    """The person's own document, as a download and never shown inside a page."""
    own = own_or_404(request, attempt)
    document = document_of(own, number)
    if document is None:
        raise Http404
    response = FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _save(request: HttpRequest, public_id: UUID, number: int, at: datetime) -> HttpResponse:
    """Keep what was posted. Nothing is read beforehand: this happens at every answer."""
    try:
        if request.POST.get("go") == "extend":
            _extend(request, public_id, at)
        saved = _keep(request, public_id, number, at)
    except AttemptUnknown as why:
        raise Http404 from why
    except (SubmittedAlready, TimeOver) as why:
        return _over(request, public_id, at, why)
    except (BadAnswer, DocumentMissing, DocumentRefused) as why:
        return _bad(request, public_id, number, at, why)
    except Refused as why:
        if _is_script(request):
            return JsonResponse({"error": str(why), "field": ""}, status=409)
        return refuse(request, why, reverse("quiz_question", args=[public_id, number]))
    if _is_script(request):
        return _saved_json(saved)
    parking.forget(request)
    return redirect(_next_page(saved.attempt, number, request.POST.get("go", "next")))


def _extend(request: HttpRequest, public_id: UUID, at: datetime) -> None:
    """Take more time; where there is none to take that is said, and what was typed is saved all the same."""
    try:
        extend_time(person=person_of(request), public_id=public_id, by=person_of(request), at=at)
    except NoMoreTime as why:
        messages.warning(request, str(why))


def _keep(request: HttpRequest, public_id: UUID, number: int, at: datetime) -> Saved:
    """The answer or document that was posted, by the flow for it. Raises what the flows raise."""
    person: Any = person_of(request)
    common: dict[str, Any] = {"person": person, "public_id": public_id, "number": number, "by": person, "at": at}
    if "remove" in request.POST:
        saved = remove_document(posted=request.POST, **common)
        messages.success(request, _("The document was taken back."))
        return saved
    if TAKES_DOCUMENT in request.POST or "file" in request.FILES:
        file = request.FILES.get("file")
        if file is None and request.POST.get("go") != "stay":
            return _unchanged(request, public_id, at)
        saved = keep_document(file=file, posted=request.POST, **common)
        messages.success(request, _("The document was received."))
        return saved
    return save_answer(posted=request.POST, language=language(), **common)


def _unchanged(request: HttpRequest, public_id: UUID, at: datetime) -> Saved:
    """Nothing to keep: only going on. Raises SubmittedAlready, TimeOver."""
    own = own_or_404(request, public_id)
    if not own.is_open:
        raise SubmittedAlready
    if own.is_over(at):
        raise TimeOver
    return Saved(own, None)


def _question_page(
    request: HttpRequest,
    own: QuizAttempt,
    number: int,
    at: datetime,
    *,
    posted: Any = None,
    error: dict[str, str] | None = None,
) -> HttpResponse:
    row = frozen_question(own, number)
    if row is None:
        raise Http404
    answers = answers_by_number(own)
    answer = answers.get(number)
    question = show(own, number, row.content, answer, language(), posted)
    count = question_count(own)
    if error is None:
        _see(request, own)
    frame = frame_of(own)
    is_practice = own.purpose == Purpose.PRACTICE
    result = practised(own, number, row.content, answer, language()) if is_practice and answer and not error else None
    context = {
        "attempt": own,
        "title": frame.title,
        "crumbs": frame.crumbs(),
        "question": question,
        "number": number,
        "count": count,
        "answered": len(answers),
        "map": [(n, n in answers) for n in range(1, count + 1)],
        "was_kept": posted is not None and error is None,
        "error": error,
        "is_running": is_running(own),
        "is_practice": is_practice,
        "result": result,
        "time": time_of(own, at),
        "pictures": pictures_of([question]),
        "template": template_of(question),
    }
    return render(request, "courses/quiz_question.html", context, status=422 if error else 200)


def _bad(
    request: HttpRequest, public_id: UUID, number: int, at: datetime, why: BadAnswer | DocumentMissing | DocumentRefused
) -> HttpResponse:
    """What was posted is no answer: the page again with all that was typed, and the message on its field."""
    field = why.field if isinstance(why, BadAnswer) else "file"
    words = str(why.message if isinstance(why, DocumentRefused) else why)
    if _is_script(request):
        return JsonResponse({"error": words, "field": field}, status=422)
    own = own_or_404(request, public_id)
    return _question_page(request, own, number, at, posted=request.POST, error={"field": field, "words": words})


def _over(request: HttpRequest, public_id: UUID, at: datetime, why: Refused) -> HttpResponse:
    """Too late: the attempt is closed, by whoever looks first, and the result says why."""
    if isinstance(why, TimeOver):
        close_overdue(at=at, person=person_of(request))
    elif own_or_404(request, public_id).by_clock:
        why = TimeOver()
    address = reverse("quiz_result", args=[public_id])
    if _is_script(request):
        messages.warning(request, str(why))
        return JsonResponse({"over": address}, status=409)
    return refuse(request, why, address)


def _not_open(request: HttpRequest, own: QuizAttempt) -> HttpResponse:
    """A page of an attempt that was handed in: to its result, and after a post the reason."""
    if request.method == "POST":
        messages.warning(request, str(TimeOver() if own.by_clock else SubmittedAlready()))
    return redirect("quiz_result", attempt=own.public_id)


def _saved_json(saved: Saved) -> JsonResponse:
    """What a script needs to know of an answer that was kept; whether it is right is not among it."""
    until = saved.attempt.deadline_at
    body: dict[str, Any] = {"until": int(until.timestamp() * 1000) if until is not None else None}
    if saved.answer is None:
        return JsonResponse({**body, "saved": "", "words": _("Nothing is saved for this question.")})
    time = date_format(timezone.localtime(saved.answer.saved_at), "H:i")
    body |= {"saved": time, "words": _("Saved %(time)s.") % {"time": time}}
    value = saved.answer.value
    if isinstance(value, dict) and set(value) == {"typed", "number"}:
        body["read"] = _("Read as %(number)s.") % {"number": write_number(Decimal(value["number"]), language())}
    return JsonResponse(body)


def _is_script(request: HttpRequest) -> bool:
    """Whether the answer was sent in the background."""
    if request.headers.get("X-Requested-With") == "fetch":
        return True
    return request.accepts("application/json") and not request.accepts("text/html")


def _next_page(own: QuizAttempt, number: int, go: str) -> str:
    """Where to after saving: the question before, the check, or the next one (after the last: the check)."""
    if go in ("stay", "extend"):
        # In practice the feedback stands there: the browser goes to it.
        said = "#said-section" if own.purpose == Purpose.PRACTICE else ""
        return reverse("quiz_question", args=[own.public_id, number]) + said
    if go == "back" and number > 1:
        return reverse("quiz_question", args=[own.public_id, number - 1])
    if go == "check" or number >= question_count(own):
        return reverse("quiz_check", args=[own.public_id])
    return reverse("quiz_question", args=[own.public_id, number + 1])


def _see(request: HttpRequest, own: QuizAttempt) -> None:
    """Continue leads to the quiz from now on."""
    if not own.counts or own.enrolment is None or not own.enrolment.is_running:
        return
    place = Place.objects.filter(person=person_of(request), course_id=own.placement_id).first()
    see(person=person_of(request), course_id=own.placement_id, item_id=own.quiz_id, place=place, at=timezone.now())
