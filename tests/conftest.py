"""What all tests share: databases from templates, an empty cache, a site in four languages."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import TransactionTestCase
from pytest_django.fixtures import Settings

from tests import databases
from tests.browser import serving
from tests.factories import curriculum as factories


def worker() -> str:
    """Name of this test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def copy_name(kind: str) -> str:
    """Where this process's copy of a template lives."""
    if databases.is_sqlite():
        return str(Path(tempfile.gettempdir()) / f"academy-{kind}-{os.getpid()}.sqlite3")
    return f"academy_test_{kind}_{worker()}_{os.getpid()}"


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """A long value is no name: xdist's workers must collect the same names, and a value may hold the time of day."""
    return argname if isinstance(val, str) and len(val) > 60 else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`.ci/run` runs the suite twice; what touches no database, or shows the same on all, on SQLite alone."""
    if databases.is_sqlite():
        return
    again = [item for item in items if _is_about_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


def _is_about_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    uses = set(getattr(item, "fixturenames", ()))
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres", "browser", "slow"))
    return marked or bool(uses & {"db", "transactional_db", "django_db_setup"})


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A migrated database for this process; tests that commit get a fresh copy afterwards, not an emptied one."""
    with django_db_blocker.unblock():
        source = databases.empty()
        target = copy_name("empty")
        databases.copy(source, target)

        def restore(self: TransactionTestCase) -> None:
            # Django would empty every table, and Wagtail's root page, locales and collections with them.
            for each in connections.all():
                each.close()
            databases.replace(source)

        patch = pytest.MonkeyPatch()
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        patch.setattr(TransactionTestCase, "serialized_rollback", False)
    yield
    patch.undo()
    with django_db_blocker.unblock():
        databases.drop(str(connection.settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """What one test cached is not what the next one reads."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def site(db: None) -> factories.Site:
    """Locales en, nl, de and fr with a front page each, and the default site."""
    return factories.make_site()


@pytest.fixture
def academy(site: factories.Site) -> factories.Course:
    """A small course: one module, three lessons, a quiz; in English and Dutch."""
    return factories.make_course()


@pytest.fixture
def demo(transactional_db: None, settings: Settings) -> None:
    """The whole demo academy, on a copy of its own; the next test finds an empty site again."""
    settings.MEDIA_ROOT, settings.ISSUER_KEY = serving.MEDIA / "media", serving.ISSUER_KEY
    # Making the template, where it is not there yet, uses another database.
    used = str(connection.settings_dict["NAME"])
    source = serving.demo()
    databases.use(used)
    databases.replace(source)
    # Unpacked activities are found by the names that stand in the rows; this process writes to its own copy.
    shutil.copytree(serving.MEDIA / "private" / "h5p", settings.PRIVATE_ROOT / "h5p", dirs_exist_ok=True)
