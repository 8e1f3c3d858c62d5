"""A learner's own pages, and where each role lands after signing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from academy.people.access import roles_of
from academy.people.enums import Role
from academy.web.access import signed_in
from courses.attempts.queries import next_number
from courses.certificates.models import Certificate
from courses.certificates.queries import course_title, is_expired, of_person
from courses.flows.submit_attempt import close_overdue
from courses.reports.queries import CourseRow, courses_of, interests_of, today_for
from courses.web.answers import language, person_of
from curriculum.lessons.outline import QuizRow


@dataclass(frozen=True)
class GoesOn:
    """A course on My learning and the address where it goes on."""

    row: CourseRow
    url: str
    number: int = 0

    @property
    def is_quiz(self) -> bool:
        """Whether it goes on in the quiz."""
        return isinstance(self.row.part, QuizRow)


@signed_in
@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    """Continue at the exact place, what is due, courses, certificates. A fixed number of queries."""
    rows, at = courses_of(person_of(request), language(), today_for(person_of(request))), timezone.now()
    if any(row.attempt is not None and row.attempt.is_over(at) for row in rows):
        # An attempt whose time is over is closed by whoever looks first, whether a worker runs or not.
        close_overdue(at=at, person=person_of(request))
        rows = courses_of(person_of(request), language(), today_for(person_of(request)))
    cards = [_goes_on(row) for row in rows]
    running = [card for card in cards if card.row.enrolment.is_running]
    goes_on = next((card for card in running if card.url), None)
    context = {
        "goes_on": goes_on,
        "due": sorted(
            (card for card in running if card.row.has_due_date), key=lambda card: str(card.row.enrolment.due_on)
        ),
        "running": running,
        "completed": [card for card in cards if not card.row.enrolment.is_running],
        "interests": interests_of(person_of(request), language()),
        "certificates": _shown(of_person(person_of(request))[:4]),
    }
    return render(request, "courses/my_learning.html", context)


@signed_in
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    """All certificates of the person, newest first."""
    return render(request, "courses/my_certificates.html", {"certificates": _shown(of_person(person_of(request)))})


@signed_in
@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Each role's own front door, in the person's language."""
    roles = roles_of(person_of(request))
    with translation.override(person_of(request).language):
        if roles & {Role.MANAGER, Role.DEPUTY}:
            return redirect("my_team")
        if Role.TRAINER in roles:
            return redirect("my_workshops")
        if person_of(request).has_perm("wagtailadmin.access_admin"):
            return redirect("wagtailadmin_home")
        return redirect("my_learning")


@dataclass(frozen=True)
class CertificateShown:
    """A certificate in a list."""

    certificate: Certificate
    title: str
    title_language: str
    state: str


def _shown(certificates: Iterable[Certificate]) -> list[CertificateShown]:
    found = []
    for certificate in certificates:
        words = course_title(certificate, language())
        state = "expired" if certificate.status == "valid" and is_expired(certificate) else certificate.status
        found.append(CertificateShown(certificate, words.text, words.lang, state))
    return found


def _goes_on(row: CourseRow) -> GoesOn:
    """The address where a course goes on: a lesson, a question of the open attempt, or the quiz's start page."""
    if row.part is None or row.outline is None:
        return GoesOn(row, row.outline.url if row.outline is not None and row.enrolment.is_running else "")
    if not isinstance(row.part, QuizRow):
        return GoesOn(row, row.part.url)
    if row.attempt is None:
        return GoesOn(row, reverse("quiz_start", args=[row.outline.key]))
    number = next_number(row.attempt, {answer.number: answer for answer in row.attempt.answers.all()})
    if number:
        return GoesOn(row, reverse("quiz_question", args=[row.attempt.public_id, number]), number)
    return GoesOn(row, reverse("quiz_check", args=[row.attempt.public_id]))
