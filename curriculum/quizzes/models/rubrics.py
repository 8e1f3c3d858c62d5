"""Rubrics: what a marker looks at in an open answer, line by line."""

from __future__ import annotations

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField


class Rubric(TranslatableMixin, ClusterableModel):
    """A list of lines, each of which is insufficient, sufficient or good."""

    code = models.SlugField(_("code"), max_length=80, help_text=_("A name for lists: R1."))
    title = models.CharField(_("title"), max_length=200)

    panels = [
        FieldPanel("code"),
        FieldPanel("title"),
        InlinePanel("lines", label=_("line"), heading=_("Lines"), min_num=1),
    ]
    override_translatable_fields = [
        SynchronizedField("code", overridable=False),
        TranslatableField("title"),
        TranslatableField("lines"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


class RubricLine(TranslatableMixin, Orderable):
    """One line of a rubric."""

    rubric = ParentalKey(Rubric, on_delete=models.CASCADE, related_name="lines")
    text = models.TextField(_("text"))

    panels = [FieldPanel("text")]
    override_translatable_fields = [TranslatableField("text")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("line of a rubric")
        verbose_name_plural = _("lines of rubrics")

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)
