"""What tests of the rules share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from academy.jobs import tasks
from curriculum.h5p.models import Activity
from tests.factories import activities
from tests.factories.curriculum import Site
from tests.factories.people import make_person


@pytest.fixture
def activity(site: Site, private: Path) -> Activity:
    """One without a package."""
    return activities.activity()


@pytest.fixture
def editor(db: None) -> Any:
    """Somebody who may not install libraries."""
    return make_person()


@pytest.fixture
def installer(db: None) -> Any:
    """Somebody who may, by the permission."""
    person = make_person()
    person.user_permissions.add(Permission.objects.get(codename="install_h5p_library"))
    return person


@pytest.fixture
def worker(db: None) -> None:
    """A worker was heard of just now."""
    tasks.heartbeat()


@pytest.fixture
def work() -> Callable[[], int]:
    """Do what is queued, now."""

    def run() -> int:
        tasks.Job.objects.update(not_before=timezone.now())
        return tasks.run_due()

    return run


def everything(folder: Path) -> set[str]:
    """All files below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
