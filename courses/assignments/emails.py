"""What is said about required learning: kinds of news, and the values of their placeholders. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.mail.rules import News
from academy.templatetags.academy import duration
from curriculum.completion.queries import Name, names, promise
from curriculum.conditions.nodes import SCORED, AllOf, Node, Part
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import all_courses, course_outline
from curriculum.workshops.queries import workshops

from .models import Assignment, Duty, Extension

ASSIGNED = "assignments/assigned"
DATE_CHANGED = "assignments/date_changed"
NOT_REQUIRED = "assignments/not_required"
REMINDER = "assignments/reminder"
OVERDUE = "assignments/overdue"
MORE_TIME_ASKED = "assignments/more_time_asked"
MORE_TIME_GRANTED = "assignments/more_time_granted"
MORE_TIME_DENIED = "assignments/more_time_denied"
TEAM_DIGEST = "assignments/team_digest"
# What is said of a date, and holds no more with another one; and what is said to the person at all while it is open.
OF_DATE = (REMINDER, OVERDUE)
WHILE_OPEN = (ASSIGNED, DATE_CHANGED, *OF_DATE)
# Stands where a value would, in the language of whoever reads it.
NO_DATE = pgettext_lazy("due", "no date")
NOT_KNOWN = pgettext_lazy("effort", "not known yet")


def thing_of(duty_id: int) -> str:
    """What news about a duty are about, as they name it."""
    return f"duty:{duty_id}"


def to_learner(duty: Duty, key: str, **more: Any) -> News:
    """News for the person of a duty (read with person, item, organisation and assignment.by), in their language."""
    language = duty.person.language
    name = called(duty.item, language)
    with translation.override(language):
        mine = reverse("my_learning")
    values: dict[str, Any] = {
        "title": name.full,
        "by": asked_by(duty.assignment),
        "organisation": duty.organisation.name,
        "due": duty.due_on or NO_DATE,
        "effort": duration(minutes_of(duty.item, language)) or NOT_KNOWN,
        **more,
    }
    return News(person=duty.person, thing=thing_of(duty.pk), key=key, url=name.url or mine, context=values)


def to_leader(extension: Extension, leader: Any, key: str) -> News:
    """News for who can answer a request for more time; their page asks, it does not act."""
    duty = extension.duty
    with translation.override(leader.language):
        page = answer_page(extension)
        values: Mapping[str, Any] = {
            "name": duty.person.get_full_name(),
            "title": called(duty.item, leader.language).full,
            "due": duty.due_on or NO_DATE,
            "wanted": extension.wanted_on,
        }
    return News(person=leader, thing=thing_of(duty.pk), key=key, url=page, context=values)


def answer_page(extension: Extension) -> str:
    """Where a request for more time is answered: the page asks, opening it does nothing."""
    return reverse("team_answer", args=[extension.pk])


def answer_of(extension: Extension) -> dict[str, Any]:
    """Who answered a request for more time, and what they wrote with it."""
    by, organisation = extension.decided_by, extension.duty.organisation.name
    name = f"{by.get_full_name()} ({organisation})" if by is not None and by.erased_at is None else organisation
    note = _("They write: %(words)s") % {"words": extension.answer} if extension.answer else ""
    return {"by": name, "note": note}


def asked_by(assignment: Assignment) -> str:
    """Who requires it: a name and the organisation, or the organisation alone where the person is gone."""
    by, organisation = assignment.by, assignment.organisation.name
    return f"{by.get_full_name()} ({organisation})" if by is not None and by.erased_at is None else organisation


def called(item: LearningItem, language: str) -> Name:
    """What something is called in a language, with its address. No query where it is known."""
    found = names([item.key], language).get(item.key)
    return found or Name(item.kind, item.code, item.title, language)


def minutes_of(item: LearningItem, language: str) -> int:
    """How long a course or path takes, in minutes; 0 where nothing says it. No query where it is known.

    Of any so many parts those are counted that take least.
    """
    if item.kind == ItemKind.COURSE:
        outline = course_outline(item.key, language)
        return outline.minutes if outline is not None else 0
    asked = promise(item.key)
    return _minutes(asked.root, language) if asked is not None else 0


def _minutes(node: Node, language: str) -> int:
    if isinstance(node, Part):
        return _minutes_of_part(node, language)
    each = sorted(_minutes(one, language) for one in node.nodes)
    return sum(each if isinstance(node, AllOf) else each[: node.number])


def _minutes_of_part(part: Part, language: str) -> int:
    if part.kind == ItemKind.COURSE:
        outline = course_outline(part.key, language)
        return outline.minutes if outline is not None else 0
    if part.kind == ItemKind.WORKSHOP:
        return next((row.minutes for row in workshops(language) if row.key == part.key), 0)
    if part.kind in SCORED:
        quizzes = (outline.quiz for outline in all_courses(language))
        return next((quiz.minutes for quiz in quizzes if quiz is not None and quiz.key == part.key), 0)
    return 0
