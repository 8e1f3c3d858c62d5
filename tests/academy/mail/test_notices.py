"""News: told once, in place of older news of the same thing, at once where they are essential."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.mail import kinds, rules, tasks
from academy.mail.enums import Rhythm
from academy.mail.errors import EssentialStays
from academy.mail.models import Notice, OutgoingEmail
from academy.mail.queries import Wish, unread
from tests.factories.notices import KIND, OTHER, make_news, tell
from tests.factories.people import AT, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HOUR = timedelta(hours=1)


def kind(code: str = KIND) -> kinds.Kind:
    found = kinds.find(code)
    assert found is not None
    return found


def wants(person: Any, rhythm: Rhythm, *, in_bell: bool = True, at: Any = AT) -> None:
    rules.set_wishes(person=person, wishes=[Wish(kind(), rhythm, in_bell)], by=person, at=at)


@pytest.fixture
def _essential(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind `OTHER` cannot be turned off."""
    monkeypatch.setitem(kinds._kinds, OTHER, replace(kind(OTHER), essential=True))


def test_news_are_told_once_in_the_words_of_the_person() -> None:
    person = make_person(language="nl")
    first, again = tell(person, AT, key="k"), tell(person, AT + HOUR, key="k", title="Other")
    assert (again, Notice.objects.count(), OutgoingEmail.objects.count()) == (None, 1, 0)
    assert first is not None
    assert (first.language, first.essential, first.in_bell, first.mail_on) == ("nl", False, True, date(2027, 2, 1))
    assert "Circular furniture" in first.title


def test_who_has_left_is_told_nothing() -> None:
    assert tell(make_person(is_active=False), AT) is None
    assert Notice.objects.count() == 0


def test_newer_news_of_a_thing_take_the_place_of_what_nobody_has_seen() -> None:
    person, other = make_person(), make_person()
    for number, title in enumerate(("One", "Two", "Three")):
        tell(person, AT, thing="duty:1", key=f"a{number}", title=title)
    tell(other, AT, thing="duty:1", key="b")
    tell(person, AT, thing="duty:1", key="c", kind=OTHER)
    shown = Notice.objects.filter(in_bell=True).order_by("key").values_list("key", flat=True)
    waiting = Notice.objects.filter(mail_on__isnull=False).order_by("key").values_list("key", flat=True)
    assert list(shown) == list(waiting) == ["a2", "b", "c"]
    # What was told stays told.
    assert tell(person, AT, thing="duty:1", key="a0") is None


