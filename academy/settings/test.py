"""For tests: everything real but the clock of the person who waits."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="academy-test-"))

from .base import *  # noqa: F403  the data folder must be set before; a settings module extends another one this way

SECRET_KEY = "tests only, never a secret"  # noqa: S105  says itself that it is none
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  from base
for folder in ("media", "private", "cache", "queue/messages", "queue/control"):
    (Path(os.environ["DATA_DIR"]) / folder).mkdir(parents=True, exist_ok=True)
