"""The player's page and files over HTTP: who may, headers, ranges, and that no session and no token leaks."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from academy.kernel.logs import JsonFormatter
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Package
from curriculum.h5p.tokens import content_token, frame_token
from curriculum.web.h5p_views import FRAME_SCRIPT, ICONS, frame_policy
from tests import factories
from tests.factories.h5p import library
from tests.factories.h5p_played import make_activity, ready_package
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
NOBODY = UUID("5f0c8a34-6b1e-4f35-9f4b-0d8f3c1b2a90")


@pytest.fixture
def package(site: factories.Site, tmp_path: Path, settings: Settings) -> Package:
    """One that can be played, with a picture and a page that must not be shown."""
    settings.PRIVATE_ROOT = tmp_path
    settings.BASE_URL = "https://academy.test"
    main = library("H5P.Main", files={"main.js": "1;", "icon.svg": "<svg/>", "main.css": "", "page.html": "<p>"})
    media = {"images/a.png": PNG, "page.html": b"<script>1</script>", "a.js": b"1;", "a.svg": b"<svg/>"}
    return ready_package(make_activity(), main, media=media)


def library_url(package: Package, path: str) -> str:
    """The address of a file of its main library."""
    assert package.main_library is not None
    assert package.main_library.current is not None
    return reverse("h5p_library_file", args=[package.main_library.folder, package.main_library.current.stamp, path])


def content_url(package: Package, path: str, *, stamp: str = "b7Kx", ago: timedelta = timedelta()) -> str:
    """The address of a file of its content."""
    token = content_token(package.public_id, stamp, timezone.now() - ago)
    return reverse("h5p_content_file", args=[token, path])


def frame_url(public_id: UUID, *, stamp: str = "b7Kx", ago: timedelta = timedelta()) -> str:
    """The address of the player's page."""
    return reverse("h5p_frame", args=[frame_token(public_id, stamp, timezone.now() - ago)])


def get(client: Client, url: str, **options: Any) -> Any:
    """An answer that was read to its end, which closes its file, with what it says in `body`."""
    response: Any = client.get(url, **options)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


