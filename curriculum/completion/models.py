"""Versions of completion rules, so that it can be said which one somebody was promised."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem


class RuleVersion(models.Model):
    """What a course or path asked for from a moment on; a row is never changed."""

    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=10, choices=Route.choices, default=Route.FULL)
    number = models.PositiveIntegerField()
    # {"root": node, "advised": [node], "locks": {key: node}, "valid_months": 24}: nodes as in curriculum.conditions.
    rule = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of a completion rule")
        verbose_name_plural = _("versions of completion rules")
        ordering = ("item", "route", "number")
        constraints = [models.UniqueConstraint(fields=["item", "route", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.route} {self.number}"
