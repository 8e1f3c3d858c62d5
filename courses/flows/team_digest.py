"""Tells whoever leads people once a week what waits in their team (row G8): one mail, and none where nothing waits.

It is made on Monday morning of the leader's zone, for each organisation in which they lead people that day, and mailed
as they wish. What it says of people is what the board says: status and dates of required learning, certificates of it.
Links lead to pages that ask; none acts by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.mail.calendar import local
from academy.mail.models import Notice
from academy.mail.rules import News, notify_many
from academy.people.access import LEADERS, units_reached
from academy.people.enums import Looked, Role
from academy.people.models import Organisation, RoleGrant, Unit, User
from academy.people.rules import note_look
from academy.people.workplaces import working
from academy.templatetags.academy import day as said
from courses.assignments import emails
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Duty, Extension
from courses.assignments.queries import today_in
from courses.booking.queries import teams
from courses.booking.queries.sessions import title_of
from courses.certificates.queries import ending

from .remind_duties import away

# Made before the hour at which mails go out, so that whatever its reader chose it leaves on this Monday.
MADE_AT, MADE_UNTIL = time(6), time(12)
# Whoever is overdue for less was reminded once, and has had no second reminder yet.
SECOND_REMINDER = timedelta(days=8)
CERTIFICATES_END = timedelta(days=60)
NEXT_DATES = timedelta(days=14)
SHOWN = 10
APPROVE = (Role.MANAGER, Role.DEPUTY)


@dataclass(frozen=True)
class Scope:
    """What somebody leads in one organisation on a day."""

    leader: User
    organisation: Organisation
    unit_ids: frozenset[int]
    approving: frozenset[int]  # units for whose people they approve seats
    today: date
    at: datetime

    def duties(self) -> QuerySet[Duty]:
        """What the organisation requires of the people there; not of the leader."""
        here = working(self.unit_ids, self.today).filter(person=OuterRef("person"))
        open_ones = Duty.objects.filter(organisation=self.organisation, ended_at=None, person__is_active=True)
        return open_ones.filter(Exists(here)).exclude(person=self.leader)


@dataclass
class Digest:
    """Sections of the mail: a heading, its first lines, and how many there are in all."""

    sections: list[tuple[str, list[str], int]] = field(default_factory=list)
    names_people: bool = False

    def add(self, heading: str, rows: Iterable[Any], line: Callable[[Any], str]) -> None:
        """A section, unless there is nothing in it."""
        found = list(rows)
        if found:
            self.sections.append((heading, [line(row) for row in found[:SHOWN]], len(found)))

    def text(self) -> str:
        """As it stands in the mail."""
        return "\n\n".join(_section(*section) for section in self.sections)


def send(*, at: datetime) -> int:
    """Make the digests of this Monday for whom it has come; safe to run at any time. How many were made."""
    days = [at.date() + timedelta(days=shift) for shift in (-1, 0, 1)]
    held = RoleGrant.objects.filter(role__in=LEADERS, from_day__lte=days[-1]).exclude(until_day__lt=days[0])
    people = User.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")
    return sum(_send_to(person, at) for person in people if _is_time(person, at))


def _is_time(person: User, at: datetime) -> bool:
    now = local(at, person.time_zone)
    return now.weekday() == 0 and MADE_AT <= now.time() < MADE_UNTIL


def _send_to(person: User, at: datetime) -> int:
    monday = local(at, person.time_zone).date()
    made = 0
    for scope in _scopes(person, monday, at):
        key = f"team-digest:{scope.organisation.pk}:{person.pk}:{monday.isoformat()}"
        if Notice.objects.filter(key=key).exists():
            continue
        with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
            digest = _digest(scope)
            news = News(
                person=person,
                thing=f"team:{scope.organisation.pk}",
                key=key,
                url=reverse("my_team"),
                context={"organisation": scope.organisation.name, "news": digest.text()},
            )
        if not digest.sections:
            continue
        # Counted as said at the hour for which it is made, or a weekly reader would have it a week late.
        hour = datetime.combine(monday, MADE_AT, ZoneInfo(person.time_zone))
        with transaction.atomic():
            made += notify_many(kind=emails.TEAM_DIGEST, news=[news], at=hour)
            for unit in _tops(scope) if digest.names_people else ():
                note_look(
                    viewer=person,
                    what=Looked.MAILED,
                    organisation=scope.organisation,
                    at=at,
                    day=scope.today,
                    unit=unit,
                )
    return made


def _scopes(person: User, monday: date, at: datetime) -> list[Scope]:
    """What they lead, by organisation; nothing after the last day of a role."""
    led, approving = (_units(person, roles, monday) for roles in (LEADERS, APPROVE))
    scopes = []
    for organisation in Organisation.objects.filter(units__in=led).distinct().order_by("name", "pk"):
        here = set(Unit.objects.filter(organisation=organisation).values_list("pk", flat=True))
        today = today_in(organisation, at)
        scopes.append(Scope(person, organisation, frozenset(here & led), frozenset(here & approving), today, at))
    return scopes


def _units(person: User, roles: tuple[Role, ...], on: date) -> set[int]:
    found = units_reached(person, roles, on)
    return set(Unit.objects.values_list("pk", flat=True)) if found is None else found


def _tops(scope: Scope) -> list[Unit]:
    """The units below which all of it lies: who works there can read that they were listed."""
    return [unit for unit in Unit.objects.filter(pk__in=scope.unit_ids) if unit.parent_id not in scope.unit_ids]


def _digest(scope: Scope) -> Digest:
    digest = Digest()
    _overdue(digest, scope)
    _requests(digest, scope)
    _certificates(digest, scope)
    _dates(digest, scope)
    return digest


def _overdue(digest: Digest, scope: Scope) -> None:
    duties = scope.duties().filter(completed_at=None, due_on__lt=scope.today).exclude(away(scope.today))
    rows = list(duties.select_related("person", "item").order_by("due_on", "person__display_name", "pk"))
    long, new = (
        [row for row in rows if is_long == (row.due_on is not None and row.due_on <= scope.today - SECOND_REMINDER)]
        for is_long in (True, False)
    )

    def line(duty: Duty) -> str:
        return _("%(name)s: %(title)s, due %(day)s") % {
            "name": duty.person.get_full_name(), "title": _title(duty, scope), "day": said(duty.due_on)
        } + _person(duty.person)  # fmt: skip

    digest.add(_("Overdue for more than a week"), long, line)
    digest.names_people |= bool(long)
    if new:
        words = ngettext(
            "%(count)s part of required learning is overdue since this week; whoever it is was reminded.",
            "%(count)s parts of required learning are overdue since this week; whoever it is was reminded.",
            len(new),
        )
        digest.add(_("Newly overdue"), [words % {"count": len(new)}], str)


def _requests(digest: Digest, scope: Scope) -> None:
    waiting = Extension.objects.filter(state=ExtensionState.ASKED, duty__in=scope.duties().filter(completed_at=None))

    def line(one: Extension) -> str:
        return _("%(name)s: %(title)s, until %(day)s") % {
            "name": one.duty.person.get_full_name(), "title": _title(one.duty, scope), "day": said(one.wanted_on)
        } + _link(emails.answer_page(one))  # fmt: skip

    # What waits to be mailed by itself stands in the same mail.
    own = Notice.objects.filter(person=scope.leader, kind=emails.MORE_TIME_ASKED, mail_on__isnull=False, read_at=None)
    known = set(own.values_list("thing", flat=True))
    asking = waiting.select_related("duty__person", "duty__item").order_by("asked_at", "pk")
    rows = [one for one in asking if emails.thing_of(one.duty_id) not in known]
    digest.add(_("Requests for more time"), rows, line)
    asked = teams.requests_to(scope.approving, scope.today, scope.at, scope.leader) if scope.approving else []

    def seat(one: teams.Asked) -> str:
        return _date_line(one.booking.session, one.booking.shown_name) + _link(
            reverse("approval", args=[one.booking.public_id])
        )

    digest.add(_("Requests for a seat"), asked, seat)
    digest.names_people |= bool(rows or asked)


def _certificates(digest: Digest, scope: Scope) -> None:
    required = scope.duties().filter(person=OuterRef("person"), item=OuterRef("item"))
    rows = list(ending(scope.today, within=CERTIFICATES_END, since=timedelta(0)).filter(Exists(required)))

    def line(one: Any) -> str:
        title = emails.called(one.item, scope.leader.language).full
        return _("%(name)s: %(title)s, valid until %(day)s") % {
            "name": one.person.get_full_name(), "title": title, "day": said(one.valid_until)
        } + _person(one.person)  # fmt: skip

    digest.add(_("Certificates that end soon"), rows, line)
    digest.names_people |= bool(rows)


def _dates(digest: Digest, scope: Scope) -> None:
    if not scope.approving:
        return
    soon = [
        one
        for one in teams.reservations_of(scope.approving, scope.at)
        if one.reservation.session.starts_at is not None and one.reservation.session.starts_at <= scope.at + NEXT_DATES
    ]

    def line(one: teams.Reserved) -> str:
        held = one.named + one.nameless
        words = ngettext(
            "%(count)s seat, %(nameless)s without a name", "%(count)s seats, %(nameless)s without a name", held
        )
        seats = words % {"count": held, "nameless": one.nameless}
        return _date_line(one.reservation.session, seats) + _link(
            reverse("reservation", args=[one.reservation.public_id])
        )

    digest.add(_("Next workshops with seats that you reserved"), soon, line)


def _section(heading: str, lines: list[str], number: int) -> str:
    more = number - len(lines)
    rest = [ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}] if more > 0 else []
    return "\n".join([heading, *(f"- {line}" for line in [*lines, *rest])])


def _title(duty: Duty, scope: Scope) -> str:
    return emails.called(duty.item, scope.leader.language).full


def _date_line(session: Any, what: str) -> str:
    title, _language = title_of(session, translation.get_language() or settings.LANGUAGE_CODE)
    return _("%(what)s: %(title)s, %(day)s") % {"what": what, "title": title, "day": said(session.starts_at)}


def _person(person: User) -> str:
    """Where a leader sets another date, says that somebody is away, or sees their certificate."""
    return _link(reverse("team_person", args=[person.public_id]))


def _link(page: str) -> str:
    return f"\n  {settings.BASE_URL}{page}"
