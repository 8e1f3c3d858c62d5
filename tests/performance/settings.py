"""The site as it is served in production, on plain http so that a local client can measure it."""

import os

from academy.settings.base import *  # noqa: F403  a settings module extends another one this way

SECRET_KEY = os.environ.get("SECRET_KEY", "measuring only, never a secret")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "tests.performance.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING["root"]["level"] = "WARNING"  # type: ignore[index]  # noqa: F405  from base
# The same names without the compressed copies, which take half a minute to make and are not asked for here.
STORAGES["staticfiles"] = {"BACKEND": "academy.kernel.static.QuickStaticStorage"}  # noqa: F405  from base
