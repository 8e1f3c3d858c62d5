"""JSON from strangers: what is taken, what is not, and that what is taken can be kept."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.h5p.jsontext import JsonReader, JsonRefused
from curriculum.h5p.limits import Limits

LIMITS = Limits()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b' {"a": 1, "a": 2} ', {"a": 2}),
        (b'["[[[[", "\\"]", "\\\\", {}]', ["[[[[", '"]', "\\", {}]),
        (b'["\\ud83d\\ude00", "\\\\u0000"]', ["😀", "\\u0000"]),
        (b"[1e300, -0, 0.5]", [1e300, 0, 0.5]),
        (b"null", None),
    ],
    ids=["mark", "key twice", "signs in texts", "pairs", "numbers", "nothing"],
)
def test_what_is_taken(raw: bytes, value: Any) -> None:
    assert JsonReader(LIMITS).parse(raw) == value
    # The same where every sign is counted.
    assert JsonReader(dataclasses.replace(LIMITS, json_depth=2)).parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"", "json_invalid", 1),
        (b"{", "json_invalid", 1),
        (b"[1,\n2,\n]", "json_invalid", 3),
        (b"{'a': 1}", "json_invalid", 1),
        (b"[1] []", "json_invalid", 1),
        (b'["a\nb"]', "json_invalid", 1),
        (b'["a\0b"]', "json_invalid", 1),
        ('["é"]'.encode("utf-16"), "json_encoding", 0),
        (b'["\xe9"]', "json_encoding", 0),
        (b"NaN", "json_not_finite", 0),
        (b"[-Infinity]", "json_not_finite", 0),
        (b"[1e999]", "json_not_finite", 0),
        (b"[-1e999]", "json_not_finite", 0),
        (b"9" * 5000, "json_not_finite", 0),
        (b'["\\u0000"]', "json_characters", 0),
        (b'{"\\u0000": 1}', "json_characters", 0),
        (b'[{"a": ["\\ud83d"]}]', "json_characters", 0),
        (b'["\\uDE00"]', "json_characters", 0),
        (b"[" * 101 + b"]" * 101, "json_too_deep", 0),
        (b'{"":' * 101 + b"1" + b"}" * 101, "json_too_deep", 0),
        (b"[" * 9_000_000, "json_too_large", 0),
        (b"[" * 1_000_000, "json_too_deep", 0),
        (b'"' + b'\\"' * 1_000_000 + b"[" * 200, "json_invalid", 1),
    ],
    ids=[
        "empty", "open", "comma", "quotes", "two", "new line in a text", "NUL in a text", "UTF-16", "Latin-1", "NaN",
        "Infinity", "too large a number", "too small a number", "too long a number", "escaped NUL", "NUL in a key",
        "half a pair", "other half", "deep lists", "deep objects", "long", "deep without end", "text without end",
    ],
)  # fmt: skip
def test_what_is_refused(raw: bytes, code: str, line: int) -> None:
    with pytest.raises(JsonRefused) as refused:
        JsonReader(LIMITS).parse(raw)
    assert (str(refused.value.code), refused.value.line) == (code, line)


def test_a_hundred_levels_are_taken() -> None:
    assert json.dumps(JsonReader(LIMITS).parse(b"[" * 100 + b"]" * 100)) == "[" * 100 + "]" * 100


def test_all_that_is_kept_counts_together() -> None:
    for limits in (dataclasses.replace(LIMITS, json_total=30), dataclasses.replace(LIMITS, json_values=12)):
        reader = JsonReader(limits)
        for _ in range(9):
            reader.parse(b"[1,2,3,4,5]", is_kept=False)
        reader.parse(b"[1,2,3,4,5]")
        reader.parse(b"[1,2,3,4,5]")
        with pytest.raises(JsonRefused, match="json_too_large"):
            reader.parse(b"[1,2,3,4,5]")


def test_commas_in_texts_are_no_values() -> None:
    raw = json.dumps({"a": "one, two, three, four"}).encode()
    assert JsonReader(dataclasses.replace(LIMITS, json_values=3)).parse(raw) == {"a": "one, two, three, four"}


@settings(max_examples=100, deadline=None)
@given(raw=st.text(st.sampled_from('[]{},:"\\u0dDc a1e9.-NI\n')).map(str.encode) | st.binary(max_size=30))
def test_whatever_the_text_the_answer_is_a_value_or_a_refusal(raw: bytes) -> None:
    try:
        value = JsonReader(LIMITS).parse(raw)
    except JsonRefused:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    assert "\\u0000" not in json.dumps(value).replace("\\\\", "")
