"""What the curriculum does when something of its own changes; connected when Django starts."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, Page
from wagtail.signals import page_published, page_unpublished, post_page_move, published, unpublished
from wagtail_localize.models import TranslationSource

from academy.jobs.registry import register
from academy.jobs.rules import enqueue
from academy.people import registry
from academy.website.addresses import content_changed
from academy.website.queries import is_source
from curriculum.catalogue.models import CoursePage, LearningPathPage, ModulePage
from curriculum.catalogue.signals import rules_composed
from curriculum.competences.models import Competence
from curriculum.completion.editing import refuse_impossible
from curriculum.completion.rules import NOTE_VERSIONS, note_versions
from curriculum.h5p import rules as h5p
from curriculum.h5p.models import Activity, LibraryRevision, Package
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.items.rules import ensure_item, retire_item
from curriculum.items.signals import course_changed
from curriculum.lessons.models import LessonPage
from curriculum.lessons.queries import courses_with
from curriculum.library.models import GlossaryTerm
from curriculum.quizzes.models import Question, Quiz, QuizQuestion, Rubric
from curriculum.translation.rules import read_again_job
from curriculum.workshops.models import WorkshopPage

ITEM_KINDS: dict[type, ItemKind] = {
    LearningPathPage: ItemKind.PATH,
    CoursePage: ItemKind.COURSE,
    ModulePage: ItemKind.MODULE,
    LessonPage: ItemKind.LESSON,
    Quiz: ItemKind.QUIZ,
    WorkshopPage: ItemKind.WORKSHOP,
    Activity: ItemKind.ACTIVITY,
}
# What a draft save or an autosave writes to the live row: nothing that an item knows.
DRAFT_FIELDS = {"latest_revision_created_at", "draft_title", "latest_revision", "has_unpublished_changes"}


def item_code(thing: Any) -> str:
    """The short name that people know the thing by, if it has one."""
    return str(getattr(thing, "code", "") or getattr(thing, "number", ""))


@receiver(post_save)
def keep_item(sender: type, instance: Any, update_fields: Any = None, raw: bool = False, **kwargs: Any) -> None:
    """A source that is live has its item; one that is withdrawn has it retired."""
    kind = ITEM_KINDS.get(sender)
    if kind is None or raw or (update_fields and set(update_fields) <= DRAFT_FIELDS) or not is_source(instance):
        return
    if instance.live:
        ensure_item(instance, kind, item_code(instance), instance.title)
    else:
        retire_item(instance.translation_key, at=timezone.now())


@receiver(post_delete)
def retire_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    """The item of a source that is deleted stays, retired (architecture rule 6)."""
    if sender in ITEM_KINDS and is_source(instance):
        retire_item(instance.translation_key, at=timezone.now())


@receiver(page_published, sender=CoursePage)
def announce_course(sender: type, instance: CoursePage, **kwargs: Any) -> None:
    """A course was published: its quiz may be another, or none."""
    if is_source(instance):
        course_changed.send(sender=CoursePage, key=instance.translation_key)


@receiver(page_published, sender=LessonPage)
def announce_lesson(sender: type, instance: LessonPage, **kwargs: Any) -> None:
    """A lesson was published: an activity may have been taken out of it. Where there are no activities, none was."""
    if is_source(instance) and LearningItem.objects.filter(kind=ItemKind.ACTIVITY).exists():
        for course in CoursePage.objects.ancestor_of(instance):
            course_changed.send(sender=CoursePage, key=course.translation_key)


@receiver(published, sender=Activity)
def announce_activity(sender: type, instance: Activity, **kwargs: Any) -> None:
    """An activity was published that does not count: perhaps it did before."""
    if is_source(instance) and not instance.counts:
        for key in courses_with(instance.translation_key):
            course_changed.send(sender=CoursePage, key=key)


@receiver(post_page_move)
def announce_moved(
    sender: type, instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """A lesson or module was moved out of a course. A move is live at once, as withdrawing is."""
    if parent_page_before.pk == parent_page_after.pk:
        return
    # Read anew: the move may have changed the paths of the pages that the signal carries.
    parent = Page.objects.get(pk=parent_page_before.pk)
    for course in CoursePage.objects.ancestor_of(parent, inclusive=True):
        course_changed.send(sender=CoursePage, key=course.translation_key)


# -- packages of activities -------------------------------------------------------------------------------------------
register(h5p.KIND, h5p.process, lease=h5p.LEASE, given_up=h5p.give_up)

# -- completion rules -------------------------------------------------------------------------------------------------
RULED = (CoursePage, LearningPathPage, ModulePage, LessonPage, Quiz, Activity)
register(NOTE_VERSIONS, note_versions)


@receiver(rules_composed)
def look_at_rules(sender: type, page: CoursePage | LearningPathPage, **kwargs: Any) -> None:
    """A course or path is about to be kept: not with a rule that nobody could meet."""
    refuse_impossible(page)


@receiver([page_published, page_unpublished, published, unpublished, post_page_move])
def number_rules(sender: type, instance: Any, **kwargs: Any) -> None:
    """What a course or path asks for may have changed: that is numbered in the background, once for many changes."""
    if isinstance(instance, Page):
        instance = instance.specific
    if isinstance(instance, RULED) and is_source(instance):
        enqueue(key=NOTE_VERSIONS, kind=NOTE_VERSIONS, payload={})


# Shown in cached pages and outlines without being pages. Questions are not: attempts freeze them.
SHOWN = (Activity, Competence, GlossaryTerm, LearningItem, Package, Quiz, QuizQuestion)


@receiver([post_save, post_delete])
def note_shown(sender: type, **kwargs: Any) -> None:
    """Words that stand in pages changed: what is cached of them is old."""
    if sender in SHOWN:
        content_changed()


# -- translations fall behind (decision 4) ----------------------------------------------------------------------------
READ_AGAIN = "translation.read_again"
PLAIN_SNIPPETS = (Competence, GlossaryTerm, Question, Rubric)
register(READ_AGAIN, read_again_job)


@receiver([page_published, published])
def note_published(sender: type, instance: Any, **kwargs: Any) -> None:
    """A source was published: its segments are read again in the background."""
    _read_again_later(instance)


@receiver(post_save)
def note_saved_snippet(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """The same for snippets that have no drafts: saving is publishing."""
    if sender in PLAIN_SNIPPETS and not raw and not isinstance(instance, DraftStateMixin):
        _read_again_later(instance)


def _read_again_later(thing: Any) -> None:
    key = getattr(thing, "translation_key", None)
    found = key and TranslationSource.objects.filter(object_id=key, locale_id=thing.locale_id).values_list("pk")
    for (pk,) in found or ():
        enqueue(key=f"{READ_AGAIN}:{pk}", kind=READ_AGAIN, payload={"source_id": pk})


# -- people's data (academy.people.registry) --------------------------------------------------------------------------
for stamped, stamp, what in (
    (Package, "uploaded_by", _("Activities (H5P) that you uploaded")),
    (LibraryRevision, "installed_by", _("Parts of activities (H5P) that you allowed")),
):
    registry.register(
        stamped,
        what=what,
        export=None,
        erase=registry.unset(stamped, stamp),
        keep_reason=_("It belongs to what is taught; who put it there is emptied."),
        until=_("as long as it is taught"),
        about_person=False,
    )
