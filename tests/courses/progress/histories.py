"""Lives of learning at random in a small world, through the flows and `progress.rules`; each step may be refused.

A step is a name and three numbers, so that hypothesis can shorten what it found. Certificates are left aside: what is
proven is that rows which are derived say what the facts say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from hypothesis import strategies as st

from courses.enrolments.errors import Refused
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, rule_of
from courses.flows.complete_lesson import complete_lesson, undo_lesson
from courses.flows.enrol import enrol, leave, renew, restart, start_path
from courses.flows.record_fact import record_fact
from courses.progress.enums import Fact
from courses.progress.models import ItemProgress
from courses.progress.queries import course_standing, decider, facts_for, progress_rows
from courses.progress.rebuilding import differences
from courses.progress.scoring import reaches
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import open_nodes, parts_of
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline
from tests.factories import paths
from tests.factories.asked import make_asked, put_in
from tests.factories.courses import AT
from tests.factories.curriculum import make_course
from tests.factories.people import make_person

Step = tuple[str, int, int, int]
MARK = 70


def histories(length: int) -> st.SearchStrategy[list[Step]]:
    """Lives of so many steps that begin with a course or the path."""
    numbers = st.integers(0, 2), st.integers(0, 2), st.integers(0, 20).map(lambda n: n * 5)
    first = st.tuples(st.sampled_from(["enrol", "path"]), *numbers)
    # What completes comes up more often than what takes back.
    step = st.tuples(st.sampled_from(sorted((*STEPS, "tick", "tick", "tick", "quiz", "everything"))), *numbers)
    return st.tuples(first, st.lists(step, min_size=length - 1, max_size=length - 1)).map(
        lambda found: [found[0], *found[1]]
    )


class World:
    """Two courses, of which the first can be tested out of and renewed by its quiz, and the second counts the last
    attempt, goes in order and ends with an activity; a workshop, and a path of all."""

    def __init__(self) -> None:
        self.courses = [
            make_course(
                "CPA-1", lessons=2, languages=["en"], questions=1, valid_months=24, refresher="quiz",
                rule=[("lessons", None), ("own_quiz", None), ("test_out", {"at": 90})],
            ),
            make_course(
                "CPA-2", modules=2, lessons=1, languages=["en"], questions=1, in_order=True, quiz_after_lessons=True,
                rules={"counts": "last"},
            ),
        ]  # fmt: skip
        # The last lesson is done with an activity: the short route of the path asks for both.
        score = make_asked("score", rule="passed", pass_mark=MARK)
        put_in(self.courses[1].lessons[1], score)
        page = paths.make_workshop()
        self.workshop = LearningItem.objects.get(key=page.translation_key)
        self.activity = LearningItem.objects.get(key=score.translation_key)
        first, second = self.courses
        choice = {"number": 1, "parts": [("course", second.course), ("workshop", page)]}
        self.path = paths.make_path(
            courses=self.courses,
            rule=[("course", first.course), ("any_of", choice)],
            short_rule=[("module", first.modules[0]), ("module", second.modules[1])],
            valid_months=12,
        )
        self.taken = [*(made.course.translation_key for made in self.courses), self.path.translation_key]
        self.items = {item.key: item for item in LearningItem.objects.all()}
        self.done: Counter[str] = Counter()

    def lesson(self, course: int, n: int) -> LearningItem:
        """One of the lessons of a course."""
        lessons = self.courses[course % 2].lessons
        return self.items[lessons[n % len(lessons)].translation_key]

    def quiz(self, course: int) -> LearningItem:
        """The quiz of a course."""
        quiz = self.courses[course % 2].quiz
        assert quiz is not None
        return self.items[quiz.translation_key]


class Life:
    """One person in that world, an hour between two steps."""

    def __init__(self, world: World) -> None:
        self.world, self.person, self.at = world, make_person(), AT

    def live(self, steps: Sequence[Step]) -> list[str]:
        """Take these steps, and look after each: what was found that should not be."""
        for name, one, two, percent in steps:
            self.at += timedelta(hours=1)
            try:
                STEPS[name](self, one, two, percent)
            except Refused:
                continue
            self.world.done[name] += 1
            if found := [*differences(repair=False, at=self.at, people=[self.person.pk]), *self._pages()]:
                return [f"{name}: {line}" for line in found]
        return []

    def _pages(self) -> Iterator[str]:
        """What pages read from the summaries is what the facts say."""
        for made in self.world.courses:
            enrolment, outline = current(self.person, made.course.translation_key), course_outline(
                made.course.translation_key, "en"
            )  # fmt: skip
            if enrolment is None or outline is None or not enrolment.is_running:
                continue
            rule = rule_of(enrolment)
            still = open_nodes(rule.root, decider(rule, facts_for(self.person, rule)))
            said = course_standing(enrolment, outline, progress_rows(self.person, [outline], [rule]))
            wanted = {part.key for part in parts_of(still)} if still is not None else set()
            if said.open != wanted:
                yield f"{made.course.code} shows {sorted(said.open)} as open, facts say {sorted(wanted)}"

    def _fact(self, item: LearningItem, fact: Fact, **data: Any) -> None:
        record_fact(
            person=self.person, item_id=item.pk, item_key=item.key, fact=fact, by=None, at=self.at, data=data
        )  # fmt: skip

    def enrol(self, one: int, two: int, percent: int) -> None:
        """Start a course."""
        enrol(person=self.person, course_key=self.world.taken[one % 2], by=self.person, at=self.at)

    def path(self, one: int, two: int, percent: int) -> None:
        """Start the path, by one of its routes."""
        route = Route.SHORT if one == 0 else Route.FULL
        start_path(person=self.person, path_key=self.world.taken[2], route=route, by=self.person, at=self.at)

    def tick(self, one: int, two: int, percent: int) -> None:
        """Mark a lesson that something asks for; or one of any course."""
        keys = [part.key for each in self._running() for part in rule_of(each).parts if part.kind == "lesson"] or [
            self.world.lesson(one, two).key
        ]
        complete_lesson(person=self.person, lesson_key=keys[(one + two) % len(keys)], by=self.person, at=self.at)

    def untick(self, one: int, two: int, percent: int) -> None:
        """Take that back."""
        ticked = ItemProgress.objects.filter(person=self.person, item__kind="lesson", standing="completed")
        keys = list(ticked.order_by("pk").values_list("item__key", flat=True))
        if not keys:
            raise Refused
        undo_lesson(person=self.person, lesson_key=keys[two % len(keys)], by=self.person, at=self.at)

    def quiz(self, one: int, two: int, percent: int) -> None:
        """Hand in, as `flows.submit_attempt` notes it: passed or not by the attempt that counts."""
        enrolment = current(self.person, self.world.taken[one % 2])
        if enrolment is None or not enrolment.is_running:
            raise Refused
        quiz, rule = self.world.quiz(one), rule_of(enrolment)
        part = rule.scored(quiz.key)
        if part is None:
            raise Refused
        barred = two == 2 and percent >= MARK
        earlier = [fact for fact in facts_for(self.person, rule) if fact.key == quiz.key and "percent" in fact.data]
        scores = [
            min(fact.data["percent"], MARK - 1) if fact.data.get("barred") else fact.data["percent"]
            for fact in earlier
            if rule.since is None or fact.at >= rule.since
        ]
        scores.append(MARK - 1 if barred else percent)
        data: dict[str, Any] = {"percent": percent, "counts": part.counts, "attempt": f"{self.at}"}
        self._fact(
            quiz,
            Fact.PASSED if reaches(scores, part.counts, MARK) else Fact.FAILED,
            **data | ({"barred": True} if barred else {}),
        )

    def play(self, one: int, two: int, percent: int) -> None:
        """Work through the activity, as `flows.play_activity` notes it."""
        data = {"percent": percent, "trust": "rescored", "reached": "completed"}
        self._fact(self.world.activity, Fact.PASSED if percent >= MARK else Fact.FAILED, **data)

    def attend(self, one: int, two: int, percent: int) -> None:
        """Attend the workshop; or that was noted wrongly."""
        self._fact(self.world.workshop, Fact.UNDONE if one == 0 else Fact.COMPLETED)

    def leave(self, one: int, two: int, percent: int) -> None:
        """Leave something that runs."""
        leave(person=self.person, course_key=self._one_of(self._running(), two).item.key, by=self.person, at=self.at)

    def restart(self, one: int, two: int, percent: int) -> None:
        """Begin anew what was ever begun."""
        ever = Enrolment.objects.filter(person=self.person).select_related("item").order_by("pk")
        restart(person=self.person, course_key=self._one_of(list(ever), two).item.key, by=self.person, at=self.at)

    def renew(self, one: int, two: int, percent: int) -> None:
        """Renew what ends."""
        renew(person=self.person, item_key=self.world.taken[(0, 2, 0)[one]], by=self.person, at=self.at)

    def withdrawn(self, one: int, two: int, percent: int) -> None:
        """Something that is asked for is withdrawn: waived for all that runs."""
        rule = rule_of(self._one_of(self._running(), one))
        self._fact(self.world.items[rule.parts[percent % len(rule.parts)].key], Fact.WAIVED)

    def removed(self, one: int, two: int, percent: int) -> None:
        """Something is taken out of a course or path: waived for one enrolment."""
        enrolment = self._one_of(self._running(), one)
        parts = rule_of(enrolment).parts
        self._fact(self.world.items[parts[percent % len(parts)].key], Fact.WAIVED, enrolment=enrolment.pk)

    def _running(self) -> list[Enrolment]:
        running = Enrolment.objects.filter(person=self.person, completed_at=None, left_at=None)
        return list(running.select_related("item").order_by("pk"))

    def _one_of(self, enrolments: list[Enrolment], n: int) -> Enrolment:
        if not enrolments:
            raise Refused
        return enrolments[n % len(enrolments)]

    def everything(self, one: int, two: int, percent: int) -> None:
        """Do a whole course, as far as it is not done."""
        self.enrol(one, 0, 0)
        self.play(0, 0, 100)
        for n in range(2):
            complete_lesson(person=self.person, lesson_key=self.world.lesson(one, n).key, by=self.person, at=self.at)
        if Enrolment.objects.filter(person=self.person, item__key=self.world.taken[one % 2], completed_at=None):
            self.quiz(one, 0, 100)


STEPS = {
    name: getattr(Life, name)
    for name in (
        "enrol",
        "path",
        "tick",
        "untick",
        "quiz",
        "play",
        "attend",
        "leave",
        "restart",
        "renew",
        "withdrawn",
        "removed",
        "everything",
    )
}


@contextmanager
def without_certificates() -> Iterator[None]:
    """Nothing is issued: that is proven elsewhere, and costs more than all the rest."""
    with mock.patch("courses.flows.record_fact.certificates.issue", return_value=None):
        yield
