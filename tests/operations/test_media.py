"""Uploaded files come whole, in parts, or not at all."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from wagtail.models import Collection, CollectionViewRestriction

from academy.people.models import User
from academy.web.views.media import Part, UnreachableRange, wanted_part
from academy.website.models import AcademyDocument

FILM = bytes(range(256)) * 1024  # 256 kB: more than one chunk


def document(name: str = "film.webm", collection: Collection | None = None) -> AcademyDocument:
    made = AcademyDocument(title="Eight steps", collection=collection or Collection.get_first_root_node())
    made.file.save(name, ContentFile(FILM))
    made.save()
    return made


def locked() -> Collection:
    collection: Collection = Collection.get_first_root_node().add_child(name="For members")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=CollectionViewRestriction.LOGIN)
    return collection


def ask(server: LiveServer, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    """A real request over a real connection, without anything in between."""
    address = urlsplit(server.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@pytest.mark.django_db(transaction=True)
def test_a_video_can_be_wound_forward(live_server: LiveServer) -> None:
    path = document().url
    whole, all_of_it = ask(live_server, path)
    part, middle = ask(live_server, path, Range="bytes=100000-200000")
    end, tail = ask(live_server, path, Range="bytes=-10")
    assert (whole.status, all_of_it, whole.headers["Accept-Ranges"]) == (200, FILM, "bytes")
    assert (part.status, middle, part.headers["Content-Range"]) == (
        206,
        FILM[100000:200001],
        "bytes 100000-200000/262144",
    )
    assert (end.status, tail, end.headers["Content-Length"]) == (206, FILM[-10:], "10")
    assert whole.headers["Content-Type"] == "video/webm"


@pytest.mark.django_db(transaction=True)
def test_a_part_beyond_the_end_is_refused(live_server: LiveServer) -> None:
    answer, body = ask(live_server, document().url, Range="bytes=999999-")
    assert (answer.status, answer.headers["Content-Range"], body) == (416, "bytes */262144", b"")


@pytest.mark.django_db(transaction=True)
def test_head_says_how_long_a_video_is(live_server: LiveServer) -> None:
    answer, body = ask(live_server, document().url, method="HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "262144", b"")


@pytest.mark.django_db(transaction=True)
def test_a_part_of_another_version_is_not_mixed_in(live_server: LiveServer) -> None:
    path = document().url
    etag = ask(live_server, path, method="HEAD")[0].headers["ETag"]
    same = ask(live_server, path, Range="bytes=0-9", If_Range=etag)
    other = ask(live_server, path, Range="bytes=0-9", If_Range='"of-yesterday"')
    unchanged = ask(live_server, path, If_None_Match=etag)
    assert [same[0].status, other[0].status, unchanged[0].status] == [206, 200, 304]
    assert (same[1], other[1], unchanged[1]) == (FILM[:10], FILM, b"")


@pytest.mark.django_db
def test_a_private_document_is_for_those_who_may_see_it(client: Client) -> None:
    private = document(collection=locked())
    stranger = client.get(private.url)
    client.force_login(User.objects.create_user("member@town.eu"))
    member = client.get(private.url)
    assert (stranger.status_code, "/account/login/" in stranger.headers["Location"]) == (302, True)
    assert (member.status_code, b"".join(member)) == (200, FILM)
    assert "no-store" in member.headers["Cache-Control"]


@pytest.mark.django_db
def test_documents_cannot_be_fetched_round_their_restriction(client: Client) -> None:
    private = document(collection=locked())
    assert [
        client.get(f"/media/{name}").status_code for name in (private.file.name, f"images/../{private.file.name}")
    ] == [
        404,
        404,
    ]


@pytest.mark.django_db
def test_a_document_is_found_under_its_own_name_only(client: Client) -> None:
    made = document()
    assert client.get(f"/documents/{made.pk}/other.webm").status_code == 404


@pytest.mark.django_db
def test_pictures_are_public_and_cannot_run_scripts(client: Client) -> None:
    name = default_storage.save("images/circle.svg", ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    answer = client.get(f"/media/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert b"".join(answer) == b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_nginx_sends_where_the_operator_says_so(client: Client, settings: Settings) -> None:
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    made = document("der Weg.webm")
    answer = client.get(made.url)
    assert (answer.content, answer.headers["X-Accel-Redirect"]) == (b"", f"/protected/{made.file.name}")


@settings(max_examples=60)
@given(st.integers(1, 2000), st.integers(0, 2500), st.integers(0, 2500))
def test_a_part_lies_within_the_file(size: int, first: int, last: int) -> None:
    try:
        part = wanted_part(f"bytes={first}-{last}", size)
    except UnreachableRange:
        assert first >= size
        return
    if part is None:
        assert last < first
    else:
        assert (part.first, part.last) == (first, min(last, size - 1))


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("pages=1-2", None),
        pytest.param(f"bytes={'9' * 5000}-", None, id="a number of 5000 digits"),
        ("bytes=0-", Part(0, 99)),
        ("bytes=-500", Part(0, 99)),
        ("bytes=99-200", Part(99, 99)),
    ],
)
def test_headers_that_browsers_send(header: str, part: Part | None) -> None:
    assert wanted_part(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0"])
def test_an_empty_part_is_refused(header: str) -> None:
    with pytest.raises(UnreachableRange):
        wanted_part(header, 100)
