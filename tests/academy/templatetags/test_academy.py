"""How numbers, dates and states are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from academy.templatetags import academy as tags


@pytest.mark.parametrize(
    ("minutes", "words"), [(None, ""), (0, ""), (5, "5 min"), (60, "1 h"), (140, "2 h 20 min"), (165, "2 h 45 min")]
)
def test_minutes_read_as_hours_and_minutes_that_do_not_break(minutes: int | None, words: str) -> None:
    assert tags.duration(minutes) == words.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_moment_is_written_in_the_zone_of_the_reader() -> None:
    at = datetime(2027, 2, 9, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Brussels"):
        assert (tags.day(at), tags.moment(at)) == ("Wed 10 February 2027", "Wed 10 February 2027, 00:30")
    assert (tags.day(date(2027, 2, 9)), tags.plain_day(date(2027, 2, 9))) == ("Tue 9 February 2027", "9 February 2027")


def test_a_standing_is_found_by_key_or_its_words_and_a_stranger_has_none() -> None:
    key, other = uuid4(), uuid4()
    assert [tags.standing({key: "completed"}, key), tags.standing({str(key): "completed"}, key)] == ["completed"] * 2
    assert [tags.standing({}, other), tags.standing(None, other)] == ["not_started", ""]


@pytest.mark.parametrize(("part", "whole", "expected"), [(0, 0, 0), (2, 5, 40), (5, 5, 100), (7, 5, 100), (1, 3, 33)])
def test_a_share_is_never_more_than_the_whole(part: int, whole: int, expected: int) -> None:
    assert (tags.share(part, whole), tags.rest(tags.share(part, whole))) == (expected, 100 - expected)


def test_languages_are_named_as_their_readers_name_them() -> None:
    assert [tags.language_name(code) for code in ("en", "nl", "de", "fr", "mt")] == [
        "English", "Nederlands", "Deutsch", "Français", "Malti",
    ]  # fmt: skip


def test_only_harmless_settings_reach_a_template() -> None:
    with pytest.raises(ValueError, match="not for templates"):
        tags.setting("SECRET_KEY")


def test_words_in_another_language_than_the_page_are_marked_and_escaped() -> None:
    with translation.override("de"):
        assert [tags.words("A & B", language) for language in ("en", "de", "", None)] == [
            '<bdi lang="en">A &amp; B</bdi>', "A &amp; B", "A &amp; B", "A &amp; B",
        ]  # fmt: skip


@pytest.mark.parametrize(("place", "expected"), [(0, "a"), (1, "b"), (2, None), (-1, None)])
def test_what_is_not_there_is_nothing(place: int, expected: str | None) -> None:
    assert tags.at(["a", "b"], place) == expected
