"""Makes many learners of one course at all stages, in a handful of queries: facts, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from academy.people.models import User
from courses.enrolments.models import Enrolment
from courses.enrolments.rules import freeze_rule
from courses.progress.enums import Fact
from courses.progress.models import ItemProgress, LearningEvent
from courses.progress.scoring import Happened, summarise
from curriculum.completion.queries import promise
from curriculum.completion.rules import version_of
from curriculum.items.models import LearningItem
from tests.factories.courses import AT


@dataclass
class Crowd:
    """Who takes the course, and how they stood when they were made."""

    enrolments: list[Enrolment] = field(default_factory=list)

    @property
    def running(self) -> list[Enrolment]:
        """Neither completed nor left, as made."""
        return [each for each in self.enrolments if each.is_running]


def make_crowd(made: Any, size: int, at: datetime = AT) -> Crowd:
    """`size` people who take the course: number n has done n % (lessons + 1) lessons in order, every third has passed
    the quiz, of the rest every fourth has failed it; every fourth has done all; every eleventh left. Who has done all
    has completed it. Only the first fifty have said which name a certificate shall bear."""
    asked = promise(made.course.translation_key)
    assert asked is not None
    number = version_of(asked, at=at)
    people = User.objects.bulk_create(
        User(
            email=f"crowd{n}@example.org",
            display_name=f"Learner {n}",
            certificate_name_confirmed_at=at if n < 50 else None,
        )
        for n in range(size)
    )
    rule = freeze_rule(asked, since=None)
    enrolments, events = [], []
    items = {item.key: item for item in LearningItem.objects.all()}
    for n, person in enumerate(people):
        done = len(made.lessons) if n % 4 == 1 else n % (len(made.lessons) + 1)
        passed, failed, left = n % 3 == 0 or n % 4 == 1, n % 4 == 0, n % 11 == 10
        is_completed = done == len(made.lessons) and passed and not left
        mine: list[tuple[int, Fact, dict[str, Any]]] = [(asked.item_id, Fact.ENROLLED, {"cycle": 1})]
        mine += [(items[lesson.translation_key].pk, Fact.COMPLETED, {}) for lesson in made.lessons[:done]]
        quiz = items[made.quiz.translation_key].pk
        if passed:
            mine.append((quiz, Fact.PASSED, {"percent": 80, "counts": "best", "attempt": n}))
        elif failed:
            mine.append((quiz, Fact.FAILED, {"percent": 40, "counts": "best", "attempt": n}))
        if is_completed or left:
            mine.append((asked.item_id, Fact.LEFT if left else Fact.FINISHED, {"cycle": 1}))
        events += [
            LearningEvent(person=person, item_id=item, fact=fact, at=at + timedelta(minutes=minute), data=data)
            for minute, (item, fact, data) in enumerate(mine)
        ]
        end = at + timedelta(minutes=len(mine) - 1)
        enrolments.append(
            Enrolment(
                person=person,
                item_id=asked.item_id,
                rule=rule,
                rule_version=number,
                started_at=at,
                completed_at=end if is_completed else None,
                left_at=end if left else None,
            )
        )
    LearningEvent.objects.bulk_create(events)
    by_item: dict[tuple[int, int], list[Happened]] = {}
    for event in events:
        happened = Happened(made.course.translation_key, event.fact, event.at, event.data)
        by_item.setdefault((event.person_id, event.item_id), []).append(happened)
    ItemProgress.objects.bulk_create(
        ItemProgress(person_id=person, item_id=item, **vars(summarise(facts)))
        for (person, item), facts in by_item.items()
    )
    return Crowd(Enrolment.objects.bulk_create(enrolments))
