"""The clock calls tasks by name: a name that no worker knows would be dropped in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).parents[2]

# What a worker does when it starts, and nothing else: the tests around us have imported tasks of their own.
LOOK = """
import json
from academy.celery import app
app.loader.import_default_modules()
print(json.dumps(sorted(app.tasks)))
"""


def test_every_entry_of_the_clock_names_a_task_that_a_worker_knows() -> None:
    known = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "academy.settings.test"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()[-1]
    called = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert called - set(json.loads(known)) == set()
    assert "courses.flows.tasks.forget_answers" in called
