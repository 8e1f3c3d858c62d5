"""A worker killed anywhere between an upload and a package that is played: the next one ends the work, whole."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from academy.jobs.tasks import run_due
from curriculum.h5p import rules
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Package
from tests.factories.curriculum import make_site
from tests.performance import package_kills
from tests.performance.package_kills import (
    BEAT,
    ENOUGH,
    POINTS,
    dies_half_way,
    in_place,
    killed_at_random,
    lease_is_over,
    queued,
    remains,
    seconds_held,
    undisturbed,
    usual_lease,
    worker,
)

from .conftest import REDIS
from .processes import PATIENCE, free_port, running
from .workers import WORKER, production

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _site(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As a process of its own with this data folder has it.
    settings.PRIVATE_ROOT = tmp_path / "private"
    monkeypatch.setattr(package_kills, "LIBRARIES", 4)
    make_site()


@pytest.mark.one_database
def test_wherever_a_worker_is_killed_the_next_one_ends_the_work() -> None:
    for number, name in enumerate(POINTS):
        queued(number)
        assert worker(None, name) == -signal.SIGKILL, name
        lease_is_over()
        assert worker() == 0
    assert (remains(), set(Package.objects.values_list("state", flat=True))) == ([], {PackageState.READY})


def test_killed_at_random_moments_it_ends_well_too() -> None:
    seconds, chance = undisturbed(0), random.Random(7)
    kills = [killed_at_random(number, seconds, chance) for number in (1, 2)]
    assert (remains(), sum(kills) > 0) == ([], True)


@pytest.mark.one_database
def test_a_killed_worker_holds_a_package_for_less_than_a_minute() -> None:
    queued(0)
    worker(None, "h5p_unpacking")
    assert seconds_held() + BEAT < ENOUGH
    lease_is_over()
    worker()
    queued(1)
    worker(None, "h5p_unpacking", usual_lease)
    # The control: with the lease of other jobs it would be much longer.
    assert seconds_held() > 9 * 60


@pytest.mark.one_database
def test_unpacked_in_its_place_half_a_library_would_stay() -> None:
    """The control: without the rename, the next worker finds a folder and takes it to be whole."""
    queued(0)
    assert worker(None, "", in_place, dies_half_way) == -signal.SIGKILL
    lease_is_over()
    assert worker(None, "", in_place) == 0
    assert Package.objects.get().state == PackageState.READY
    assert [each.rpartition(" is ")[2] for each in remains()] == ["not whole"]


@pytest.mark.one_database
def test_with_the_rename_the_same_kill_leaves_nothing_half() -> None:
    queued(0)
    assert worker(None, "", dies_half_way) == -signal.SIGKILL
    lease_is_over()
    assert worker() == 0
    assert (remains(), rules.LEASE.total_seconds() < BEAT) == ([], True)


@pytest.mark.one_database
def test_a_real_worker_goes_on_where_another_was_killed(bell: str, tmp_path: Path) -> None:
    queued(0)
    env = production(REDIS, bell, free_port(), tmp_path, DJANGO_SETTINGS_MODULE="tests.operations.crashing")
    run_due.apply_async()
    with running(*WORKER, env=env | {"CRASH_AT": "h5p_unpacking"}) as first:
        first.process.wait(timeout=PATIENCE)
        assert first.stop() == -signal.SIGKILL, first.said
    assert set(Package.objects.values_list("state", flat=True)) == {PackageState.PROCESSING}
    lease_is_over()
    # What beat does twice a minute.
    run_due.apply_async()
    with running(*WORKER, env=env) as second:
        ends = time.monotonic() + PATIENCE
        while Package.objects.exclude(state=PackageState.READY).exists() and time.monotonic() < ends:
            time.sleep(0.2)
        assert second.stop() == 0, second.said
    assert remains() == []
