"""Figures about groups, frozen week by week. What is kept is what may be shown: no true number is ever stored."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.items.models import LearningItem


class FigureSnapshot(models.Model):
    """The tables of one course or path for one week. Made once, never changed."""

    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    # {"version": 1, "branches": [{"kinds": [{"id": 3, "names": {"en": "Municipality"}}],
    #   "atoms": [{"organisations": [{"id": 7, "name": "Lindau"}], "counts": [10, 15, 5]}]}]}
    # Names are those of that week. No branches: too few people for any figure.
    rows = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("group figures of a week")
        verbose_name_plural = _("group figures by week")
        ordering = ("-week", "item")
        constraints = [models.UniqueConstraint(fields=["item", "week"], name="figures_once_a_week")]

    def __str__(self) -> str:
        return f"{self.item_id} ({self.week})"
