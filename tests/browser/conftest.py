"""Browser stories: Chromium against a real server on a copy of the loaded demo (architecture decision 17)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests import databases

from . import path_world, serving

# The browser's own load; a cold page of a busy machine may take some seconds.
TIMEOUT = 15_000
expect.set_options(timeout=TIMEOUT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them need Chromium; one process runs them, so that one server is enough."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[serving.Server]:
    """A server on a copy of the demo."""
    data_dir = tmp_path_factory.mktemp("server")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            source = serving.demo()
            target = (
                str(data_dir / "academy.sqlite3") if databases.is_sqlite() else f"academy_test_browser_{os.getpid()}"
            )
            databases.copy(source, target)
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield running
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


@pytest.fixture(scope="session")
def small_academy(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[serving.Server]:
    """A server on the academy of path_world, for stories that change things; each has its own people there."""
    data_dir = tmp_path_factory.mktemp("small")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            empty = databases.empty()
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_small_{os.getpid()}"
            path_world.build(target, empty, data_dir)
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield running
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from the machine; nothing is downloaded."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("Chromium is missing: `make setup-test` installs it.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens windows that know nothing of each other; closes them afterwards."""
    opened: list[BrowserContext] = []

    def open_window(width: int = 1440, height: int = 900, **options: Any) -> BrowserContext:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(TIMEOUT)
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()
