"""Reads of progress: what the facts say about a rule, and how a course stands for one person.

The window of an enrolment (decision 7). Progress belongs to a person and an item, not to an enrolment. An enrolment
looks at the facts since `rule["since"]` (none: all there are), up to the moment of its completion:

* a lesson is done if the last of its facts COMPLETED and UNDONE in the window is COMPLETED;
* a quiz is done if a fact PASSED or FAILED in the window holds a score of at least the pass mark that was promised
  (where the last attempt counts: if the last one does); an attempt that was marked or graded again later happened when
  it was handed in;
* an activity is done by a fact COMPLETED or PASSED in the window, or FAILED with at least the score that was promised;
  where none was promised, by any of these (it was worked through, which is all that was asked for);
* a workshop is done like a lesson, a course by a fact FINISHED on the way that its rule asks for;
* an item that was withdrawn is done by a fact WAIVED from after the enrolment began; one that was only taken out of the
  course by a fact WAIVED that names the enrolment.

A course begun for the first time, or once more after leaving, has no `since`: what was done before counts. A course
taken anew has one: it starts from nothing, while the earlier certificate stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from academy.website.addresses import site_map
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule, rule_of
from curriculum.completion.queries import promise
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED, Node, Part, is_met, open_nodes, parts_of, share
from curriculum.items.enums import ItemKind
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline, LessonRow, QuizRow, course_outline

from .enums import Fact, Standing
from .models import ItemProgress, LearningEvent, Place
from .scoring import Happened, meets, window_at

# What belongs to a course, and goes with it: a workshop or another course that its rule asks for does not.
OF_A_COURSE = frozenset({str(ItemKind.LESSON), str(ItemKind.ACTIVITY), *SCORED})


def met(rule: Rule, facts: Iterable[Happened], until: datetime | None = None) -> frozenset[UUID]:
    """Keys of the parts of a rule that the facts meet, by the window described above; it ends with `until`. Pure."""
    decide = decider(rule, facts, until)
    return frozenset(part.key for part in rule.parts if decide(part))


def decider(rule: Rule, facts: Iterable[Happened], until: datetime | None = None) -> Callable[[Part], bool]:
    """Says of a part of the rule whether the facts meet it. One item can be asked for in two ways (70 or 90 %)."""
    by_key: dict[UUID, list[Happened]] = {}
    counted = [happened for happened in facts if until is None or happened.at <= until]
    for happened in counted:
        if happened.fact != Fact.WAIVED and (rule.since is None or window_at(happened) >= rule.since):
            by_key.setdefault(happened.key, []).append(happened)
    spared = waived(rule, counted)
    return lambda part: part.key in spared or meets(by_key.get(part.key, []), part, rule.started_at)


def waived(rule: Rule, facts: Iterable[Happened]) -> frozenset[UUID]:
    """Keys of what was waived for the enrolment of a rule. Pure."""
    return frozenset(
        happened.key for happened in facts if happened.fact == Fact.WAIVED and _is_waiver_for(rule, happened)
    )


def _is_waiver_for(rule: Rule, waiver: Happened) -> bool:
    """Whether a fact WAIVED was meant for the enrolment of this rule: for it alone, or for all that ran at the time."""
    if (alone := waiver.data.get("enrolment")) is not None:
        return bool(alone == rule.enrolment)
    return rule.started_at is None or waiver.at >= rule.started_at


def is_complete(rule: Rule, facts: Iterable[Happened], until: datetime | None = None) -> bool:
    """Whether the rule is met. A rule without parts is never complete. Pure."""
    return is_met(rule.root, decider(rule, facts, until))


def first_before_quiz(enrolment: Enrolment) -> Node | None:
    """What the rule of an enrolment wants done before its quiz can be begun; None if nothing is left. One query, or
    none where nothing is asked for."""
    rule = rule_of(enrolment)
    lock = rule.locks.get(rule.quiz.key) if rule.quiz is not None else None
    if lock is None:
        return None
    return open_nodes(lock, decider(rule, facts_about(enrolment.person, {part.key for part in parts_of(lock)})))


def facts_for(person: Any, rule: Rule) -> list[Happened]:
    """The person's facts about the items of a rule, in the order in which they happened. One query."""
    return facts_about(person, rule.keys)


