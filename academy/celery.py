"""The Celery app. It only rings the bell: rows in the database are the truth (architecture rule 5)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.production")
app = Celery("academy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["academy.mail", "academy.jobs", "academy.website", "academy.people", "curriculum.h5p", "courses.flows"]
)
