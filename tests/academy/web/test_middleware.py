"""What happens to every request: nobody is named in the logs, strangers cost nothing, the policy is strict."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from academy.kernel.logs import JsonFormatter
from academy.web.middleware import TimeZoneMiddleware
from tests.factories.people import make_person, signed_in

pytestmark = pytest.mark.django_db


def test_a_request_is_logged_by_view_without_address_or_person(
    site: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="academy.requests"):
        client.get("/en/account/login/?next=/en/c/secretcode/&email=jana@example.org")
    [record] = [record for record in caplog.records if record.name == "academy.requests"]
    line = JsonFormatter().format(record)
    assert '"view": "account_login"' in line
    assert '"status": 200' in line
    assert not any(word in line for word in ("jana", "secretcode", "127.0.0.1", "/en/"))


def test_django_s_own_lines_lose_the_address() -> None:
    record = logging.LogRecord(
        "django.request", 30, "x.py", 1, "Not Found: %s", ("/account/password/reset/key/1-a/",), None
    )
    assert '"message": "Not Found"' in JsonFormatter().format(record)


def test_wagtail_s_lines_about_mails_that_failed_name_nobody() -> None:
    record = logging.LogRecord(
        "wagtail.admin",
        40,
        "x.py",
        1,
        "Failed to send notification email '%s' to %s",
        ("Jana", "jana@example.org"),
        None,
    )
    line = JsonFormatter().format(record)
    assert "Failed to send notification email" in line
    assert "jana" not in line.lower()


def test_an_error_is_logged_by_kind_and_place_without_its_words() -> None:
    try:
        raise ValueError("Key (email)=(jana@example.org) exists")
    except ValueError as error:
        record = logging.LogRecord("x", 40, "x.py", 1, "failed", (), (ValueError, error, error.__traceback__))
    line = JsonFormatter().format(record)
    assert "jana" not in line
    assert "builtins.ValueError" in line
    assert "test_middleware.py" in line


def test_a_stranger_costs_no_query(site: Any, client: Client, django_assert_num_queries: Any) -> None:
    client.get("/en/account/login/")
    with django_assert_num_queries(0):
        assert client.get("/en/account/login/").status_code == 200


def test_times_are_shown_in_the_zone_of_the_person_and_of_nobody_afterwards(site: Any) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.localtime(datetime(2027, 2, 9, 9, 0, tzinfo=UTC)).strftime("%H:%M"))
        return HttpResponse()

    request = RequestFactory().get("/")
    before = timezone.get_current_timezone_name()
    TimeZoneMiddleware(view)(request)
    request.COOKIES["sessionid"] = "x"
    request.user = make_person(time_zone="Europe/Athens")
    TimeZoneMiddleware(view)(request)
    assert seen == ["10:00", "11:00"]
    assert timezone.get_current_timezone_name() == before


def test_the_page_of_a_signed_in_person_is_kept_by_nobody(site: Any) -> None:
    answer = signed_in(make_person()).get("/en/settings/")
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_a_stranger_s_page_is_not_given_to_who_has_a_session(site: Any, client: Client) -> None:
    answer = client.get("/en/settings/feedback/")
    assert "Cookie" in answer["Vary"]
    assert "no-store" not in answer.get("Cache-Control", "")


def test_signing_in_is_kept_by_nobody(site: Any, client: Client) -> None:
    make_person("jana@example.org", password="a quiet green river")
    answer = client.post("/en/account/login/", {"login": "jana@example.org", "password": "a quiet green river"})
    assert "no-store" in answer["Cache-Control"]


def test_the_policy_is_strict_on_pages_and_wagtail_s_own_in_the_admin(site: Any, client: Client) -> None:
    policy = client.get("/en/account/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    admin = signed_in(make_person(is_superuser=True, is_staff=True)).get("/cms/")
    assert "'unsafe-inline'" in admin["Content-Security-Policy"]
    assert "object-src 'none'" in admin["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/cms/nowhere/", "/media/nowhere.png", "/demo/mail/", "/health/nowhere"])
def test_what_has_no_language_is_not_looked_for_below_one(site: Any, client: Client, path: str) -> None:
    assert client.get(path).status_code in {404, 302}
    assert not client.get(path).get("Location", "").startswith("/en/cms/")


def test_an_address_without_language_speaks_the_one_asked_for_else_the_person_s(site: Any, settings: Any) -> None:
    client = signed_in(make_person(language="de"))
    headers = {"accept-language": "nl"}
    assert client.get("/c/", headers=headers)["Content-Language"] == "de"
    assert client.get("/c/?lang=fr", headers=headers)["Content-Language"] == "fr"
    assert Client().get("/c/", headers=headers)["Content-Language"] == "nl"
    translation.activate("en")