@pytest.mark.usefixtures("_essential")
def test_essential_news_are_mailed_at_once_whatever_the_hour_and_cannot_be_stopped(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        notice = tell(person, AT.replace(hour=2), kind=OTHER)
    assert notice is not None
    assert notice.mailed_by is not None
    assert (notice.in_bell, notice.mail_on, notice.mailed_by.kind) == (True, None, OTHER)
    [sent] = django_mail.outbox
    assert sent.to == [person.email]
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "https://" in str(sent.body) or "http://" in str(sent.body)
    with pytest.raises(EssentialStays):
        rules.set_wishes(person=person, wishes=[Wish(kind(OTHER), Rhythm.OFF, True)], by=person, at=AT)


def test_what_is_turned_off_is_not_mailed_and_what_waits_is_not_mailed_either() -> None:
    person = make_person()
    tell(person, AT, key="before")
    wants(person, Rhythm.OFF, in_bell=False)
    tell(person, AT, key="after")
    rows = Notice.objects.order_by("pk").values_list("key", "mail_on", "in_bell")
    assert list(rows) == [("before", None, True), ("after", None, False)]


@pytest.mark.parametrize(
    ("rhythm", "day"),
    [(Rhythm.NOW, date(2027, 2, 1)), (Rhythm.DAILY, date(2027, 2, 2)), (Rhythm.WEEKLY, date(2027, 2, 8))],
)
def test_a_rhythm_says_from_which_day_news_wait(rhythm: Rhythm, day: date) -> None:
    person = make_person()
    tell(person, AT, key="before")
    wants(person, rhythm)
    tell(person, AT, key="after")
    assert set(Notice.objects.values_list("mail_on", flat=True)) == {day}


def test_settings_that_are_saved_unchanged_put_nothing_off() -> None:
    person = make_person()
    wants(person, Rhythm.DAILY)
    tell(person, AT)
    wants(person, Rhythm.DAILY, at=AT + timedelta(days=1))
    assert list(Notice.objects.values_list("mail_on", flat=True)) == [date(2027, 2, 2)]


def test_what_was_done_is_withdrawn_of_all_kinds_or_of_some() -> None:
    person = make_person()
    for number, (thing, of) in enumerate([("duty:1", KIND), ("duty:1", OTHER), ("duty:2", KIND), ("duty:3", KIND)]):
        tell(person, AT, thing=thing, kind=of, key=f"n{number}")
    assert rules.withdraw_notices("duty:1", kinds=[OTHER], at=AT) == 1
    assert rules.withdraw_notices("duty:1", "duty:2", at=AT) == 2
    assert list(Notice.objects.values_list("key", flat=True)) == ["n3"]
    # It may be told anew: nobody had heard of it.
    assert tell(person, AT, thing="duty:1", key="n0") is not None


@pytest.mark.usefixtures("_essential")
def test_an_essential_mail_that_has_not_left_is_withdrawn_and_one_that_has_is_not() -> None:
    person = make_person()
    tell(person, AT, thing="duty:1", kind=OTHER)
    tasks.deliver_due()
    tell(person, AT, thing="duty:1", kind=OTHER)
    assert (OutgoingEmail.objects.count(), unread(person.pk)) == (2, 2)
    rules.withdraw_notices("duty:1", at=AT)
    assert (OutgoingEmail.objects.count(), Notice.objects.get().read_at) == (1, AT)


@pytest.mark.usefixtures("_essential")
def test_withdrawing_takes_the_mail_of_this_thing_and_not_of_one_whose_key_begins_alike() -> None:
    person = make_person()
    for number in (1, 17):
        tell(person, AT, thing=f"duty:{number}", key=f"duty:{number}", kind=OTHER)
    rules.withdraw_notices("duty:1", at=AT)
    assert list(OutgoingEmail.objects.values_list("key", flat=True)) == ["notice:duty:17"]


def test_thousands_are_told_with_the_same_statements_for_each_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("academy.mail.rules.notices.CHUNK", 20)
    people = [make_person(language=language) for language in ("en", "nl", "de", "fr") for _ in range(5)]
    cost = {}
    for number in (1, 20):
        with CaptureQueriesContext(connection) as captured:
            told = rules.notify_many(kind=KIND, news=[make_news(person) for person in people[:number]], at=AT)
        assert told == number
        cost[number] = len(captured)
    assert cost[1] == cost[20] <= 6
    assert rules.notify_many(kind=KIND, news=[make_news(people[0], key="x")] * 45, at=AT) == 1


def test_a_mail_about_something_on_a_page_is_an_item_of_the_bell(django_capture_on_commit_callbacks: Any) -> None:
    person = make_person()
    mail: dict[str, Any] = {"to": person.email, "language": "en", "subject": "Booked", "text": "x", "person": person}
    with django_capture_on_commit_callbacks():
        assert unread(person.pk) == 0
        for key, of, more in (
            ("1", "booking/booked", {"url": "/en/my-calendar/"}),
            ("2", "booking/booked", {}),
            ("3", "account/password_set", {"url": "/en/settings/"}),
            ("4", "booking/booked", {"url": "/en/x/", "has_secret": True}),
        ):
            rules.queue(key=f"booking:{key}", kind=of, **mail, **more)
    [notice] = Notice.objects.all()
    assert (notice.key, notice.title, notice.url, notice.essential) == (
        "mail:booking:1",
        "Booked",
        "/en/my-calendar/",
        True,
    )


def test_a_mail_that_is_taken_back_takes_its_item_along() -> None:
    person = make_person()
    mail: dict[str, Any] = {"to": person.email, "language": "en", "subject": "Moved", "text": "x", "person": person}
    rules.queue(key="booking:1:moved:1", kind="booking/moved", url="/en/x/", **mail)
    assert rules.withdraw("booking:1:moved:") == ["booking:1:moved:1"]
    assert (Notice.objects.count(), OutgoingEmail.objects.count()) == (0, 0)