def facts_about(person: Any, keys: Collection[UUID]) -> list[Happened]:
    """The person's facts about these items, in the order in which they happened. One query."""
    rows = (
        LearningEvent.objects.filter(person=person, item__key__in=keys)
        .order_by("at", "id")
        .values_list("item__key", "fact", "at", "data")
    )
    return [Happened(*row) for row in rows]


@dataclass(frozen=True)
class CourseStanding:
    """How a course stands for one person: what is done, what is asked for, what is new since they began."""

    enrolment: Enrolment
    standings: dict[UUID, Standing]
    required: frozenset[UUID]
    done: frozenset[UUID]
    new: frozenset[UUID]
    lessons_done: int
    lessons: int
    still: Node | None = None  # what of the rule is left to do
    share: Fraction = Fraction(0)
    locked: Mapping[UUID, Node] = field(default_factory=dict)  # what comes first, by the key of what is locked

    @property
    def parts(self) -> int:
        """How many things the course asks for (those that were withdrawn are not counted)."""
        return len(self.required)

    @property
    def parts_done(self) -> int:
        """How many of them are done."""
        return len(self.required & self.done)

    @property
    def percent(self) -> int:
        """How far round the circle, in whole per cent, rounded down."""
        if self.enrolment.completed_at is not None:
            return 100
        return int(self.share * 100)

    @cached_property
    def open(self) -> frozenset[UUID]:
        """Keys of what can still be done for it: all that is left, of a choice everything that is not chosen yet."""
        return frozenset(part.key for part in parts_of(self.still)) if self.still is not None else frozenset()

    @property
    def is_completed(self) -> bool:
        """Whether the frozen rule was met."""
        return self.enrolment.completed_at is not None

    def is_done(self, key: UUID) -> bool:
        """Whether a lesson or quiz is done in this cycle."""
        return key in self.done


def course_standing(
    enrolment: Enrolment, outline: CourseOutline, rows: Iterable[ItemProgress], place: int | None = None
) -> CourseStanding:
    """Lay a person's summaries over the outline of a course. Pure: `rows` are theirs (`progress_rows`).

    A summary counts if it was completed in the window. `place` is the item where the person was last: it is in
    progress once opened. The enrolment may be one in a path that asks for lessons of the course.
    """
    rule = rule_of(enrolment)
    rows = list(rows)
    by_item = {row.item_id: row for row in rows}
    live = list(zip(keys_of(outline), item_ids(outline), strict=True))
    played = {part.key: part for part in rule.parts if part.kind == ItemKind.ACTIVITY}
    standings: dict[UUID, Standing] = {}
    for key, item_id in live:
        row = by_item.get(item_id)
        standings[key] = in_window(row, rule)
        if key in played and _is_played(played[key], row, rule):
            standings[key] = Standing.COMPLETED
        if standings[key] == Standing.NOT_STARTED and item_id == place:
            standings[key] = Standing.IN_PROGRESS
    done = frozenset(key for key, standing in standings.items() if standing == Standing.COMPLETED)
    keys = frozenset(standings)
    is_own = enrolment.item_id == outline.item_id
    spared = frozenset(UUID(key) for key in enrolment.waived) | (no_longer_in(rule, outline) if is_own else frozenset())
    required = (rule.keys & keys) - spared
    decide = decider_of(rule, rows, {item_id: key for key, item_id in live}, spared)
    still = None if enrolment.completed_at is not None else open_nodes(rule.root, decide)
    locked = {key: first for key, node in rule.locks.items() if (first := open_nodes(node, decide)) is not None}
    for module in outline.modules:
        of_module = [lesson.key for lesson in module.lessons]
        of_module += [activity.key for lesson in module.lessons for activity in lesson.activities if activity.counts]
        asked = [key for key in of_module if key in required] or of_module
        standings[module.key] = _together([standings[key] for key in asked])
    lessons = [lesson.key for lesson in outline.lessons if lesson.key in required]
    return CourseStanding(
        enrolment=enrolment,
        standings=standings,
        required=required,
        done=done,
        # Of a path, or of a refresher, all the rest of a course is simply not part.
        new=_asked_by(outline) - rule.keys if is_own and enrolment.route == Route.FULL else frozenset(),
        lessons_done=sum(key in done for key in lessons),
        lessons=len(lessons),
        still=still,
        share=share(rule.root, decide),
        locked={key: first for key, first in locked.items() if key not in done and not enrolment.completed_at},
    )


