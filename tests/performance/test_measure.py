"""The measuring itself works: a small round of what `make prove` runs whole. Figures are not judged here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests import databases

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.skipif(
    databases.is_sqlite(), reason="measures on PostgreSQL and Redis; .ci/run has them in its second half"
)
def test_every_page_is_measured_beside_the_yardstick(demo: None, tmp_path: str) -> None:
    wanted = connection.settings_dict
    connection.close()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.performance.measure",
            "--requests=16",
            f"--database=postgres://{wanted['USER']}@{wanted['HOST']}:{wanted['PORT']}/{wanted['NAME']}",
            f"--redis={settings.REDIS_URL}",
        ],
        cwd=databases.PROJECT,
        env=os.environ | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    names = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert names == [
        "page",
        "---",
        "only request.user",
        "lesson, signed in",
        "lesson, stranger",
        "course page, signed in",
        "course page, stranger",
        "catalogue, signed in",
        "my learning",
        "mark as done",
        "quiz: save an answer",
        "quiz: hand in",
    ]
