"""The language-free spine: one row for each thing that people can learn (architecture decision 1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enums import ItemKind


class LearningItem(models.Model):
    """What enrolments, progress, attempts and certificates point to; it outlives the page or snippet it stands for."""

    key = models.UUIDField(unique=True, help_text="The translation_key of the source object.")
    kind = models.CharField(max_length=20, choices=ItemKind.choices)
    code = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=255, help_text="The source's title when it was last saved.")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("learning item")
        verbose_name_plural = _("learning items")
        indexes = [models.Index(fields=["kind", "code"], name="item_kind_code")]

    def __str__(self) -> str:
        return f"{self.code or self.kind}: {self.title}"
