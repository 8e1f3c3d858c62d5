"""xAPI statements as a player sends them: read, held against what is possible, stamped. Pure: no database, no clock.

A player's page runs code that somebody uploaded, and whoever holds the browser can send whatever they like. So of a
statement only what was done is believed, and within bounds; who did it, when, where and in which attempt are ours.
Names of fields and verbs: the xAPI specification 1.0.3, and how H5P core 1.28 emits it (h5p-x-api-event.js).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

# What may be posted at once, and what is kept of it, in bytes.
LARGEST_BODY = 32 * 1024
LARGEST_KEPT = 16 * 1024
DEEPEST = 12
# Points that fit the columns, and more than any activity has.
MOST_POINTS = 1_000_000
LONGEST_WORDS = 1000  # of descriptions and names
LONGEST_RESPONSE = 8000
SHORTENED_RESPONSE = 2000
MOST_ENTRIES = 100  # of choices and other lists
MOST_PARENTS = 8
# `scaled` is rounded by the player, to four places in H5P core and to two by some types.
ROUNDING = 0.01

_ADL = "http://adlnet.gov/expapi/verbs/"
VERBS = {
    **{_ADL + name: name for name in (
        "attempted", "interacted", "progressed", "answered", "completed", "passed", "failed", "consumed",
    )},
    # As H5P's Accordion and others say it.
    "http://activitystrea.ms/schema/1.0/consume": "consumed",
}  # fmt: skip
IRIS = {name: iri for iri, name in reversed(VERBS.items())}

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DURATION = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?", re.ASCII
)  # fmt: skip
# What xAPI knows of an object and its parts; all else is dropped.
_DEFINITION = ("type", "interactionType", "name", "description", "correctResponsesPattern")
_PARTS = ("choices", "scale", "source", "target", "steps")


class BadStatement(ValueError):
    """It is no statement that a player could have sent of this attempt. For programs: the words are not translated."""


class TooLarge(BadStatement):
    """More was posted than any statement needs."""


@dataclass(frozen=True)
class Posted:
    """What was posted, read and no more: under which name, of which attempt and which part of it."""

    statement_id: UUID
    attempt: UUID
    sub_content_id: str
    statement: dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """A statement that is possible, and what of it is kept. A score that says nothing (0 of 0) is none."""

    statement_id: UUID
    verb: str
    sub_content_id: str
    is_child: bool
    raw: Decimal | None
    max: Decimal | None
    success: bool | None
    completion: bool
    response: str | None
    seconds: int | None
    kept: dict[str, Any]

    @property
    def finishes(self) -> bool:
        """Whether the attempt ends with it: H5P core takes the score from `answered` and `completed` of the whole."""
        if self.is_child:
            return False
        return self.verb in ("answered", "completed") or (self.verb == "consumed" and self.completion)

    @property
    def begins(self) -> bool:
        """Whether it is the first of a next attempt, where the one before has ended."""
        return self.verb in ("attempted", "answered", "completed")

    @property
    def is_work(self) -> bool:
        """Whether somebody did something, beyond opening it."""
        return self.verb != "attempted"


def read(body: bytes, *, base: str) -> Posted:
    """Read what was posted: `{"id": "<uuid>", "statement": {...}}`. `base` is the address of the site.

    Raises TooLarge, and BadStatement for what is no JSON of this shape, or of nothing of ours.
    """
    if len(body) > LARGEST_BODY:
        raise TooLarge("more than 32 KB")
    try:
        posted = json.loads(body, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadStatement("no JSON") from error
    _check_depth(posted)
    if not isinstance(posted, dict) or not isinstance(statement := posted.get("statement"), dict):
        raise BadStatement("no statement")
    name = posted.get("id")
    if not isinstance(name, str) or not _UUID.fullmatch(name):
        raise BadStatement("no id")
    attempt, part = _read_iri(_field(statement, "object").get("id"), base)
    return Posted(UUID(name), attempt, part, statement)


def iri_of(attempt: UUID, part: str = "", *, base: str) -> str:
    """What names an attempt to the player, and a part of it. Nothing is to be had there."""
    return f"{base}/h5p/a/{attempt}/" + (f"?subContentId={part}" if part else "")


def check(
    posted: Posted,
    *,
    base: str,
    attempt: UUID,
    actor: str,
    began: datetime,
    at: datetime,
    known_max: Decimal | None,
) -> Statement:
    """Hold what was posted against what is possible, and stamp it: it is said of `attempt`, by `actor`, at `at`.

    `actor` is the opaque name of the person, `known_max` the full score of the whole, where the package says it.
    Raises BadStatement.
    """
    given = posted.statement
    verb = VERBS.get(_iri(_field(given, "verb").get("id")))
    if verb is None:
        raise BadStatement("unknown verb")
    parents = _parents(given, base, posted)
    is_child = bool(posted.sub_content_id or parents)
    result, points = _result(given, elapsed=int((at - began).total_seconds()))
    if not is_child and known_max is not None and points is not None and points[1] != known_max:
        raise BadStatement("the full score is another")
    who = {"objectType": "Agent", "account": {"homePage": base, "name": actor}}
    context: dict[str, Any] = {"registration": str(attempt), "platform": "Circular Procurement Academy"}
    if parents:
        around = [{"objectType": "Activity", "id": iri_of(attempt, part, base=base)} for part in parents]
        context["contextActivities"] = {"parent": around}
    definition = _definition(given["object"].get("definition"))
    kept = {
        "id": str(posted.statement_id),
        "version": "1.0.3",
        "actor": who,
        "authority": {"objectType": "Agent", "account": {"homePage": base, "name": "academy"}},
        "verb": {"id": IRIS[verb], "display": {"en": verb}},
        "object": {"objectType": "Activity", "id": iri_of(attempt, posted.sub_content_id, base=base)}
        | ({"definition": definition} if definition else {}),
        "context": context,
        "timestamp": at.isoformat(),
        "stored": at.isoformat(),
    } | ({"result": result.kept} if result.kept else {})
    return Statement(
        statement_id=posted.statement_id,
        verb=verb,
        sub_content_id=posted.sub_content_id,
        is_child=is_child,
        raw=points[0] if points else None,
        max=points[1] if points else None,
        success=result.success,
        completion=result.completion,
        response=result.response,
        seconds=result.seconds,
        kept=_small(kept),
    )


@dataclass(frozen=True)
class _Result:
    success: bool | None
    completion: bool
    response: str | None
    seconds: int | None
    kept: dict[str, Any]


def _result(given: dict[str, Any], *, elapsed: int) -> tuple[_Result, tuple[Decimal, Decimal] | None]:
    """What came of it, within bounds, and the points: what was reached, of how many."""
    result = given.get("result")
    if result is None:
        return _Result(None, False, None, None, {}), None
    if not isinstance(result, dict):
        raise BadStatement("the result is no object")
    for name in ("success", "completion"):
        if not isinstance(result.get(name, False), bool | None):
            raise BadStatement(f"{name} is not true or false")
    for name in ("response", "duration"):
        if not isinstance(result.get(name, ""), str | None):
            raise BadStatement(f"{name} is no text")
    response = _text(result["response"], LONGEST_RESPONSE) if result.get("response") is not None else None
    seconds = _seconds(result.get("duration") or "", elapsed)
    points, score = _score(result.get("score"))
    kept = {
        "score": score or None,
        "success": result.get("success"),
        "completion": result.get("completion"),
        "response": response,
        "duration": None if seconds is None else f"PT{seconds}S",
    }
    kept = {name: value for name, value in kept.items() if value is not None}
    return _Result(result.get("success"), result.get("completion") is True, response, seconds, kept), points


def _score(given: Any) -> tuple[tuple[Decimal, Decimal] | None, dict[str, Any]]:
    """The points, where raw and max are there and there is something to reach, and the score as it is kept."""
    if given is None:
        return None, {}
    if not isinstance(given, dict):
        raise BadStatement("the score is no object")
    numbers: dict[str, Any] = {}
    for name in ("raw", "min", "max", "scaled"):
        value = given.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadStatement(f"{name} is no number")
        if abs(value) > MOST_POINTS:
            raise BadStatement(f"{name} is beyond what is possible")
        numbers[name] = value
    raw, least, most = numbers.get("raw"), numbers.get("min", 0), numbers.get("max")
    if least < 0 or (raw is not None and raw < least) or (most is not None and most < max(least, raw or 0)):
        raise BadStatement("the score is out of bounds")
    scaled = numbers.get("scaled")
    if scaled is not None and not -1 <= scaled <= 1:
        raise BadStatement("scaled is out of bounds")
    if raw is None or not most:
        return None, numbers
    if scaled is not None and abs(scaled - raw / most) > ROUNDING:
        raise BadStatement("scaled is not what raw and max make")
    points = Decimal(str(raw)).quantize(Decimal("0.01")), Decimal(str(most)).quantize(Decimal("0.01"))
    # A hundredth of a point is the least that is told apart.
    return (points if points[1] else None), numbers


def _seconds(duration: str, elapsed: int) -> int | None:
    """An ISO 8601 duration in whole seconds, at most the time since the attempt began. What cannot be read is none: old
    content types send such ("PTNaNS"), and nothing hangs on it."""
    found = _DURATION.fullmatch(duration)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return min(days * 86400 + hours * 3600 + minutes * 60 + seconds, max(elapsed, 0))


def _parents(given: dict[str, Any], base: str, posted: Posted) -> list[str]:
    """Of which part (empty: the whole) what was done is a part. H5P names the whole, or the part around it."""
    context = given.get("context")
    activities = context.get("contextActivities") if isinstance(context, dict) else None
    named = activities.get("parent") if isinstance(activities, dict) else None
    listed = [] if named is None else named if isinstance(named, list) else [named]
    if len(listed) > MOST_PARENTS:
        raise BadStatement("too many parents")
    parts = []
    for parent in listed:
        attempt, part = _read_iri(parent.get("id") if isinstance(parent, dict) else None, base)
        if attempt != posted.attempt or (part and part == posted.sub_content_id):
            raise BadStatement("the parent is another's")
        if part and not posted.sub_content_id:
            raise BadStatement("a part is no parent of the whole")
        parts.append(part)
    return parts


def _definition(given: Any) -> dict[str, Any]:
    """What was asked, bounded; extensions are dropped, for nothing reads them."""
    if not isinstance(given, dict):
        return {}
    kept = {name: _bounded(given[name]) for name in _DEFINITION if name in given}
    for name in _PARTS:
        listed = given.get(name)
        entries = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        if entries:
            kept[name] = [
                {key: _bounded(each[key]) for key in ("id", "description") if key in each}
                for each in entries[:MOST_ENTRIES]
            ]
    return kept


def _bounded(given: Any) -> Any:
    """A text, a list of texts, or texts by language; nothing else is kept."""
    if isinstance(given, list):
        return [_text(each, LONGEST_WORDS) for each in given[:MOST_ENTRIES] if isinstance(each, str)]
    if isinstance(given, dict):
        texts = [(key, each) for key, each in given.items() if isinstance(each, str)][:MOST_ENTRIES]
        return {_text(key, 35): _text(each, LONGEST_WORDS) for key, each in texts}
    return _text(given, LONGEST_WORDS) if isinstance(given, str) else ""


def _small(kept: dict[str, Any]) -> dict[str, Any]:
    """What was asked is in the package, so it goes first where there is too much; then the end of what was answered."""
    if _size(kept) <= LARGEST_KEPT:
        return kept
    kept["object"].pop("definition", None)
    if _size(kept) > LARGEST_KEPT and "response" in kept.get("result", {}):
        kept["result"]["response"] = kept["result"]["response"][:SHORTENED_RESPONSE]
    return kept


def _size(kept: dict[str, Any]) -> int:
    return len(json.dumps(kept, ensure_ascii=False).encode())


def _read_iri(given: Any, base: str) -> tuple[UUID, str]:
    """The attempt and the part that an address of ours names; the part is empty for the whole."""
    named = _iri(given).removeprefix(f"{base}/h5p/a/")
    name, _slash, query = named.partition("/")
    part = query.removeprefix("?subContentId=")
    if named == given or not _UUID.fullmatch(name):
        raise BadStatement("the object is another's")
    if query and (part == query or not _UUID.fullmatch(part)):
        raise BadStatement("no such part")
    return UUID(name), part


def _iri(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_WORDS:
        raise BadStatement("no address")
    return given


def _field(given: dict[str, Any], name: str) -> dict[str, Any]:
    found = given.get(name)
    if not isinstance(found, dict):
        raise BadStatement(f"no {name}")
    return found


def _text(given: str, longest: int) -> str:
    """Bounded, and without what databases refuse: NUL, and halves of characters."""
    return given[:longest].replace("\x00", "").encode("utf-8", "ignore").decode()


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(written: str) -> float:
    """A number as JSON writes it. Python reads 1e999 as infinite."""
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(written)
    return number


def _check_depth(posted: Any) -> None:
    """Raises BadStatement for what is nested deeper than any statement."""
    level = [posted]
    for _depth in range(DEEPEST):
        level = [
            each
            for outer in level
            if isinstance(outer, dict | list)
            for each in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise BadStatement("nested too deep")
