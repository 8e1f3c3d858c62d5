"""What support sees of a person: who they are, what they take and book, which mails they had, what was noted. Reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import get_language
from wagtail.models import ModelLogEntry

from academy.mail.enums import MailState
from academy.mail.kinds import label_of
from academy.mail.models import OutgoingEmail
from academy.mail.rules import RESENT
from academy.people.models import Membership, RoleGrant, User
from academy.people.queries import acts_about
from courses.booking.enums import BookingState
from courses.booking.models import Booking, Meeting
from courses.booking.queries.sessions import DOORS_OPEN, title_of
from courses.certificates.enums import CertificateStatus
from courses.certificates.models import Certificate
from courses.certificates.queries import course_title, of_person
from courses.enrolments.enums import Due
from courses.enrolments.queries import due_state, latest_of_each_course
from courses.flows import correct_attendance, correct_progress
from courses.flows.attend import CAN_BE_ATTENDED
from courses.progress.models import LearningEvent
from courses.progress.paths import PathStanding, facts_of, path_standing
from courses.reports.access import Reach
from courses.reports.queries import CourseRow, courses_of, today_for
from curriculum.catalogue.queries import paths
from curriculum.items.enums import ItemKind

MOST_FOUND = 50
MOST_FACTS = 50
MOST_BOOKINGS = 50
MOST_ACTS = 20
MAILS = timedelta(days=30)
ACTS = (RESENT, correct_progress.CORRECTED, correct_attendance.CORRECTED)


@dataclass(frozen=True)
class Hit:
    """Somebody who was found, and where they work."""

    person: User
    units: list[str]


@dataclass(frozen=True)
class Found:
    """Who was found; `is_more` where others are left off."""

    hits: list[Hit]
    is_more: bool


@dataclass(frozen=True)
class MailRow:
    """A mail without its words. `why_not`: it cannot be sent again because it waits, held a code, or is too old."""

    mail: OutgoingEmail
    why_not: str

    @property
    def key(self) -> UUID:
        """What names it in an address: random to whoever does not know its cause."""
        return UUID(self.mail.message_id[1:37])

    @property
    def kind(self) -> str:
        """What this kind of mail is called."""
        return label_of(self.mail.kind)


@dataclass(frozen=True)
class MeetingRow:
    """A part of a date and what is noted of it."""

    meeting: Meeting
    number: int
    presence: str
    can_be_corrected: bool


@dataclass(frozen=True)
class BookingRow:
    """A booking in the words of the page's language."""

    booking: Booking
    title: str
    title_language: str
    parts: list[MeetingRow]


@dataclass(frozen=True)
class CertificateRow:
    """A certificate, how it stands, and what it is about."""

    certificate: Certificate
    title: str
    title_language: str
    state: str


@dataclass(frozen=True)
class TakenPath:
    """A path that somebody takes or took, in the words of the page's language; `url` empty: its page is gone."""

    standing: PathStanding
    due: Due
    title: str
    title_language: str
    url: str


@dataclass(frozen=True)
class PersonPage:
    """All that support sees of one person; `sees_sign_in` only for administrators of the platform."""

    person: User
    memberships: list[Membership]
    roles: list[RoleGrant]
    paths: list[TakenPath]
    courses: list[CourseRow]
    bookings: list[BookingRow]
    certificates: list[CertificateRow]
    mails: list[MailRow]
    facts: list[LearningEvent]
    acts: list[ModelLogEntry]
    sees_sign_in: bool
    is_reader: bool


def find_people(reach: Reach, typed: str, on: date) -> Found:
    """People whose name or address holds what was typed, by name. Two queries."""
    wanted = Q(display_name__icontains=typed) | Q(certificate_name__icontains=typed) | Q(email__icontains=typed)
    rows = reach.people(on).filter(wanted).prefetch_related(_memberships(reach, on)).order_by("display_name", "pk")
    found: list[Any] = list(rows[: MOST_FOUND + 1])
    hits = [Hit(person, [_unit(one) for one in person.seen_memberships]) for person in found[:MOST_FOUND]]
    return Found(hits, is_more=len(found) > MOST_FOUND)


def person_page(person: User, reach: Reach, reader: Any, at: datetime, on: date) -> PersonPage:
    """The page about a person. The same number of queries however much there is."""
    language = get_language() or "en"
    grants = RoleGrant.objects.on(on).filter(person=person).select_related("unit__organisation").order_by("role", "pk")
    memberships = Membership.objects.on(on).filter(person=person).select_related("unit__organisation")
    if reach.unit_ids is not None:
        # Where else somebody works is no matter of this employer (architecture decision 9).
        grants, memberships = (rows.filter(unit_id__in=reach.unit_ids) for rows in (grants, memberships))
    facts = LearningEvent.objects.filter(person=person).select_related("item", "by").order_by("-at", "-pk")
    today = today_for(person, at)
    courses = courses_of(person, language, today)
    return PersonPage(
        person=person,
        memberships=list(memberships.order_by("from_day", "pk")),
        roles=list(grants),
        paths=_paths(person, courses, language, today),
        courses=courses,
        bookings=_bookings(person, language, at),
        certificates=[_certificate(one, language, on) for one in of_person(person)],
        mails=[mail_row(mail) for mail in mails_of(person).filter(created_at__gte=at - MAILS)],
        facts=list(facts[:MOST_FACTS]),
        acts=list(_acts(person)),
        sees_sign_in=reach.is_everybody,
        is_reader=person.pk == reader.pk,
    )


