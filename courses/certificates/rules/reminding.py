"""Tells holders that a certificate ends: 90 and 14 days before, and once it has ended; each once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone, translation

from academy.mail.rules import News, notify_many, withdraw_notices
from academy.people.models import User
from courses.certificates import emails
from courses.certificates.models import Certificate
from courses.certificates.queries import RENEWAL_OPENS, course_title, ending

LAST_CALL = timedelta(days=14)
# After that, nobody is told any more: the academy was not running when it ended.
TOLD_AFTERWARDS = timedelta(days=30)


def remind(*, at: datetime) -> int:
    """Tell who is due today, in the mail of news that they chose; safe to run at any time. How many there are.

    What was not told on its day is told on the next: the stage counts, not the day.
    """
    today = timezone.localdate(at)
    told: dict[str, list[News]] = {emails.ENDING: [], emails.ENDED: []}
    for certificate in ending(today, since=TOLD_AFTERWARDS).iterator(chunk_size=200):
        person, end = certificate.person, certificate.valid_until
        if person is not None and end is not None:
            kind = emails.ENDED if end < today else emails.ENDING
            told[kind].append(_news(certificate, person, end, today))
    return sum(notify_many(kind=kind, news=news, at=at) for kind, news in told.items())


def thing_of(certificate: Certificate) -> str:
    """What news about a certificate are about, as they name it."""
    return f"certificate:{certificate.pk}"


def forget_reminders(certificate: Certificate, *, at: datetime) -> None:
    """It was renewed or is not valid any more: that it ends is no news."""
    withdraw_notices(thing_of(certificate), kinds=[emails.ENDING, emails.ENDED], at=at)


def _news(certificate: Certificate, person: User, end: date, today: date) -> News:
    with translation.override(person.language):
        mine = reverse("my_certificates")
    return News(
        person=person,
        thing=thing_of(certificate),
        key=f"certificate:{certificate.pk}:ends:{_stage(end, today)}",
        url=mine,
        context={"title": course_title(certificate, person.language).text, "day": end},
    )


def _stage(end: date, today: date) -> str:
    """Which of the three is due, as its key says it."""
    if end < today:
        return "ended"
    return str(LAST_CALL.days if end - today <= LAST_CALL else RENEWAL_OPENS.days)
