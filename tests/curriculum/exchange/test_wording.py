"""Texts of question files as plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings

from curriculum.exchange.errors import ItemRefused
from curriculum.exchange.wording import Reading, Shown, is_markup, plain, plain_words, to_html

from .strategies import texts


@pytest.mark.parametrize(
    ("source", "text", "notes"),
    [
        ("<p>One</p>\n<p>Two<br />three</p>", "One\n\nTwo\nthree", []),
        ("<div>One</div><div>Two</div>", "One\nTwo", []),
        ("<p dir='ltr'>A  <b>bold</b>\n  word<br></p>", "A bold word", ["formatting"]),
        ("<p>&nbsp;</p><p>a</p><p><br></p><p>b</p>", "a\n\nb", []),
        ("Do:<ul><li>one</li><li><p>two</p></li></ul>then", "Do:\n\n- one\n- two\n\nthen", []),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n  - b\n2. c", []),
        ("&lt;b&gt; &amp;amp; &eacute; &#233; AT&T", "<b> &amp; é é AT&T", []),
        ("1 < 2 and <x> stays </x>", "1 < 2 and <x> stays </x>", []),
        ("CO<sub>2</sub>, 10<sup>-3</sup>, x<sup>ab!</sup>", "CO₂, 10⁻³, x^(ab!)", ["formatting"]),
        (
            "<table><tr><th>a</th><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
            "a | b\nc | d",
            ["tables"],
        ),
        ("a<script>alert('<p>x</p>')</script><style>p{}</style>b<iframe src='x'>c</iframe>", "ab", ["active"]),
        ("<a href='http://x.eu'>this</a>, <a href='#b'>that</a>", "this (http://x.eu), that", ["links"]),
        ("<a href='https://x.example/a'>https://x.example/a</a>", "https://x.example/a", ["links"]),
        ("<!-- hidden -->seen", "seen", []),
        (r"\(a<b\) and \[x\]", r"\(a<b\) and \[x\]", []),
        (r"$$\frac{1}{2}$$ and [tex]x^2[/tex], 5$ or 6$", r"\[\frac{1}{2}\] and \(x^2\), 5$ or 6$", []),
        (
            "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x_1</annotation></semantics></math>",
            r"\(x_1\)",
            [],
        ),
        ("<math alttext='x^2'><mi>x</mi></math>", r"\(x^2\)", []),
        ("<math><mi>x</mi><mo>+</mo><mn>1</mn></math>", "x+1", ["mathml"]),
        ("<pre>a  b\n c</pre>", "a  b\n c", ["formatting"]),
        ("<p>unclosed <b>tags <i>all over", "unclosed tags all over", ["formatting"]),
    ],
)  # fmt: skip
def test_html_becomes_lines_and_what_is_lost_is_noted(source: str, text: str, notes: list[str]) -> None:
    reading = Reading()
    assert plain(source, "html", reading) == (text, [])
    assert [note.value for note in reading.notes] == notes


def test_moodles_own_format_keeps_line_breaks_where_there_are_no_paragraphs() -> None:
    assert plain("a\nb &lt; c\n\nd", "moodle", Reading())[0] == "a\nb < c\n\nd"
    assert plain("<p>a\nb</p>\n<p>c</p>", "moodle", Reading())[0] == "a b\n\nc"


def test_plain_text_is_what_it_is() -> None:
    assert plain("<b> &amp; $$x$$ \\(y\\)", "plain", Reading())[0] == "<b> &amp; $$x$$ \\(y\\)"


def test_markdown_loses_its_marks_for_letters_and_keeps_its_lists() -> None:
    reading = Reading()
    source = "# Head\n\nA **bold** and *slanted* word, 2 * 3, a_b_c.\n\n* one\n* two\n\n[site](https://x.example)"
    assert plain(source, "markdown", reading)[0] == (
        "Head\n\nA bold and slanted word, 2 * 3, a_b_c.\n\n- one\n- two\n\nsite (https://x.example)"
    )
    assert [note.value for note in reading.notes] == ["formatting", "links"]


def test_pictures_are_reported_in_order() -> None:
    source = '<p>a <img src="@@PLUGINFILE@@/x%20y.png" alt=" The  &lt;x&gt; "><img src="https://x.example/z.png"></p>'
    assert plain(source, "html", Reading()) == (
        "a",
        [Shown("@@PLUGINFILE@@/x%20y.png", "The <x>"), Shown("https://x.example/z.png", "")],
    )
    assert plain("![A map](@@PLUGINFILE@@/m.png)", "markdown", Reading())[1] == [Shown("@@PLUGINFILE@@/m.png", "A map")]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<video src='a.mp4'></video>", "It has sound, film or another object in it."),
        ("<a href='@@PLUGINFILE@@/a.pdf'>a</a>", "It links to a file that is packed in with it."),
        ("x" * 50_001, "A text in it is longer than 50,000 characters."),
    ],
)
def test_what_would_change_the_question_refuses_it(source: str, why: str) -> None:
    with pytest.raises(ItemRefused) as refused:
        plain(source, "html", Reading())
    assert str(refused.value.reason) == why


def test_feedback_and_options_show_no_pictures() -> None:
    with pytest.raises(ItemRefused):
        plain_words("<img src='@@PLUGINFILE@@/a.png'>", "html", Reading())


@given(texts)
@settings(max_examples=40, deadline=None)
def test_text_written_as_html_reads_to_the_same_text(text: str) -> None:
    for paragraphs in (True, False):
        reading = Reading()
        assert plain(to_html(text, paragraphs=paragraphs), "html", reading) == (text, [])
        assert not reading.notes


def test_what_would_be_read_as_markup_is_recognised() -> None:
    assert [is_markup(text) for text in ("a < b > c", "<b>", "a &amp; b", "a & b;", "<p")] == [
        False, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "piece",
    ["\\(", "$$", "**a", "![", "[a](", "<p", "<!--", "<math>", "<sup>", "<ul><li>", "&#", "[tex]", "__a ", "<b"],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    started = time.process_time()
    for kind in ("html", "moodle", "markdown"):
        plain(text, kind, Reading())
    assert time.process_time() - started < 5
