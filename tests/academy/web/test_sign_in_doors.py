"""There is one way in: allauth's. Wagtail's own sign-in forms have no rate limits and know no second factor."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("door", ["/cms/login/", "/en/_util/login/", "/nl/_util/login/"])
def test_a_password_posted_to_another_door_signs_nobody_in(site: Any, client: Client, door: str) -> None:
    make_person("admin@example.org", password=PASSWORD, is_superuser=True, is_staff=True)
    answer = client.post(f"{door}?next=/cms/", {"username": "admin@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 302
    assert answer["Location"].split("?") == [f"/{answer['Location'].split('/')[1]}/account/login/", "next=/cms/"]


def test_the_admin_sends_strangers_to_the_one_door(site: Any, client: Client) -> None:
    answer = client.get("/cms/")
    assert answer["Location"].startswith("/cms/login/") or "/account/login/" in answer["Location"]


def test_the_admin_resets_no_passwords(site: Any, client: Client) -> None:
    assert client.get("/cms/password_reset/").status_code == 404


def test_no_other_view_signs_in() -> None:
    """Django's own sign-in view and its admin are nowhere in the address book, but for the addresses shadowed above."""

    def views(patterns: list[Any], prefix: str = "") -> Any:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from views(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                yield path, getattr(pattern.callback, "view_class", pattern.callback)

    doors = {
        path for path, view in views(get_resolver().url_patterns) if "login" in getattr(view, "__name__", "").lower()
    }
    assert {path for path in doors if "account/" not in path} <= {"cms/login/"}
