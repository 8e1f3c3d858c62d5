"""What `courses` listens to, which work it does in the background, and what it says about people's data.

Imported once, when the app is ready.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published

from academy.jobs.registry import register as register_job
from academy.jobs.rules import enqueue
from academy.people import registry
from academy.people.models import Organisation, User
from academy.people.signals import pauses_changed, staff_changed
from academy.website.queries import is_source
from courses.assignments.models import Assignment
from courses.attempts import rules as attempts
from courses.attempts.enums import AttemptState
from courses.attempts.models import (
    Answer,
    AttemptRequest,
    ExtraTime,
    FrozenQuestion,
    HandedIn,
    Mark,
    QuizAttempt,
    Regrade,
    RegradedAttempt,
    Unanswered,
)
from courses.badges.models import IssuerKey, SignedCredential
from courses.certificates import bundles
from courses.certificates import rules as certificates
from courses.certificates.models import Certificate, CertificateBundle, CertificateCorrection, CertificateFile
from courses.enrolments.models import CourseInterest, Enrolment
from courses.flows import announce_course, apply_rule, assign_learning, remind_duties, waive_removed, waive_withdrawn
from courses.progress.models import ItemProgress, LearningEvent, Place
from courses.web import duty_kinds, notification_kinds, privacy
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.items.signals import course_changed, item_retired

register_job(apply_rule.JOB, apply_rule.apply_rule)
register_job(announce_course.JOB, announce_course.announce_course)
register_job(waive_withdrawn.JOB, waive_withdrawn.waive_withdrawn)
register_job(waive_removed.JOB, waive_removed.waive_removed)
register_job(certificates.RENDER, certificates.render)
register_job(bundles.MAKE, bundles.make)
register_job(assign_learning.FOLLOW, assign_learning.follow_rules)


# -- news about people ------------------------------------------------------------------------------------------------
@receiver(staff_changed, dispatch_uid="courses.follow_rules")
def note_staff(sender: type, organisation_id: int, **kwargs: Any) -> None:
    """Somebody joined, left or moved: what is required of them may have changed."""
    if Assignment.objects.filter(organisation_id=organisation_id, ended_at=None).exists():
        assign_learning.ask_to_follow(organisation_id)


@receiver(pauses_changed, dispatch_uid="courses.follow_pauses")
def note_pause(sender: type, person: User, organisation: Organisation, at: datetime, **kwargs: Any) -> None:
    """Somebody is away: their due dates wait, and so do reminders."""
    assign_learning.follow_pauses(person=person, organisation=organisation, at=at)
    remind_duties.hush(organisation=organisation, at=at, person=person)


# -- news from the curriculum -----------------------------------------------------------------------------------------
@receiver(page_published, sender=CoursePage, dispatch_uid="courses.announce_course")
def note_published(sender: type, instance: CoursePage, **kwargs: Any) -> None:
    """A course that people wait for is open: tell them."""
    if instance.status != CourseStatus.OPEN or not is_source(instance):
        return
    waiting = CourseInterest.objects.filter(item__key=instance.translation_key, told_at=None)
    item_id = waiting.values_list("item_id", flat=True).first()
    if item_id is not None:
        enqueue(key=f"announce-course:{item_id}", kind=announce_course.JOB, payload={"item_id": item_id})


@receiver(item_retired, dispatch_uid="courses.waive_withdrawn")
def note_withdrawn(sender: type, key: UUID, **kwargs: Any) -> None:
    """Something that courses or paths ask for is withdrawn: nobody has to do it any more."""
    asked_for = [ItemKind.LESSON, ItemKind.QUIZ, ItemKind.ACTIVITY, ItemKind.WORKSHOP, ItemKind.COURSE, ItemKind.MODULE]
    item = LearningItem.objects.filter(key=key, kind__in=asked_for).first()
    if item is not None:
        enqueue(key=f"waive-withdrawn:{item.pk}", kind=waive_withdrawn.JOB, payload={"item_id": item.pk})


@receiver(course_changed, dispatch_uid="courses.waive_removed")
def note_changed(sender: type, key: UUID, **kwargs: Any) -> None:
    """A course has a quiz, lesson or activity no more, perhaps: nobody who takes it has to do that any more."""
    running = Enrolment.objects.filter(item__key=key, completed_at=None, left_at=None)
    item_id = running.values_list("item_id", flat=True).first()
    if item_id is not None:
        enqueue(key=f"waive-removed:{item_id}", kind=waive_removed.JOB, payload={"item_id": item_id})


# -- people's data (academy.people.registry) --------------------------------------------------------------------------
# Evidence is not deleted (architecture rule 6): the account behind it becomes a pseudonym, and what it did stays a
# number in the course's statistics. What is no evidence goes.
COUNTS = _("Counts of participants and results need it. It says nothing about you: the account behind it has no name.")
AS_LONG_AS = _("as long as the course's records are kept, ten years after the course ends")


def delete_open_attempts(person: User) -> None:
    """An attempt without a score is no evidence; nor are the answers and documents of those that have one."""
    for attempt in QuizAttempt.objects.filter(person=person):
        attempts.drop_document(attempt)
    QuizAttempt.objects.filter(person=person).exclude(state=AttemptState.SUBMITTED).delete()
    Answer.objects.filter(attempt__person=person).delete()


def marks_for(person: User) -> Iterator[registry.Row]:
    """Marks that the learner may read; a trainer's drafts are the trainer's."""
    given = Mark.objects.filter(answer__attempt__person=person, is_draft=False).order_by("pk")
    yield from given.values("answer__attempt__quiz__title", "answer__number", "content", "feedback", "at")


def badges_of(person: User) -> Iterator[registry.Row]:
    """A badge knows its certificate's code and no person."""
    codes = Certificate.objects.filter(person=person).values("code")
    yield from SignedCredential.objects.filter(code__in=codes).order_by("pk").values("code", "credential", "made_at")


