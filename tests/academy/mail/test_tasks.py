"""Mails leave once, also when servers refuse and workers die."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django.fixtures import Settings

from academy.mail import rules, tasks
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail

pytestmark = pytest.mark.django_db


class Clock:
    """The time that the tasks see."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, wait: timedelta) -> None:
        self.now += wait


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


def queue(**changes: Any) -> OutgoingEmail:
    return rules.queue(
        **{
            "key": "test:1",
            "kind": "test/one",
            "to": "jana@example.org",
            "language": "de",
            "subject": "Hallo",
            "text": "Guten Tag",
            **changes,
        }
    )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """Errors that the mail server raises, one for each mail, then none."""
    errors: list[BaseException] = []
    send = EmailBackend.send_messages

    def send_messages(self: EmailBackend, messages: Any) -> int:
        if errors:
            raise errors.pop(0)
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return errors


def test_a_sent_mail_is_marked_and_not_sent_again(clock: Clock) -> None:
    mail = queue(html="<p>Guten Tag</p>", reply_to="trainer@example.org")
    assert (tasks.deliver_due(), tasks.deliver_due()) == (1, 0)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.leased_until, mail.attempts) == (MailState.SENT, clock.now, None, 1)
    [sent] = django_mail.outbox
    assert (sent.subject, sent.body, sent.to, sent.reply_to) == (
        "Hallo",
        "Guten Tag",
        ["jana@example.org"],
        ["trainer@example.org"],
    )
    assert sent.message()["Message-ID"] == mail.message_id
    assert sent.message()["Content-Language"] == "de"
    assert [part.get_content_type() for part in sent.message().walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_attachments_arrive_as_they_were(clock: Clock) -> None:
    queue(
        attachments=[
            {"name": "date.ics", "type": "text/calendar", "text": "BEGIN:VCALENDAR"},
            {"name": "seal.png", "type": "image/png", "base64": "iVBORw=="},
        ]
    )
    tasks.deliver_due()
    [sent] = django_mail.outbox
    assert [tuple(part) for part in sent.attachments] == [
        ("date.ics", "BEGIN:VCALENDAR", "text/calendar"),
        ("seal.png", b"\x89PNG", "image/png"),
    ]


def test_a_mail_waits_for_its_time(clock: Clock) -> None:
    queue(at=clock.now + timedelta(hours=1))
    assert tasks.deliver_due() == 0
    clock.forward(timedelta(hours=1))
    assert tasks.deliver_due() == 1


def test_a_worker_killed_while_sending_loses_no_mail(clock: Clock, server: list[BaseException]) -> None:
    mail = queue()
    server.append(SystemExit())
    with pytest.raises(SystemExit):
        tasks.deliver_due()
    assert tasks.deliver_due() == 0  # another worker may still be at it
    clock.forward(settings.MAIL_LEASE)
    assert tasks.deliver_due() == 1
    assert [sent.message()["Message-ID"] for sent in django_mail.outbox] == [mail.message_id]


def test_a_worker_killed_after_sending_repeats_the_mail_under_the_same_id(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = queue()

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "_close", die)
        with pytest.raises(SystemExit):
            tasks.deliver_due()
    clock.forward(settings.MAIL_LEASE)
    tasks.deliver_due()
    assert [sent.message()["Message-ID"] for sent in django_mail.outbox] == [mail.message_id] * 2


def test_a_mail_that_kills_every_worker_ends_as_failed(clock: Clock, server: list[BaseException]) -> None:
    mail = queue(has_secret=True)
    for _ in range(tasks.MAX_ATTEMPTS):
        server.append(SystemExit())
        with pytest.raises(SystemExit):
            tasks.deliver_due()
        clock.forward(settings.MAIL_LEASE)
    assert tasks.deliver_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.last_error, mail.text) == (MailState.FAILED, "worker died", "")


def test_a_worker_that_lost_its_lease_does_not_overwrite_its_successor(clock: Clock) -> None:
    mail = queue()
    slow = tasks.lease(clock.now)
    assert slow is not None
    clock.forward(settings.MAIL_LEASE)
    assert tasks.deliver_due() == 1
    tasks._failed(slow, OSError())
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (MailState.SENT, "")


def test_a_worker_that_lost_its_lease_does_not_give_away_its_successor_s(clock: Clock) -> None:
    mail = queue()
    slow = tasks.lease(clock.now)
    clock.forward(settings.MAIL_LEASE)
    second = tasks.lease(clock.now)
    assert slow is not None
    assert second is not None
    tasks._failed(slow, OSError())
    mail.refresh_from_db()
    assert (mail.leased_until, mail.last_error) == (second.leased_until, "")


