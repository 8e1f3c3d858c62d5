"""For the server that browser stories run against: as in real use, but on plain http and with mail kept as files."""

from academy.settings.base import *  # noqa: F403  a settings module extends another one this way
from academy.settings.base import DATA_DIR, STORAGES

SECRET_KEY = "browser stories only, never a secret"
ALLOWED_HOSTS = ["127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
# No worker stands beside it: what is queued is done before the answer.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# Digests in names and compressed files, as learners load them.
# A dictionary of its own: the one imported is the one that other settings see.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "academy.kernel.static.QuickStaticStorage"}}
# Wagtail saves half a second after each change: a story is quicker than that, and would be saved in the middle.
WAGTAIL_AUTOSAVE_INTERVAL = 0
