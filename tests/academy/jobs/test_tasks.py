"""Queued work is done once, also when workers die."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.jobs import registry, rules, tasks
from academy.jobs.enums import JobState
from academy.jobs.models import Heartbeat, Job

pytestmark = pytest.mark.django_db
done: list[Any] = []


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Registers the function that does the work "count" in this test."""
    done.clear()
    monkeypatch.setattr(registry, "_registered", {})
    registry.register("count", lambda number: done.append(number))

    def replace(function: Callable[..., Any]) -> None:
        registry._registered["count"] = function

    return replace


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """A clock that stands still; call it to go forward."""
    moment = [timezone.now()]

    def read() -> datetime:
        return moment[0]

    monkeypatch.setattr(timezone, "now", read)

    def forward(wait: timedelta) -> None:
        moment[0] += wait

    return forward


def enqueue(number: int = 1, **changes: Any) -> Job:
    return rules.enqueue(**{"key": "count:1", "kind": "count", "payload": {"number": number}, **changes})


def test_work_queued_twice_under_one_key_is_done_once() -> None:
    enqueue()
    enqueue()
    assert (tasks.run_due(), tasks.run_due(), done) == (1, 0, [1])


def test_a_key_can_be_used_again_when_its_work_is_done() -> None:
    enqueue()
    tasks.run_due()
    enqueue(2)
    tasks.run_due()
    assert done == [1, 2]


def test_work_asked_for_while_it_runs_is_done_once_more(work: Any) -> None:
    def run(number: int) -> None:
        done.append(number)
        if number == 1:
            enqueue(2)

    work(run)
    enqueue()
    assert tasks.run_due() == 2
    assert (done, [job.state for job in Job.objects.all()]) == ([1, 2], [JobState.DONE])


def test_work_that_ends_while_it_is_asked_for_is_done_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    enqueue()
    ask = Job.objects.get_or_create

    def end_meanwhile(**fields: Any) -> Any:
        found = ask(**fields)
        tasks.run_due()
        return found

    monkeypatch.setattr(Job.objects, "get_or_create", end_meanwhile, raising=False)
    enqueue(2)
    monkeypatch.undo()
    tasks.run_due()
    assert done == [1, 2]


def test_work_asked_for_again_while_it_waits_starts_afresh(now: Callable[[timedelta], None]) -> None:
    enqueue()
    Job.objects.update(attempts=3, not_before=timezone.now() + timedelta(hours=1))
    enqueue(2)
    assert (tasks.run_due(), done) == (1, [2])


def test_a_killed_worker_costs_a_lease_and_not_the_work(work: Any, now: Callable[[timedelta], None]) -> None:
    def die(number: int) -> None:
        raise SystemExit

    enqueue()
    registered = registry.find("count")
    work(die)
    with pytest.raises(SystemExit):
        tasks.run_due()
    work(registered)
    assert tasks.run_due() == 0
    now(tasks.LEASE)
    assert (tasks.run_due(), done) == (1, [1])


def test_work_that_fails_waits_longer_each_time_and_ends(
    work: Any, now: Callable[[timedelta], None], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(number: int) -> None:
        raise ValueError("jana@example.org")

    work(fail)
    job = enqueue()
    for wait in (*tasks.WAITS, timedelta()):
        assert tasks.run_due() == 0
        now(wait)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, tasks.MAX_ATTEMPTS)
    assert job.last_error.startswith("ValueError at fail:")
    assert "jana" not in "".join(str(record.__dict__) for record in caplog.records)


def test_one_failure_does_not_hold_up_the_next(work: Any) -> None:
    def fail_once(number: int) -> None:
        if number == 1:
            raise ValueError
        done.append(number)

    work(fail_once)
    enqueue()
    enqueue(2, key="count:2")
    assert (tasks.run_due(), done) == (1, [2])


def test_unknown_work_fails_at_once_and_says_so() -> None:
    job = enqueue(kind="unknown")
    tasks.run_due()
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.FAILED, "unknown kind")


def test_two_functions_for_one_kind_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="count"):
        registry.register("count", print)


def test_the_heartbeat_is_one_row(now: Callable[[timedelta], None]) -> None:
    tasks.heartbeat()
    now(timedelta(minutes=1))
    tasks.heartbeat()
    assert list(Heartbeat.objects.values_list("name", "at")) == [("worker", timezone.now())]
