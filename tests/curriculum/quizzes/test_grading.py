"""Grading: within 0 and full, blind to order, and never better for a wrong tick."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.grading import (
    Grade,
    feedback_for,
    full_points,
    grade,
    grade_by_hand,
    is_by_hand,
    matching_choice,
    passes,
)


def question(kind: str, correct: list[bool], points: int = 1) -> dict[str, Any]:
    """A frozen question with options named a, b, c …"""
    options = [{"id": chr(97 + n), "correct": right, "text": {}, "feedback": {}} for n, right in enumerate(correct)]
    return {"kind": kind, "points": points, "options": options}


@st.composite
def answered(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """A question of any kind that has a right option, and any choice of its options."""
    kind = draw(st.sampled_from(QuestionKind.values))
    correct = draw(st.lists(st.booleans(), min_size=2, max_size=8).filter(any))
    frozen = question(kind, correct, points=draw(st.integers(1, 20)))
    chosen = draw(st.lists(st.sampled_from([option["id"] for option in frozen["options"]]), unique=True))
    return frozen, chosen


@settings(max_examples=30, deadline=None)
@given(answered())
def test_points_lie_between_nothing_and_all_and_all_means_right(case: tuple[dict[str, Any], list[str]]) -> None:
    frozen, chosen = case
    got = grade(frozen, chosen)
    assert 0 <= got.points <= got.full == frozen["points"]
    assert got.right == (got.points == got.full)


@settings(max_examples=30, deadline=None)
@given(answered(), st.randoms(use_true_random=False))
def test_neither_the_order_of_options_nor_of_ticks_matters(case: tuple[dict[str, Any], list[str]], random: Any) -> None:
    frozen, chosen = case
    shuffled = {**frozen, "options": random.sample(frozen["options"], len(frozen["options"]))}
    assert grade(shuffled, random.sample(chosen, len(chosen))) == grade(frozen, chosen)


@settings(max_examples=30, deadline=None)
@given(answered())
def test_one_more_right_tick_never_costs_and_one_more_wrong_tick_never_pays(
    case: tuple[dict[str, Any], list[str]],
) -> None:
    frozen, chosen = case
    frozen = {**frozen, "kind": QuestionKind.MULTIPLE}
    before = grade(frozen, chosen).points
    for option in frozen["options"]:
        if option["id"] not in chosen:
            after = grade(frozen, [*chosen, option["id"]]).points
            assert after >= before if option["correct"] else after <= before


@pytest.mark.parametrize(
    ("kind", "correct", "chosen", "expected"),
    [
        ("single", [True, False], ["a"], Grade(Decimal("2.00"), Decimal("2.00"), True)),
        ("single", [True, False], ["b"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("single", [True, False], [], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("single", [True, False], ["a", "b"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("true_false", [False, True], ["b"], Grade(Decimal("2.00"), Decimal("2.00"), True)),
        ("multiple", [True, True, True, False], ["a", "b"], Grade(Decimal("1.33"), Decimal("2.00"), False)),
        ("multiple", [True, True, True, False], ["a", "b", "c"], Grade(Decimal("2.00"), Decimal("2.00"), True)),
        ("multiple", [True, True, False, False], ["a", "b", "c", "d"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("multiple", [True, True, False], ["a", "nonsense"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
    ],
)
def test_grades(kind: str, correct: list[bool], chosen: list[str], expected: Grade) -> None:
    assert grade(question(kind, correct, points=2), chosen) == expected


def test_the_pass_mark_is_reached_by_points_and_not_by_rounding() -> None:
    assert passes(Decimal("7.00"), Decimal("10.00"), 70)
    assert not passes(Decimal("6.99"), Decimal("10.00"), 70)
    assert not passes(Decimal("0.00"), Decimal("0.00"), 70)


# -- all kinds, in format 2 --------------------------------------------------------------------------------------------

few = settings(max_examples=30, deadline=None)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["a", "b", "ma"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["a", "b", "c", "number", "text", "typed", "lines", "points"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
shares = st.none() | st.sampled_from(["100.00000", "50.00000", "33.33333", "0.00000", "-25.00000", "-100.00000"])


def option(name: str, place: int, correct: bool = False, **more: Any) -> dict[str, Any]:
    """An option of a frozen question; what is said to it names it."""
    words = {"text": {"en": f"Text {name}"}, "feedback": {"en": f"on {name}"}}
    return {"id": name, "correct": correct, "share": None, "place": place, **words, **more}


def of_kind(kind: str, options: list[dict[str, Any]], points: int | str = 1, **more: Any) -> dict[str, Any]:
    """A frozen question whose words say where they come from."""
    said = {name: {"en": name} for name in ("feedback", "feedback_right", "feedback_wrong")}
    return {"format": 2, "kind": kind, "points": points, "options": options, "rubric": None, **said, **more}


def ordering(n: int = 5, points: int | str = 1) -> dict[str, Any]:
    """Items a, b, c … in this order."""
    return of_kind("ordering", [option(chr(97 + place), place) for place in range(n)], points)


def matching(n: int = 5, extra: int = 1, points: int | str = 1) -> dict[str, Any]:
    """Left sides a, b … that belong to ma, mb …, and right-hand sides that belong to nothing."""
    pairs = [option(chr(97 + place), place, match={"id": f"m{chr(97 + place)}", "text": {}}) for place in range(n)]
    more = [option(f"x{place}", n + place, text={}, match={"id": f"mx{place}", "text": {}}) for place in range(extra)]
    return of_kind("matching", [*pairs, *more], points)


def numeric(*answers: tuple[str, str, bool, str | None], points: int | str = 1) -> dict[str, Any]:
    """Answers as (number, tolerance, right, share), named by their number."""
    rows = [
        option(number, place, right, number=number, tolerance=tolerance, share=share)
        for place, (number, tolerance, right, share) in enumerate(answers)
    ]
    return of_kind("numeric", rows, points)


def short_text(*answers: tuple[list[str], bool, str | None], points: int | str = 1) -> dict[str, Any]:
    """Answers as (words, right, share), named by their first word."""
    rows = [
        option(words[0], place, right, words=words, share=share) for place, (words, right, share) in enumerate(answers)
    ]
    return of_kind("short_text", rows, points)


# CPA-1, 6 and CPA-5, 3 of CURRICULUM.md, section 4
FURNITURE = numeric(("2409", "1", True, None), ("154", "0", False, None), ("1153", "0", False, None))
LAPTOP = numeric(("106.62", "0.05", True, None), ("105.6", "0", False, None), ("107.14", "0", False, None))
PASSPORT = short_text(
    (["materials passport", "materialenpaspoort", "gebäuderessourcenpass", "passeport matériaux"], True, None),
    (["digital product passport"], False, None),
)


def typed(number: str) -> dict[str, str]:
    """A saved number."""
    return {"typed": number, "number": number}


@st.composite
def any_question(draw: st.DrawFn) -> dict[str, Any]:
    """A question of any kind, with or without shares."""
    points = draw(st.sampled_from([1, 2, 7, "1.50", "0.33"]))
    n = draw(st.integers(2, 5))
    flags = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(any))
    given_shares = draw(st.lists(shares, min_size=n, max_size=n))
    kind = draw(st.sampled_from(QuestionKind.values))
    if kind == "ordering":
        return ordering(n, points)
    if kind == "matching":
        return matching(n, draw(st.integers(0, 2)), points)
    if kind == "numeric":
        return numeric(
            *((str(m), "1", right, share) for m, (right, share) in enumerate(zip(flags, given_shares, strict=True))),
            points=points,
        )
    if kind == "short_text":
        return short_text(
            *(([chr(97 + m)], right, share) for m, (right, share) in enumerate(zip(flags, given_shares, strict=True))),
            points=points,
        )
    rows = [option(chr(97 + m), m, right, share=given_shares[m]) for m, right in enumerate(flags)]
    return of_kind(kind, rows, points)


def values_of(frozen: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Answers of the right form, right and wrong and unfinished; and now and then something else."""
    ids = st.sampled_from([*(option["id"] for option in frozen["options"]), "none"])
    matches = st.sampled_from([f"m{name}" for name in "abcdefx"])
    forms = {
        "ordering": st.dictionaries(ids, st.integers(0, 6)) | st.just({chr(97 + n): n + 1 for n in range(5)}),
        "matching": st.dictionaries(ids, matches) | st.just({name: f"m{name}" for name in "abcde"}),
        "numeric": st.integers(-2, 8).map(str).map(typed),
        "short_text": st.fixed_dictionaries({"text": st.sampled_from("abcdefg")}),
        "open_text": st.fixed_dictionaries({"text": st.text(max_size=5)}),
    }
    return forms.get(frozen["kind"], st.lists(ids, unique=True)) | json_values