def test_tries_grow_apart_and_end(clock: Clock, server: list[BaseException]) -> None:
    mail = queue()
    waits = []
    while mail.state == MailState.QUEUED:
        server.append(smtplib.SMTPServerDisconnected("jana@example.org is the reason"))
        assert tasks.deliver_due() == 0
        mail.refresh_from_db()
        waits.append(mail.not_before - clock.now)
        clock.now = max(clock.now, mail.not_before)
    assert waits[:-1] == list(tasks.WAITS)
    assert (mail.state, mail.attempts, mail.last_error) == (
        MailState.FAILED,
        tasks.MAX_ATTEMPTS,
        "SMTPServerDisconnected",
    )


def test_an_address_refused_for_good_is_not_tried_again(clock: Clock, server: list[BaseException]) -> None:
    mail = queue()
    server.append(smtplib.SMTPRecipientsRefused({"jana@example.org": (550, b"jana@example.org unknown")}))
    tasks.deliver_due()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (MailState.FAILED, "SMTPRecipientsRefused [550]")


def test_one_bad_mail_does_not_hold_up_the_next(clock: Clock, server: list[BaseException]) -> None:
    queue()
    queue(key="test:2", to="marten@example.org")
    server.append(OSError())
    assert tasks.deliver_due() == 1
    assert [sent.to for sent in django_mail.outbox] == [["marten@example.org"]]


def test_a_code_is_wiped_once_sent_and_an_ordinary_body_is_kept(clock: Clock) -> None:
    queue(has_secret=True, text="123456", html="<p>123456</p>")
    queue(key="test:2", text="See you on Tuesday")
    tasks.deliver_due()
    assert sorted(OutgoingEmail.objects.values_list("key", "text", "html")) == [
        ("test:1", "", ""),
        ("test:2", "See you on Tuesday", ""),
    ]
    assert "123456" in str(django_mail.outbox[0].body)


def test_what_is_logged_of_a_failure_names_nobody(
    clock: Clock, server: list[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    queue()
    server.append(smtplib.SMTPDataError(451, b"jana@example.org: try later"))
    tasks.deliver_due()
    [record] = caplog.records
    assert "jana" not in str(record.__dict__)
    assert record.__dict__["event"]["error"] == "SMTPDataError 451"


@pytest.mark.django_db(transaction=True)
def test_a_slow_server_keeps_its_mail_until_it_is_done(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """While one worker still sends, far longer than a lease lasts, no other takes the mail."""
    settings.MAIL_LEASE = timedelta(seconds=0.6)
    queue()
    renewed: list[int] = []
    others: list[OutgoingEmail | None] = []
    send = EmailBackend.send_messages

    def slowly(self: EmailBackend, messages: Any) -> int:
        first = OutgoingEmail.objects.get().leased_until
        ends = monotonic() + 30
        while len(renewed) < 6 and monotonic() < ends:
            others.append(tasks.lease(timezone.now()))
            now = OutgoingEmail.objects.get().leased_until
            if now != first:
                renewed.append(1)
                first = now
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", slowly)
    # The bell rang as the mail was queued.
    OutgoingEmail.objects.update(state=MailState.QUEUED, leased_until=None)
    assert tasks.deliver_due() == 1
    mail = OutgoingEmail.objects.get()
    assert (len(renewed), {other is None for other in others}) == (6, {True})
    assert (mail.state, mail.leased_until) == (MailState.SENT, None)


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_was_lost_is_not_taken_back(settings: Settings) -> None:
    """Whoever slept through the end of the lease leaves the mail to its successor."""
    settings.MAIL_LEASE = timedelta(milliseconds=30)
    queue()
    now = timezone.now()
    # The bell rang as the mail was queued.
    OutgoingEmail.objects.update(state=MailState.QUEUED, leased_until=None)
    slow = tasks.lease(now)
    second = tasks.lease(now + settings.MAIL_LEASE)
    assert slow is not None
    assert second is not None
    # Ends by itself, at the first look.
    renewing = Thread(target=tasks._renew, args=(slow, Event()))
    renewing.start()
    renewing.join(timeout=30)
    assert not renewing.is_alive()
    assert OutgoingEmail.objects.get().leased_until == second.leased_until
