"""A status list says of each place whether it is set, and always in the same bytes."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.badges.states import SIZE, encode, is_set

PLACES = st.integers(0, SIZE - 1)


@given(st.sets(PLACES, max_size=20), PLACES)
def test_what_is_set_is_set_and_nothing_else(places: set[int], other: int) -> None:
    encoded = encode(places)
    assert [is_set(encoded, place) for place in sorted(places)] == [True] * len(places)
    assert is_set(encoded, other) == (other in places)


def test_the_first_place_is_the_leftmost_bit() -> None:
    bits = gzip.decompress(base64.urlsafe_b64decode(encode([0, 9])[1:] + "=="))
    assert (len(bits), bits[:3]) == (16_384, b"\x80\x40\x00")


def test_the_same_places_give_the_same_text() -> None:
    assert encode([7, 3]) == encode([3, 7, 7])


@pytest.mark.parametrize("place", [-1, SIZE])
def test_places_outside_are_refused(place: int) -> None:
    with pytest.raises(ValueError, match="no place"):
        encode([place])
    with pytest.raises(ValueError, match="no such place in it"):
        is_set(encode([]), place)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "z123",
        "uAAAA",
        # mtime: a name that holds the time of day would make xdist's workers collect different tests.
        "u" + base64.urlsafe_b64encode(gzip.compress(bytes(SIZE // 8 - 1), mtime=0)).decode(),
        "u" + base64.urlsafe_b64encode(gzip.compress(bytes(SIZE), mtime=0)).decode(),
    ],
)
def test_what_is_no_list_is_refused(encoded: str) -> None:
    with pytest.raises(ValueError, match="list"):
        is_set(encoded, 0)
