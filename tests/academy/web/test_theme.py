"""The choice between light and dark, without an account and without a script."""

from __future__ import annotations

import pytest
from django.test import Client


def test_the_choice_is_kept_in_a_cookie_and_leads_back_to_the_page(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark"}, headers={"Referer": "http://testserver/en/help/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/en/help/?a=1")
    assert response.cookies["theme"].value == "dark"


@pytest.mark.parametrize("theme", ["", "purple"])
def test_anything_else_means_like_the_device(client: Client, theme: str) -> None:
    client.cookies["theme"] = "dark"
    assert client.post("/theme/", {"theme": theme}).cookies["theme"].value == ""


@pytest.mark.parametrize("referer", ["https://elsewhere.example/x", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_it_never_leads_to_another_site(client: Client, referer: str) -> None:
    assert client.post("/theme/", {"theme": "dark"}, headers={"Referer": referer})["Location"] == "/"


def test_a_path_that_a_browser_would_read_as_a_host_stays_here(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark"}, headers={"Referer": "http://testserver//evil.example/x"})
    assert response["Location"] == "/%2Fevil.example/x"


def test_a_strangers_page_carries_the_choice(client: Client, site: None) -> None:
    plain = client.get("/en/").content.decode()
    client.cookies["theme"] = "dark"
    dark = client.get("/en/").content.decode()
    assert ('data-theme="dark"' in plain, 'data-theme="dark"' in dark) == (False, True)
    assert "csrfmiddlewaretoken" not in plain
