"""News become mails: one a day for a person by their own calendar, none lost, none twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as django_mail
from django.core import signing
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.mail import rules, tasks, tokens
from academy.mail.calendar import MORNING, first_day, is_day
from academy.mail.enums import Rhythm
from academy.mail.models import Notice, OutgoingEmail
from academy.mail.posting import post
from academy.mail.queries import Wish
from tests.academy.mail.test_notices import kind, wants
from tests.factories.notices import KIND, OTHER, tell
from tests.factories.people import AT, make_person

pytestmark = pytest.mark.django_db
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


def mails() -> list[tuple[str, int]]:
    """Keys of the mails of news without the person, and how many news each holds."""
    rows = OutgoingEmail.objects.filter(essential=False).order_by("pk")
    return [(mail.key.rpartition(":")[2], mail.notices.count()) for mail in rows]


@pytest.mark.one_database
def test_news_wait_a_moment_for_the_next_ones_and_make_one_mail_with_a_part_for_each() -> None:
    person = make_person(language="nl")
    tell(person, AT, title="One")
    assert post(at=AT + timedelta(minutes=9)) == 0
    tell(person, AT + timedelta(minutes=9), title="Two")
    tell(person, AT + timedelta(minutes=9), title="Three", kind=OTHER)
    assert [post(at=AT + timedelta(minutes=minutes)) for minutes in (15, 30)] == [0, 1]
    [mail] = OutgoingEmail.objects.all()
    assert (mail.kind, mail.language, mail.to, mail.essential) == ("notices/several", "nl", person.email, False)
    assert mail.unsubscribes == [OTHER, KIND]
    assert mail.subject.startswith("3 ")
    assert [mail.text.index(title) > 0 for title in ("One", "Two", "Three")] == [True] * 3
    assert Notice.objects.filter(mailed_by=mail, mail_on=None).count() == 3


@pytest.mark.one_database
def test_one_piece_of_news_is_a_mail_with_its_own_words_and_kind() -> None:
    notice = tell(make_person(display_name="Jana"), AT)
    assert notice is not None
    post(at=AT + HOUR)
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.subject, mail.unsubscribes) == (KIND, notice.title, [KIND])
    for part in ("Hello Jana,", "valid until Wed 30 June 2027", "/en/my-certificates/", "/en/settings/notifications/"):
        assert part in mail.text
        assert part in mail.html


@pytest.mark.one_database
def test_what_comes_later_that_day_goes_the_next_day_and_not_at_night() -> None:
    person = make_person(time_zone="Europe/Berlin")
    tell(person, AT)
    for hours in range(1, 48):
        post(at=AT + hours * HOUR)
        if hours in (2, 3):
            tell(person, AT + hours * HOUR)
    assert mails() == [("2027-02-01", 1), ("2027-02-02", 2)]
    second = OutgoingEmail.objects.order_by("pk")[1]
    assert second.created_at == datetime(2027, 2, 2, 6, tzinfo=UTC)


@pytest.mark.one_database
def test_changes_that_follow_without_end_do_not_hold_a_mail_for_ever() -> None:
    person = make_person()
    posted = []
    for minutes in range(0, 90, 5):
        tell(person, AT + timedelta(minutes=minutes), key=f"k{minutes}")
        posted.append(post(at=AT + timedelta(minutes=minutes)))
    assert sum(posted) == 1


@pytest.mark.one_database
def test_what_was_read_meanwhile_is_not_mailed() -> None:
    person = make_person()
    first = tell(person, AT)
    assert first is not None
    rules.mark_read(notice=first, at=AT)
    tell(person, AT)
    rules.mark_all_read(person=person, at=AT)
    assert post(at=AT + HOUR) == 0


@pytest.mark.one_database
def test_who_left_meanwhile_gets_nothing_now_or_later() -> None:
    person = make_person()
    tell(person, AT)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert post(at=AT + HOUR) == 0
    assert Notice.objects.filter(mail_on__isnull=False).count() == 0


@pytest.mark.one_database
def test_a_mail_of_news_can_be_stopped_with_one_click_and_names_nobody() -> None:
    person = make_person("jana.albers@example.org")
    tell(person, AT)
    tasks.post_notices()
    post(at=AT + HOUR)
    tasks.deliver_due()
    [sent] = django_mail.outbox
    address = sent.extra_headers["List-Unsubscribe"]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = address.strip("<>").rstrip("/").rpartition("/")[2]
    assert tokens.read(token) == tokens.Stopped(person.public_id, (KIND,))
    assert signing.loads(token, salt=tokens.SALT) == [person.public_id.hex, KIND]
    assert tokens.read(f"{token}x") is None


@pytest.mark.one_database
def test_a_mail_that_is_sent_again_can_still_be_stopped() -> None:
    person = make_person()
    tell(person, AT)
    post(at=AT + HOUR)
    tasks.deliver_due()
    again = rules.resend(mail=OutgoingEmail.objects.get(), person=person, reason="x", by=None, at=AT)
    assert (again.essential, again.unsubscribes) == (False, [KIND])


# -- the rule of one a day --------------------------------------------------------------------------------------------
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "Africa/Cairo", "America/Santiago")
SPRING, AUTUMN = datetime(2027, 3, 26, tzinfo=UTC), datetime(2027, 10, 29, tzinfo=UTC)
LONG = 5 * 24 * 4
Told = tuple[int, int, bool]
# On the days round the change of clocks, when people are awake: at other times two a day would hardly come about.
WHEN = st.builds(lambda day, quarter: day * 96 + quarter, st.integers(1, 3), st.integers(24, 80))
RHYTHMS = st.sampled_from([Rhythm.NOW, Rhythm.NOW, Rhythm.NOW, *Rhythm])


@settings(max_examples=8, deadline=None)
@given(
    begin=st.sampled_from([SPRING, AUTUMN]),
    people=st.lists(st.tuples(st.sampled_from(ZONES), RHYTHMS), min_size=1, max_size=2),
    told=st.lists(st.tuples(st.integers(0, 1), WHEN, st.booleans()), min_size=5, max_size=15),
    asleep=st.sets(st.integers(0, 4), max_size=3),
)
def test_whatever_happens_nobody_gets_two_a_day_and_nothing_is_lost(
    begin: datetime, people: list[tuple[str, Rhythm]], told: list[Told], asleep: set[int]
) -> None:
    """Over a change of clocks, at quarters of hours on which the poster may be asleep."""
    with transaction.atomic():
        made = [make_person(time_zone=zone) for zone, _rhythm in people]
        for person, (_zone, rhythm) in zip(made, people, strict=True):
            wants(person, rhythm, at=begin)
        by_quarter: dict[int, list[Told]] = {}
        for one in told:
            by_quarter.setdefault(one[1], []).append(one)
        for quarter in (*range(0, LONG, 2), *range(LONG, LONG * 3, 8)):
            at = begin + quarter * QUARTER
            for number, when, is_same in [*by_quarter.get(quarter, []), *by_quarter.get(quarter + 1, [])]:
                tell(made[number % len(made)], begin + when * QUARTER, thing="duty:1" if is_same else "")
            if quarter % 5 not in asleep or quarter > LONG:
                post(at=at)
                post(at=at)
        sent = OutgoingEmail.objects.filter(essential=False).select_related("person")
        days = Counter(
            (mail.person_id, mail.created_at.astimezone(ZoneInfo(mail.person.time_zone)).date())
            for mail in sent
            if mail.person is not None
        )
        assert max(days.values(), default=0) <= 1
        assert all(mail.person is not None and is_day(mail.created_at, mail.person.time_zone) for mail in sent)
        # Two days after the last weekly morning nothing waits but what is turned off, which never did.
        assert Notice.objects.filter(mail_on__isnull=False).count() == 0
        off = [person.pk for person, (_zone, rhythm) in zip(made, people, strict=True) if rhythm == Rhythm.OFF]
        assert Notice.objects.filter(in_bell=True, mailed_by=None).exclude(person__in=off).count() == 0
        assert sent.filter(person__in=off).count() == 0
        transaction.set_rollback(True)


@given(st.sampled_from(ZONES), st.sampled_from([SPRING, AUTUMN]), st.integers(0, 14 * 24 * 60))
def test_the_first_day_is_the_next_morning_or_monday_whatever_the_clocks_do(
    zone: str, begin: datetime, minutes: int
) -> None:
    at = begin + timedelta(minutes=minutes)
    here = at.astimezone(ZoneInfo(zone))
    daily, weekly = first_day(Rhythm.DAILY, at, zone), first_day(Rhythm.WEEKLY, at, zone)
    assert daily is not None
    assert weekly is not None
    assert (daily - here.date()).days == (0 if here.time() < MORNING else 1)
    assert weekly.weekday() == 0
    assert 0 <= (weekly - daily).days <= 6


@pytest.mark.django_db(transaction=True)
def test_two_posters_at_once_write_one_mail() -> None:
    people = [make_person() for _ in range(3)]
    for person in people:
        tell(person, AT)

    def one(_: int) -> int:
        try:
            return post(at=AT + HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        posted = list(pool.map(one, range(4)))
    assert (sum(posted), OutgoingEmail.objects.count()) == (3, 3)


@pytest.mark.one_database
def test_what_is_stopped_stays_stopped(django_assert_num_queries: Any) -> None:
    person = make_person()
    tell(person, AT)
    stopped = [found.code for found in rules.stop(person=person, codes=[KIND, "account/login_code", "gone/x"], at=AT)]
    assert stopped == [KIND]
    assert post(at=AT + HOUR) == 0
    rules.set_wishes(person=person, wishes=[Wish(kind(), Rhythm.NOW, True)], by=person, at=AT + DAY)
    tell(person, AT + DAY)
    assert post(at=AT + DAY + HOUR) == 1
