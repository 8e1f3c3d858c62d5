"""An administrator corrects what is noted as done: by a fact more, never by one less.

Facts hold no personal data: that it was a correction stands in the fact, why stands in the log about the person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from wagtail.log_actions import log

from courses.booking.enums import SessionState
from courses.booking.errors import ReasonMissing
from courses.booking.models import WorkshopSession
from courses.booking.queries.attendance import attended_all
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, latest_of_each_course, rule_of
from courses.enrolments.rules import lock_learner
from courses.progress.enums import Fact, Standing
from courses.progress.errors import AttendedInFull, CompletionStays, NotCorrectable, NotWrittenYet, OwnRecord
from courses.progress.models import ItemProgress
from courses.progress.queries import course_of_lesson, course_standing, progress_rows
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.items.queries import item_for
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.queries import lessons_done_by

from .record_fact import Consequences, record_fact

CORRECTED = "courses.support.progress"


@dataclass(frozen=True)
class Corrected:
    """What a correction led to; `changed` is False if it stood so already."""

    changed: bool
    consequences: list[Consequences] = field(default_factory=list)

    @property
    def completed(self) -> list[Enrolment]:
        """What is completed by it."""
        return [enrolment for each in self.consequences for enrolment in each.completed]

    @property
    def certificates(self) -> list[Certificate]:
        """What is issued by it."""
        return [certificate for each in self.consequences for certificate in each.certificates]


@transaction.atomic(durable=True)
def correct_progress(*, person: Any, item_key: UUID, is_done: bool, reason: str, by: Any, at: datetime) -> Corrected:
    """Note a lesson as done or not done, or that a workshop is credited or not. Said twice, it stands once.

    A workshop that is credited does the lessons that attending it does; nobody is said to have attended it.

    Raises ReasonMissing, OwnRecord, NotCorrectable, NotWrittenYet, AttendedInFull, and CompletionStays: what a
    completed course or path asked for stays done.
    """
    if not reason.strip():
        raise ReasonMissing
    found = _correct(person, item_key, is_done=is_done, by=by, at=at)
    if found.changed:
        data = {"item": str(item_key), "is_done": is_done, "reason": reason}
        log(instance=person, action=CORRECTED, user=by, timestamp=at, data=data)
    return found


@transaction.atomic(durable=True)
def rehearse(*, person: Any, item_key: UUID, is_done: bool, by: Any, at: datetime) -> Corrected:
    """What the correction would lead to: it is made and taken back, so that what is foretold is what happens.

    Raises what `correct_progress` raises.
    """
    found = _correct(person, item_key, is_done=is_done, by=by, at=at)
    transaction.set_rollback(True)
    return found


def _correct(person: Any, item_key: UUID, *, is_done: bool, by: Any, at: datetime) -> Corrected:
    if by is not None and by.pk == person.pk:
        raise OwnRecord
    lock_learner(person)
    item = item_for(item_key)
    if item is None or item.kind not in (ItemKind.LESSON, ItemKind.WORKSHOP):
        raise NotCorrectable
    is_workshop = item.kind == ItemKind.WORKSHOP
    stands = _is_credited(person, item) if is_workshop else _is_done(person, item_key)
    if stands == is_done:
        return Corrected(changed=False)
    concerned = [(item.pk, item.key), *(lessons_done_by(item.key) if is_workshop else [])]
    if not is_done:
        _keep_what_was_earned(person, item, {key for _pk, key in concerned})
    fact = Fact.COMPLETED if is_done else Fact.UNDONE
    return Corrected(
        changed=True,
        consequences=[
            record_fact(person=person, item_id=pk, item_key=key, fact=fact, by=by, at=at, data={"corrected": True})
            for pk, key in concerned
        ],
    )


def _is_done(person: Any, key: UUID) -> bool:
    """Whether a lesson of a course that the person takes is done there."""
    found = course_of_lesson(key, get_language() or "en")
    enrolment = current(person, found[0].key) if found is not None else None
    if found is None or enrolment is None:
        raise NotCorrectable
    outline, lesson = found
    if lesson.status != LessonStatus.WRITTEN:
        raise NotWrittenYet
    return course_standing(enrolment, outline, progress_rows(person, [outline])).is_done(key)


def _is_credited(person: Any, item: LearningItem) -> bool:
    """Whether a workshop counts as done."""
    return ItemProgress.objects.filter(person=person, item=item, standing=Standing.COMPLETED).exists()


def _keep_what_was_earned(person: Any, item: LearningItem, keys: set[UUID]) -> None:
    """Completions and attendance are evidence: neither is taken away here."""
    completed = latest_of_each_course([person]).filter(completed_at__isnull=False)
    for enrolment in completed:
        if keys & rule_of(enrolment).keys:
            raise CompletionStays(enrolment.item.title)
    # By who was there and not by the statement: that may wait for its holder's name, or be withdrawn.
    dates = WorkshopSession.objects.filter(item=item, state=SessionState.TOOK_PLACE, bookings__person=person)
    if any(seat.person_id == person.pk for date in dates.distinct() for seat in attended_all(date)):
        raise AttendedInFull
