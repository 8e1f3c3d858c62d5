"""For the server that browser stories run against: as in real use, but on plain http and with mail kept as files."""

from academy.settings.test import *  # noqa: F403  a settings module extends another one this way
from academy.settings.test import DATA_DIR, STORAGES

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
# Digests in names and compressed files, as learners load them.
STORAGES["staticfiles"] = {"BACKEND": "academy.kernel.static.QuickStaticStorage"}