answers = any_question().flatmap(lambda frozen: st.tuples(st.just(frozen), values_of(frozen)))


@settings(max_examples=100, deadline=None)
@given(answers)
def test_any_answer_to_any_kind_lies_between_nothing_and_all(case: tuple[dict[str, Any], Any]) -> None:
    frozen, value = case
    got = grade(frozen, value)
    assert 0 <= got.points <= got.full == full_points(frozen)
    assert got.points == got.points.quantize(Decimal("0.01"))
    assert got.right == (got.points == got.full)
    assert grade(frozen, value) == got


@settings(max_examples=60, deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_options_never_matters(case: tuple[dict[str, Any], Any], random: Any) -> None:
    frozen, value = case
    shuffled = {**frozen, "options": random.sample(frozen["options"], len(frozen["options"]))}
    assert grade(shuffled, value) == grade(frozen, value)
    assert matching_choice(shuffled, value) == matching_choice(frozen, value)
    assert feedback_for(shuffled, value) == feedback_for(frozen, value)


@settings(max_examples=100, deadline=None)
@given(any_question(), json_values)
def test_what_is_no_answer_earns_nothing_and_never_raises(frozen: dict[str, Any], value: Any) -> None:
    assert grade(frozen, {"what": value}).points == 0
    assert grade(frozen, [value, 1]).points == 0
    assert grade(frozen, None).points == 0
    assert isinstance(feedback_for(frozen, value), list)
    assert 0 <= grade_by_hand(frozen, value).points <= full_points(frozen)


@few
@given(st.data())
def test_one_more_share_above_nothing_never_costs_and_one_below_never_pays(data: st.DataObject) -> None:
    given_shares = data.draw(st.lists(shares, min_size=2, max_size=6))
    rows = [option(chr(97 + n), n, n == 0, share=share) for n, share in enumerate(given_shares)]
    chosen = data.draw(st.lists(st.sampled_from([row["id"] for row in rows]), unique=True))
    before = grade(of_kind("multiple", rows, 3), chosen).points
    for row in rows:
        if row["id"] not in chosen:
            after = grade(of_kind("multiple", rows, 3), [*chosen, row["id"]]).points
            pays = float(row["share"]) >= 0 if row["share"] is not None else row["correct"]
            assert after >= before if pays else after <= before


@few
@given(st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["ma", "mb", "mc", "md", "me", "mx0"])))
def test_one_more_right_pair_never_costs_and_one_more_wrong_pair_never_pays(value: dict[str, str]) -> None:
    before = grade(matching(5, points=2), value)
    for left in set("abcde") - set(value):
        assert grade(matching(5, points=2), {**value, left: f"m{left}"}).points > before.points
        assert grade(matching(5, points=2), {**value, left: "mx0"}).points == before.points


