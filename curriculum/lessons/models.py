"""Lessons: one opening question, an explanation, an example, a task, sources."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.models import BasePage
from academy.website.queries import is_source
from curriculum.catalogue.models import ModulePage
from curriculum.library.models import PracticeCasePage
from curriculum.workshops.models import WorkshopPage

from .blocks import LessonBody, activity_keys, study_minutes
from .enums import LessonStatus


class LessonPage(BasePage):
    """A lesson of about ten to fifteen minutes."""

    status = models.CharField(_("state"), max_length=10, choices=LessonStatus.choices, default=LessonStatus.WRITTEN)
    opening_question = models.CharField(_("opening question"), max_length=300, blank=True)
    body = StreamField(LessonBody(), verbose_name=_("body"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=0, editable=False, help_text=_("Follows from words and exercises when it is saved.")
    )
    # Keys of the activities in the body, in order: what a course consists of is read without reading its texts.
    activity_keys = models.JSONField(default=list, editable=False)
    workshop = models.ForeignKey(
        WorkshopPage,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("workshop"),
        help_text=_("This lesson is done by attending this workshop, and cannot be ticked by hand."),
    )
    steward = models.CharField(_("steward"), max_length=100, blank=True, help_text=_("Who keeps this lesson right."))
    law_as_at = models.DateField(_("law as at"), null=True, blank=True)
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    template = "curriculum/lesson.html"
    parent_page_types = [ModulePage]
    subpage_types: list[str] = []
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("opening_question"),
        FieldPanel("body"),
        PageChooserPanel("workshop", WorkshopPage),
        InlinePanel("cases", label=_("practice case"), heading=_("Practice cases")),
        MultiFieldPanel(
            [
                FieldPanel("status"),
                FieldPanel("steward"),
                FieldPanel("law_as_at"),
                FieldPanel("reviewed_on"),
                FieldPanel("review_by"),
            ],
            heading=_("Care"),
        ),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        TranslatableField("opening_question"),
        *(
            SynchronizedField(name)
            for name in (
                "status", "minutes", "activity_keys", "steward", "law_as_at", "reviewed_on", "review_by", "cases",
                "workshop",
            )
        ),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Minutes and activities follow from the source's body; translations take them over."""
        fields = kwargs.get("update_fields")
        if (fields is None or "body" in fields) and (self.pk is None or is_source(self)):
            self.minutes = ceil(study_minutes(self.body, self.title, self.opening_question))
            self.activity_keys = activity_keys(self.body)
            if fields is not None:
                kwargs["update_fields"] = {*fields, "minutes", "activity_keys"}
        super().save(*args, **kwargs)


class LessonCase(Orderable):
    """A practice case that a lesson links to. Read from the source only."""

    lesson = ParentalKey(LessonPage, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(PracticeCasePage, on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("case")]

    class Meta(Orderable.Meta):
        verbose_name = _("case of a lesson")

    def __str__(self) -> str:
        return str(self.case)
