"""For tests: everything real but the hash of passwords. Each test process has a data folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# What the machine has set as DATA_DIR belongs to somebody. A test process has a folder of its own, which it shares with
# the processes that its tests start; xdist's workers inherit the environment of the first process, not its folder.
worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
if f"ACADEMY_TEST_DIR_{worker}" not in os.environ:
    folder = tempfile.mkdtemp(prefix=f"academy-test-{worker}-")
    owner = os.getpid()
    os.environ[f"ACADEMY_TEST_DIR_{worker}"] = folder
    # Forked or spawned children (a worker, a server) must not take the folder away from under the tests.
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
os.environ["DATA_DIR"] = os.environ[f"ACADEMY_TEST_DIR_{worker}"]
if os.environ.get("REDIS_URL") and worker != "main" and "ACADEMY_TEST_REDIS" not in os.environ:
    # One Redis database for each test process: clearing the cache must not touch a neighbour's.
    server, _, number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = os.environ["ACADEMY_TEST_REDIS"] = f"{server}/{int(number) + int(worker[2:])}"

from .base import *  # noqa: E402, F403  the environment must be set first; a settings module extends another this way

SECRET_KEY = "tests only, never a secret"  # noqa: S105  says itself that it is none
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  from base
LOGGING["root"]["level"] = "WARNING"  # type: ignore[index]  # noqa: F405  from base
for part in ("static", "media", "private", "cache", "queue/messages", "queue/control"):
    (Path(os.environ["DATA_DIR"]) / part).mkdir(parents=True, exist_ok=True)
