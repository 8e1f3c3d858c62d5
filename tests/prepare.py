"""`python -m tests.prepare`: makes what every run of the suite begins with, before test processes wait for it."""

from __future__ import annotations

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.test")
    django.setup()
    from tests.browser import serving  # reads the settings when it is imported

    serving.demo()
    serving.collect_static()
