"""For tests: everything real but the clock of the person who waits."""

import os
import tempfile
from pathlib import Path

# Each test process has a folder and a Redis number of its own, or one would empty the other's cache. What the machine
# has set as DATA_DIR belongs to somebody. Processes that a test starts share the folder of that test.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = os.environ.setdefault(
    f"ACADEMY_TEST_DIR_{_worker}", tempfile.mkdtemp(prefix=f"academy-test-{_worker}-")
)
if os.environ.get("REDIS_URL") and _worker.startswith("gw"):
    _server, _, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{_server}/{(int(_number) - 1 - int(_worker[2:])) % 16}"

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
