"""Which competences somebody has reached, how far, when and by what: derived from what was done, nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from academy.website.addresses import site_map
from courses.certificates.models import Certificate
from courses.certificates.taught import COMPETENCE_LEVELS
from courses.enrolments.models import Enrolment
from courses.outside.models import OutsideTraining
from courses.outside.queries import accepted_of
from courses.progress.enums import Standing
from courses.progress.models import ItemProgress
from curriculum.competences.queries import CompetenceName, competence_names
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline
from curriculum.workshops.queries import workshops, workshops_serve

# Of training from elsewhere nobody says how far it led.
UNKNOWN_LEVEL = 0


@dataclass(frozen=True)
class Source:
    """One thing by which a competence was reached; `training` is the public id of a training from elsewhere."""

    kind: str
    title: str
    title_language: str
    on: date
    level: int
    url: str = ""
    training: UUID | None = None

    @property
    def level_name(self) -> str:
        """How far it led, in words; empty where nobody says so."""
        return level_name(self.level)


@dataclass(frozen=True)
class Reached:
    """A competence that somebody has reached, by its sources; the newest stand first."""

    code: str
    name: str
    language: str
    sources: tuple[Source, ...]

    @property
    def level(self) -> int:
        """The highest level that a source led to."""
        return max(source.level for source in self.sources)

    @property
    def level_name(self) -> str:
        """The same in words."""
        return level_name(self.level)

    @property
    def on(self) -> date:
        """The day on which this level was reached first."""
        return min(source.on for source in self.sources if source.level == self.level)


def level_name(level: int) -> str:
    """A level from 1 to 4 in words; empty where nobody says which."""
    return str(COMPETENCE_LEVELS.get(level, ""))


def reached(person: Any, language: str) -> list[Reached]:
    """All competences of a person, the highest level first, then by code. Three queries, however much was done;
    one more if a course was withdrawn."""
    found: dict[str, list[Source]] = {}
    for code, source in (*_courses(person, language), *_workshops(person, language), *_outside(person)):
        found.setdefault(code, []).append(source)
    known = _names(language) if found else {}
    rows = []
    for code, sources in found.items():
        name = known.get(code) or CompetenceName(code, "", language)
        newest_first = sorted(sources, key=lambda source: source.on, reverse=True)
        rows.append(Reached(code, name.name, name.language, tuple(newest_first)))
    return sorted(rows, key=lambda row: (-row.level, _number(row.code), row.code))


def _courses(person: Any, language: str) -> Iterable[tuple[str, Source]]:
    """By a completed course: what its modules serve. A course that was taken again counts from the first time."""
    rows = Enrolment.objects.filter(person=person, completed_at__isnull=False, item__kind=ItemKind.COURSE)
    completed = list(rows.select_related("item").order_by("-completed_at"))
    first = {enrolment.item_id: enrolment for enrolment in completed}
    frozen = _frozen(first.values(), language)
    for enrolment in first.values():
        on = timezone.localdate(enrolment.completed_at)
        outline = course_outline(enrolment.item.key, language)
        title, own, url = (
            (f"{outline.code} {outline.title}", outline.title_language, outline.url)
            if outline is not None
            else (_coded(enrolment.item), "", "")
        )
        served = outline.competences if outline is not None else frozen.get(enrolment.pk, ())
        for code, level in served:
            yield code, Source("course", title, own, on, level, url)


def _frozen(enrolments: Iterable[Enrolment], language: str) -> dict[int, tuple[tuple[str, int], ...]]:
    """Of courses that are gone: what their certificates say. One query, none where all are there."""
    gone = [enrolment.pk for enrolment in enrolments if course_outline(enrolment.item.key, language) is None]
    if not gone:
        return {}
    rows = Certificate.objects.filter(enrolment_id__in=gone).values_list("enrolment_id", "frozen")
    return {
        pk: tuple((each["code"], each["level"]) for each in data.get("competences", ()))
        for pk, data in rows
        if pk is not None
    }


def _workshops(person: Any, language: str) -> Iterable[tuple[str, Source]]:
    """By a workshop attended in full: what its format serves."""
    rows = ItemProgress.objects.filter(person=person, item__kind=ItemKind.WORKSHOP, standing=Standing.COMPLETED)
    attended = [row for row in rows.select_related("item").order_by("completed_at") if row.completed_at is not None]
    served = workshops_serve()
    known = {row.key: row for row in workshops(language)}
    for row in attended:
        page = known.get(row.item.key)
        title = f"{page.code} {page.title}" if page is not None else _coded(row.item)
        own = page.title_language if page is not None else ""
        on = timezone.localdate(row.completed_at)
        for code, level in served.get(row.item.key, ()):
            yield code, Source("workshop", title, own, on, level, page.url if page is not None else "")


def _outside(person: Any) -> Iterable[tuple[str, Source]]:
    """By training from elsewhere that was accepted, where it names a competence."""
    trainings: Iterable[OutsideTraining] = accepted_of(person)
    for training in trainings:
        if training.competence:
            title = f"{training.title} ({training.provider})" if training.provider else training.title
            yield (
                training.competence,
                Source("outside", title, "", training.on, UNKNOWN_LEVEL, training=training.public_id),
            )


def _names(language: str) -> dict[str, CompetenceName]:
    """Names of all competences; read once for a state of the site."""
    notes = site_map().notes
    if ("competences", language) not in notes:
        notes["competences", language] = competence_names(language)
    found: dict[str, CompetenceName] = notes["competences", language]
    return found


def _coded(item: LearningItem) -> str:
    return f"{item.code} {item.title}".strip()


def _number(code: str) -> int:
    """PC5 comes before PC10."""
    digits = "".join(sign for sign in code if sign.isdigit())
    return int(digits) if digits else 0
