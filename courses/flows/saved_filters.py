"""Lists of a team that somebody saved: kept, changed, deleted, and mailed to them alone, as long as they lead it.

What is due on one day makes one mail, and that mail is the person's one of news for that day (academy.mail.posting):
its key is the day's, so whatever runs twice writes it once, and other news wait for the next day.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from academy.mail import emails
from academy.mail.calendar import is_day, local
from academy.mail.enums import Rhythm
from academy.mail.models import NotificationPreference
from academy.mail.posting import key_of
from academy.mail.rules import is_known, queue
from academy.mail.tokens import stop_address
from academy.people.enums import Looked
from academy.people.models import Unit, User
from academy.people.rules import note_look
from courses.assignments.enums import ListFormat, ListRhythm
from courses.assignments.models import SavedFilter
from courses.assignments.queries import today_in
from courses.reports.access import led_by
from courses.reports.sheet import CONTENT_TYPES, file_of, table
from courses.reports.tree import Scope, scope_of
from courses.reports.wanted import Wanted, read

KIND = "reports/saved_filter"


@dataclass(frozen=True)
class Attached:
    """One list of a mail: its name, how many people are in it, the address of the page, the file."""

    saved: SavedFilter
    scope: Scope
    today: date
    people: int
    url: str
    file: bytes


def keep(
    *, saved: SavedFilter, wanted: Wanted, name: str, rhythm: ListRhythm, kind: ListFormat, at: datetime
) -> SavedFilter:
    """Save a list, or what somebody changes of it. Raises ValidationError if the person has one of this name.

    A name that is searched for is no part of it.
    """
    if saved.pk is None:
        saved.query = wanted.without(named=False).query
        # The next Monday is the first one, or the next first of a month.
        saved.last_sent_on = local(at, saved.person.time_zone).date()
    saved.name, saved.rhythm, saved.format = name, rhythm, kind
    saved.full_clean(exclude=["query"])
    saved.save()
    return saved


def delete(*, saved: SavedFilter) -> None:
    """Forget a list."""
    saved.delete()


def due_on(rhythm: str, today: date) -> date | None:
    """The last day up to today on which a list was due: a Monday, a first of the month. Pure."""
    if rhythm == ListRhythm.WEEKLY:
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if rhythm == ListRhythm.MONTHLY else None


def send_due(*, at: datetime) -> int:
    """Mail what is due: how many mails. Safe to run at any time and at the same time."""
    waiting = SavedFilter.objects.exclude(rhythm=ListRhythm.OFF).values_list("person_id", flat=True)
    people = User.objects.filter(pk__in=set(waiting), is_active=True).order_by("pk")
    return sum(_send_to(person, at) for person in people)


def _send_to(person: User, at: datetime) -> bool:
    today = local(at, person.time_zone).date()
    if not is_day(at, person.time_zone) or is_known(key_of(person, at)):
        return False
    if NotificationPreference.objects.filter(person=person, kind=KIND, rhythm=Rhythm.OFF).exists():
        return False
    with transaction.atomic():
        # Who runs beside us waits here, and finds that it was sent.
        rows = list(SavedFilter.objects.select_for_update().filter(person=person).exclude(rhythm=ListRhythm.OFF))
        due = [saved for saved in rows if _is_due(saved, today)]
        with translation.override(person.language):
            lists = [found for saved in due if (found := _attached(saved, person, at)) is not None]
        if not lists or is_known(key_of(person, at)):
            return False
        _queue(person, lists, at)
        SavedFilter.objects.filter(pk__in=[one.saved.pk for one in lists]).update(last_sent_on=today)
        for one in lists:
            place = one.scope.organisation
            for unit in one.scope.shown_tops:
                note_look(
                    viewer=person, what=Looked.MAILED, organisation=place, at=at, day=one.today, unit=Unit(pk=unit)
                )
    return True


def _is_due(saved: SavedFilter, today: date) -> bool:
    day = due_on(saved.rhythm, today)
    return day is not None and (saved.last_sent_on is None or saved.last_sent_on < day)


def _attached(saved: SavedFilter, person: User, at: datetime) -> Attached | None:
    """The list as it is now; None if the person does not lead it any more."""
    wanted = read(saved.query)
    scope = scope_of(led_by(person, timezone.localdate(at)), wanted)
    if scope is None:
        return None
    today = today_in(scope.organisation, at)
    rows = table(scope, wanted, name="", today=today, at=at, language=person.language, reader=person)
    return Attached(
        saved=saved,
        scope=scope,
        today=today,
        people=len({row.person for row in rows}),
        url=f"{settings.BASE_URL}{reverse('my_team')}?{wanted.query}",
        file=file_of([row.cells for row in rows], gettext("Required learning"), ListFormat(saved.format)),
    )


def _queue(person: User, lists: list[Attached], at: datetime) -> None:
    with translation.override(person.language):
        page = settings.BASE_URL + reverse("settings_notifications")
        lists_url = settings.BASE_URL + reverse("team_filters")
    stop = stop_address(person, [KIND])
    context = {
        "name": person.get_short_name(),
        "lists": lists,
        "number": len(lists),
        "lists_url": lists_url,
        "settings_url": page,
        "stop_url": stop,
    }
    subject, text, html = emails.build(KIND, person.language, context, time_zone=person.time_zone)
    mail = queue(
        key=key_of(person, at),
        kind=KIND,
        to=person.email,
        language=person.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        at=at,
        attachments=[
            {
                "name": f"team-{one.today.isoformat()}-{number}.{one.saved.format}",
                "type": CONTENT_TYPES[ListFormat(one.saved.format)].partition(";")[0],
                "base64": base64.b64encode(one.file).decode(),
            }
            for number, one in enumerate(lists, 1)
        ],
    )
    mail.essential, mail.unsubscribes = False, [KIND]
    mail.save(update_fields=["essential", "unsubscribes"])
