"""How activities do: figures over everybody and all languages together, for staff. They see how far scores can be
relied on, and never who did what.

Counted are attempts as long as they are kept; questions inside an activity as long as the statements about them are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, FloatField, Max, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from courses.attempts.enums import Reached, Trust, Way
from courses.attempts.models import ActivityAttempt, ActivityStatement
from curriculum.h5p.queries import ShownActivity, activities
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

from .items import REPORTED_FROM
from .shown import Words


@dataclass(frozen=True)
class ActivityLine:
    """An activity in the list of reports. More than how often it was tried is said from five people on."""

    key: UUID
    title: Words
    attempts: int
    people: int
    finished: int

    @property
    def is_told(self) -> bool:
        """Whether enough people tried it for anything to be said of them."""
        return self.people >= REPORTED_FROM

    @property
    def finished_percent(self) -> int | None:
        """Whole per cent of the people who came to the end at least once; None below five people."""
        return self.finished * 100 // self.people if self.is_told else None


@dataclass(frozen=True)
class Slice:
    """How many attempts were made in one way, or have a score that can be relied on so far."""

    label: str
    count: int


@dataclass(frozen=True)
class InnerQuestion:
    """How one question inside an activity does: mean share of its points, 0 to 1."""

    text: str
    answered: int
    share: float

    @property
    def percent(self) -> int:
        """The same in whole per cent, rounded down."""
        return int(self.share * 100)


@dataclass(frozen=True)
class ActivityReport:
    """The report of one activity. `best`: mean of everybody's best score in per cent. `shown`: None if withdrawn."""

    line: ActivityLine
    shown: ShownActivity | None
    best: int | None
    corrected: int
    ways: tuple[Slice, ...] = ()
    trusts: tuple[Slice, ...] = ()
    questions: tuple[InnerQuestion, ...] = ()


def activity_lines(language: str) -> list[ActivityLine]:
    """All activities that were tried, by title. One query, and those of the site's activities when cold."""
    rows: Any = ActivityAttempt.objects.order_by().values("activity__key", "activity__title").annotate(**_COUNTS)
    return sorted((_line(row, language) for row in rows), key=lambda line: (line.title.text, str(line.key)))


def activity_report(key: UUID, language: str) -> ActivityReport | None:
    """The report of one activity in the words of a language; None if there is no such activity. Six queries."""
    item = LearningItem.objects.filter(key=key, kind=ItemKind.ACTIVITY).first()
    if item is None:
        return None
    tried = ActivityAttempt.objects.filter(activity=item).order_by()
    counts: dict[str, Any] = tried.aggregate(**_COUNTS)
    line = _line({"activity__key": key, "activity__title": item.title, **counts}, language)
    shown = activities(language).get(key)
    if not line.is_told:
        return ActivityReport(line, shown, None, 0)
    scored = tried.filter(finished_at__isnull=False, max__gt=0)
    bests = scored.values("person").annotate(best=Max(F("raw") * 100.0 / F("max"), output_field=FloatField()))
    scores = [row["best"] for row in bests]
    return ActivityReport(
        line=line,
        shown=shown,
        best=int(sum(scores) / len(scores)) if len(scores) >= REPORTED_FROM else None,
        corrected=tried.exclude(claimed=None).exclude(claimed=F("raw")).count(),
        ways=_slices(tried, "way", Way),
        trusts=_slices(scored, "trust", Trust),
        questions=_questions(item),
    )


_COUNTS: dict[str, Any] = {
    "n": Count("pk"),
    "people": Count("person", distinct=True),
    "finished": Count("person", distinct=True, filter=Q(reached=Reached.COMPLETED)),
}


def _line(row: dict[str, Any], language: str) -> ActivityLine:
    key = row["activity__key"]
    shown = activities(language).get(key)
    title = Words(shown.title, shown.language) if shown is not None else Words(row["activity__title"], "")
    return ActivityLine(key, title, row["n"], row["people"], row["finished"])


def _slices(tried: Any, field: str, names: Any) -> tuple[Slice, ...]:
    counts = dict(tried.values_list(field).annotate(n=Count("pk")))
    return tuple(Slice(str(names(value).label), counts[value]) for value in names.values if value in counts)


def _questions(item: LearningItem) -> tuple[InnerQuestion, ...]:
    """Questions inside, by the words in which the player names them: the same in two languages are two lines."""
    answered = ActivityStatement.objects.filter(attempt__activity=item, verb="answered").exclude(sub_content_id="")
    scaled = Cast(KT("statement__result__score__scaled"), FloatField())
    rows = (
        answered.exclude(statement__result__score__scaled=None)
        .order_by()
        .values("sub_content_id")
        .annotate(
            n=Count("pk"),
            people=Count("attempt__person", distinct=True),
            share=Avg(scaled),
            text=Max(KT("statement__object__definition__description__en-US")),
            name=Max(KT("statement__object__definition__name__en-US")),
        )
    )
    told = [row for row in rows if row["people"] >= REPORTED_FROM]
    found = [InnerQuestion(row["text"] or row["name"] or "?", row["n"], row["share"]) for row in told]
    return tuple(sorted(found, key=lambda each: (each.share, each.text)))
