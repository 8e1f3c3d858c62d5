"""xAPI statements as they come in: what is believed, what is cut, what is refused. No database."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from courses.attempts.statements import BadStatement, Statement, TooLarge, check, read
from tests.courses.playing import ADL, PARTS, body, iri, statement
from tests.factories.courses import AT

pytestmark = pytest.mark.one_database
ATTEMPT = UUID("33333333-3333-4333-8333-333333333333")
ANOTHER = UUID("44444444-4444-4444-8444-444444444444")
NAME = UUID("55555555-5555-4555-8555-555555555555")
BASE = str(settings.BASE_URL)


def taken(said: Any, *, known_max: Decimal | None = None, elapsed: int = 60) -> Statement:
    """The statement as it is taken, so many seconds after the attempt began."""
    return check(
        read(said if isinstance(said, bytes) else body(said, NAME), base=BASE),
        base=BASE,
        attempt=ATTEMPT,
        actor="somebody",
        began=AT,
        at=AT + timedelta(seconds=elapsed),
        known_max=known_max,
    )


def changed(said: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The statement with another value at a path ("result.score.raw"); None takes it away."""
    target = said
    *way, last = path.split(".")
    for step in way:
        target = target.setdefault(step, {})
    if value is None:
        target.pop(last, None)
    else:
        target[last] = value
    return said


def answered(**fields: Any) -> dict[str, Any]:
    """An answer with a score of 1 of 2."""
    return statement(ATTEMPT, "answered", score=(1, 2), **fields)


def test_who_when_and_where_are_ours() -> None:
    said = answered(response="1", success=False, completion=True, duration="PT1.5S")
    said |= {"stored": "1999", "timestamp": "1999", "authority": {"name": "Me"}, "version": "9", "secret": "kept?"}
    said["context"] |= {"registration": "x", "platform": "y", "instructor": {"name": "z"}}
    account = {"homePage": BASE, "name": "somebody"}
    at = (AT + timedelta(seconds=60)).isoformat()
    assert taken(said).kept == {
        "id": str(NAME),
        "version": "1.0.3",
        "actor": {"objectType": "Agent", "account": account},
        "authority": {"objectType": "Agent", "account": {"homePage": BASE, "name": "academy"}},
        "verb": {"id": ADL + "answered", "display": {"en": "answered"}},
        "object": {"objectType": "Activity", "id": iri(ATTEMPT), "definition": {"name": {"en-US": "A test"}}},
        "context": {"registration": str(ATTEMPT), "platform": "Circular Procurement Academy"},
        "timestamp": at,
        "stored": at,
        "result": {
            "score": {"raw": 1, "min": 0, "max": 2, "scaled": 0.5},
            "success": False,
            "completion": True,
            "response": "1",
            "duration": "PT1S",
        },
    }


@pytest.mark.parametrize(
    ("verb", "part", "finishes", "begins", "is_work"),
    [
        ("attempted", "", False, True, False),
        ("interacted", "", False, False, True),
        ("progressed", "", False, False, True),
        ("answered", "", True, True, True),
        ("completed", "", True, True, True),
        ("answered", PARTS[0], False, True, True),
        ("completed", PARTS[0], False, True, True),
        ("passed", "", False, False, True),
        ("failed", "", False, False, True),
        ("consumed", "", False, False, True),
    ],
)
def test_what_a_verb_does(verb: str, part: str, finishes: bool, begins: bool, is_work: bool) -> None:
    found = taken(statement(ATTEMPT, verb, part=part))
    assert (found.verb, found.sub_content_id) == (verb, part)
    assert (found.finishes, found.begins, found.is_work) == (finishes, begins, is_work)


def test_consumed_as_h5p_says_it_finishes_when_it_was_all() -> None:
    said = statement(ATTEMPT, "consumed", completion=True)
    said["verb"]["id"] = "http://activitystrea.ms/schema/1.0/consume"
    found = taken(said)
    assert (found.verb, found.finishes) == ("consumed", True)


def test_old_content_whose_parts_have_no_name_is_a_part_by_its_parent() -> None:
    said = changed(answered(), "context.contextActivities.parent", [{"id": iri(ATTEMPT)}])
    found = taken(said, known_max=Decimal(9))
    assert (found.is_child, found.finishes) == (True, False)


