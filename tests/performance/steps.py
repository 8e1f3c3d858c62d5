"""Ten thousand steps at random with dates, people and a clock agree with the plain model, on PostgreSQL.

`python -m tests.performance.steps` makes a database of its own. The controls are rules that are wrong in one place:
each must be found out. CI plays a thousand steps, always the same: tests/courses/booking/test_model.py.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from time import monotonic
from typing import Any
from unittest import mock

from tests.performance import proofs

STEPS = 50
PLAYS = 10


def play(machines: list[Any], steps: int, seed: int, until: float) -> tuple[int, str]:
    """Plays until there were so many steps, or something disagreed: how many steps, and what."""
    from hypothesis import Phase, settings  # noqa: PLC0415  beside what needs Django to be set up
    from hypothesis import seed as seeded  # noqa: PLC0415  the same
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415  the same

    usual = settings(
        max_examples=PLAYS, stateful_step_count=STEPS, phases=[Phase.generate], database=None, deadline=None
    )
    world = machines[0].world
    world.steps = 0
    while world.steps < steps and monotonic() < until:
        try:
            run_state_machine_as_test(seeded(seed)(machines[seed % len(machines)]), settings=usual)
        except AssertionError as error:
            return world.steps, f"seed {seed}: {str(error).splitlines()[0] if str(error) else 'assert'}"
        seed += 1
    return world.steps, ""


def measure(steps: int, minutes: float | None) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from courses.booking.rules import seats  # noqa: PLC0415  the same
    from tests.courses.booking.machine import KINDS, MUTANTS, machines, make_world, mutant  # noqa: PLC0415  the same

    world = make_world()
    all_ways = machines(world)
    seed = random.randrange(10**6)
    until = monotonic() + 60 * minutes if minutes else float("inf")
    played, disagreed = play(all_ways, steps, seed, until)
    done, refused = Counter(world.done), Counter(world.refused)
    lines = [
        "| rules | steps | done | refused | disagreements |",
        "|---|---|---|---|---|",
        f"| as built | {played} | {done.total()} | {refused.total()} | {disagreed or 'none'} |",
    ]
    wrong = [disagreed] if disagreed else []
    if missing := sorted(KINDS - set(done)):
        wrong.append(f"never possible: {missing}")
    for name, right, other in MUTANTS:
        with mock.patch.object(seats, name, mutant(name, right, other)):
            played, disagreed = play(all_ways, steps, seed, float("inf"))
        what = f"{name}: {other or f'without {right}'}"
        lines.append(f"| control: `{what}` | {played} | | | {'found out' if disagreed else 'none'} |")
        if not disagreed:
            wrong.append(f"the control that must fail does not: {what}")
    kinds = ", ".join(f"{name} {count}" for name, count in done.most_common())
    return "\n".join(lines) + f"\n\nDone: {kinds}. First seed {seed}.", wrong


def main() -> int:
    """Play in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, help="begin no play after so long, however many steps there were")
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with proofs.database("steps", options.server) as machine:
        table, wrong = measure(options.steps, options.minutes)
    return proofs.end(
        options,
        "Steps at random against the plain model",
        f"{machine}; plays of at most {STEPS} steps with two dates, eight people and a clock. After each step the same "
        "states in the same order, the same counts, the same answer, and nothing for `check_invariants` to find. The "
        "controls are rules that are wrong in one place and must be found out.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
