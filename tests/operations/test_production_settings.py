"""Production refuses what is unsafe or missing, with a sentence that names the setting."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SAFE = {
    "SECRET_KEY": "k3y-of-production-" + "q8Zr1Vx7Lp0Wm5Tn2Bd9Cf6Gh4Js3Ka" * 2,
    "BASE_URL": "https://academy.town.eu",
    "ALLOWED_HOSTS": "academy.town.eu",
    "DATABASE_URL": "postgres://academy:secret@127.0.0.1:5432/academy",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://academy:secret@mail.town.eu:587",
    "DEFAULT_FROM_EMAIL": "Academy <academy@town.eu>",
}
# Only the settings module is imported: Django need not be set up to see whether it refuses.
IMPORT = "import academy.settings.production as p; print({})"


def start(changes: dict[str, str | None], show: str = "'started'") -> subprocess.CompletedProcess[str]:
    wanted = {name: value for name, value in {**SAFE, **changes}.items() if value is not None}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", IMPORT.format(show)],
        cwd=PROJECT, env=kept | wanted, capture_output=True, text=True, check=False,
    )  # fmt: skip


def refusal(changes: dict[str, str | None]) -> str:
    """The last line that a refused start prints; empty if it started."""
    done = start(changes)
    return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1].partition(": ")[2]


def test_starts_with_safe_settings() -> None:
    assert (start({}).stdout.strip(), start({}).stderr) == ("started", "")


@pytest.mark.parametrize("name", sorted(SAFE))
def test_refuses_a_missing_setting_and_names_it(name: str) -> None:
    assert refusal({name: None}).startswith(f"{name} is not set: ")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is not safe: it needs at least 50 random characters."),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is not safe: it needs at least 50 random characters."),
        (
            "SECRET_KEY",
            "django-insecure-q8Zr1Vx7Lp0Wm5Tn2Bd9Cf6Gh4Js3Kaq8Zr1Vx7Lp0Wm5Tn2Bd9",
            "SECRET_KEY is not safe: it is an example, make one of your own.",
        ),
        (
            "BASE_URL",
            "http://academy.town.eu",
            "BASE_URL is not safe: it must begin with https://, or passwords would travel in the open.",
        ),
        (
            "BASE_URL",
            "https://town.eu/academy",
            "BASE_URL is not safe: the academy needs a host name of its own, without a path behind it.",
        ),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS is not safe: name the hosts; with * anyone could forge links in mails."),
        (
            "ALLOWED_HOSTS",
            "other.town.eu",
            "ALLOWED_HOSTS is not safe: the host of BASE_URL (academy.town.eu) is not among them.",
        ),
        (
            "REDIS_URL",
            "locmem://",
            "REDIS_URL is not safe: it must begin with redis://, rediss:// or unix://.",
        ),
        (
            "EMAIL_URL",
            "consolemail://",
            "EMAIL_URL is not safe: it must begin with smtp+tls://, smtp+ssl:// or smtp://; "
            "without mail nobody can sign up.",
        ),
        (
            "EMAIL_URL",
            "smtp://academy:secret@mail.town.eu:25",
            "EMAIL_URL is not safe: smtp:// would send its password in the open, use smtp+tls:// or smtp+ssl://.",
        ),
        (
            "DEFAULT_FROM_EMAIL",
            "academy@demo.example",
            "DEFAULT_FROM_EMAIL is not safe: it must be an address of your own, or mails would be lost or refused.",
        ),
        (
            "BEHIND_PROXY",
            "-1",
            "BEHIND_PROXY is not safe: it is the number of proxies in front of the academy, 0 or more.",
        ),
    ],
)
def test_refuses_an_unsafe_setting_with_a_sentence(name: str, value: str, sentence: str) -> None:
    assert refusal({name: value}) == sentence


def test_cookies_and_transport_are_safe() -> None:
    shown = start(
        {},
        "p.SESSION_COOKIE_SECURE, p.CSRF_COOKIE_SECURE, p.SECURE_SSL_REDIRECT, p.SECURE_HSTS_SECONDS, p.DEBUG, p.DEMO",
    )
    assert shown.stdout.strip() == "True True True 31536000 False False"


def test_proxy_headers_count_only_where_the_operator_says_so() -> None:
    show = "hasattr(p, 'SECURE_PROXY_SSL_HEADER'), getattr(p, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0)"
    assert (start({}, show).stdout.strip(), start({"BEHIND_PROXY": "1"}, show).stdout.strip()) == (
        "False 0",
        "True 1",
    )


def test_the_demo_ignores_databases_of_the_machine(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    show = (
        "import academy.settings.demo as d; "
        "print(d.DATABASES['default']['NAME'], d.CELERY_BROKER_URL, d.SESSION_COOKIE_NAME, len(d.SECRET_KEY) > 50)"
    )
    environment = kept | SAFE | {"DATA_DIR": str(tmp_path), "PORT": "8123"}
    runs = [
        subprocess.run(
            [sys.executable, "-c", show], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert runs == [f"{tmp_path}/academy.sqlite3 filesystem:// academy_session_8123 True"] * 2
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
