"""What the demo's people have learnt so far, through the same flows as real learning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from academy.people.models import User
from academy.people.rules import confirm_certificate_name
from courses.attempts.models import ExtraTime, QuizAttempt
from courses.attempts.queries import answers_by_number, frozen_questions
from courses.certificates import rules as certificates
from courses.certificates.enums import CertificateStatus
from courses.certificates.models import Certificate
from courses.enrolments.queries import latest
from courses.flows.complete_lesson import complete_lesson
from courses.flows.enrol import enrol
from courses.flows.mark_attempt import ask_for_attempt, set_extra_time
from courses.flows.submit_attempt import save_answer, start_attempt, submit_attempt
from courses.progress import rules as progress
from courses.progress.queries import place_in
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import CourseOutline, course_outline

from . import cast
from .answers import form_for
from .cast import Staff


def course() -> CourseOutline | None:
    """The course that the demo's people take; None as long as the content is not loaded."""
    item = LearningItem.objects.filter(kind=ItemKind.COURSE, code=cast.COURSE, retired_at=None).first()
    return course_outline(item.key, "en") if item else None


def load(people: dict[str, User], outline: CourseOutline, now: datetime) -> None:
    """Everybody's way through the course. Whoever has begun already is left alone, so this can be run again."""
    for member in cast.STAFF:
        person = people[member.key]
        if member.enrolled is None or latest(person, outline.key) is not None:
            continue
        walk(person, member, outline, now)
    attempt_of_yesterday(people[cast.LEARNER], outline, now)
    tries(people, outline, now)
    taken_back(people, outline, now)


def walk(person: User, member: Staff, outline: CourseOutline, now: datetime) -> None:
    """One person's way: lesson after lesson, and the quiz if they have completed it."""
    start = now - timedelta(days=member.enrolled or 0)
    enrol(person=person, course_key=outline.key, by=person, at=start)
    last = now - timedelta(days=member.completed if member.completed is not None else (member.seen or 0))
    lessons = outline.lessons[: member.lessons]
    for number, lesson in enumerate(lessons, 1):
        at = start + (last - start) * number / (len(lessons) + 1)
        complete_lesson(person=person, lesson_key=lesson.key, by=person, at=at)
    if member.completed is not None:
        pass_quiz(person, outline, member.certificate_name or member.name, last)
    elif member.lessons < len(outline.lessons) and member.seen is not None:
        see(person, outline, outline.lessons[member.lessons].item_id, last)


def see(person: User, outline: CourseOutline, item_id: int, at: datetime) -> None:
    """The person was last here: Continue opens it."""
    progress.see(person=person, course_id=outline.item_id, item_id=item_id, place=place_in(person, outline), at=at)


def pass_quiz(person: User, outline: CourseOutline, name: str, at: datetime) -> None:
    """Everything right, handed in at that moment: the course is completed and the certificate issued."""
    attempt = start_attempt(person=person, course_key=outline.key, by=person, at=at - timedelta(minutes=20))
    for number, frozen in enumerate(frozen_questions(attempt), 1):
        answer(person, attempt, number, frozen, is_right=True, at=at - timedelta(minutes=1))
    submit_attempt(person=person, public_id=attempt.public_id, by=person, at=at, certificate_name=name)


def answer(
    person: User, attempt: QuizAttempt, number: int, frozen: dict[str, Any], *, is_right: bool, at: datetime
) -> None:
    """Answer a question rightly or wrongly, as its page would post it."""
    save_answer(
        person=person,
        public_id=attempt.public_id,
        number=number,
        posted=form_for(attempt, number, frozen, is_right=is_right),
        language="en",
        by=person,
        at=at,
    )


def attempt_of_yesterday(jana: User, outline: CourseOutline, now: datetime) -> None:
    """Jana looked into the quiz yesterday, answered four questions in ten, and went home."""
    enrolment = latest(jana, outline.key)
    if outline.quiz is None or enrolment is None or enrolment.attempts.exists():
        return
    yesterday = now - timedelta(days=1)
    attempt = start_attempt(person=jana, course_key=outline.key, by=jana, at=yesterday)
    known = answers_by_number(attempt)
    questions = frozen_questions(attempt)
    begun = cast.ANSWERED[: max(1, len(questions) * 2 // 5)]
    for number, (frozen, is_right) in enumerate(zip(questions, begun, strict=False), 1):
        if number not in known:
            at = yesterday + timedelta(minutes=2 * number)
            answer(jana, attempt, number, frozen, is_right=is_right, at=at)


def tries(people: dict[str, User], outline: CourseOutline, now: datetime) -> None:
    """Some needed more than one attempt; one of them asks the trainer for another, one has more time than others."""
    if outline.quiz is None:
        return
    trainer = people["trainer"]
    for key, days in cast.TRIES.items():
        if QuizAttempt.objects.filter(person=people[key]).exists():
            continue
        for ago, right in days.items():
            try_quiz(people[key], outline, right, now - timedelta(days=ago))
        if key == cast.ASKED[0]:
            at = now - timedelta(days=cast.ASKED[1])
            ask_for_attempt(person=people[key], course_key=outline.key, trainer_id=trainer.pk, by=people[key], at=at)
    key, factor, ago = cast.EXTRA_TIME
    if not ExtraTime.objects.filter(person=people[key]).exists():
        set_extra_time(person=people[key], factor=factor, by=trainer, at=now - timedelta(days=ago))


def try_quiz(person: User, outline: CourseOutline, right: int, at: datetime) -> None:
    """Hand in an attempt in which the first so many questions are right, half an hour after beginning."""
    attempt = start_attempt(person=person, course_key=outline.key, by=person, at=at - timedelta(minutes=30))
    for number, frozen in enumerate(frozen_questions(attempt), 1):
        moment = at - timedelta(minutes=30 - 2 * number)
        answer(person, attempt, number, frozen, is_right=number <= right, at=moment)
    submit_attempt(person=person, public_id=attempt.public_id, by=person, at=at)


def taken_back(people: dict[str, User], outline: CourseOutline, now: datetime) -> None:
    """One certificate was replaced because of a typing error, one was revoked."""
    petra, marten, admin = people["petra.hollmann"], people["trainer"], people["admin"]
    wrong = Certificate.objects.filter(
        person=petra, holder_name="Petra Holmann", status=CertificateStatus.VALID
    ).first()
    if wrong is not None:
        certificates.replace(
            certificate=wrong,
            holder_name=petra.display_name,
            reason="Typing error in the name",
            by=admin,
            at=now - timedelta(days=24),
        )
        confirm_certificate_name(person=petra, name=petra.display_name, by=petra, at=now - timedelta(days=24))
    if latest(marten, outline.key) is None:
        own = Staff(
            "trainer",
            marten.display_name,
            "nl",
            "",
            joined=280,
            enrolled=120,
            lessons=len(outline.lessons),
            completed=100,
        )
        walk(marten, own, outline, now)
    mistaken = Certificate.objects.filter(person=marten, status=CertificateStatus.VALID).first()
    if mistaken is not None:
        certificates.revoke(
            certificate=mistaken,
            by=admin,
            reason="The quiz was taken with the trainers' key to the answers.",
            at=now - timedelta(days=95),
        )
