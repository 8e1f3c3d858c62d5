"""A worker killed between a seat and its mail, and started again: how long until everybody has the mail. PostgreSQL.

`python -m tests.performance.kills` makes a database of its own; worker, beat, Redis and mail server are real, lease and
schedule those of production. The control marks before it sends, and must lose mail. CI plays each point once:
tests/operations/test_mail_after_kill.py.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.performance import proofs

POINTS = ("after_commit", "before_lease", "after_lease", "after_send")
ENOUGH = 60  # seconds
PATIENCE = 180


def kill_at(name: str, command: tuple[str, ...], env: dict[str, str], server: str, bell: str) -> Any:
    """Two seats pass on to the next two in a worker that dies at this point. The date."""
    from courses.flows.tasks import keep_dates  # noqa: PLC0415  models need Django to be set up
    from tests.operations.processes import running  # noqa: PLC0415  the same
    from tests.operations.workers import two_offers_are_over  # noqa: PLC0415  the same

    session = two_offers_are_over(server, bell)
    keep_dates.apply_async()
    with running(*command, env=env | {"CRASH_AT": name}) as worker:
        worker.process.wait(timeout=PATIENCE)
        code = worker.stop()
    if code != -signal.SIGKILL:
        raise RuntimeError(f"the worker ended with {code}, not killed at {name}")
    return session


def wait_for_mail(session: Any, env: dict[str, str]) -> float:
    """Seconds from the moment at which a worker works again until all mails are sent. Beat rings, nobody else."""
    from academy.mail.models import OutgoingEmail  # noqa: PLC0415  the same
    from tests.operations.processes import running  # noqa: PLC0415  the same
    from tests.operations.workers import WORKER  # noqa: PLC0415  the same

    with running(*WORKER, env=env) as worker:
        worker.wait_for("ready")
        begun = time.monotonic()
        while time.monotonic() < begun + PATIENCE:
            steps = OutgoingEmail.objects.filter(key__in=keys_of(session))
            if steps.exclude(sent_at=None).count() == 4:
                break
            time.sleep(0.1)
        seconds = time.monotonic() - begun
        worker.stop()
    return seconds


def keys_of(session: Any) -> list[str]:
    """Keys of the mails about seats that lapsed or were offered after all was quiet."""
    from courses.booking.models import BookingChange  # noqa: PLC0415  the same

    steps = BookingChange.objects.filter(booking__session=session, why__in=["lapsed", "offer"]).order_by("-pk")[:4]
    return [f"booking:{step.booking_id}:step:{step.pk}" for step in steps]


def measure(rounds: int, server: str, bell: str) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from academy.mail.models import OutgoingEmail  # noqa: PLC0415  the same
    from tests.factories.curriculum import make_site  # noqa: PLC0415  the same
    from tests.operations.processes import running  # noqa: PLC0415  the same
    from tests.operations.workers import FORGETFUL, WORKER, mail_server, production  # noqa: PLC0415  the same

    make_site()
    lines = [
        "| killed | times | mails | lost | came twice | longest until the last, s |",
        "|---|---|---|---|---|---|",
    ]
    wrong: list[str] = []
    with mail_server() as (postman, port), tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "queue").mkdir()
        env = production(server, bell, port, Path(folder), DJANGO_SETTINGS_MODULE="tests.operations.crashing")
        with running("-m", "celery", "-A", "academy.celery", "beat", env=env):
            for name in POINTS:
                longest, lost, twice = 0.0, 0, 0
                for _ in range(rounds):
                    session = kill_at(name, WORKER, env, server, bell)
                    longest = max(longest, wait_for_mail(session, env))
                    wanted = OutgoingEmail.objects.filter(key__in=keys_of(session)).values_list("message_id", flat=True)
                    came = Counter(postman.ids())
                    lost += sum(came[one] == 0 for one in wanted)
                    twice += sum(count - 1 for count in came.values())
                    if set(came) != set(wanted):
                        wrong.append(f"{name}: other mails came than were queued")
                lines.append(f"| {name} | {rounds} | {4 * rounds} | {lost} | {twice} | {longest:.0f} |")
                if lost or longest > ENOUGH or twice != (rounds if name == "after_send" else 0):
                    wrong.append(f"{name}: {lost} lost, {twice} came twice, {longest:.0f} s")
        session = kill_at("after_lease", FORGETFUL, env, server, bell)
        with running(*WORKER, env=env):
            pass
        marked = OutgoingEmail.objects.filter(key__in=keys_of(session)).exclude(sent_at=None)
        came = Counter(postman.ids())
        lost = sum(came[one] == 0 for one in marked.values_list("message_id", flat=True))
    lines.append(f"| control: marked before sending, after_lease | 1 | | {lost} | | |")
    if not lost:
        wrong.append("the control that must fail does not")
    return "\n".join(lines), wrong


def main() -> int:
    """Play in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    bell = os.environ["CELERY_QUEUE"] = f"kills-{os.getpid()}"
    with proofs.database("kills", options.server) as machine:
        from tests.operations.workers import ringing  # noqa: PLC0415  needs Django to be set up

        server = os.environ["REDIS_URL"]
        with ringing(server, bell):
            table, wrong = measure(options.rounds, server, bell)
    return proofs.end(
        options,
        "Mail after a kill",
        f"{machine}; Redis, worker, beat and mail server of their own, lease and schedule as in production. Two "
        "offers have lapsed, two people are next: four mails. The worker is killed with SIGKILL there and started "
        "again; seconds count from its first being ready. A mail may come twice (under one Message-ID) only where the "
        "worker died between sending and marking. The control must lose mail.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
