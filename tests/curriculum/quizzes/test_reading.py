"""What a form posted becomes an answer, or a message that helps."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.grading import grade
from curriculum.quizzes.reading import BadValue, is_complete, problem, read_answer

few = settings(max_examples=30, deadline=None)


def option(name: str, place: int = 0, **more: Any) -> dict[str, Any]:
    """An option of a frozen question."""
    return {"id": name, "correct": place == 0, "share": None, "place": place, "text": {"en": name}, **more}


def question(kind: str, **more: Any) -> dict[str, Any]:
    """A frozen question with options a, b, c in the author's order, each matched by ma, mb, mc; x matches nothing."""
    options = [option(name, place, match={"id": f"m{name}", "text": {}}) for place, name in enumerate("abc")]
    extra = option("x", 3, text={}, match={"id": "mx", "text": {}})
    return {"kind": kind, "points": 1, "options": [*options, *([extra] if kind == "matching" else [])], **more}


# As they stand on the page: c, a, b on the left, mx, mb, ma, mc on the right.
SHOWN = [option("c"), option("a"), option("b")]
MATCHES = [{"id": name, "text": {}} for name in ("mx", "mb", "ma", "mc")]


def read(kind: str, posted: str, language: str = "en", **more: Any) -> Any:
    """The answer that a query string of fields gives."""
    return read_answer(question(kind, **more), QueryDict(posted), options=SHOWN, matches=MATCHES, language=language)


def refused(kind: str, posted: str, language: str = "en") -> tuple[str, str]:
    """The field and the message of what is no answer."""
    with pytest.raises(BadValue) as caught:
        read(kind, posted, language)
    return caught.value.field, str(caught.value.message)


@pytest.mark.parametrize(
    ("kind", "posted", "value"),
    [
        ("single", "choice=1", ["c"]),
        ("single", "choice=1&choice=1", ["c"]),
        ("single", "choice=&choice=2", ["a"]),
        ("single", "", None),
        ("single", "choice=", None),
        ("true_false", "choice=3", ["b"]),
        ("multiple", "choice=1&choice=2", ["a", "c"]),
        ("multiple", "", None),
        ("ordering", "place-1=3&place-2=1&place-3=2", {"c": 3, "a": 1, "b": 2}),
        ("ordering", "place-1=&place-2=1", {"a": 1}),
        ("ordering", "place-1=2&place-2=2", {"c": 2, "a": 2}),
        ("ordering", "place-1=1&place-1=2", {"c": 2}),
        ("ordering", "place-1=&place-2=&place-3=", None),
        ("matching", "match-1=4&match-2=3&match-3=1", {"c": "mc", "a": "ma", "b": "mx"}),
        ("matching", "match-3=2", {"b": "mb"}),
        ("matching", "match-1=", None),
        ("numeric", "number=2,409", {"typed": "2,409", "number": "2409"}),
        ("numeric", "number=+0.0000001", {"typed": "0.0000001", "number": "0.0000001"}),
        ("numeric", "number=2++409", {"typed": "2 409", "number": "2409"}),
        ("numeric", "number=1e3", {"typed": "1e3", "number": "1000"}),
        ("numeric", "number=+", None),
        ("short_text", "text=++Materials%0A+passport+", {"text": "Materials passport"}),
        ("short_text", "text=+", None),
        ("open_text", "text=%0AOne%0D%0Atwo%00%0D%0A", {"text": "One\ntwo"}),
        ("open_text", "text=%00", None),
    ],
)
def test_what_was_posted_becomes_an_answer(kind: str, posted: str, value: Any) -> None:
    assert read(kind, posted) == value


@pytest.mark.parametrize(
    ("unit", "typed", "number"),
    [
        ({"en": "items", "nl": "stuks"}, "2,409 Items", "2409"),
        ({"en": "items", "nl": "stuks"}, "2409 stuks", "2409"),
        ({"en": "EUR"}, "€ 236", "236"),
        ({"en": "euros"}, "236 EUR", "236"),
        ({}, "236 €", "236"),
        ({}, "6 %", "6"),
        ({"en": "%"}, "6 percent", "6"),
        ({"en": "%"}, "€ 6", None),
        ({"en": "items"}, "6 %", None),
        ({"en": "items"}, "6 chairs", None),
    ],
)
def test_the_unit_of_the_question_may_stand_beside_the_number(
    unit: dict[str, str], typed: str, number: str | None
) -> None:
    frozen = question("numeric", unit=unit)
    posted = QueryDict(mutable=True)
    posted["number"] = typed
    try:
        value = read_answer(frozen, posted, options=[], matches=[], language="en")
    except BadValue:
        value = {"number": None}
    assert value["number"] == number


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false"])
@pytest.mark.parametrize("place", ["0", "4", "-1", "a", "1.0", "99999", "²", "a1"])
def test_a_place_that_is_not_on_the_page_is_refused(kind: str, place: str) -> None:
    assert refused(kind, f"choice={place}") == (
        "choice",
        "This is not on the page. Load the page again, then answer.",
    )