IN_ORDER = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
INPUT_NEEDED = of_kind("multiple", [option(name, n, name != "e") for n, name in enumerate("abcde")])


@pytest.mark.parametrize(
    ("frozen", "value", "points"),
    [
        # CPA-1, 5: four right, one wrong
        (INPUT_NEEDED, ["a", "b", "c"], "0.75"),
        (INPUT_NEEDED, ["a", "b", "c", "d", "e"], "0.75"),
        (INPUT_NEEDED, ["a", "e"], "0.00"),
        # CPA-1, 2
        (ordering(), IN_ORDER, "1.00"),
        (ordering(), {**IN_ORDER, "c": 4, "d": 3}, "0.00"),
        (ordering(), {"a": 1, "b": 2, "c": 3, "d": 4}, "0.00"),
        (ordering(), {**IN_ORDER, "f": 6}, "0.00"),
        (ordering(2), {"a": True, "b": 2}, "0.00"),
        (ordering(2), {"a": 1.0, "b": 2}, "0.00"),
        # CPA-3, 3
        (matching(), {"a": "ma", "b": "mb", "c": "mc", "d": "me"}, "0.60"),
        (matching(), {name: f"m{name}" for name in "abcde"}, "1.00"),
        (matching(3), {"a": "ma", "b": "mb"}, "0.67"),
        (matching(3, extra=3), {"a": "ma", "x0": "mx0", "x1": "mx1"}, "0.33"),
        # CPA-1, 6
        (FURNITURE, typed("2408"), "1.00"),
        (FURNITURE, typed("2410"), "1.00"),
        (FURNITURE, typed("2410.5"), "0.00"),
        (FURNITURE, typed("154"), "0.00"),
        (FURNITURE, {"typed": "2409"}, "0.00"),
        (FURNITURE, typed("NaN"), "0.00"),
        (FURNITURE, typed("1e999999"), "0.00"),
        # CPA-5, 3
        (LAPTOP, typed("106.67"), "1.00"),
        (LAPTOP, typed("106.57"), "1.00"),
        (LAPTOP, typed("106.68"), "0.00"),
        (LAPTOP, typed("106.6700000000000000000000000000000000000001"), "0.00"),
        # CPA-1, 8
        (PASSPORT, {"text": "Passeport-materiaux."}, "1.00"),
        (PASSPORT, {"text": "GEBAEUDERESSOURCENPASS"}, "1.00"),
        (PASSPORT, {"text": "digital product passport"}, "0.00"),
        (PASSPORT, {"text": ["materials passport"]}, "0.00"),
        # shares
        (of_kind("single", [option("a", 0, True), option("b", 1, share="40.00000")], 2), ["b"], "0.80"),
        (of_kind("single", [option("a", 0, True), option("b", 1, share="-50.00000")], 2), ["b"], "0.00"),
        (of_kind("multiple", [option(n, 0, True, share="33.33333") for n in "abc"], 2), ["a", "b", "c"], "2.00"),
        (of_kind("multiple", [option("a", 0, True), option("b", 1, True, share="20.00000")]), ["a", "b"], "0.70"),
        (numeric(("10", "5", True, "50.00000"), ("10", "1", True, None)), typed("11"), "1.00"),
        (numeric(("10", "5", True, "50.00000"), ("10", "1", True, None)), typed("14"), "0.50"),
        (short_text((["a"], True, None), (["b*"], False, "25.00000"), points="1.50"), {"text": "bc"}, "0.38"),
        (of_kind("single", [option("a", 0, True), option("b", 1)]), ["a", "none"], "0.00"),
        # marked by a person
        (of_kind("open_text", []), {"text": "Much"}, "0.00"),
        (of_kind("hand_in", []), {"file": "x"}, "0.00"),
    ],
)
def test_the_rule_of_each_kind(frozen: dict[str, Any], value: Any, points: str) -> None:
    assert str(grade(frozen, value).points) == points


