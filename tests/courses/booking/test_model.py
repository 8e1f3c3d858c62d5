"""Whatever is done in whatever order, what is booked is what the plain model says; a wrong rule is found out."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from courses.booking.rules import seats

from .machine import KINDS, MUTANTS, machines, make_world, mutant

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
STEPS = 25
PLAYS = 12
# No shrinking: on a database it takes minutes. CI always plays the same, `make prove` ten times more and always anew.
USUAL = settings(
    max_examples=PLAYS,
    stateful_step_count=STEPS,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    derandomize=True,
)


def test_a_thousand_steps_agree_with_the_model() -> None:
    world = make_world()
    for machine in machines(world):
        run_state_machine_as_test(machine, settings=USUAL)
    assert world.steps >= 1000, world
    # Each kind of step was possible at least once.
    assert KINDS - set(world.done) == set(), world


@pytest.mark.parametrize(("name", "right", "wrong"), MUTANTS, ids=[f"{name}: {wrong}" for name, _, wrong in MUTANTS])
def test_a_wrong_rule_is_found_out(monkeypatch: pytest.MonkeyPatch, name: str, right: str, wrong: str) -> None:
    """The control: the last in line moves up, or nobody does when somebody cancels."""
    monkeypatch.setattr(seats, name, mutant(name, right, wrong))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machines(make_world())[0], settings=settings(USUAL, max_examples=4 * PLAYS))
