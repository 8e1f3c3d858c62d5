"""Activities to play in a course, and what a player says of them: shared by the tests of attempts, flows and views."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from courses.attempts.models import ActivityAttempt, ActivityState, ActivityStatement
from courses.flows import play_activity
from courses.flows.play_activity import Playing, Taken
from courses.progress.models import LearningEvent
from curriculum.h5p.models import Activity, Package
from curriculum.h5p.scoring import can_rescore, known_max
from tests.factories import h5p
from tests.factories.courses import AT
from tests.factories.curriculum import Course, make_course
from tests.factories.h5p_played import make_activity, put_into, ready_package

ADL = "http://adlnet.gov/expapi/verbs/"
LATER = AT + timedelta(minutes=10)
NAMES = UUID("6f1d6a32-2a0f-4d0c-9d59-0f6ed0f5b2a1")
PARTS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def choice(*rights: bool) -> dict[str, Any]:
    """The parameters of an H5P.MultiChoice with these answers."""
    answers = [{"text": f"<div>Answer {n}</div>", "correct": right} for n, right in enumerate(rights)]
    return {"question": "<p>Which?</p>", "answers": answers, "behaviour": {"singlePoint": False}}


CHOICE = choice(False, True)
QUESTIONS = {
    "questions": [
        {"library": "H5P.MultiChoice 1.16", "params": CHOICE, "subContentId": PARTS[0], "metadata": {}},
        {"library": "H5P.MultiChoice 1.16", "params": choice(True, True, False), "subContentId": PARTS[1]},
    ],
    "passPercentage": 50,
}


@dataclass
class Played:
    """A course whose first lesson holds an activity with a package."""

    course: Course
    activity: Activity
    package: Package

    @property
    def lesson_key(self) -> UUID:
        """Of the lesson with the activity."""
        return UUID(str(self.course.lessons[0].translation_key))

    @property
    def key(self) -> UUID:
        """Of the activity."""
        return UUID(str(self.activity.translation_key))


def played(main: str = "H5P.MultiChoice", content: Any = CHOICE, course: Any = None, **fields: Any) -> Played:
    """An activity in the first lesson of a small course. `fields` are the activity's."""
    made = course or make_course(lessons=2, quiz=False)
    activity = make_activity(**fields)
    put_into(made.lessons[0], activity)
    return Played(made, activity, pack(activity, main, content))


def pack(activity: Activity, main: str = "H5P.MultiChoice", content: Any = CHOICE, language: str = "en") -> Package:
    """A package that is played from now on, with what installing finds out about its points."""
    package = ready_package(activity, h5p.library(main, 1, 21), content=content, language=language)
    package.can_rescore = can_rescore(f"{main} 1.21", content)
    package.known_max = known_max(f"{main} 1.21", content)
    package.save()
    return package


def begin(person: Any, made: Played, at: datetime = AT, language: str = "en") -> Playing:
    """Open the player."""
    return play_activity.begin(
        person=person, lesson_key=made.lesson_key, activity_key=made.key, language=language, by=person, at=at
    )


def iri(attempt: ActivityAttempt | UUID, part: str = "") -> str:
    """The address that names an attempt to the player."""
    public_id = attempt.public_id if isinstance(attempt, ActivityAttempt) else attempt
    return f"{settings.BASE_URL}/h5p/a/{public_id}/" + (f"?subContentId={part}" if part else "")


def statement(
    attempt: ActivityAttempt | UUID, verb: str, *, part: str = "", score: Any = None, **result: Any
) -> dict[str, Any]:
    """As H5P core writes one. `score` is (raw, max), or the score itself; `result` its other fields."""
    if isinstance(score, tuple):
        score = {"min": 0, "raw": score[0], "max": score[1], "scaled": score[0] / score[1] if score[1] else 0}
    said: dict[str, Any] = {
        "actor": {"name": "Somebody", "mbox": "mailto:somebody@example.org", "objectType": "Agent"},
        "verb": {"id": ADL + verb, "display": {"en-US": verb}},
        "object": {"id": iri(attempt, part), "objectType": "Activity", "definition": {"name": {"en-US": "A test"}}},
        "context": {"contextActivities": {"category": [{"id": "http://h5p.org/libraries/H5P.Test-1.0"}]}},
    }
    if part:
        said["context"]["contextActivities"]["parent"] = [{"id": iri(attempt), "objectType": "Activity"}]
    if score is not None or result:
        said["result"] = result | ({"score": score} if score is not None else {})
    return said


def body(said: Any, name: UUID | str) -> bytes:
    """What the page posts: the statement under a name."""
    return json.dumps({"id": str(name), "statement": said}).encode()


def send(person: Any, playing: Playing, verb: str, *, name: str = "", at: datetime = LATER, **said: Any) -> Taken:
    """The player says something about its attempt. The same `name` is the same statement."""
    attempt = playing.attempt
    # Names are worked out, so that each run sends the same.
    known = name or f"{attempt.public_id}:{ActivityStatement.objects.count()}"
    return play_activity.take_statement(
        person=person,
        public_id=attempt.public_id,
        body=body(statement(attempt, verb, **said), uuid5(NAMES, known)),
        by=person,
        at=at,
    )


def facts(person: Any, made: Played) -> list[tuple[str, int | None, str]]:
    """What was noted of the activity: fact, per cent, trust."""
    rows = LearningEvent.objects.filter(person=person, item__key=made.key).order_by("pk")
    return [(row.fact, row.data.get("percent"), row.data["trust"]) for row in rows]


def everything() -> list[list[dict[str, Any]]]:
    """All rows that something sent could change."""
    models: list[Any] = [ActivityAttempt, ActivityStatement, ActivityState, LearningEvent]
    return [list(model.objects.order_by("pk").values()) for model in models]
