"""A new version of a completion rule is applied to all who are under way: looked at first, with a reason, logged.

The explicit act of architecture decision 8. Who started since the version has its number holds it anyway; completed
enrolments are never touched, and what was waived for somebody stays waived.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from wagtail.log_actions import log

from academy.jobs.enums import JobState
from academy.jobs.models import Job
from academy.jobs.rules import enqueue
from academy.people.models import User
from courses.attempts import rules as attempts
from courses.booking.errors import ReasonMissing
from courses.enrolments import rules as enrolments
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.progress import rules as progress
from courses.progress.enums import Fact
from courses.progress.errors import RuleChangedMeanwhile
from courses.progress.models import ItemProgress, LearningEvent
from courses.progress.paths import path_standing
from courses.progress.queries import course_standing, is_complete, item_ids, keys_of, waived
from courses.progress.rules import as_stored
from courses.progress.scoring import Happened
from curriculum.completion.models import RuleVersion
from curriculum.completion.queries import Promise, promise, versions
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED, parts_of
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import CourseOutline, course_outline

from .record_fact import issue_for, record_fact

JOB = "courses.apply_rule"
APPLIED = "courses.rule.apply"
# Well below the lease of a job.
SECONDS_A_RUN = 240
# People whose facts are held in memory at once.
CHUNK = 500
# Upper ends of the bands in which percentages are counted.
BANDS = ((0, 0), (1, 24), (25, 49), (50, 74), (75, 99), (100, 100))


@dataclass(frozen=True)
class Touched:
    """What applying does to one running enrolment."""

    enrolment: Enrolment
    before: int
    after: int
    completes: bool

    @property
    def falls(self) -> bool:
        """Whether the percentage that the person sees becomes less."""
        return self.after < self.before


@dataclass(frozen=True)
class Preview:
    """Whom applying the newest version touches, and whom not."""

    version: RuleVersion
    touched: tuple[Touched, ...] = ()
    hold_it: int = 0
    completed: int = 0
    left: int = 0
    bands: tuple[tuple[tuple[int, int], tuple[int, int], int], ...] = field(default=())

    @property
    def completing(self) -> list[Touched]:
        """Who completes at once by it."""
        return [each for each in self.touched if each.completes]

    @property
    def falling(self) -> list[Touched]:
        """Whose percentage falls."""
        return [each for each in self.touched if each.falls]


def preview(key: UUID, route: Route = Route.FULL) -> Preview | None:
    """Whom the newest version of a rule would touch if it were applied now; None if there is no version, or the rule
    as published is not numbered yet."""
    version = newest(key, route)
    if version is None:
        return None
    asked = _promised(version, key)
    touched = tuple(_foretold(asked, version))
    falls = Counter((_band(each.before), _band(each.after)) for each in touched if each.falls)
    ended = Enrolment.objects.filter(item_id=version.item_id, route=route)
    return Preview(
        version=version,
        touched=touched,
        hold_it=_running(version).filter(rule_version__gte=version.number).count(),
        completed=ended.filter(completed_at__isnull=False).count(),
        left=ended.filter(left_at__isnull=False).count(),
        bands=tuple((before, after, count) for (before, after), count in sorted(falls.items())),
    )


def newest(key: UUID, route: Route) -> RuleVersion | None:
    """The newest version of a rule, if it is what is asked for now."""
    now, known = promise(key, route), versions(key, route)
    return known[0] if now is not None and known and known[0].digest == now.digest else None


@transaction.atomic(durable=True)
def apply_to_all(*, page: Any, route: Route, number: int, reason: str, by: Any, at: datetime) -> Job:
    """Have the version that was looked at applied to all who are under way, in the background; one entry in the log.

    Raises ReasonMissing, and RuleChangedMeanwhile if that version is the newest no more.
    """
    if not reason.strip():
        raise ReasonMissing
    found = preview(page.translation_key, route)
    if found is None or found.version.number != number:
        raise RuleChangedMeanwhile
    counts = {"touched": len(found.touched), "completing": len(found.completing), "falling": len(found.falling)}
    data = {"route": str(route), "version": number, "reason": reason.strip(), **counts}
    log(instance=page, action=APPLIED, user=by, timestamp=at, data=data)
    payload = {
        "version_id": found.version.pk,
        "by": by.pk if by is not None else None,
        "before": at.isoformat(),
        "people": len(found.touched),
    }
    return enqueue(key=job_key(found.version), kind=JOB, payload=payload)


def job_key(version: RuleVersion) -> str:
    """Names the work of applying a version."""
    return f"apply-rule:{version.pk}"


def job_of(version: RuleVersion) -> Job | None:
    """The latest work of applying a version, if it was ever asked for."""
    return Job.objects.filter(key=job_key(version)).order_by("-pk").first()


def apply_rule(version_id: int, by: int | None, before: str, people: int) -> int:
    """The background job: one transaction for each enrolment, safe to run twice. How many it changed.

    `before` is when it was asked for: who started later has the newest version, and was not looked at. `people` is how
    many it was for, to say how far it is. What takes longer than a lease is gone on with in another run.
    """
    version = RuleVersion.objects.select_related("item").get(pk=version_id)
    author = User.objects.filter(pk=by).first() if by is not None else None
    asked = _promised(version, version.item.key)
    waiting = list(_waiting(version).filter(started_at__lte=parse_datetime(before)).values_list("pk", flat=True))
    until = time.monotonic() + SECONDS_A_RUN
    changed = 0
    for n, pk in enumerate(waiting):
        changed += _apply(pk, asked, version, author)
        if n % 20 == 0:
            percent = 100 - 100 * (len(waiting) - n) // max(people, len(waiting))
            Job.objects.filter(key=job_key(version), state=JobState.QUEUED, progress__lt=percent).update(
                progress=percent
            )
        if time.monotonic() > until:
            payload = {"version_id": version_id, "by": by, "before": before, "people": people}
            enqueue(key=job_key(version), kind=JOB, payload=payload)
            break
    return changed


@transaction.atomic(durable=True)
def _apply(pk: int, asked: Promise, version: RuleVersion, by: Any) -> bool:
    enrolment = Enrolment.objects.select_related("person", "item").get(pk=pk)
    enrolments.lock_learner(enrolment.person)
    enrolment.refresh_from_db(fields=["completed_at", "left_at", "rule", "rule_version"])
    held, at = enrolment.rule_version, timezone.now()
    if held >= version.number:
        return False
    scored = {part.key for part in rule_of(enrolment).parts if part.kind in SCORED}
    if not enrolments.change_rule(enrolment=enrolment, asked=asked, number=version.number, by=by, at=at):
        return False
    if scored - rule_of(enrolment).keys:
        # As when a quiz is taken out of a course: nobody asks for what was begun.
        attempts.drop_open(enrolment=enrolment, by=by, at=at)
    record_fact(
        person=enrolment.person,
        item_id=enrolment.item_id,
        item_key=enrolment.item.key,
        fact=Fact.RULE_CHANGED,
        by=by,
        at=at,
        data={"cycle": enrolment.cycle, "from": held, "to": version.number},
    )
    newly = [enrolment] if progress.evaluate(enrolment=enrolment, by=by, at=at) else []
    newly += progress.look_again(person=enrolment.person, keys={each.item.key for each in newly}, by=by, at=at)
    issue_for(newly, at=at)
    return True


def _promised(version: RuleVersion, key: UUID) -> Promise:
    """A version as it is promised: what was looked at is what is applied, whatever is published meanwhile."""
    return Promise(key, version.item_id, version.item.kind, Route(version.route), version.rule, is_open=True)


def _running(version: RuleVersion) -> QuerySet[Enrolment]:
    """Running enrolments on the route of a version; those of people who were erased are counts, no more."""
    running = Enrolment.objects.filter(item_id=version.item_id, route=version.route, completed_at=None, left_at=None)
    return running.filter(person__erased_at=None)


def _waiting(version: RuleVersion) -> QuerySet[Enrolment]:
    """Those among them that hold an earlier version."""
    return _running(version).filter(rule_version__lt=version.number).order_by("pk")


# -- what would follow ------------------------------------------------------------------------------------------------
def _foretold(asked: Promise, version: RuleVersion) -> Iterable[Touched]:
    """For each enrolment that would be touched: what the person sees now, what then. A few queries for many people."""
    waiting = list(_waiting(version).select_related("person", "item"))
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        yield from _Foretelling(asked, version.number, chunk).touched()


class _Foretelling:
    """The facts and summaries of some people, and how they stand by the rule that they hold and by the new one."""

    def __init__(self, asked: Promise, number: int, chunk: list[Enrolment]) -> None:
        self.asked, self.number, self.chunk = asked, number, chunk
        people = {enrolment.person_id for enrolment in chunk}
        wanted = {part.key for part in parts_of(asked.root)} | {key for each in chunk for key in rule_of(each).keys}
        self.facts: dict[int, list[Happened]] = {}
        events = LearningEvent.objects.filter(person__in=people, item__key__in=wanted).order_by("at", "id")
        for person, *row in events.values_list("person_id", "item__key", "fact", "at", "data"):
            self.facts.setdefault(person, []).append(Happened(*row))
        self.courses: dict[int, list[Enrolment]] = {}
        self.outlines: dict[UUID, CourseOutline] = {}
        keys = [asked.key]
        if asked.kind == ItemKind.PATH:
            # How far a course is counts towards the path.
            keys = list(wanted)
            running = Enrolment.objects.filter(item__key__in=wanted, completed_at=None, left_at=None, person__in=people)
            for enrolment in running.select_related("item"):
                self.courses.setdefault(enrolment.person_id, []).append(enrolment)
        for key in keys:
            if (outline := course_outline(key, get_language() or "")) is not None:
                self.outlines[key] = outline
        ids = {item for outline in self.outlines.values() for item in item_ids(outline)}
        beyond = wanted - {key for outline in self.outlines.values() for key in keys_of(outline)}
        self.rows: dict[int, list[ItemProgress]] = {}
        summaries = ItemProgress.objects.filter(person__in=people).annotate(key=F("item__key"))
        for summary in summaries.filter(Q(item_id__in=ids) | Q(item__key__in=beyond)):
            self.rows.setdefault(summary.person_id, []).append(summary)

    def touched(self) -> Iterable[Touched]:
        """What applying does to each of them."""
        for enrolment in self.chunk:
            facts = self.facts.get(enrolment.person_id, [])
            then = copy(enrolment)
            then.rule = enrolments.freeze_rule(self.asked, since=rule_of(enrolment).since)
            then.rule_version = self.number
            rule = rule_of(then)
            about = [happened for happened in facts if happened.key in rule.keys]
            then.waived = as_stored(waived(rule, about))
            completes = is_complete(rule, about)
            after = 100 if completes else self.percent(then)
            yield Touched(enrolment, before=self.percent(enrolment), after=after, completes=completes)

    def percent(self, enrolment: Enrolment) -> int:
        """What the person sees."""
        rows = self.rows.get(enrolment.person_id, [])
        outline = self.outlines.get(self.asked.key)
        if outline is not None:
            return course_standing(enrolment, outline, rows).percent
        return path_standing(enrolment, self.facts.get(enrolment.person_id, []), self._shares(enrolment)).percent

    def _shares(self, enrolment: Enrolment) -> Mapping[UUID, Fraction]:
        rows = self.rows.get(enrolment.person_id, [])
        running = self.courses.get(enrolment.person_id, [])
        return {
            each.item.key: course_standing(each, self.outlines[each.item.key], rows).share
            for each in running
            if each.item.key in self.outlines
        }


def _band(percent: int) -> tuple[int, int]:
    return next(band for band in BANDS if band[0] <= percent <= band[1])
