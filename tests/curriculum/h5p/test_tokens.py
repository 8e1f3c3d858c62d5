"""Tokens of the player: what they name, how long, and what they do not open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.core import signing

from curriculum.h5p.tokens import (
    CONTENT_LASTS,
    FRAME_LASTS,
    Named,
    content_token,
    frame_token,
    read_content_token,
    read_frame_token,
)

pytestmark = pytest.mark.one_database

PACKAGE = UUID("5f0c8a34-6b1e-4f35-9f4b-0d8f3c1b2a90")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_each_token_names_its_package_and_person() -> None:
    named = Named(PACKAGE, "b7Kx")
    assert read_frame_token(frame_token(PACKAGE, "b7Kx", NOON), NOON) == named
    assert read_content_token(content_token(PACKAGE, "b7Kx", NOON), NOON) == named


def test_a_token_for_the_frame_ends_after_an_hour() -> None:
    token = frame_token(PACKAGE, "", NOON)
    last = NOON + FRAME_LASTS - timedelta(seconds=1)
    assert read_frame_token(token, last) == Named(PACKAGE, "")
    with pytest.raises(signing.SignatureExpired):
        read_frame_token(token, NOON + FRAME_LASTS)


@pytest.mark.parametrize("hours", [0, 5, 11])
def test_the_address_of_content_is_the_same_all_day(hours: int) -> None:
    assert content_token(PACKAGE, "b7Kx", NOON + timedelta(hours=hours)) == content_token(PACKAGE, "b7Kx", NOON)


def test_the_day_of_an_address_is_the_same_in_every_zone() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=13)))
    assert content_token(PACKAGE, "", there) == content_token(PACKAGE, "", NOON)


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_content_can_be_asked_for_at_least_a_day_and_at_most_two(hour: int) -> None:
    at = NOON.replace(hour=hour)
    token = content_token(PACKAGE, "", at)
    assert read_content_token(token, at + CONTENT_LASTS - timedelta(seconds=1)) == Named(PACKAGE, "")
    with pytest.raises(signing.SignatureExpired):
        read_content_token(token, at + 2 * CONTENT_LASTS)


def test_people_have_addresses_of_their_own() -> None:
    assert content_token(PACKAGE, "a", NOON) != content_token(PACKAGE, "b", NOON)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("abc", id="no signature"),
        pytest.param("abc:def", id="another signature"),
        pytest.param(content_token(PACKAGE, "", NOON), id="for content"),
        pytest.param(frame_token(PACKAGE, "", NOON)[:-1], id="cut"),
        pytest.param("x" + frame_token(PACKAGE, "", NOON), id="longer"),
    ],
)
def test_nothing_else_opens_the_frame(token: str) -> None:
    with pytest.raises(signing.BadSignature) as refused:
        read_frame_token(token, NOON)
    assert not isinstance(refused.value, signing.SignatureExpired)


def test_a_token_for_the_frame_opens_no_content() -> None:
    with pytest.raises(signing.BadSignature):
        read_content_token(frame_token(PACKAGE, "", NOON), NOON)
