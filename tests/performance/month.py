"""A month of 200 people in four zones, over a change of clocks, with a worker that is killed twenty times. PostgreSQL.

`python -m tests.performance.month` makes a database of its own. Learners, managers and the clock are played by this
process (tests/courses/flows/month.py); Redis, worker and mail server are real. The worker is killed with SIGKILL while
it sends, at a named point or wherever it is. The control marks before it sends, and must lose mail. CI plays some days
with a worker that dies in the process: tests/courses/flows/test_month.py.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.performance import proofs

DAYS = 31
PATIENCE = 120
# Where a worker dies; "anywhere" is by a signal from outside after a few mails.
POINTS = ("anywhere", "after_lease", "anywhere", "after_send")


class Office:
    """The mail server's book: every letter that came, and how often."""

    def __init__(self, postman: Any) -> None:
        self.postman = postman
        self.copies: Counter[str] = Counter()
        # Receiver, date and subject, and the Message-IDs under which they came.
        self.letters: dict[tuple[str, str, str], set[str]] = {}

    def look(self) -> int:
        """Enter what came since the last look; how many there are by now."""
        while not self.postman.letters.empty():
            letter = self.postman.letters.get()
            name = str(letter["Message-ID"])
            self.copies[name] += 1
            key = (str(letter["To"]), str(letter["Date"]), str(letter["Subject"]))
            self.letters.setdefault(key, set()).add(name)
        return self.copies.total()


def waiting() -> int:
    """How many mails are to be sent."""
    from academy.mail.enums import MailState  # noqa: PLC0415  models need Django to be set up
    from academy.mail.models import OutgoingEmail  # noqa: PLC0415  the same

    return OutgoingEmail.objects.filter(state=MailState.QUEUED).count()


