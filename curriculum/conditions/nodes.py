"""A completion rule as data: a tree of parts, all of them, any so many of them (architecture decision 8). Pure.

As JSON, the form in which it is kept and frozen:

* `{"kind": "lesson", "key": "<uuid>"}` is one part. A quiz or a hand-in carries the pass mark that is promised, `at`
  (whole per cent), which attempt `counts`, and how many `attempts` there are (0: any number); so does an activity that
  has to be passed, of which the best attempt counts, and there are any number;
* `{"all": [node, ...]}` wants all of them; `"of": "<uuid>"` names the course or module whose lessons they are;
* `{"any": 2, "from": [node, ...]}` wants so many of them, whichever.

Kinds are those of LearningItem. One that comes later (pilots registered) needs nothing here: a part is met by a fact
about its item.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

BEST = "best"
SCORED = frozenset({"quiz", "hand_in"})


@dataclass(frozen=True)
class Part:
    """One thing that a rule asks for: the item with this key."""

    kind: str
    key: UUID
    at: int | None = None
    counts: str = BEST
    attempts: int = 0


@dataclass(frozen=True)
class AllOf:
    """All of these. `of` is the course or module whose lessons they are, for whoever words it."""

    nodes: tuple[Node, ...]
    of: UUID | None = None


@dataclass(frozen=True)
class AnyOf:
    """So many of these, whichever."""

    number: int
    nodes: tuple[Node, ...]


Node = Part | AllOf | AnyOf
Met = Callable[[Part], bool]
Done = Callable[[Part], Fraction | bool]


def parts_of(node: Node) -> Iterator[Part]:
    """All parts of a tree, in order."""
    if isinstance(node, Part):
        yield node
    else:
        for each in node.nodes:
            yield from parts_of(each)


def is_met(node: Node, met: Met) -> bool:
    """Whether the tree holds. An empty `AllOf` does not: nobody completes nothing."""
    if isinstance(node, Part):
        return met(node)
    if isinstance(node, AllOf):
        return bool(node.nodes) and all(is_met(each, met) for each in node.nodes)
    return sum(is_met(each, met) for each in node.nodes) >= node.number


def size(node: Node) -> int:
    """How many things there are to do, at the least."""
    if isinstance(node, Part):
        return 1
    sizes = sorted(size(each) for each in node.nodes)
    return sum(sizes[: node.number] if isinstance(node, AnyOf) else sizes)


def share(node: Node, done: Done) -> Fraction:
    """How much of the tree is done, from 0 to 1, where `done` says it of a part. Doing more never makes it less, and 1
    means that it is met.

    Of any so many those count that are done furthest, with a weight that does not depend on which they are.
    """
    if isinstance(node, Part):
        return Fraction(done(node))
    shares = [share(each, done) for each in node.nodes]
    if not shares:
        return Fraction(0)
    if isinstance(node, AnyOf):
        best = sorted(shares, reverse=True)[: node.number]
        return sum(best, Fraction(0)) / max(node.number, 1)
    weights = [size(each) for each in node.nodes]
    return sum((each * weight for each, weight in zip(shares, weights, strict=True)), Fraction(0)) / max(
        sum(weights), 1
    )


def open_nodes(node: Node, met: Met) -> Node | None:
    """What of the tree is still to be done, in the same shape; None if nothing is."""
    if is_met(node, met):
        return None
    if isinstance(node, Part):
        return node
    still = tuple(left for each in node.nodes if (left := open_nodes(each, met)) is not None)
    if isinstance(node, AllOf):
        return AllOf(still, of=node.of)
    done = len(node.nodes) - len(still)
    return AnyOf(node.number - done, still)


def limited_to(node: Node, keys: Collection[UUID]) -> Node | None:
    """What the tree asks for of these items: nothing that one of its choices leaves out. None if it asks for none."""
    if isinstance(node, Part):
        return node if node.key in keys else None
    below = tuple(left for each in node.nodes if (left := limited_to(each, keys)) is not None)
    if isinstance(node, AllOf):
        return AllOf(below, of=node.of) if below else None
    # Whoever chooses what is none of these items has so many fewer of them to do.
    number = node.number - (len(node.nodes) - len(below))
    return AnyOf(number, below) if number > 0 else None


def certain(node: Node) -> Iterator[Part]:
    """The parts that have to be done, whatever is chosen where there is a choice; in order."""
    if isinstance(node, Part):
        yield node
    elif isinstance(node, AllOf):
        for each in node.nodes:
            yield from certain(each)


def to_json(node: Node) -> dict[str, Any]:
    """The tree as JSON, in the form described above."""
    if isinstance(node, Part):
        found: dict[str, Any] = {"kind": node.kind, "key": str(node.key)}
        if node.at is not None:
            found |= {"at": node.at, "counts": node.counts, "attempts": node.attempts}
        return found
    below = [to_json(each) for each in node.nodes]
    if isinstance(node, AnyOf):
        return {"any": node.number, "from": below}
    return {"all": below} | ({"of": str(node.of)} if node.of else {})


def from_json(data: dict[str, Any]) -> Node:
    """The tree in JSON. Raises KeyError or ValueError for what is none."""
    if "all" in data:
        of = data.get("of")
        return AllOf(tuple(from_json(each) for each in data["all"]), of=UUID(of) if of else None)
    if "any" in data:
        return AnyOf(data["any"], tuple(from_json(each) for each in data["from"]))
    return Part(
        kind=data["kind"],
        key=UUID(data["key"]),
        at=data.get("at"),
        counts=data.get("counts", BEST),
        attempts=data.get("attempts", 0),
    )


def digest(rule: dict[str, Any]) -> str:
    """Names a rule by its content: two rules that ask for the same have the same name."""
    text = json.dumps(rule, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
