"""Private notes and bookmarks of lessons."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.items.models import LearningItem

MAX_LETTERS = 10_000


class LessonNote(models.Model):
    """What one person has noted beside one lesson. It has no history: what is written over is gone."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_notes")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"), validators=[MaxLengthValidator(MAX_LETTERS)])
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now)

    class Meta:
        verbose_name = _("note on a lesson")
        verbose_name_plural = _("notes on lessons")
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="note_once_for_lesson")]

    def __str__(self) -> str:
        # Without a word of the note: this stands in logs and error reports.
        return f"{self.person_id}: {self.item_id}"


class Bookmark(models.Model):
    """A lesson that a person wants to find again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookmarks")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="bookmark_once_for_lesson")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id}"
