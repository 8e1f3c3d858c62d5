"""Some days over a night on which the clocks change, with a worker that dies: the month of `make prove`, smaller."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.core import mail as outbox
from django.utils import timezone

from academy.mail import posting, tasks
from academy.mail.calendar import local
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from courses.flows import tell_duties

from .month import DAY, HOUR, SPRING, Month, make_month

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# The clocks go on in the fourth night.
FIRST = SPRING + DAY * 22


class Killed(BaseException):
    """The worker died here. Nothing in it may catch this."""


def small_month(monkeypatch: pytest.MonkeyPatch) -> Month:
    # Nobody rings: mails go out when the test says so.
    monkeypatch.setattr("academy.mail.rules.outbox.tasks.deliver_due.apply_async", lambda **_how: None)
    return make_month(FIRST, size=16, seed=3, every=HOUR, pace=3)


def deliver(monkeypatch: pytest.MonkeyPatch, *, dies_at: str = "", after: int = 3) -> None:
    """A worker sends what is due; or dies when it comes to a point for the third time."""
    passed: Counter[str] = Counter()

    def point(name: str) -> None:
        passed[name] += 1
        if name == dies_at and passed[name] == after:
            raise Killed

    monkeypatch.setattr(tasks, "point", point)
    try:
        tasks.deliver_due()
    except Killed:
        # What it held is free when its lease is over; nobody waits for that here.
        OutgoingEmail.objects.filter(state=MailState.QUEUED).update(leased_until=None)


def arrived() -> Counter[str]:
    """How often each mail reached the server, by Message-ID."""
    return Counter(str(letter.extra_headers["Message-ID"]) for letter in outbox.outbox)


def test_days_of_mail_over_a_change_of_clocks_with_a_worker_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    month = small_month(monkeypatch)
    kills = ["", "after_send", "after_lease", "after_send", "", ""]
    for dies_at in kills:
        month.play_day()
        deliver(monkeypatch, dies_at=dies_at)
    deliver(monkeypatch)
    assert month.judged() == []
    # It was a month worth the name.
    assert {name for name, number in month.did.items() if number} == {
        "assigns", "completes", "asks", "answers", "pauses", "returns", "changes_date", "calls_off", "wishes", "reads",
    }  # fmt: skip
    assert (max(month.per_day().values()), len(month.told) > 20) == (1, True)
    # None is lost; what a dead worker had sent and not marked came twice, under one Message-ID.
    assert set(arrived()) == set(OutgoingEmail.objects.values_list("message_id", flat=True))
    assert sorted(arrived().values())[-3:] == [1, 2, 2]


def test_without_the_lease_a_mail_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: marked before it is sent."""
    month = small_month(monkeypatch)
    month.play_day()
    leased = tasks.lease

    def mark_first(now: datetime) -> Any:
        mail = leased(now)
        if mail is not None:
            OutgoingEmail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=timezone.now())
        return mail

    monkeypatch.setattr(tasks, "lease", mark_first)
    deliver(monkeypatch, dies_at="after_lease")
    deliver(monkeypatch)
    lost = OutgoingEmail.objects.exclude(message_id__in=arrived())
    assert list(lost.values_list("state", flat=True)) == [MailState.SENT]


@pytest.mark.parametrize("what", ["a mail an hour", "a step skipped", "nothing taken back"])
def test_rules_that_are_wrong_in_one_place_are_found_out(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """The controls of the judge itself."""
    if what == "a mail an hour":
        monkeypatch.setattr(posting, "key_of", lambda one, at: f"notices:{one.pk}:{local(at, one.time_zone):%d:%H}")
    elif what == "a step skipped":
        monkeypatch.setattr("courses.assignments.ladder.QUIET", DAY * 100)
    else:
        monkeypatch.setattr(tell_duties, "withdraw_notices", lambda *_things, **_how: 0)
    month = small_month(monkeypatch)
    month.pace = 8
    for _day in range(2 if what == "nothing taken back" else 1):
        month.play_day()
    assert month.judged() != []
