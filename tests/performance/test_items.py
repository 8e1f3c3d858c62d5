"""The measuring of the item report and of hand-ins at once works: small rounds of what `make prove` runs whole."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests import databases

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(databases.is_sqlite(), reason="makes a database of its own on PostgreSQL"),
]


@pytest.mark.parametrize(
    ("module", "size", "ways"),
    [
        (
            "items",
            "--attempts=300",
            ["as built", "control: without index and statistics", "control: every answer read"],
        ),
        ("submits", "--rounds=2", ["as built", "control: no lock, no guard"]),
    ],
)
def test_it_measures_and_its_controls_fail(module: str, size: str, ways: list[str], tmp_path: str) -> None:
    wanted = connection.settings_dict
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            f"tests.performance.{module}",
            size,
            f"--server=postgres://{wanted['USER']}@{wanted['HOST']}:{wanted['PORT']}",
        ],
        cwd=databases.PROJECT,
        env=os.environ | {"DATA_DIR": str(tmp_path), "REDIS_URL": settings.REDIS_URL},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    names = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert names == ["way", "---", *ways]
