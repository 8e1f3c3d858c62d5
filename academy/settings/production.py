"""For real use. Refuses to start on an unsafe or missing setting, with a sentence that names it (OPERATING.md)."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403  a settings module extends another one this way
from .base import env

MIN_KEY_LENGTH = 50
TEST_DOMAINS = ("demo.example", "example.org", "example.com", "localhost")


def required(name: str, why: str) -> str:
    """The value of a setting that has no safe default. Raises ImproperlyConfigured with a sentence that names it."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}.")
    return value


def refuse(name: str, why: str) -> None:
    """Stop here, and say which setting is at fault."""
    raise ImproperlyConfigured(f"{name} is not safe: {why}.")


SECRET_KEY = required("SECRET_KEY", f"give it at least {MIN_KEY_LENGTH} random characters and keep them secret")
if len(SECRET_KEY) < MIN_KEY_LENGTH or len(set(SECRET_KEY)) < 10:
    refuse("SECRET_KEY", f"it needs at least {MIN_KEY_LENGTH} random characters")
if any(word in SECRET_KEY.lower() for word in ("insecure", "development", "change-me", "changeme", "never a secret")):
    refuse("SECRET_KEY", "it is an example, make one of your own")
# The demo's, which everybody knows: should its data ever come here, its accounts stay shut.
REFUSED_PASSWORDS = ["circular-demo"]
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

BASE_URL = required("BASE_URL", "say under which address people reach the academy, such as https://academy.town.eu")
BASE_URL = BASE_URL.rstrip("/")
_address = urlsplit(BASE_URL)
if _address.scheme != "https" or not _address.hostname:
    refuse("BASE_URL", "it must begin with https://, or passwords would travel in the open")
if _address.path:
    refuse("BASE_URL", "the academy needs a host name of its own, without a path behind it")
WAGTAILADMIN_BASE_URL = BASE_URL

required("ALLOWED_HOSTS", "list the host names of the academy, separated by commas")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if any(host.strip() in ("*", "") or host.startswith("*") for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS", "name the hosts; with * anyone could forge links in mails")
if not any(
    _address.hostname == host or (host.startswith(".") and f".{_address.hostname}".endswith(host))
    for host in ALLOWED_HOSTS
):
    refuse("ALLOWED_HOSTS", f"the host of BASE_URL ({_address.hostname}) is not among them")
# Health checks of a proxy or an orchestrator ask the machine itself.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost"]

required("DATABASE_URL", "name the database, such as postgres://academy:password@127.0.0.1:5432/academy")
required("REDIS_URL", "name the Redis server for cache and queue, such as redis://127.0.0.1:6379/0")
if not os.environ["REDIS_URL"].startswith(("redis://", "rediss://", "unix://")):
    refuse("REDIS_URL", "it must begin with redis://, rediss:// or unix://")

required("EMAIL_URL", "name the mail server, such as smtp+tls://user:password@mail.town.eu:587")
_mail = urlsplit(os.environ["EMAIL_URL"])
if _mail.scheme not in ("smtp", "smtp+tls", "smtp+ssl"):
    refuse("EMAIL_URL", "it must begin with smtp+tls://, smtp+ssl:// or smtp://; without mail nobody can sign up")
if _mail.scheme == "smtp" and _mail.password and _mail.hostname not in ("localhost", "127.0.0.1", "::1"):
    refuse("EMAIL_URL", "smtp:// would send its password in the open, use smtp+tls:// or smtp+ssl://")
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "say from which address the academy writes")
if "@" not in DEFAULT_FROM_EMAIL or any(domain in DEFAULT_FROM_EMAIL for domain in TEST_DOMAINS):
    refuse("DEFAULT_FROM_EMAIL", "it must be an address of your own, or mails would be lost or refused")
SERVER_EMAIL = env("SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)
CONTACT_EMAIL = env("CONTACT_EMAIL", default=DEFAULT_FROM_EMAIL)

# -- https everywhere -------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Watchers ask over plain http from inside.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # Wagtail's preview frames pages of its own origin
    "security.W021",  # browsers' built-in list is each operator's own decision
]
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# -- behind a proxy: only where the operator says that there is one ---------------------------------------------------
# Otherwise anyone could send these headers and pretend to be on https, or to be someone else's address.
BEHIND_PROXY = env.int("BEHIND_PROXY", default=0)
if BEHIND_PROXY < 0:
    refuse("BEHIND_PROXY", "it is the number of proxies in front of the academy, 0 or more")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = BEHIND_PROXY
