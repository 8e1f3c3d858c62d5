"""Makes activities that a course asks for, as rows without a package: enough for what is asked for and done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from academy.people.models import User
from courses.flows.record_fact import Consequences, record_fact
from courses.progress.enums import Fact
from curriculum.h5p.models import Activity
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage

from .courses import AT
from .curriculum import locale_of, quickly, words


@quickly
def make_asked(code: str = "ladder", language: str | None = None, **fields: Any) -> Activity:
    """A published activity that counts, with a translation into `language` if one is named."""
    fields = {"title": f"Activity {code}", "counts": True, **fields}
    source = Activity.objects.create(code=code, locale=locale_of("en"), **fields)
    if language is not None:
        fields["title"] = words(source.title, language)
        Activity.objects.create(code=code, locale=locale_of(language), translation_key=source.translation_key, **fields)
    return source


@quickly
def put_in(lesson: LessonPage, *activities: Activity) -> LessonPage:
    """The lesson with these activities at its end, published as it is."""
    page = LessonPage.objects.get(pk=lesson.pk)
    for activity in activities:
        page.body.append(("activity", {"activity": activity}))
    page.save()
    return page


def play(person: User, activity: Activity, fact: Fact = Fact.COMPLETED, at: datetime = AT, **data: Any) -> Consequences:
    """Note that the person did it, as flows.play_activity does."""
    item = LearningItem.objects.get(key=activity.translation_key)
    return record_fact(person=person, item_id=item.pk, item_key=item.key, fact=fact, by=person, at=at, data=data)
