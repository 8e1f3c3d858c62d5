"""A worker killed at any point between a seat and its mail: whoever moved up has the mail all the same."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from academy.kernel.crash import point
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from academy.mail.tasks import deliver_due
from courses.booking.models import Booking
from courses.flows.tasks import keep_dates
from tests.factories.curriculum import make_site

from .conftest import REDIS
from .processes import PATIENCE, running
from .workers import FORGETFUL, WORKER, Postman, production, two_offers_are_over

POINTS = ("after_commit", "after_lease", "after_send")
pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.django_db(transaction=True)
def test_who_moves_up_has_the_mail_wherever_the_worker_was_killed(
    bell: str, post_office: tuple[Postman, int], tmp_path: Path
) -> None:
    postman, port = post_office
    make_site()
    session = two_offers_are_over(REDIS, bell)
    env = production(REDIS, bell, port, tmp_path, DJANGO_SETTINGS_MODULE="tests.operations.crashing", MAIL_LEASE="1")
    keep_dates.apply_async()
    for name in POINTS:
        with running(*WORKER, env=env | {"CRASH_AT": name}) as worker:
            worker.process.wait(timeout=PATIENCE)
            assert worker.stop() == -signal.SIGKILL, worker.said
        # What beat does twice a minute.
        deliver_due.apply_async()
    with running(*WORKER, env=env) as worker:
        ends = time.monotonic() + PATIENCE
        while OutgoingEmail.objects.filter(state=MailState.QUEUED).exists() and time.monotonic() < ends:
            deliver_due.apply_async()
            time.sleep(0.2)
        assert worker.stop() == 0, worker.said
    states = list(Booking.objects.filter(session=session).order_by("arrival").values_list("state", flat=True))
    assert states == ["cancelled"] * 4 + ["offered"] * 2
    mails = OutgoingEmail.objects.filter(sent_at__isnull=False)
    assert sorted(mails.values_list("kind", flat=True)) == ["booking/lapsed"] * 2 + ["booking/offered"] * 2
    copies = Counter(postman.ids())
    # One was sent and not yet marked when its worker died: it came twice, under one Message-ID.
    assert (set(copies), sorted(copies.values())) == (set(mails.values_list("message_id", flat=True)), [1, 1, 1, 2])


@pytest.mark.django_db(transaction=True)
def test_without_the_lease_a_mail_is_lost(bell: str, post_office: tuple[Postman, int], tmp_path: Path) -> None:
    """The control: marked before it was sent, it is sent for the table and for nobody else."""
    postman, port = post_office
    make_site()
    two_offers_are_over(REDIS, bell)
    env = production(REDIS, bell, port, tmp_path, DJANGO_SETTINGS_MODULE="tests.operations.crashing", MAIL_LEASE="1")
    keep_dates.apply_async()
    with running(*FORGETFUL, env=env | {"CRASH_AT": "after_lease"}) as worker:
        worker.process.wait(timeout=PATIENCE)
        assert worker.stop() == -signal.SIGKILL, worker.said
    [lost] = OutgoingEmail.objects.filter(sent_at__isnull=False)
    assert (lost.state, postman.ids()) == (MailState.SENT, [])


def test_no_point_is_deadly_outside_of_these_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the environment of a real worker changes nothing."""
    monkeypatch.setenv("CRASH_AT", "after_lease")
    point("after_lease")