def _asked_by(outline: CourseOutline) -> frozenset[UUID]:
    """Keys of what a course would ask for: written lessons, the activities in them that count, and its quiz."""
    written = [lesson for lesson in outline.lessons if lesson.status == LessonStatus.WRITTEN]
    found = {lesson.key for lesson in written}
    found |= {activity.key for lesson in written for activity in lesson.activities if activity.counts}
    return frozenset(found | ({outline.quiz.key} if outline.quiz is not None else set()))


def decider_of(
    rule: Rule, rows: Iterable[ItemProgress], keys: Mapping[int, UUID], spared: frozenset[UUID]
) -> Callable[[Part], bool]:
    """Says of a part of the rule whether a person's summaries meet it; `keys` names items whose rows carry no key."""
    by_key = {keys.get(row.item_id) or getattr(row, "key", None): row for row in rows}
    least: dict[UUID, int] = {}
    for part in rule.parts:
        least[part.key] = min(part.at or 0, least.get(part.key, 100))

    def decide(part: Part) -> bool:
        if part.key in spared:
            return True
        row = by_key.get(part.key)
        if part.kind == ItemKind.COURSE:
            # Once completed in the window it is done, though it may be under way once more.
            finished = row.completed_at if row is not None else None
            return finished is not None and (rule.since is None or finished >= rule.since)
        if part.kind == ItemKind.ACTIVITY:
            return _is_played(part, row, rule)
        if row is None or in_window(row, rule) != Standing.COMPLETED:
            return False
        # Passed at the mark that was promised. Whether a score is enough to test out only the facts say (it may be
        # from an earlier cycle, or of an attempt that was barred): once it is, the course is completed.
        return (part.at or 0) <= least.get(part.key, part.at or 0)

    return decide


def _is_played(part: Part, row: ItemProgress | None, rule: Rule) -> bool:
    """Whether a summary says that an activity is done, as `scoring.meets` says it of the facts. A score that does not
    pass has no date: in a course that was started anew it may stem from before, which only the facts tell."""
    if row is None:
        return False
    if in_window(row, rule) == Standing.COMPLETED and (part.at is None or _since_it_began(row, rule)):
        return True
    return rule.since is None and row.percent is not None and row.percent >= (part.at or 0)


def _since_it_began(row: ItemProgress, rule: Rule) -> bool:
    """Whether it was completed after the rule was frozen."""
    return rule.started_at is None or (row.completed_at is not None and row.completed_at >= rule.started_at)


def no_longer_in(rule: Rule, outline: CourseOutline) -> frozenset[UUID]:
    """Keys of lessons, quizzes and activities that the rule of a course asks for and the course has no more, or no
    more to be counted. No query when warm.

    A job waives them for everybody (`flows.waive_removed`); until it has, and ever after, they hold nobody up.
    """
    here = {lesson.key for lesson in outline.lessons} | _asked_by(outline)
    gone = {part.key for part in rule.parts if part.kind in OF_A_COURSE} - here - rule.beyond
    now = promise(outline.key) if gone else None
    return frozenset(gone - {part.key for part in parts_of(now.root)}) if now is not None else frozenset(gone)