def test_equal_right_hand_sides_are_interchangeable() -> None:
    frozen = matching(2, extra=0)
    for each in frozen["options"]:
        each["match"] = {"id": "same", "text": {}}
    assert grade(frozen, {"a": "same", "b": "same"}).right


@pytest.mark.parametrize(
    ("frozen", "value", "met"),
    [
        (FURNITURE, typed("2410"), "2409"),
        (FURNITURE, typed("154"), "154"),
        (FURNITURE, typed("155"), None),
        (numeric(("1", "9", False, None), ("2", "9", True, None), ("3", "9", True, None)), typed("1"), "2"),
        (numeric(("1", "9", True, "50.00000"), ("2", "9", False, "80.00000")), typed("1"), "2"),
        (numeric(("1", "9", False, "100"), ("2", "9", True, None)), typed("1"), "2"),
        (PASSPORT, {"text": "Digital Product-Passport"}, "digital product passport"),
        (PASSPORT, {"text": "scrap"}, None),
        (ordering(), IN_ORDER, None),
    ],
)
def test_the_best_answer_that_is_met(frozen: dict[str, Any], value: Any, met: str | None) -> None:
    choice = matching_choice(frozen, value)
    assert (choice["id"] if choice else None) == met


ONE_OF_TWO = of_kind("single", [option("a", 0, True), option("b", 1)])
SILENT = of_kind("single", [option("a", 0, True, feedback={}), option("b", 1, feedback={})])


