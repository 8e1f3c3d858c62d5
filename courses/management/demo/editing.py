"""What waits for the demo's editor and translator: an edit of yesterday, a review that is overdue, a draft.

All of it goes through Wagtail as if they had done it in the CMS; only the dates are set back afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wagtail.models import PageLogEntry, Revision
from wagtail.users.models import UserProfile
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from academy.people.models import User
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import CourseOutline
from curriculum.translation import rules as translating

# Places of the lessons in the course, from 0.
EDITED, OVERDUE, DRAFTED = 4, 9, 11


@dataclass(frozen=True)
class Change:
    """A sentence that the editor changed, and what German and French readers get for it at once. Dutch waits."""

    where: str  # a field of the page, or the code that its heading block begins with
    en: str
    de: str
    fr: str


CHANGES = (
    Change(
        "opening_question",
        "Who in your organisation decides how long a product lasts: five years, or fifteen?",
        "Wer entscheidet in Ihrer Verwaltung, wie lange ein Produkt hält: fünf Jahre oder fünfzehn?",
        "Dans votre administration, qui décide combien de temps dure un produit : cinq ans ou quinze ?",
    ),
    Change(
        "summary",
        "Three groups on the R-ladder, the moment for each, and how to tell look-alikes apart.",
        "Drei Gruppen auf der R-Leiter, der richtige Zeitpunkt für jede und wie Sie ähnliche Sprossen "
        "auseinanderhalten.",
        "Trois groupes sur l’échelle des R, le bon moment pour chacun et comment distinguer les échelons qui se "
        "ressemblent.",
    ),
    Change("R8", "R8 and R9: the last resort", "R8 und R9: das letzte Mittel", "R8 et R9 : en dernier recours"),
)
DRAFT_SUMMARY = "Choose one purchase of this year and plan its eight steps, with names and dates."


def load(people: dict[str, User], outline: CourseOutline, now: datetime, today: date) -> None:
    """Prepare what waits; a lesson that somebody has edited since stays as it is."""
    lessons = [source_of(lesson.key) for lesson in outline.lessons]
    if len(lessons) <= DRAFTED:
        return
    editor = people["editor"]
    # The draft waits on the administrator's own front page; a mail about it would greet whoever starts the demo.
    UserProfile.objects.get_or_create(user=people["admin"], defaults={"submitted_notifications": False})
    edit_of_yesterday(lessons[EDITED], editor, now)
    overdue_review(lessons[OVERDUE], editor, now, today)
    waiting_draft(lessons[DRAFTED], editor, now)


def source_of(key: Any) -> LessonPage:
    """The lesson in the language that it was written in: the oldest page with the key."""
    found: LessonPage = LessonPage.objects.filter(translation_key=key).order_by("pk")[0]
    return found


def edit_of_yesterday(lesson: LessonPage, editor: User, now: datetime) -> None:
    """Three sentences changed and published; German and French follow, three Dutch segments wait for the translator."""
    translated = TranslationSource.objects.filter(object_id=lesson.translation_key).first()
    if translated is None or lesson.opening_question == CHANGES[0].en:
        return
    for change in CHANGES:
        if hasattr(lesson, change.where):
            setattr(lesson, change.where, change.en)
    body = list(lesson.body.raw_data)
    for block in body:
        for change in CHANGES:
            if block["type"] == "heading" and block["value"].startswith(f"{change.where} "):
                block["value"] = change.en
    lesson.body = lesson.body.stream_block.to_python(body)
    publish(lesson, editor, now - timedelta(days=1))
    translated.refresh_from_db()
    translating.read_again(translated, at=now)
    for language in ("de", "fr"):
        target = translated.translations.filter(target_locale__language_code=language).first()
        if target is not None:
            follow(target, {change.en: getattr(change, language) for change in CHANGES}, now)


def follow(target: Translation, words: dict[str, str], now: datetime) -> None:
    """Translate what is missing and publish."""
    for segment in StringSegment.objects.filter(source=target.source, string__data__in=words):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            locale=target.target_locale,
            context=segment.context,
            defaults={
                "data": words[segment.string.data],
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                "updated_at": now,
            },
        )
    total, done = target.get_progress()
    if done == total:
        translating.publish(target, by=None, at=now)


def overdue_review(lesson: LessonPage, editor: User, now: datetime, today: date) -> None:
    """A lesson that somebody should have read again a week ago."""
    wanted = today - timedelta(days=8)
    if lesson.review_by is None or lesson.review_by <= wanted:
        return
    lesson.reviewed_on, lesson.review_by = wanted - timedelta(days=365), wanted
    publish(lesson, editor, now - timedelta(days=200))
    translated = TranslationSource.objects.filter(object_id=lesson.translation_key).first()
    if translated is not None:
        translating.read_again(translated, at=now)


def waiting_draft(lesson: LessonPage, editor: User, now: datetime) -> None:
    """A draft that was sent for approval and not answered yet."""
    if lesson.has_unpublished_changes:
        return
    draft = lesson.get_latest_revision_as_object()
    draft.summary = DRAFT_SUMMARY
    revision = draft.save_revision(user=editor, log_action=True)
    workflow = lesson.get_workflow()
    if workflow is not None:
        workflow.start(lesson, editor)
    set_back(lesson, revision, now - timedelta(hours=3))


def publish(lesson: LessonPage, editor: User, at: datetime) -> None:
    """Save a revision and put it live, as the editor's button does, dated back."""
    revision = lesson.save_revision(user=editor, log_action=True)
    revision.publish(user=editor)
    set_back(lesson, revision, at)
    LessonPage.objects.filter(pk=lesson.pk).update(last_published_at=at)
    lesson.refresh_from_db()


def set_back(lesson: LessonPage, revision: Revision, at: datetime) -> None:
    """The revision, and what the log says of it, happened at this moment."""
    Revision.objects.filter(pk=revision.pk).update(created_at=at)
    LessonPage.objects.filter(pk=lesson.pk).update(latest_revision_created_at=at)
    PageLogEntry.objects.filter(page=lesson.pk, revision=revision).update(timestamp=at)
