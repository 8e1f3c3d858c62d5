"""What stands on a person's own page: where to go on, what is due, paths and courses, what was earned. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from academy.people.models import User
from courses.attempts.queries import next_number
from courses.certificates.enums import CertificateStatus, Renewal
from courses.certificates.queries import renewal_of, with_earlier
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import due_state, latest_of_each_course, rule_of
from courses.progress.queries import facts_about
from courses.reports.competences import reached
from courses.reports.queries import CourseRow, course_rows, interests_of, today_for
from courses.web.answers import language
from courses.web.certificate_cards import CertificateShown, shown_certificates
from courses.web.date_standing import dates_of
from courses.web.path_standing import PathLearner, by_key, known_of, shown_path
from courses.web.path_steps import keys_beforehand
from courses.web.required import Required, required_of
from curriculum.catalogue.queries import paths
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import QuizRow

# So long a certificate counts as recently earned, and an expired one is offered to be renewed.
RECENT = timedelta(days=60)
STILL_RENEWED = timedelta(days=90)
MOST_COMPETENCES = 5


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


@dataclass(frozen=True)
class PathCard:
    """A path on My learning; `courses` are those of its courses that the person takes, by key."""

    learner: PathLearner
    enrolment: Enrolment
    due: Due
    courses: dict[UUID, GoesOn]


@dataclass(frozen=True)
class DueRow:
    """A course or path with a due date."""

    title: str
    title_language: str
    url: str
    due: Due
    due_on: date
    row: CourseRow | None = None
    learner: PathLearner | None = None


@dataclass(frozen=True)
class RequiredRow:
    """Something required of the person, and where it begins or goes on."""

    required: Required
    url: str
    is_begun: bool = False
    course: CourseRow | None = None
    path: PathLearner | None = None


def learning_context(person: User, at: datetime) -> dict[str, Any]:
    """All that a person's own page shows, in the current language; read by support too. Changes nothing. The number of
    queries does not depend on how much there is."""
    today = today_for(person, at)
    enrolments = list(latest_of_each_course([person]))
    courses = [row for row in enrolments if row.item.kind == ItemKind.COURSE]
    cards = [_goes_on(row) for row in course_rows(person, courses, language(), today)]
    on_paths = [row for row in enrolments if row.item.kind == ItemKind.PATH]
    workshops = dates_of(person, at)
    bookings = {row.mine.session.item.key: str(row.mine.booking.state) for row in reversed(workshops.coming)}
    taken = _path_cards(person, [row for row in on_paths if row.is_running], cards, bookings, today)
    inside = {key for card in taken for key in card.courses}
    running = [card for card in cards if card.row.enrolment.is_running]
    certificates = _certificates(person, today)
    again = {enrolment.item_id for enrolment in enrolments if enrolment.is_running}
    goes_on = next((card for card in running if card.url), None)
    required = [_required(row, running, taken) for row in required_of(person, at)]
    wanted = {row.required.duty.item_id for row in required}
    return {
        "cards": cards,
        "goes_on": goes_on,
        "path_goes_on": None if goes_on else next((card for card in taken if card.learner.goes_on_at), None),
        "required": required,
        # What the person has to do by a day that no organisation set.
        "due": _due(
            [card for card in running if card.row.enrolment.item_id not in wanted],
            [card for card in taken if card.enrolment.item_id not in wanted],
        ),
        "paths": taken,
        "running": [card for card in running if card.row.enrolment.item.key not in inside],
        "completed": [
            card for card in cards if not card.row.enrolment.is_running and card.row.enrolment.item.key not in inside
        ],
        "completed_paths": _completed_paths([row for row in on_paths if not row.is_running]),
        "interests": interests_of(person, language()),
        "workshops": workshops,
        "certificates": [shown for shown in certificates if at - shown.certificate.issued_at <= RECENT],
        "has_certificates": bool(certificates),
        "to_renew": [
            shown
            for shown in certificates
            if shown.can_renew and shown.certificate.item_id not in again and _is_still_renewed(shown, today)
        ],
        "competences": reached(person, language())[:MOST_COMPETENCES],
    }


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


def _path_cards(
    person: User, enrolments: list[Enrolment], cards: list[GoesOn], bookings: dict[UUID, str], today: date
) -> list[PathCard]:
    """The paths that a person takes, with steps. One query, none for who takes no path."""
    if not enrolments:
        return []
    rules = {enrolment.pk: rule_of(enrolment) for enrolment in enrolments}
    facts = facts_about(person, {key for rule in rules.values() for key in keys_beforehand(rule)})
    pages = {path.key: path for path in paths(language())}
    found = []
    for enrolment in enrolments:
        rule = rules[enrolment.pk]
        inside = {card.row.enrolment.item.key: card for card in cards if card.row.enrolment.item.key in rule.keys}
        known = known_of(facts, by_key(card.row for card in inside.values()), bookings=bookings)
        rows = {key: card.row for key, card in inside.items()}
        learner = shown_path(pages.get(enrolment.item.key), enrolment, rule, known, rows, language())
        due = due_state(enrolment.due_on, enrolment.completed_at, today)
        found.append(PathCard(learner, enrolment, due, inside))
    return found


def _completed_paths(enrolments: Iterable[Enrolment]) -> list[tuple[Enrolment, Any]]:
    """With the page of each, or None for one that was withdrawn. No query when warm."""
    pages = {path.key: path for path in paths(language())}
    return [(enrolment, pages.get(enrolment.item.key)) for enrolment in enrolments]


def _due(running: list[GoesOn], taken: list[PathCard]) -> list[DueRow]:
    """Courses and paths with a due date, the nearest first."""
    rows = [
        DueRow(
            card.row.title,
            card.row.outline.title_language if card.row.outline is not None else "",
            card.url,
            card.row.due,
            card.row.enrolment.due_on,
            row=card.row,
        )
        for card in running
        if card.row.enrolment.due_on is not None
    ]
    rows += [
        DueRow(
            card.learner.title,
            card.learner.path.title_language if card.learner.path is not None else "",
            card.learner.path.url if card.learner.path is not None else "",
            card.due,
            card.enrolment.due_on,
            learner=card.learner,
        )
        for card in taken
        if card.enrolment.due_on is not None
    ]
    return sorted(rows, key=lambda row: row.due_on)


def _required(row: Required, running: list[GoesOn], taken: list[PathCard]) -> RequiredRow:
    """With the way on: where it was left, else its page."""
    item_id = row.duty.item_id
    for path in (card.learner for card in taken if card.enrolment.item_id == item_id):
        url = path.goes_on_at.url if path.goes_on_at is not None else row.name.url
        return RequiredRow(row, url, is_begun=bool(path.done), path=path)
    for card in (card for card in running if card.row.enrolment.item_id == item_id):
        is_begun = bool(card.row.place or (card.row.standing is not None and card.row.standing.parts_done))
        return RequiredRow(row, card.url, is_begun=is_begun, course=card.row)
    return RequiredRow(row, row.name.url)


def _certificates(person: User, today: date) -> list[CertificateShown]:
    """Those that were not replaced, the newest first. One query."""
    rows = shown_certificates(with_earlier(person), today)
    return [row for row in rows if row.certificate.status != CertificateStatus.REPLACED]


def _is_still_renewed(shown: CertificateShown, today: date) -> bool:
    """Whether it ends soon, or has ended not long ago: on their own page nobody is reminded for ever."""
    end = shown.certificate.valid_until
    if renewal_of(shown.certificate, today) != Renewal.EXPIRED or end is None:
        return True
    return today - end <= STILL_RENEWED