def next_part(standing: CourseStanding, outline: CourseOutline, place: int | None) -> LessonRow | QuizRow | None:
    """Where to go on: the place itself if it is still open, else the next open part after it, else the first. Pure.

    `place` is the item where the person was last. None: everything that the course asks for is done.
    """
    parts: list[LessonRow | QuizRow] = [*outline.lessons]
    if outline.quiz is not None:
        parts.append(outline.quiz)
    start = next((n for n, part in enumerate(parts) if part.item_id == place), 0)
    in_order = (part for part in (*parts[start:], *parts[:start]) if is_left(standing, part))
    return next((part for part in in_order if part.key not in standing.locked), None)


def is_left(standing: CourseStanding, part: LessonRow | QuizRow) -> bool:
    """Whether something is left to do at a lesson or quiz; of a lesson that is done perhaps an activity in it. Pure."""
    inside = part.activities if isinstance(part, LessonRow) else ()
    left = standing.open - standing.done
    return part.key in left or any(activity.key in left for activity in inside)


def lesson_in(outline: CourseOutline, key: UUID) -> LessonRow | None:
    """A lesson of a course, by its key."""
    return next((lesson for lesson in outline.lessons if lesson.key == key), None)


def course_of_lesson(key: UUID, language: str) -> tuple[CourseOutline, LessonRow] | None:
    """The course that a live lesson stands in, and its row there. No query when warm: the map of the site knows it."""
    for place in reversed(site_map().ancestors(key)[1:]):
        outline = course_outline(place.key, language)
        lesson = lesson_in(outline, key) if outline is not None else None
        if outline is not None and lesson is not None:
            return outline, lesson
    return None


def progress_rows(person: Any, outlines: Iterable[CourseOutline], rules: Iterable[Rule] = ()) -> list[ItemProgress]:
    """The person's summaries for everything in these courses, and for all else that these rules ask for, a workshop or
    another course. One query; then rows carry the `key` of their item."""
    ids = [item_id for outline in outlines for item_id in item_ids(outline)]
    rows = ItemProgress.objects.filter(person=person)
    here = {key for outline in outlines for key in keys_of(outline)}
    if beyond := {key for rule in rules for key in (*rule.keys, *_first(rule))} - here:
        rows = rows.annotate(key=F("item__key"))
        return list(rows.filter(Q(item_id__in=ids) | Q(item__key__in=beyond)))
    return list(rows.filter(item_id__in=ids))


def _first(rule: Rule) -> Iterator[UUID]:
    """Keys of what its locks ask for."""
    return (part.key for node in rule.locks.values() for part in parts_of(node))


def keys_of(outline: CourseOutline) -> list[UUID]:
    """Keys of all lessons and activities and the quiz of a course."""
    keys = [*(lesson.key for lesson in outline.lessons), *(activity.key for activity in outline.activities)]
    return [*keys, outline.quiz.key] if outline.quiz is not None else keys


def item_ids(outline: CourseOutline) -> list[int]:
    """Ids of their items, in the same order."""
    ids = [*(lesson.item_id for lesson in outline.lessons), *(activity.item_id for activity in outline.activities)]
    return [*ids, outline.quiz.item_id] if outline.quiz is not None else ids


def place_in(person: Any, outline: CourseOutline) -> Place | None:
    """Where the person was last in this course. One query."""
    return Place.objects.filter(person=person, course_id=outline.item_id).first()


def places_by_course(person: Any) -> dict[int, Place]:
    """Where the person was last, by course item; the most recent first. One query."""
    return {place.course_id: place for place in Place.objects.filter(person=person).order_by("-seen_at")}


def in_window(row: ItemProgress | None, rule: Rule) -> Standing:
    """How an item stands by its summary, in the window of a rule."""
    if row is None:
        return Standing.NOT_STARTED
    # What was only begun has no date: in a course that was started anew it may stem from before.
    if rule.since is not None and (row.completed_at is None or row.completed_at < rule.since):
        return Standing.NOT_STARTED
    return Standing(row.standing)


def _together(standings: list[Standing]) -> Standing:
    """How a module stands by its lessons."""
    if standings and all(standing == Standing.COMPLETED for standing in standings):
        return Standing.COMPLETED
    if any(standing != Standing.NOT_STARTED for standing in standings):
        return Standing.IN_PROGRESS
    return Standing.NOT_STARTED
