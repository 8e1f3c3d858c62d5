"""News for people: an item in their bell at once, and a mail in the rhythm that they chose.

Everything is written in chunks, so that news for thousands cost the same few statements for each hundred of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from academy.mail import kinds, outgoing
from academy.mail.calendar import first_day
from academy.mail.models import Notice, NotificationPreference, OutgoingEmail
from academy.mail.queries import Wish, forget_unread, wish
from academy.mail.wording import Words, default, editable, filled, overrides, usable

from .outbox import wake, withdraw_keys

CHUNK = 200


@dataclass(frozen=True)
class News:
    """What one person is told. `context`: values of the kind's placeholders (words, lazy words, days, moments; in the
    person's language where they are titles); `url`: a path of ours in their language; see `notify`."""

    person: Any
    thing: str
    key: str
    url: str
    context: Mapping[str, Any] = field(default_factory=dict)


def notify(
    *, person: Any, kind: str, thing: str, key: str, context: Mapping[str, Any], url: str, at: datetime
) -> Notice | None:
    """Tell one person something, in the transaction of the fact; None if they were told before or have left.

    `kind` must be registered with placeholders and have `subject.txt` and `words.txt`. `thing` names what it is about
    ("duty:17"): news of it that were not mailed or read yet make way for these. `key` names the event: told twice, the
    first stands. Essential kinds are mailed at once, others by `post_notices` as the person wishes.
    """
    news = News(person=person, thing=thing, key=key, url=url, context=context)
    if not notify_many(kind=kind, news=[news], at=at):
        return None
    return Notice.objects.filter(key=key).first()


def notify_many(*, kind: str, news: Iterable[News], at: datetime) -> int:
    """The same for many: how many were told. A constant number of statements for each chunk of `CHUNK` people."""
    found = editable(kind)
    return sum(_tell(found, list(chunk), at) for chunk in _batched(news))


def withdraw_notices(*things: str, kinds: Collection[str] = (), at: datetime) -> int:
    """What was told of these things holds no more (done, put off, called off): nothing of it is mailed any more.

    Of all kinds, or of these. What nobody has seen goes; what was mailed stays in the bell as read. How many went.
    """
    about = Notice.objects.filter(thing__in=[thing for thing in things if thing])
    if kinds:
        about = about.filter(kind__in=kinds)
    live = list(about.filter(Q(read_at=None) | Q(mail_on__isnull=False)).select_related("mailed_by"))
    if not live:
        return 0
    with transaction.atomic(savepoint=False):
        # Essential ones have a mail of their own, which may not have left yet.
        mails = [one.mailed_by.key for one in live if one.essential and one.mailed_by is not None]
        if mails:
            withdraw_keys(mails)
        rows = Notice.objects.filter(pk__in=[notice.pk for notice in live])
        rows.filter(mailed_by__isnull=False).update(read_at=at)
        rows.filter(mailed_by=None).delete()
        forget_unread(notice.person_id for notice in live)
    return len(live)


def mark_read(*, notice: Notice, at: datetime) -> None:
    """The person has opened it: it counts no more, and is not mailed any more."""
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at, mail_on=None)
        forget_unread([notice.person_id])


def mark_all_read(*, person: Any, at: datetime) -> int:
    """The same for everything in the bell of a person; how many there were."""
    number = Notice.objects.filter(person=person, in_bell=True, read_at=None).update(read_at=at, mail_on=None)
    forget_unread([person.pk])
    return number


# -- in chunks --------------------------------------------------------------------------------------------------------
def _batched(news: Iterable[News]) -> Iterator[list[News]]:
    chunk: list[News] = []
    for one in news:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _tell(kind: kinds.Kind, chunk: list[News], at: datetime) -> int:
    known = set(Notice.objects.filter(key__in=[one.key for one in chunk]).values_list("key", flat=True))
    fresh = {one.key: one for one in chunk if one.key not in known and one.person.is_active}
    if not fresh:
        return 0
    people = {one.person.pk for one in fresh.values()}
    rows = {
        row.person_id: row
        for row in NotificationPreference.objects.filter(kind=kind.code, person_id__in=people)
        if not kind.essential
    }
    wishes = {pk: wish(kind, rows.get(pk)) for pk in people}
    texts = _texts(kind, {one.person.language for one in fresh.values()})
    notices = [_notice(kind, one, wishes[one.person.pk], texts[one.person.language], at) for one in fresh.values()]
    with transaction.atomic(savepoint=False):
        _make_way(kind, fresh.values())
        if kind.essential:
            _mail_at_once(notices, fresh, at)
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        forget_unread(people)
    return len(notices)


def _texts(kind: kinds.Kind, languages: set[str]) -> dict[str, Words]:
    edited = overrides([kind.code], languages)
    return {
        language: usable(kind, edited.get((kind.code, language))) or default(kind.code, language)
        for language in languages
    }


def _notice(kind: kinds.Kind, news: News, wants: Wish, words: Words, at: datetime) -> Notice:
    person = news.person
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        said = filled(kind, words, news.context)
    return Notice(
        person_id=person.pk,
        kind=kind.code,
        thing=news.thing,
        key=news.key,
        title=said.subject,
        text=said.text,
        url=news.url,
        language=person.language,
        essential=kind.essential,
        in_bell=wants.in_bell,
        created_at=at,
        mail_on=None if kind.essential else first_day(wants.rhythm, at, person.time_zone),
    )


def _make_way(kind: kinds.Kind, news: Collection[News]) -> None:
    """Older news of the same things that reached nobody yet are not shown and not mailed; their keys stay known."""
    about = {(one.person.pk, one.thing) for one in news if one.thing}
    if not about:
        return
    older = Notice.objects.filter(
        kind=kind.code,
        person_id__in={pk for pk, _thing in about},
        thing__in={thing for _pk, thing in about},
        mailed_by=None,
        read_at=None,
    ).filter(Q(in_bell=True) | Q(mail_on__isnull=False))
    gone = [pk for pk, person, thing in older.values_list("pk", "person_id", "thing") if (person, thing) in about]
    if gone:
        Notice.objects.filter(pk__in=gone).update(mail_on=None, in_bell=False)


def _mail_at_once(notices: list[Notice], news: Mapping[str, News], at: datetime) -> None:
    mails = [outgoing.of_notices([notice], news[notice.key].person, f"notice:{notice.key}", at) for notice in notices]
    OutgoingEmail.objects.bulk_create(mails, ignore_conflicts=True)
    ids = dict(OutgoingEmail.objects.filter(key__in=[mail.key for mail in mails]).values_list("key", "pk"))
    for notice in notices:
        notice.mailed_by_id = ids[f"notice:{notice.key}"]
    transaction.on_commit(wake)
