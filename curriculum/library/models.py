"""Practice cases and the glossary."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.blocks import BodyBlock
from academy.website.models import BasePage, HomePage

from .blocks import SourcesBlock


class CaseBody(BodyBlock):
    """A case has sources besides the common blocks."""

    sources = SourcesBlock()


class PracticeCaseIndexPage(BasePage):
    """All practice cases."""

    template = "curriculum/cases.html"
    parent_page_types = [HomePage]

    class Meta:
        verbose_name = _("practice cases")
        verbose_name_plural = _("practice cases")


class PracticeCasePage(BasePage):
    """What one authority did, with figures and what went wrong."""

    number = models.PositiveSmallIntegerField(_("number"), default=0)
    is_real = models.BooleanField(
        _("it happened"), default=True, help_text=_("Otherwise the page says it is invented.")
    )
    authority = models.CharField(_("authority"), max_length=150, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166."))
    theme = models.CharField(_("theme"), max_length=60, blank=True)
    r_strategies = models.CharField(_("R-strategies"), max_length=40, blank=True, help_text=_("As in R3 R6."))
    body = StreamField(CaseBody(), verbose_name=_("body"), blank=True)
    steward = models.CharField(_("steward"), max_length=100, blank=True)
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    template = "curriculum/case.html"
    parent_page_types = [PracticeCaseIndexPage]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("number"),
                FieldPanel("is_real"),
                FieldPanel("authority"),
                FieldPanel("country"),
                FieldPanel("theme"),
                FieldPanel("r_strategies"),
            ],
            heading=_("Facts"),
        ),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("steward"), FieldPanel("reviewed_on"), FieldPanel("review_by")], heading=_("Care")),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *(
            SynchronizedField(name)
            for name in (
                "number", "is_real", "authority", "country", "theme", "r_strategies", "steward", "reviewed_on",
                "review_by",
            )
        ),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("practice case")
        verbose_name_plural = _("practice cases")


class GlossaryTerm(TranslatableMixin, models.Model):
    """A term of the field and what it means, in one language."""

    code = models.SlugField(_("code"), max_length=80)
    name = models.CharField(_("term"), max_length=150)
    definition = models.CharField(_("definition"), max_length=400)

    panels = [FieldPanel("code"), FieldPanel("name"), FieldPanel("definition")]
    override_translatable_fields = [
        SynchronizedField("code"),
        TranslatableField("name"),
        TranslatableField("definition"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
