"""For `make demo`: everything in DATA_DIR, SQLite, an embedded worker, mail that never leaves the machine."""

import os
import secrets
from pathlib import Path

# What the machine has set for another installation must not lead the demo into its database.
for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STATIC_ROOT", "MEDIA_ACCEL_PREFIX"):
    os.environ.pop(name, None)

os.environ.setdefault("BASE_URL", f"http://localhost:{os.environ.get('PORT') or 8000}")

from .base import *  # noqa: E402, F403  the environment is prepared first; a settings module extends another one this way
from .base import DATA_DIR, LOGGING, STORAGES  # noqa: E402  the same


def kept_secret(path: Path) -> str:
    """The demo's own key, made on the first start; two processes that start at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = int(os.environ.get("PORT") or 8000)
DEMO = True
DEMO_PASSWORD = "circular-demo"  # noqa: S105  meant to be known, and of no use anywhere else
SECRET_KEY = kept_secret(DATA_DIR / "secret-key")
# A reader on the same network may open the demo by any name of this machine if HOST lets them in.
ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1", "[::1]", HOST]
if HOST in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
    ALLOWED_HOSTS = ["*"]
# Browsers share cookies among the ports of a host: two demos side by side must not sign each other out.
SESSION_COOKIE_NAME = f"academy_session_{PORT}"
CSRF_COOKIE_NAME = f"academy_csrf_{PORT}"
LANGUAGE_COOKIE_NAME = f"academy_language_{PORT}"

EMAIL_BACKEND = "academy.kernel.mailbox.MailboxBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "academy.kernel.static.QuickStaticStorage"}}
CELERY_WORKER_REDIRECT_STDOUTS = False  # printed mails stay as they are
# The terminal belongs to the mails; warnings are still shown.
LOGGING = {
    **LOGGING,
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"kombu.connection": {"level": "ERROR"}},  # it misses a host name, which a folder has not
}

for folder in ("media", "private", "cache", "mail", "static", "queue/messages", "queue/control"):
    (DATA_DIR / folder).mkdir(parents=True, exist_ok=True)
