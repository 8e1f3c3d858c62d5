"""For tests: everything real but the hash of passwords. Each test process has a data folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "DATA_DIR" not in os.environ:
    folder = tempfile.mkdtemp(prefix="academy-test-")
    owner = os.getpid()
    os.environ["DATA_DIR"] = folder
    # Forked or spawned children (a worker, a server) must not take the folder away from under the tests.
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))
if os.environ.get("REDIS_URL"):
    # One Redis database for each test process: clearing the cache must not touch a neighbour's.
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 5
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{number}"

from .base import *  # noqa: E402, F403  the environment must be set first; a settings module extends another this way

SECRET_KEY = "tests only, never a secret"  # noqa: S105  says itself that it is none
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  from base
LOGGING["root"]["level"] = "WARNING"  # type: ignore[index]  # noqa: F405  from base
for part in ("media", "private", "cache", "queue/messages", "queue/control"):
    (Path(os.environ["DATA_DIR"]) / part).mkdir(parents=True, exist_ok=True)