REFUSED: dict[str, tuple[str, Any]] = {
    "no verb": ("verb", None),
    "a verb of nobody's": ("verb.id", ADL + "mastered"),
    "a verb that is no text": ("verb.id", 7),
    "no object": ("object", None),
    "an object that is a list": ("object", []),
    "the object of another site": ("object.id", f"https://evil.example/h5p/a/{ATTEMPT}/"),
    "an address that lacks ours": ("object.id", f"{ATTEMPT}/"),
    "the object is below ours": ("object.id", f"{iri(ATTEMPT)}more/"),
    "the object is no attempt": ("object.id", f"{BASE}/h5p/a/1/"),
    "a part that is no name": ("object.id", f"{iri(ATTEMPT)}?subContentId=1"),
    "another question behind the address": ("object.id", f"{iri(ATTEMPT)}?part={PARTS[0]}"),
    "an endless address": ("object.id", "x" * 2000),
    "the parent is another's": ("context.contextActivities.parent", [{"id": iri(ANOTHER)}]),
    "a part as the parent of the whole": ("context.contextActivities.parent", [{"id": iri(ATTEMPT, PARTS[0])}]),
    "a parent that is a text": ("context.contextActivities.parent", [iri(ATTEMPT)]),
    "a hundred parents": ("context.contextActivities.parent", [{"id": iri(ATTEMPT)}] * 100),
    "more than all": ("result.score", {"raw": 3, "max": 2}),
    "less than nothing": ("result.score", {"raw": -1, "max": 2}),
    "below a least of less than nothing": ("result.score", {"raw": 1, "min": -5, "max": 2}),
    "less than the least": ("result.score", {"raw": 1, "min": 2, "max": 3}),
    "beyond any activity": ("result.score", {"raw": 1, "max": 1e300}),
    "a number in words": ("result.score", {"raw": "1", "max": 2}),
    "true is no number": ("result.score", {"raw": True, "max": 1}),
    "scaled beyond one": ("result.score", {"raw": 1, "max": 2, "scaled": 1.5}),
    "scaled is not what they make": ("result.score", {"raw": 0, "max": 2, "scaled": 1}),
    "a score that is a number": ("result.score", 1),
    "a result that is a list": ("result", [1]),
    "success in words": ("result.success", "true"),
    "completion as a number": ("result.completion", 1),
    "a response that is a list": ("result.response", ["1"]),
    "a duration that is a number": ("result.duration", 5),
}


@pytest.mark.parametrize(("path", "value"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_player_could_have_sent_is_refused(path: str, value: Any) -> None:
    with pytest.raises(BadStatement):
        taken(changed(answered(), path, value))


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_in_json_is_refused(written: str) -> None:
    said = body(answered(), NAME).replace(b'"raw": 1', f'"raw": {written}'.encode())
    with pytest.raises(BadStatement):
        taken(said)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"id": "' + str(NAME).encode() + b'"}',
        b'{"statement": {}}',
        body({}, NAME),
        body([], NAME),
        body(answered(), "1"),
        body(answered(), "{" + str(NAME) + "}"),
        b"[" * 20_000,
        b"9" * 20_000,
        body(changed(answered(), "object.definition", json.loads("[" * 50 + "]" * 50)), NAME),
    ],
    ids=lambda _said: "said",
)
def test_what_is_no_statement_is_refused(said: bytes) -> None:
    with pytest.raises(BadStatement):
        taken(said)


def test_more_than_32_kb_are_too_large() -> None:
    with pytest.raises(TooLarge):
        taken(b" " * (32 * 1024 + 1))


def test_the_full_score_of_the_whole_is_that_of_the_package() -> None:
    assert taken(answered(), known_max=Decimal(2)).max == 2
    assert taken(statement(ATTEMPT, "answered", part=PARTS[0], score=(1, 2)), known_max=Decimal(9)).max == 2
    with pytest.raises(BadStatement):
        taken(answered(), known_max=Decimal(3))


@pytest.mark.parametrize("score", [{"raw": 0, "max": 0}, {"raw": 1}, {"max": 2}, {"scaled": 0.5}, {}, None])
def test_a_score_that_says_nothing_is_none(score: Any) -> None:
    found = taken(statement(ATTEMPT, "completed", score=score), known_max=Decimal(5))
    assert (found.raw, found.max, found.finishes) == (None, None, True)


@pytest.mark.parametrize(
    ("written", "elapsed", "seconds"),
    [
        ("PT1.5S", 60, 1),
        ("PT2M", 300, 120),
        ("P1DT1H1M1S", 10**6, 90061),
        ("PT1H", 60, 60),
        ("PT1H", -5, 0),
        ("PTNaNS", 60, None),
        ("P", 60, None),
        ("PT-5S", 60, None),
        ("PT" + "9" * 30 + "S", 60, None),
        ("one minute", 60, None),
    ],
)
def test_how_long_it_took_is_at_most_the_time_since_it_began(written: str, elapsed: int, seconds: int | None) -> None:
    assert taken(answered(duration=written), elapsed=elapsed).seconds == seconds


def test_what_is_kept_is_bounded_and_holds_nothing_that_a_database_refuses() -> None:
    said = answered(response="ä\x00\ud800" + "x" * 12_000)
    said["object"]["definition"] = {
        "name": {"en": "n" * 3000},
        "choices": [{"id": str(n), "description": {"en": "d" * 60}} for n in range(100)],
        "extensions": {"http://h5p.org/x-api/h5p-local-content-id": 1},
    }
    found = taken(said)
    size = len(json.dumps(found.kept, ensure_ascii=False).encode())
    assert size <= 16 * 1024
    assert found.response is not None
    assert found.response.startswith("äxx")
    assert "definition" not in found.kept["object"]
    json.dumps(found.kept).encode()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PATHS = [
    "verb", "verb.id", "object", "object.id", "object.definition", "object.definition.choices",
    "object.definition.name", "context", "context.contextActivities", "context.contextActivities.parent",
    "result", "result.score", "result.score.raw", "result.score.max", "result.score.min", "result.score.scaled",
    "result.response", "result.duration", "result.success",
]  # fmt: skip


@given(path=st.sampled_from(PATHS), value=ANYTHING)
def test_whatever_stands_in_a_field_is_taken_within_bounds_or_refused(path: str, value: Any) -> None:
    try:
        found = taken(changed(answered(), path, value))
    except BadStatement:
        return
    assert (found.raw is None) == (found.max is None)
    assert found.raw is None or found.max is None or 0 <= found.raw <= found.max
    assert len(json.dumps(found.kept, ensure_ascii=False, allow_nan=False).encode()) <= 16 * 1024