def kill(where: str, command: tuple[str, ...], env: dict[str, str], office: Office, dice: random.Random) -> None:
    """A worker begins to send what waits, and dies."""
    from academy.mail.tasks import deliver_due  # noqa: PLC0415  the same
    from tests.operations.processes import running  # noqa: PLC0415  the same

    with running(*command, env=env if where == "anywhere" else env | {"CRASH_AT": where}) as worker:
        worker.wait_for("ready")
        enough = office.look() + dice.randint(1, max(1, waiting() // 2))
        deliver_due.apply_async()
        ends = time.monotonic() + PATIENCE
        while where == "anywhere" and office.look() < enough and time.monotonic() < ends:
            time.sleep(0.002)
        if where == "anywhere":
            worker.process.send_signal(signal.SIGKILL)
        worker.process.wait(timeout=PATIENCE)
        if (code := worker.stop()) != -signal.SIGKILL:
            raise RuntimeError(f"the worker ended with {code}, not killed {where}")


def send_rest(env: dict[str, str], office: Office) -> None:
    """A worker that lives sends all that is left."""
    from academy.mail.tasks import deliver_due  # noqa: PLC0415  the same
    from tests.operations.processes import running  # noqa: PLC0415  the same
    from tests.operations.workers import WORKER  # noqa: PLC0415  the same

    with running(*WORKER, env=env) as worker:
        worker.wait_for("ready")
        ends = time.monotonic() + 10 * PATIENCE
        while waiting() and time.monotonic() < ends:
            deliver_due.apply_async()
            time.sleep(0.3)
        worker.stop()
    office.look()


def play(month: Any, kills: int, env: dict[str, str], office: Office, dice: random.Random) -> None:
    """Day after day; on so many of them a worker is killed while it sends what has come together."""
    from tests.operations.workers import WORKER  # noqa: PLC0415  the same

    deadly = sorted(dice.sample(range(DAYS), min(kills, DAYS)))
    for day in range(DAYS):
        month.play_day()
        if day in deadly and waiting():
            where = POINTS[deadly.index(day) % len(POINTS)]
            kill(where, WORKER, env, office, dice)
            month.did[f"killed {where}"] += 1
    send_rest(env, office)


def judged(month: Any, office: Office, kills: int) -> tuple[list[str], int, int]:
    """What is not as it should be; how many mails are lost, and how many came twice. The book is empty afterwards."""
    from academy.mail.models import OutgoingEmail  # noqa: PLC0415  the same

    written = OutgoingEmail.objects.filter(key__in=[mail.key for mail in month.posted])
    ids = set(written.values_list("message_id", flat=True))
    lost, twice = len(ids - set(office.copies)), office.copies.total() - len(office.copies)
    wrong = list(month.judged())
    if lost:
        wrong.append(f"{lost} mails are lost")
    if strange := set(office.copies) - ids:
        wrong.append(f"{len(strange)} mails came that nobody wrote")
    if other := [key for key, names in office.letters.items() if len(names) > 1]:
        wrong.append(f"{len(other)} mails came again under another Message-ID")
    killed = sum(number for name, number in month.did.items() if name.startswith("killed"))
    if killed < kills:
        wrong.append(f"only {killed} workers were killed")
    if twice > killed:
        wrong.append(f"{twice} came twice, more than workers died")
    office.copies.clear()
    office.letters.clear()
    return wrong, lost, twice


def control(env: dict[str, str], office: Office, dice: random.Random) -> int:
    """The last mails once more, with a worker that marks before it sends, killed three times: how many are lost."""
    from academy.mail.enums import MailState  # noqa: PLC0415  the same
    from academy.mail.models import OutgoingEmail  # noqa: PLC0415  the same
    from tests.operations.workers import FORGETFUL  # noqa: PLC0415  the same

    ids = list(OutgoingEmail.objects.order_by("-pk").values_list("pk", flat=True)[:300])
    OutgoingEmail.objects.filter(pk__in=ids).update(state=MailState.QUEUED, sent_at=None, attempts=0)
    office.look()
    office.copies.clear()
    for _time in range(3):
        kill("after_lease", FORGETFUL, env, office, dice)
    send_rest(env, office)
    rows = OutgoingEmail.objects.filter(pk__in=ids, state=MailState.SENT)
    return sum(office.copies[one] == 0 for one in rows.values_list("message_id", flat=True))


def measure(names: list[str], size: int, kills: int, seed: int, server: str, bell: str) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from tests.courses.flows.month import AUTUMN, SPRING, make_month  # noqa: PLC0415  the same
    from tests.operations.workers import mail_server, production  # noqa: PLC0415  the same

    lines = [
        "| month | people | steps told | mails | of them not essential | most a day and person | killed | lost "
        "| came twice | of what was done | steps skipped | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    wrong: list[str] = []
    dice = random.Random(seed)
    with mail_server() as (postman, port), tempfile.TemporaryDirectory() as folder:
        settings = {"DJANGO_SETTINGS_MODULE": "tests.operations.crashing", "MAIL_LEASE": "1"}
        env = production(server, bell, port, Path(folder), **settings)
        office = Office(postman)
        done: Counter[str] = Counter()
        for first in ({"spring": SPRING, "autumn": AUTUMN}[name] for name in names):
            begun = time.monotonic()
            month = make_month(first, size=size, seed=seed, pace=size / 40)
            play(month, kills, env, office, dice)
            found, lost, twice = judged(month, office, kills)
            wrong += [f"{first:%B}: {one}" for one in found]
            days = month.per_day()
            killed = sum(number for name, number in month.did.items() if name.startswith("killed"))
            over, skipped = (sum(words in one for one in month.wrong) for words in ("speaks of", "was skipped"))
            lines.append(
                f"| {first:%B %Y} | {size} | {len(month.told)} | {len(month.posted)} | "
                f"{days.total()} | {max(days.values())} | {killed} | {lost} | {twice} | {over} | {skipped} | "
                f"{time.monotonic() - begun:.0f} |"
            )
            done += month.did
            clear(month)
        lost = control(env, office, dice)
    lines.append(f"| control: marked before sending | | | 300 | | | 3 | {lost} | | | | |")
    if not lost:
        wrong.append("the control that must fail does not")
    kinds = ", ".join(f"{name} {count}" for name, count in done.most_common())
    return "\n".join(lines) + f"\n\nDone: {kinds}. Seed {seed}.", wrong


def clear(month: Any) -> None:
    """What is required of the teams of a month is over, and told: the next month has teams of its own."""
    from academy.mail.models import Notice  # noqa: PLC0415  the same
    from courses.assignments.models import Assignment, Duty  # noqa: PLC0415  the same

    Duty.objects.filter(ended_at=None).update(ended_at=month.now)
    Assignment.objects.filter(ended_at=None).update(ended_at=month.now)
    Notice.objects.update(mail_on=None, read_at=month.now)


def main() -> int:
    """Play in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20, help="in all months together")
    parser.add_argument("--months", nargs="+", choices=("spring", "autumn"), default=["spring", "autumn"])
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    proofs.add_arguments(parser)
    options = parser.parse_args()
    bell = os.environ["CELERY_QUEUE"] = f"month-{os.getpid()}"
    with proofs.database("month", options.server) as machine:
        from tests.operations.workers import ringing  # noqa: PLC0415  needs Django to be set up

        server = os.environ["REDIS_URL"]
        with ringing(server, bell):
            kills = options.kills // len(options.months)
            table, wrong = measure(options.months, options.people, kills, options.seed, server, bell)
    return proofs.end(
        options,
        "A month of mail",
        f"{machine}; Redis, worker and mail server of their own, a lease of 1 s. People in Brussels, Lisbon, Helsinki "
        "and New York, at random: assigned, done, more time, away, other dates, called off, wishes, read in the bell; "
        f"{DAYS} days over a change of clocks, hourly work on the hour, mails made every 15 minutes. Counted by person "
        "and local day; every mail in the outbox must have reached the server, again only under its own Message-ID. "
        "The control must lose mail.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
