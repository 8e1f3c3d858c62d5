"""Scoring again: what an answer is worth, worked out from the package and not from what the browser claims.

Pure: `params` is the parsed content/content.json of a package, `library` the name of its main library with or without
its version ("H5P.MultiChoice", "H5P.MultiChoice 1.16", "H5P.MultiChoice-1.16"). Both come from strangers and may be
anything: nothing in here raises on them or takes long, and None says that nothing can be told.

What this can do and what not: it finds a score that does not fit the answers. It cannot find a learner who read the
right answers in content.json, which the browser has to have.

One module a type says which versions of the type's published code it follows, and what its response does not tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from . import question_set
from .question_set import QuestionSet
from .reading import library_of
from .results import Result, Score
from .single_tasks import Single, is_followed, read_single

__all__ = ["QuestionSet", "Result", "Score", "Single", "can_rescore", "known_max", "read_task", "rescore"]


def read_task(library: Any, params: Any) -> Single | QuestionSet | None:
    """The task in these parameters; None where the type or its version is not known here, or they are not its own."""
    named = library_of(library)
    if named is None or named[0] != question_set.NAME:
        return read_single(library, params)
    if not isinstance(params, dict) or not is_followed(named[1], since=question_set.SINCE):
        return None
    return question_set.read(params)


def can_rescore(library: str, params: Any) -> bool:
    """Whether the answers of this package tell its points; with a pool of questions only once they are all answered."""
    task = read_task(library, params)
    return task is not None and task.rescorable


def known_max(library: str, params: Any) -> Decimal | None:
    """The points that can be had, which are what a statement has to name as its `max`; None where they are not known.

    They are not known for other types, and where a set draws from questions that are worth different points.
    """
    task = read_task(library, params)
    return None if task is None else task.full


def rescore(library: str, params: Any, result: Result, children: Mapping[str, Result]) -> Score | None:
    """The points for what was answered; None where that cannot be told.

    `result` is that of the top statement (answered or completed); `children` are the results of the statements about
    its parts, by their subContentId, the last of each since the task was last finished or started anew. Parts of parts
    stand in the same mapping: the questions of an H5P.SingleChoiceSet inside an H5P.QuestionSet have ids of their own.
    """
    task = read_task(library, params)
    if task is None:
        return None
    if isinstance(task, QuestionSet):
        found = task.score(children)
        return None if found is None else Score(*found)
    points = task.score(result, children)
    return None if points is None else Score(points, task.full)