def forget_by(person: User) -> None:
    """Facts stay with the pseudonym; who noted them for others is emptied."""
    LearningEvent.objects.filter(by=person).exclude(person=person).update(by=None)


registry.register(
    Enrolment,
    what=_("Courses that you take or have taken"),
    export=registry.rows(
        Enrolment, "person", "item__title", "cycle", "rule_version", "started_at", "due_on", "completed_at", "left_at"
    ),
    erase=None,
    keep_reason=COUNTS,
    until=AS_LONG_AS,
)
registry.register(
    CourseInterest,
    what=_("Courses that you want to be told of"),
    export=registry.rows(CourseInterest, "person", "item__title", "asked_at", "told_at"),
    erase=registry.delete(CourseInterest, "person"),
)
registry.register(
    QuizAttempt,
    what=_("Your attempts at quizzes"),
    export=registry.rows(
        QuizAttempt,
        "person",
        "quiz__title",
        "placement__title",
        "number",
        "started_at",
        "submitted_at",
        "points",
        "full_points",
        "passed",
    ),
    erase=delete_open_attempts,
    keep_reason=COUNTS,
    until=AS_LONG_AS,
)
registry.register(
    Answer,
    what=_("Your answers in quizzes"),
    export=registry.rows(
        Answer, "attempt__person", "attempt__quiz__title", "attempt__number", "number", "value", "points", "saved_at"
    ),
    erase=registry.delete(Answer, "attempt__person"),
)
registry.register(
    HandedIn,
    what=_("Documents that you handed in"),
    export=registry.rows(HandedIn, "attempt__person", "attempt__quiz__title", "number", "name", "size", "uploaded_at"),
    erase=delete_open_attempts,
)
registry.register(
    Mark,
    what=_("What trainers said to your answers"),
    export=marks_for,
    erase=registry.delete(Mark, "answer__attempt__person"),
)
registry.register(
    ExtraTime,
    what=_("Extra time in quizzes"),
    export=registry.rows(ExtraTime, "person", "factor", "set_at"),
    erase=registry.delete(ExtraTime, "person"),
)
registry.register(
    AttemptRequest,
    what=_("Further attempts that you asked for"),
    export=registry.rows(AttemptRequest, "person", "quiz__title", "asked_at", "granted_at"),
    erase=registry.delete(AttemptRequest, "person"),
)
registry.register(
    Regrade,
    what=_("Questions that were graded again"),
    export=None,
    erase=None,
    keep_reason=_("They explain why scores changed."),
    until=AS_LONG_AS,
    about_person=False,
)
registry.register(
    RegradedAttempt,
    what=_("Attempts of yours that were graded again"),
    export=registry.rows(
        RegradedAttempt,
        "attempt__person",
        "attempt__quiz__title",
        "regrade__at",
        "regrade__reason",
        "points_before",
        "points_after",
        "passed_before",
        "passed_after",
    ),
    erase=None,
    keep_reason=COUNTS,
    until=AS_LONG_AS,
)
registry.register(
    Unanswered,
    what=_("Questions that you left out in quizzes"),
    export=registry.rows(Unanswered, "attempt__person", "attempt__quiz__title", "attempt__number", "number"),
    erase=registry.delete(Unanswered, "attempt__person"),
)
registry.register(
    LearningEvent,
    what=_("What happened in your courses, and when"),
    export=registry.rows(LearningEvent, "person", "item__title", "fact", "at", "data"),
    erase=forget_by,
    keep_reason=COUNTS,
    until=AS_LONG_AS,
)
registry.register(
    ItemProgress,
    what=_("How you stand with lessons, quizzes and courses"),
    export=registry.rows(ItemProgress, "person", "item__title", "standing", "completed_at", "percent"),
    erase=None,
    keep_reason=COUNTS,
    until=AS_LONG_AS,
)
registry.register(
    Place,
    what=_("Where you were last in a course"),
    export=registry.rows(Place, "person", "course__title", "item__title", "seen_at"),
    erase=registry.delete(Place, "person"),
)
registry.register(
    Certificate,
    what=_("Your certificates"),
    export=registry.rows(
        Certificate,
        "person",
        "code",
        "kind",
        "item__title",
        "holder_name",
        "language",
        "issued_at",
        "valid_until",
        "status",
        "status_reason",
        "frozen",
    ),
    erase=certificates.forget,
    keep_reason=_(
        "A certificate that you have shown to others stays verifiable. Withdraw it first to have it emptied."
    ),
    until=_("as long as the academy answers for its certificates"),
)
registry.register(
    CertificateCorrection,
    what=_("Corrections of your certificates that you asked for"),
    export=registry.rows(
        CertificateCorrection,
        "certificate__person",
        "certificate__code",
        "wanted_name",
        "why",
        "asked_at",
        "state",
        "decided_at",
    ),
    erase=certificates.forget_corrections,
)
registry.register(
    CertificateFile,
    what=_("The documents of your certificates"),
    export=registry.rows(CertificateFile, "certificate__person", "certificate__code", "language", "sha256", "made_at"),
    erase=None,
    keep_reason=_("They belong to the certificates above and go with them."),
    until=_("as long as the certificate"),
)
registry.register(
    CertificateBundle,
    what=_("Archives of certificates that you asked for"),
    export=registry.rows(CertificateBundle, "asked_by", "scope", "count", "asked_at", "made_at", "expires_at"),
    erase=bundles.forget_of,
)
registry.register(
    SignedCredential,
    what=_("The badges of your certificates"),
    export=badges_of,
    erase=None,
    keep_reason=_("They belong to the certificates above and go with them."),
    until=_("as long as the certificate"),
)
registry.register(
    IssuerKey,
    what=_("Keys with which badges are signed"),
    export=None,
    erase=None,
    keep_reason=_("They hold nothing about people."),
    until=_("as long as badges are to be checked"),
    about_person=False,
)
registry.register(
    FrozenQuestion,
    what=_("Questions as they were given"),
    export=None,
    erase=None,
    keep_reason=_("They hold nothing about people."),
    until=_("as long as an attempt refers to them"),
    about_person=False,
)

privacy.register()
notification_kinds.register_kinds()
duty_kinds.register_kinds()