# -- files ------------------------------------------------------------------------------------------------------------
def test_a_file_of_a_library_is_everybodys_for_a_year_and_costs_no_query(
    client: Client, package: Package, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = library_url(package, "main.js")
    with django_assert_num_queries(0):
        response = get(client, url)
    assert (response.status_code, response.body) == (200, b"1;")
    headers = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Access-Control-Allow-Origin")
    assert [response[name] for name in headers] == [
        "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "nosniff", "*",
    ]  # fmt: skip
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert {"Sec-Fetch-Site", "Sec-Fetch-Dest"} <= set(response["Vary"].split(", "))
    assert not response.cookies


@pytest.mark.parametrize("site", ["same-origin", "same-site"])
@pytest.mark.parametrize("dest", ["script", "worker", "serviceworker", "style"])
def test_uploaded_code_never_runs_in_our_own_pages(client: Client, package: Package, site: str, dest: str) -> None:
    response = get(client, library_url(package, "main.js"), headers={"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest})
    assert (response.status_code, response["Cache-Control"]) == (403, "no-store")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "script"}, id="frame"),
        pytest.param({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"}, id="picture"),
        pytest.param({}, id="old browser"),
    ],
)
def test_the_frame_and_pictures_get_what_they_ask_for(
    client: Client, package: Package, headers: dict[str, str]
) -> None:
    assert get(client, library_url(package, "main.js"), headers=headers).status_code == 200


def test_files_of_content_are_for_who_was_given_the_address(
    client: Client, package: Package, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = content_url(package, "images/a.png")
    with django_assert_num_queries(0):
        response = get(client, url)
    assert (response.status_code, response.body, response["Content-Type"]) == (200, PNG, "image/png")
    assert response["Cache-Control"] == "private, max-age=86400, immutable"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["page.html", "a.js", "a.svg"])
def test_what_could_run_is_only_saved(client: Client, package: Package, path: str) -> None:
    response = get(client, content_url(package, path))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f'attachment; filename="{path}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_drawing_of_a_library_is_shown_in_a_box_of_its_own(client: Client, package: Package) -> None:
    response = get(client, library_url(package, "icon.svg"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"].endswith("; sandbox")
    assert "script-src" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("wanted", "status", "part", "where"),
    [
        ("bytes=0-7", 206, PNG[:8], "bytes 0-7/208"),
        ("bytes=200-", 206, PNG[200:], "bytes 200-207/208"),
        ("bytes=-8", 206, PNG[-8:], "bytes 200-207/208"),
        ("bytes=208-", 416, b"", "bytes */208"),
    ],
)
def test_films_can_be_wound(
    client: Client, package: Package, wanted: str, status: int, part: bytes, where: str
) -> None:
    response = get(client, content_url(package, "images/a.png"), headers={"Range": wanted})
    assert (response.status_code, response.body, response["Content-Range"]) == (status, part, where)
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("kind", ["library", "content", "frame"])
def test_scripts_of_the_frame_may_ask_beforehand(client: Client, package: Package, kind: str) -> None:
    url = {
        "library": library_url(package, "main.js"),
        "content": content_url(package, "images/a.png"),
        "frame": frame_url(package.public_id),
    }[kind]
    headers = {"Origin": "null", "Access-Control-Request-Headers": "x-requested-with"}
    response = client.options(url, headers=headers)
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (204, "*")
    assert response["Access-Control-Allow-Headers"] == "x-requested-with, range"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("kind", ["library", "content", "frame"])
def test_nothing_can_be_posted(client: Client, package: Package, kind: str) -> None:
    url = {
        "library": library_url(package, "main.js"),
        "content": content_url(package, "images/a.png"),
        "frame": frame_url(package.public_id),
    }[kind]
    assert client.post(url).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "nothing.png", "..%2f..%2f..%2fsecret.txt", "%2e%2e/secret.txt", "images/../../secret.txt", "%00",
        "/etc/passwd", "images", "images%2f", "..%5csecret.txt",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["library", "content"])
def test_no_address_leads_out_of_its_folder(client: Client, package: Package, kind: str, path: str) -> None:
    base = library_url(package, "-") if kind == "library" else content_url(package, "-")
    response = get(client, base.removesuffix("-") + path)
    assert (response.status_code, response.body) == (404, b"")


@pytest.mark.parametrize(
    ("kind", "status"), [("expired", 403), ("forged", 403), ("of the frame", 403), ("unknown package", 404)]
)
def test_content_is_not_given_for(client: Client, package: Package, kind: str, status: int) -> None:
    now = timezone.now()
    token = {
        "expired": content_token(package.public_id, "", now - timedelta(days=2)),
        "forged": content_token(package.public_id, "", now)[:-1] + "_",
        "of the frame": frame_token(package.public_id, "", now),
        "unknown package": content_token(NOBODY, "", now),
    }[kind]
    response = get(client, reverse("h5p_content_file", args=[token, "content.json"]))
    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")


# -- the page ---------------------------------------------------------------------------------------------------------
def data_in(response: HttpResponse, name: str) -> Any:
    """What stands in a page as data."""
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    return json.loads(found[1])


def integration_in(response: HttpResponse) -> Any:
    """H5PIntegration of a page."""
    return data_in(response, "integration")


def files_in(response: HttpResponse) -> Any:
    """Addresses of scripts and style sheets, in load order."""
    return data_in(response, "files")


def without_nonce(response: HttpResponse) -> str:
    """The page as it is the same for everybody."""
    return re.sub(r'nonce="[\w-]+"', "", response.content.decode())


def test_the_script_of_the_frame_can_stand_in_a_page() -> None:
    words = (settings.PROJECT_DIR / "academy" / "static" / FRAME_SCRIPT).read_text(encoding="utf-8")
    assert [each for each in ("</script", "<!--", "<script") if each in words.lower()] == []


def test_fonts_that_are_handed_in_are_there() -> None:
    assert [name for name in ICONS if finders.find(f"vendor/h5p/fonts/{name}.woff2") is None] == []


def test_only_our_own_script_runs_before_the_page_hands_in_others(client: Client, package: Package) -> None:
    response = get(client, frame_url(package.public_id))
    scripts = re.findall(r"<script([^>]*)>", response.content.decode())
    own = [each for each in scripts if "application/json" not in each]
    nonce = re.search(r"'nonce-([\w-]{20,})'", response["Content-Security-Policy"])
    assert nonce
    assert own == [f' nonce="{nonce[1]}"']
    assert nonce[1] not in get(client, frame_url(package.public_id)).content.decode()


def test_the_page_plays_the_package(client: Client, package: Package) -> None:
    response = get(client, frame_url(package.public_id))
    words = response.content.decode()
    assert response.status_code == 200
    assert files_in(response) == {
        "scripts": ["/static/vendor/h5p/frame.bundle.js", library_url(package, "main.js")],
        "styles": ["/static/vendor/h5p/styles/h5p.css", library_url(package, "main.css")],
        "fonts": ["/static/vendor/h5p/fonts/h5p-core-30.woff2", "/static/vendor/h5p/fonts/h5p-theme.woff2"],
    }
    assert f'data-content-id="{package.pk}"' in words
    (shown,) = integration_in(response)["contents"].values()
    assert shown["contentUrl"] == content_url(package, "-").removesuffix("/-")


def test_the_page_is_for_whoever_has_the_address_and_for_nobody_else(
    client: Client, package: Package, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_person("ada@lindenmark.example"))
    cookie = client.cookies["sessionid"].value
    url = frame_url(package.public_id)
    client.cookies.clear()
    with django_assert_num_queries(4):
        response = get(client, url)
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not response.cookies
    client.cookies["sessionid"] = cookie
    assert without_nonce(get(client, url)) == without_nonce(response)


def test_the_page_is_in_a_box_wherever_it_is_opened(client: Client, package: Package) -> None:
    response = get(client, frame_url(package.public_id), headers={"Host": "academy.test:8000"})
    host = "http://academy.test:8000"
    policy = re.sub(r"'nonce-[\w-]+'", "'nonce-x'", response["Content-Security-Policy"])
    assert policy == frame_policy(host, "x")
    assert policy == (
        f"sandbox allow-scripts; default-src 'none'; script-src {host}/h5p/l/ 'nonce-x' 'unsafe-eval'; "
        f"style-src {host}/h5p/l/ 'unsafe-inline'; "
        f"img-src {host}/static/ {host}/h5p/l/ {host}/h5p/c/ data: blob:; "
        f"font-src {host}/static/ {host}/h5p/l/ {host}/h5p/c/ data: blob:; "
        f"media-src {host}/static/ {host}/h5p/l/ {host}/h5p/c/ data: blob:; "
        f"connect-src {host}/h5p/l/ {host}/h5p/c/; frame-src 'none'; "
        f"frame-ancestors {host}; base-uri {host}; form-action 'none'"
    )
    # frame-ancestors says who may; our own page must not be kept out.
    assert "X-Frame-Options" not in response


@pytest.mark.parametrize(
    ("kind", "status"),
    [("expired", 403), ("forged", 403), ("of content", 403), ("unknown package", 404), ("not ready", 404)],
)
def test_the_page_is_not_given_for(client: Client, package: Package, kind: str, status: int) -> None:
    now = timezone.now()
    if kind == "not ready":
        Package.objects.update(state=PackageState.WAITING, is_current=False)
    token = {
        "expired": frame_token(package.public_id, "", now - timedelta(hours=1)),
        "forged": frame_token(package.public_id, "", now)[:-1] + "_",
        "of content": content_token(package.public_id, "", now),
        "unknown package": frame_token(NOBODY, "", now),
        "not ready": frame_token(package.public_id, "", now),
    }[kind]
    response = get(client, reverse("h5p_frame", args=[token]))
    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
    assert response["Content-Security-Policy"].startswith("sandbox allow-scripts; ")


def test_content_cannot_break_out_of_the_pages_data(client: Client, package: Package) -> None:
    words = "</script><script>alert(1)</script><!--"
    evil = ready_package(make_activity("evil", title=words), library("H5P.Main", files={}), content={"text": words})
    response = get(client, frame_url(evil.public_id))
    assert "<script>alert" not in response.content.decode()
    (shown,) = integration_in(response)["contents"].values()
    assert json.loads(shown["jsonContent"]) == {"text": words}


@pytest.mark.parametrize("kind", ["content", "frame"])
def test_no_log_holds_a_token(package: Package, kind: str) -> None:
    url = frame_url(package.public_id) if kind == "frame" else content_url(package, "images/a.png")
    record = logging.LogRecord("django.server", logging.INFO, "", 0, '"GET %s HTTP/1.1" 200', (url,), None)
    tail = "/" if kind == "frame" else "/images/a.png"
    part = "frame" if kind == "frame" else "c"
    assert json.loads(JsonFormatter().format(record))["message"] == f'"GET /h5p/{part}/***{tail} HTTP/1.1" 200'


def test_nginx_is_sent_for_media_alone(client: Client, package: Package, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ACCEL_PREFIX, settings.MEDIA_ROOT = "/protected/", tmp_path / "media"
    response = get(client, library_url(package, "main.js"))
    assert (response.status_code, response.body, response.has_header("X-Accel-Redirect")) == (200, b"1;", False)