@pytest.mark.parametrize(
    ("frozen", "value", "said"),
    [
        (ONE_OF_TWO, ["a"], ["on a", "feedback_right", "feedback"]),
        (ONE_OF_TWO, ["b"], ["on b", "feedback"]),
        (ONE_OF_TWO, None, ["feedback"]),
        (SILENT, ["b"], ["feedback_wrong", "feedback"]),
        (INPUT_NEEDED, ["d", "a"], ["on a", "on d", "feedback_wrong", "feedback"]),
        (INPUT_NEEDED, ["a", "e"], ["on a", "on e", "feedback"]),
        (ordering(), IN_ORDER, ["feedback_right", "feedback"]),
        (ordering(), {"a": 2}, ["feedback_wrong", "feedback"]),
        (matching(3), {"b": "mb", "a": "mc"}, ["on b", "feedback_wrong", "feedback"]),
        (matching(2), {"b": "mb", "a": "ma"}, ["on a", "on b", "feedback_right", "feedback"]),
        (FURNITURE, typed("2409"), ["on 2409", "feedback_right", "feedback"]),
        (FURNITURE, typed("154"), ["on 154", "feedback"]),
        (FURNITURE, typed("7"), ["feedback_wrong", "feedback"]),
        (PASSPORT, {"text": "scrap"}, ["feedback_wrong", "feedback"]),
        (of_kind("open_text", []), {"text": "Much"}, ["feedback"]),
        ({**ONE_OF_TWO, "feedback": {}, "feedback_right": {}}, ["a"], ["on a"]),
        (question("single", [True, False]), ["b"], []),
    ],
)
def test_what_is_said_to_an_answer(frozen: dict[str, Any], value: Any, said: list[str]) -> None:
    assert feedback_for(frozen, value) == [{"en": words} for words in said]


def test_the_same_words_are_said_once() -> None:
    yes = [option(name, n, True, feedback={"en": "Yes."}) for n, name in enumerate("abc")]
    frozen = {**of_kind("multiple", yes), "feedback": {}, "feedback_right": {}}
    assert feedback_for(frozen, ["a", "b", "c"]) == [{"en": "Yes."}]


@few
@given(answers)
def test_nothing_is_said_of_options_that_were_not_chosen(case: tuple[dict[str, Any], Any]) -> None:
    frozen, value = case
    if frozen["kind"] in {"single", "multiple", "true_false"}:
        chosen = value if isinstance(value, list) else []
        said = {words["en"] for words in feedback_for(frozen, value) if words["en"].startswith("on ")}
        assert said <= {f"on {each}" for each in chosen}


def test_which_kinds_a_person_marks() -> None:
    by_hand = [kind for kind in QuestionKind.values if is_by_hand(of_kind(kind, []))]
    assert by_hand == ["open_text", "hand_in"]


RUBRIC = {"code": "R1", "title": {}, "lines": [{"id": f"l{n}", "text": {}} for n in range(5)]}
ASSIGNMENT = of_kind("hand_in", [], 10, rubric=RUBRIC)
ESSAY = of_kind("open_text", [], 5)


def levels(*given_levels: Any) -> dict[str, Any]:
    """A mark by rubric."""
    return {"lines": {f"l{n}": level for n, level in enumerate(given_levels)}}


@pytest.mark.parametrize(
    ("frozen", "mark", "points", "right"),
    [
        (ASSIGNMENT, levels(2, 2, 2, 2, 2), "10.00", True),
        (ASSIGNMENT, levels(1, 1, 1, 1, 1), "7.00", True),
        (ASSIGNMENT, levels(2, 2, 1, 1, 0), "6.80", False),
        (ASSIGNMENT, levels(2, 2, 2, 2, 0), "8.00", False),
        (ASSIGNMENT, levels(2, 2, 2, 2), "8.00", False),
        (ASSIGNMENT, levels(2, 2, 2, True, 3), "6.00", False),
        (ASSIGNMENT, {"lines": ["l0"]}, "0.00", False),
        (ASSIGNMENT, {"points": "10"}, "0.00", False),
        (ASSIGNMENT, None, "0.00", False),
        (ESSAY, {"points": "3.50"}, "3.50", True),
        (ESSAY, {"points": "3.49"}, "3.49", False),
        (ESSAY, {"points": "99"}, "5.00", True),
        (ESSAY, {"points": "-1"}, "0.00", False),
        (ESSAY, {"points": "much"}, "0.00", False),
        (ESSAY, {}, "0.00", False),
    ],
)
def test_marks_by_hand(frozen: dict[str, Any], mark: Any, points: str, right: bool) -> None:
    got = grade_by_hand(frozen, mark)
    assert (str(got.points), got.full, got.right) == (points, full_points(frozen), right)


@few
@given(st.lists(st.sampled_from([0, 1, 2]), min_size=5, max_size=5), st.integers(0, 4))
def test_a_better_line_never_costs(given_levels: list[int], at: int) -> None:
    better = [*given_levels]
    better[at] = min(better[at] + 1, 2)
    assert grade_by_hand(ASSIGNMENT, levels(*better)).points >= grade_by_hand(ASSIGNMENT, levels(*given_levels)).points
