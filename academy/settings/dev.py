"""For developing: debug pages on, mail on the console, an insecure key."""

from .base import *  # noqa: F403  a settings module extends another one this way

DEBUG = True
SECRET_KEY = "development only, never a secret"  # noqa: S105  says itself that it is none
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  from base
