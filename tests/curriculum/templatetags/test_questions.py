"""Words of questions: paragraphs, line breaks, formulas; nothing of an author's text becomes markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.templatetags.mathml import ELEMENTS, mathml
from curriculum.templatetags.questions import formulas, question_words

FRACTION = '<math display="inline"><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac></mrow></math>'


def test_text_becomes_paragraphs_and_line_breaks_in_its_language() -> None:
    assert question_words("One < two?\nThree\n\n \nFour & five", "nl") == (
        '<div lang="nl"><p>One &lt; two?<br>Three</p>\n<p>Four &amp; five</p></div>'
    )


def test_words_of_an_option_stand_in_the_line_and_are_marked_only_where_the_page_speaks_another_language() -> None:
    with translation.override("en"):
        assert question_words("a\nb", "en", inline=True) == "a<br>b"
        assert question_words("a\n\nb", "nl", inline=True) == '<bdi lang="nl">a<br>b</bdi>'


def test_the_tag_is_used_in_templates() -> None:
    template = Template("{% load questions %}{% question_words text 'en' inline=True %}")
    with translation.override("en"):
        assert template.render(Context({"text": "<b>"})) == "&lt;b&gt;"


def test_formulas_become_mathml_in_the_line_or_on_a_line_of_their_own() -> None:
    assert question_words(r"So \(\frac{a}{b}\).") == f"<div><p>So {FRACTION}.</p></div>"
    assert question_words(r"\[\frac{a}{b}\]") == f"<div><p>{FRACTION.replace('inline', 'block')}</p></div>"
    assert question_words(r"\[\frac{a}{b}\]", "", inline=True) == FRACTION


@pytest.mark.parametrize(
    "text",
    [
        r"\(\frac{a}\)",
        r"\(\nosuchthing x\)",
        r"\(x",
        r"x\)",
        r"\(\)",
        r"\(\def\a{xx}\a\)",
        r"\(\newcommand{\a}{xx}\a\)",
        r"\(" + "{" * 800 + "}" * 800 + r"\)",
        r"\(" + "x" * 2001 + r"\)",
    ],
)
def test_what_cannot_be_read_as_a_formula_stays_as_it_was_typed(text: str) -> None:
    assert question_words(text) == f"<div><p>{text}</p></div>"


def test_a_line_of_a_matrix_does_not_end_the_formula() -> None:
    written = question_words(r"\[\begin{matrix}a\\[2pt]b\end{matrix}\]")
    assert written.count("<mtr>") == 2
    assert "pt" not in written


def test_a_formula_does_not_go_on_past_a_blank_line() -> None:
    assert question_words("a \\(b\n\nc\\) \\(\\frac{a}{b}\\)") == (f"<div><p>a \\(b</p>\n<p>c\\) {FRACTION}</p></div>")


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{x}{y}",
        r"\color{red}{x}",
        r"\unicode{3c}b\unicode{3e}",
        r"\hspace{9999em}",
        r"\rule{999em}{999em}",
    ],
)
def test_a_formula_brings_no_markup_address_or_style_of_its_own(tex: str) -> None:
    written = str(mathml(tex))
    assert not re.search(r"<(?:img|b)\b|href|style=|class=|color|9999?em", written)


@given(st.text(st.sampled_from("\\()[]{}<>&\"'^_$ \nabfracte1&#x;%"), max_size=60) | st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_the_outcome_is_well_formed_and_holds_known_elements_only(text: str) -> None:
    text = "".join(c for c in text if c >= " " or c == "\n")
    pieces = list(formulas(text))
    assert "".join(piece for piece, _ in pieces) == text
    written = question_words(text, "en")
    for bad in ("\ufffe", "\uffff"):
        written = written.replace(bad, "")
    tree = ElementTree.fromstring(written.replace("<br>", "<br/>"))  # noqa: S314  # what was just written
    assert {element.tag for element in tree.iter()} <= {*ELEMENTS, "div", "p", "br"}
