"""Makes activities, their packages (installed through the rules, from real bytes), and lessons that hold them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from curriculum.h5p import rules
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Activity, Package
from curriculum.lessons.models import LessonPage

from . import h5p
from .curriculum import locale_of, quickly

_numbers = count(1)


@quickly
def activity(language: str = "en", **fields: Any) -> Activity:
    """A published activity without a package."""
    number = next(_numbers)
    values: dict[str, Any] = {"title": f"Activity {number}", "code": f"activity-{number}", **fields}
    return Activity.objects.create(locale=locale_of(language), live=True, **values)


def upload(
    to: Activity, data: bytes, language: str = "en", *, by: Any = None, at: datetime | None = None, now: bool = True
) -> Package:
    """A file as somebody uploads it, checked at once: READY, WAITING or REFUSED."""
    return rules.receive(
        activity=to, locale=locale_of(language), file=h5p.uploaded(data), by=by, at=at or timezone.now(), now=now
    )


def package(to: Activity, data: bytes | None = None, language: str = "en", *, at: datetime | None = None) -> Package:
    """A package that is played: uploaded, its libraries allowed and installed. Without `data` a small one."""
    found = upload(to, h5p.package(h5p.library()) if data is None else data, language, at=at)
    if found.state == PackageState.WAITING:
        found = rules.allow_libraries(package=found, by=None, at=at or timezone.now(), now=True)
    assert found.state == PackageState.READY, found.findings
    return found


@quickly
def activity_in_lesson(lesson: LessonPage, what: Activity) -> Activity:
    """Put it behind all else in the lesson, which is published with it."""
    lesson.body.append(("activity", {"activity": what}))
    lesson.save()
    return what
