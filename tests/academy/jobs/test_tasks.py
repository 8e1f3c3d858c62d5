"""Queued work is done once, also when workers die."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
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
        registry._registered["count"] = registry.Terms(function)

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


def test_work_with_a_short_lease_that_says_that_it_goes_on_stays_its_workers(
    now: Callable[[timedelta], None],
) -> None:
    def go_on(number: int) -> None:
        for step in range(3):
            now(timedelta(seconds=8))
            done.append((step, tasks.still_working(step * 10), tasks.still_working(), tasks.lease(timezone.now())))

    registry.register("long", go_on, lease=timedelta(seconds=10))
    job = enqueue(kind="long")
    assert tasks.run_due() == 1
    job.refresh_from_db()
    assert (done, job.state) == ([(step, True, False, None) for step in range(3)], JobState.DONE)


def test_work_that_was_taken_over_stops_and_leaves_the_row_alone(now: Callable[[timedelta], None]) -> None:
    def hang(number: int) -> None:
        now(timedelta(seconds=11))
        other = tasks.lease(timezone.now())
        done.append(other)
        tasks.still_working(50)

    registry.register("hangs", hang, lease=timedelta(seconds=10))
    job = enqueue(kind="hangs")
    assert tasks.run_due(limit=1) == 0
    [other] = done
    job.refresh_from_db()
    assert (job.state, job.attempts, job.progress, job.leased_until) == (JobState.QUEUED, 2, 0, other.leased_until)


def test_nothing_is_renewed_outside_of_a_job() -> None:
    assert tasks.still_working(10) is False


@pytest.mark.parametrize("dies", [True, False])
def test_work_that_is_given_up_is_said_once_to_who_queued_it(now: Callable[[timedelta], None], dies: bool) -> None:
    def fail(number: int) -> None:
        raise SystemExit if dies else ValueError

    registry.register("fails", fail, given_up=lambda number: done.append(number))
    job = enqueue(7, kind="fails")
    for _ in range(tasks.MAX_ATTEMPTS + 2):
        with suppress(SystemExit):
            tasks.run_due()
        now(tasks.LEASE + max(tasks.WAITS))
    job.refresh_from_db()
    assert (done, job.state) == ([7], JobState.FAILED)
    assert (job.last_error == "worker died") is dies


def test_a_conclusion_that_fails_does_not_keep_the_job(now: Callable[[timedelta], None]) -> None:
    def fail(number: int) -> None:
        raise ValueError

    registry.register("fails", fail, given_up=fail)
    job = enqueue(kind="fails")
    Job.objects.update(attempts=tasks.MAX_ATTEMPTS - 1)
    assert tasks.run_due() == 0
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_work_can_be_done_here_and_now_unless_another_has_it() -> None:
    job = enqueue()
    tasks.lease(timezone.now())
    taken = [tasks.take(job)]
    Job.objects.update(leased_until=None)
    mine = tasks.take(job)
    assert mine
    assert (taken, tasks.run_due(), tasks.run(mine), done) == ([None], 0, True, [1])


def test_a_worker_is_alive_as_long_as_it_was_heard_of_lately(now: Callable[[timedelta], None]) -> None:
    before = tasks.is_worker_alive(timezone.now())
    tasks.heartbeat()
    now(tasks.SILENCE)
    lately = tasks.is_worker_alive(timezone.now())
    now(timedelta(seconds=1))
    assert (before, lately, tasks.is_worker_alive(timezone.now())) == (False, True, False)


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