def test_places_of_items_and_pairs_are_those_of_the_page() -> None:
    assert refused("ordering", "place-1=1&place-2=4")[0] == "place-2"
    assert refused("matching", "match-1=1&match-3=5")[0] == "match-3"


@pytest.mark.parametrize("kind", ["single", "true_false"])
def test_one_option_at_most_where_one_is_asked(kind: str) -> None:
    assert refused(kind, "choice=1&choice=2") == ("choice", "Choose one option only.")


@pytest.mark.parametrize(("language", "example"), [("en", "1,234.5"), ("nl", "1.234,5"), ("fr", "1\u202f234,5")])
def test_a_number_that_cannot_be_read_gets_an_example_of_the_language(language: str, example: str) -> None:
    message = f"This cannot be read as a number. Write it like this: {example}"
    assert refused("numeric", "number=many", language) == ("number", message)
    assert refused("numeric", "number=" + "1" * 100, language) == ("number", message)


@pytest.mark.parametrize(("kind", "longest"), [("short_text", 200), ("open_text", 20_000)])
def test_a_text_has_a_longest_length(kind: str, longest: int) -> None:
    assert read(kind, "text=" + "x" * longest) == {"text": "x" * longest}
    assert refused(kind, "text=" + "x" * (longest + 1)) == (
        "text",
        f"This is too long: {longest + 1} characters. At most {longest} are possible.",
    )


@pytest.mark.parametrize("kind", ["hand_in", "scenario"])
def test_kinds_that_no_such_form_answers_raise(kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        read(kind, "")


@pytest.mark.parametrize(
    ("kind", "value", "complete", "amiss"),
    [
        ("single", ["a"], True, ""),
        ("single", None, False, ""),
        ("ordering", {"a": 1, "b": 2, "c": 3}, True, ""),
        ("ordering", {"a": 1, "b": 2}, False, "1 item has no place yet."),
        ("ordering", {"a": 1}, False, "2 items have no place yet."),
        ("ordering", {"a": 3, "b": 3, "c": 3}, False, "More than one item has place 3."),
        ("ordering", {"a": 2, "b": 2}, False, "More than one item has place 2."),
        ("ordering", None, False, ""),
        ("matching", {"a": "ma", "b": "ma", "c": "mx"}, True, ""),
        ("matching", {"a": "ma", "b": "ma"}, False, "1 item has no match yet."),
        ("matching", {"a": "ma"}, False, "2 items have no match yet."),
        ("matching", None, False, ""),
        ("numeric", {"typed": "0", "number": "0"}, True, ""),
        ("numeric", None, False, ""),
        ("short_text", {"text": "x"}, True, ""),
        ("open_text", {"text": " "}, False, ""),
        ("open_text", None, False, ""),
        ("hand_in", {"file": "x", "name": "plan.pdf", "size": 1}, True, ""),
        ("hand_in", None, False, ""),
    ],
)
def test_what_is_still_amiss(kind: str, value: Any, complete: bool, amiss: str) -> None:
    frozen = question(kind)
    assert (is_complete(frozen, value), str(problem(frozen, value))) == (complete, amiss)


def test_messages_wait_for_the_language_of_the_reader() -> None:
    with translation.override("nl"):
        amiss = problem(question("ordering"), {"a": 1})
        with pytest.raises(BadValue) as caught:
            read("numeric", "number=x")
    assert not isinstance(amiss, str)
    assert not isinstance(caught.value.message, str)


FIELDS = ["choice", "number", "text", *(f"{name}-{n}" for name in ("place", "match") for n in range(5))]
TEXTS = st.sampled_from(["", "1", "2", "3", "4", "0", "-1"]) | st.text(max_size=8)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([kind for kind in QuestionKind.values if kind not in {"hand_in", "scenario"}]),
    st.dictionaries(st.sampled_from(FIELDS), st.lists(TEXTS, max_size=3)),
)
def test_whatever_is_posted_is_an_answer_that_can_be_graded_or_a_message(
    kind: str, posted: dict[str, list[str]]
) -> None:
    fields = QueryDict(mutable=True)
    for name, texts in posted.items():
        fields.setlist(name, texts)
    frozen = question(kind)
    try:
        value = read_answer(frozen, fields, options=SHOWN, matches=MATCHES, language="nl")
    except BadValue as wrong:
        value, field, said = None, wrong.field, str(wrong.message)
    else:
        field, said = "choice", "nothing"
    assert field in FIELDS
    assert said
    assert value is None or value
    assert 0 <= grade(frozen, value).points <= 1
    assert isinstance(is_complete(frozen, value), bool)
    assert not (is_complete(frozen, value) and str(problem(frozen, value)))


@few
@given(st.permutations("abc"))
def test_the_right_order_is_right_however_it_was_shown(shown: list[str]) -> None:
    posted = QueryDict("&".join(f"place-{n}={'abc'.index(name) + 1}" for n, name in enumerate(shown, 1)))
    frozen = question("ordering")
    value = read_answer(frozen, posted, options=[option(name) for name in shown], matches=[], language="en")
    assert grade(frozen, value).right
