"""What the demo's people did in activities, through the same flow as the page that does them without the player."""

from __future__ import annotations

from datetime import datetime, timedelta

from academy.people.models import User
from courses.attempts.models import ActivityAttempt
from courses.flows.play_activity import answer_questions
from curriculum.h5p.equivalents import EquivalentQuestion, Kind, questions
from curriculum.h5p.models import Package
from curriculum.h5p.queries import activities
from curriculum.h5p.storage import read_params
from curriculum.lessons.outline import CourseOutline

from . import cast


def load(people: dict[str, User], outline: CourseOutline, now: datetime) -> None:
    """Some have put the purchases on the ladder, more than once. Whoever has done so is left alone."""
    shown = next((each for each in activities("en").values() if each.code == cast.ACTIVITY), None)
    if shown is None or shown.package is None:
        return
    lesson = next(each for each in outline.lessons if shown.key in [row.key for row in each.activities])
    package = Package.objects.select_related("main_library").get(pk=shown.package)
    asked = questions(package.main_library.machine_name if package.main_library else "", read_params(package)) or ()
    for key, tries in cast.PLAYED.items():
        person = people[key]
        if ActivityAttempt.objects.filter(person=person, activity_id=shown.item_id).exists():
            continue
        for days, wrong in tries:
            at = now - timedelta(days=days)
            answers = form(asked, read_params(package)["purchases"], wrong)
            answer_questions(
                person=person,
                lesson_key=lesson.key,
                activity_key=shown.key,
                language=person.language,
                answers=answers,
                by=person,
                at=at,
            )


def form(asked: tuple[EquivalentQuestion, ...], purchases: list[dict[str, str]], wrong: int) -> dict[str, list[str]]:
    """The form with the first so many purchases left out and the others on their rungs."""
    names = [field.name for question in asked if question.kind == Kind.PLACE for field in question.fields]
    right = {name: [bought["rung"]] for name, bought in zip(names, purchases, strict=True)}
    return {name: right[name] for name in names[wrong:]}
