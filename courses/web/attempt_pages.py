"""What all pages of an attempt share: whose it is, where it stands, its time, its pictures and templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from academy.website.addresses import Crumb
from academy.website.models import AcademyDocument, AcademyImage
from courses.attempts.enums import Purpose
from courses.attempts.models import HandedIn, QuizAttempt
from courses.attempts.queries import EXTENSIONS, QuestionShown, attempt_of, extension, is_running, may_extend, title_in
from courses.flows.submit_attempt import close_overdue
from courses.progress.queries import course_of_lesson
from courses.web.answers import language, person_of
from curriculum.lessons.outline import CourseOutline, LessonRow, course_outline

# As pictures of lessons are shown; drawings stay drawings.
PICTURE = "max-1200x1200"
# A deadline further away is a date and no countdown.
COUNTED_MINUTES = 24 * 60


@dataclass(frozen=True)
class Frame:
    """An attempt and where it stands: in a course, or for practice in a lesson."""

    attempt: QuizAttempt
    title: str
    outline: CourseOutline | None
    lesson: LessonRow | None

    @property
    def start_url(self) -> str:
        """Address of the quiz's start page; empty where its place is gone."""
        if self.attempt.purpose == Purpose.PRACTICE:
            return reverse("practice_start", args=[self.lesson.key, self.attempt.quiz.key]) if self.lesson else ""
        return reverse("quiz_start", args=[self.outline.key]) if self.outline else ""

    def crumbs(self, here: str = "") -> list[Crumb]:
        """The way to a page of the attempt; `here` is what the page is called, empty for the question itself."""
        links = place_crumbs(self.outline, self.lesson)
        if here and self.start_url:
            links.append(Crumb(self.title, "", self.start_url))
        return [*links, Crumb(here or self.title, "", "")]


@dataclass(frozen=True)
class TimeShown:
    """The time of an open attempt at one moment."""

    now: datetime
    until: datetime
    minutes: int
    may_extend: bool
    extensions_left: int
    extension_minutes: float

    @property
    def is_near(self) -> bool:
        """Whether minutes are counted."""
        return self.minutes <= COUNTED_MINUTES

    @property
    def is_today(self) -> bool:
        """Whether a time of day says it all."""
        return timezone.localdate(self.until) == timezone.localdate(self.now)

    @property
    def zone(self) -> str:
        """The city whose time it is."""
        return zone_name()


def own_or_404(request: HttpRequest, public_id: UUID) -> QuizAttempt:
    """The person's own attempt; another person's does not exist for them. One query."""
    own = attempt_of(person_of(request), public_id)
    if own is None:
        raise Http404
    return own


def close_if_over(request: HttpRequest, own: QuizAttempt, at: datetime) -> bool:
    """Whether the time of an open attempt has passed; then it was handed in now, if no worker did before.

    Not of one that ended with its enrolment: it cannot be handed in, and stays to be looked at.
    """
    if not own.is_open or not own.is_over(at) or not is_running(own):
        return False
    close_overdue(at=at, person=person_of(request))
    return True


def frame_of(own: QuizAttempt) -> Frame:
    """Where an attempt stands. No query when warm."""
    title = title_in(own, language())
    if own.purpose != Purpose.PRACTICE:
        return Frame(own, title, course_outline(own.placement.key, language()), None)
    outline, lesson = course_of_lesson(own.placement.key, language()) or (None, None)
    return Frame(own, title, outline, lesson)


def place_crumbs(outline: CourseOutline | None, lesson: LessonRow | None) -> list[Crumb]:
    """The course by its code, then the lesson."""
    links = [Crumb(outline.code, "", outline.url)] if outline is not None else []
    return [*links, Crumb(lesson.title, lesson.title_language, lesson.url)] if lesson is not None else links


def time_of(own: QuizAttempt, at: datetime) -> TimeShown | None:
    """The time that is left; None without a deadline. No query."""
    if own.deadline_at is None:
        return None
    return TimeShown(
        now=at,
        until=own.deadline_at,
        minutes=max(ceil((own.deadline_at - at).total_seconds() / 60), 0),
        may_extend=may_extend(own, at),
        extensions_left=EXTENSIONS - own.extensions,
        extension_minutes=extension(own.frozen).total_seconds() / 60,
    )


def zone_name() -> str:
    """The city of the current time zone: Brussels for Europe/Brussels."""
    return timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")


def pictures_of(questions: Iterable[Any]) -> dict[int, Any]:
    """Pictures of questions and their scenarios in the size of the page, by id. Two queries; none without pictures."""
    shown = [picture for each in questions for picture in (each.picture, each.stem and each.stem.picture) if picture]
    ids = {picture.image_id for picture in shown}
    if not ids:
        return {}
    images = AcademyImage.objects.filter(pk__in=ids).prefetch_renditions(PICTURE)
    return {image.pk: image.get_rendition(PICTURE) for image in images}


def template_of(question: QuestionShown) -> AcademyDocument | None:
    """The document to fill in. One query; none without a template."""
    if question.template_id is None:
        return None
    found: AcademyDocument | None = AcademyDocument.objects.filter(pk=question.template_id).first()
    return found


def document_of(own: QuizAttempt, number: int) -> HandedIn | None:
    """The document that was handed in as the answer to a question, if its file is there. One query."""
    found = HandedIn.objects.filter(attempt=own, number=number).first()
    return found if found is not None and found.file.storage.exists(str(found.file.name)) else None