def _paths(person: User, courses: list[CourseRow], language: str, today: date) -> list[TakenPath]:
    """The paths of a person, each with as much of it as their own page says. Two queries."""
    enrolments = [row for row in latest_of_each_course([person]) if row.item.kind == ItemKind.PATH]
    taken = [(row.enrolment.item.key, row.standing) for row in courses if row.standing is not None]
    shares = {key: standing.share for key, standing in taken if not standing.is_completed}
    facts, pages = facts_of(person, enrolments), {page.key: page for page in paths(language)}
    found = []
    for enrolment in enrolments:
        page = pages.get(enrolment.item.key)
        found.append(
            TakenPath(
                standing=path_standing(enrolment, facts, shares),
                due=due_state(enrolment.due_on, enrolment.completed_at, today),
                title=page.title if page is not None else enrolment.item.title,
                title_language=page.title_language if page is not None else "",
                url=page.url if page is not None else "",
            )
        )
    return found


def mails_of(person: User) -> Any:
    """Mails to a person, whatever address they had; without their words, of which nothing is shown."""
    mine = OutgoingEmail.objects.filter(Q(person=person) | Q(person=None, to=person.email))
    with_words = mine.annotate(has_words=~Q(text="")).defer("text", "html", "attachments")
    return with_words.order_by("-created_at", "-pk")


def mail_row(mail: Any) -> MailRow:
    """A mail (of `mails_of`) and whether it can be sent again."""
    if mail.state == MailState.QUEUED:
        return MailRow(mail, "waits")
    if mail.has_words:
        return MailRow(mail, "")
    return MailRow(mail, "code" if mail.has_secret else "old")


def mail_with(person: User, key: UUID) -> MailRow | None:
    """A mail of the person by its key. One query."""
    mail = mails_of(person).filter(message_id__startswith=f"<{key}@").first()
    return mail_row(mail) if mail is not None else None


def booking_row(person: User, key: UUID, at: datetime) -> BookingRow | None:
    """A booking of the person. Three queries."""
    rows = _bookings(person, get_language() or "en", at, public_id=key)
    return rows[0] if rows else None


def _bookings(person: User, language: str, at: datetime, **wanted: Any) -> list[BookingRow]:
    rows = (
        Booking.objects.filter(person=person, **wanted)
        .select_related("session__item", "pool")
        .prefetch_related(
            Prefetch("session__meetings", Meeting.objects.order_by("starts_at", "pk")), Prefetch("attendances")
        )
        .order_by("-session__starts_at", "-pk")
    )
    found = []
    for booking in rows[:MOST_BOOKINGS]:
        there = {one.meeting_id: one.get_presence_display() for one in booking.attendances.all()}
        is_held = booking.state == BookingState.BOOKED and booking.session.state in CAN_BE_ATTENDED
        parts = []
        for number, meeting in enumerate(booking.session.meetings.all(), 1):
            meeting.session = booking.session
            is_open = is_held and at >= meeting.starts_at - DOORS_OPEN
            parts.append(MeetingRow(meeting, number, str(there.get(meeting.pk, "")), is_open))
        found.append(BookingRow(booking, *title_of(booking.session, language), parts))
    return found


def _certificate(certificate: Certificate, language: str, on: date) -> CertificateRow:
    title = course_title(certificate, language)
    is_over = certificate.valid_until is not None and certificate.valid_until < on
    state = "expired" if is_over and certificate.status == CertificateStatus.VALID else str(certificate.status)
    return CertificateRow(certificate, title.text, title.lang, state)


def _acts(person: User) -> Any:
    """What support has changed, newest first."""
    return acts_about(person).filter(action__in=ACTS)[:MOST_ACTS]


def _memberships(reach: Reach, on: date) -> Prefetch[Any]:
    rows = Membership.objects.on(on).select_related("unit__organisation").order_by("from_day", "pk")
    if reach.unit_ids is not None:
        rows = rows.filter(unit_id__in=reach.unit_ids)
    return Prefetch("memberships", rows, to_attr="seen_memberships")


def _unit(membership: Membership) -> str:
    unit = membership.unit
    return unit.name if unit.name == unit.organisation.name else f"{unit.name}, {unit.organisation.name}"
