"""Plain text of HTML that nobody here wrote."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.h5p.scoring.plain_text import one_line, plain_text

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>CO<sub>2</sub> &amp; <b>less</b></p><p>second</p>", "CO2 & less\nsecond"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("a\n  b\t c", "a\nb c"),
        ("1 < 2 and 5<6, I <3 it", "1 < 2 and 5<6, I <3 it"),
        ("&lt;script&gt;", "<script>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT>alert('</p>')</script >b", "ab"),
        ("a<style>p{}</style><iframe src=x>inside</iframe>b", "ab"),
        ("a<script>never closed", "a"),
        ('<img src=x onerror="alert(1)" alt="A cup">', "A cup"),
        ("<img alt=cup> <img alt='a &gt; b'> <img src=x>", "cup a > b"),
        ('<p title="a > b">text</p>', "text"),
        ("<p it's>text</p>", "text"),
        ("text<img src=x onerror=alert(1) x=", "text"),
        ("text<a href='", "text"),
        ("a<!-- hidden <b> -->b<!-- open", "ab"),
        ("a<![CDATA[x]]>b<?php x ?>c</3>d", "abcd"),
        ("\u202egnp.exe \u200bx\x00y", "gnp.exe xy"),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_what_a_reader_sees_is_left(html: str, expected: str) -> None:
    assert plain_text(html) == expected


def test_a_label_is_one_line() -> None:
    assert one_line("<p>one</p><p>two</p>") == "one two"


@given(st.text(alphabet="<>/!-?&;= '\"apscript\n", max_size=60))
@settings(max_examples=200, deadline=None)
def test_tags_are_gone_whatever_is_written(html: str) -> None:
    text = plain_text(f"<div>{html}")
    assert "<div" not in text
    assert text == text.strip()


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", "<!--", "<![a", "<a '", "<a b='", "<a b=", "</", "&#", "<svg>", "<svg></svg>", '<img alt="', "<p>"],
)
def test_no_text_takes_long(piece: str) -> None:
    # Seconds with a parser that begins again at each bracket; hundredths here.
    start = process_time()
    plain_text(piece * (20_000 // len(piece)))
    assert process_time() - start < 0.5
