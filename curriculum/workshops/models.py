"""Workshop formats: what is done in a workshop, not when (dates stand in `courses`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.models import BasePage, HomePage


class AgendaItemBlock(blocks.StructBlock):
    """One part of a workshop and how long it takes."""

    title = blocks.CharBlock(label=_("title"), max_length=150)
    minutes = blocks.IntegerBlock(label=_("minutes"), min_value=1)


class AgendaBlock(blocks.StreamBlock):
    """The parts of a workshop in order."""

    item = AgendaItemBlock(label=_("part"))


class WorkshopIndexPage(BasePage):
    """All workshop formats."""

    template = "curriculum/workshops.html"
    parent_page_types = [HomePage]

    class Meta:
        verbose_name = _("workshops")
        verbose_name_plural = _("workshops")


class WorkshopPage(BasePage):
    """A workshop format: goal, agenda with minutes, preparation, how many people."""

    class Mode(models.TextChoices):
        """Where it takes place."""

        ON_SITE = "on-site", pgettext_lazy("workshop", "On site")
        ONLINE = "online", pgettext_lazy("workshop", "Online")
        HYBRID = "hybrid", pgettext_lazy("workshop", "On site and online")

    code = models.SlugField(_("code"), max_length=20)
    mode = models.CharField(_("where"), max_length=10, choices=Mode.choices, default=Mode.ON_SITE)
    minimum = models.PositiveSmallIntegerField(_("fewest people"), default=1)
    maximum = models.PositiveSmallIntegerField(_("most people"), default=20)
    trainers = models.PositiveSmallIntegerField(_("trainers needed"), default=1)
    preparation = models.CharField(_("preparation"), max_length=300, blank=True)
    agenda = StreamField(AgendaBlock(), verbose_name=_("agenda"), blank=True)

    template = "curriculum/workshop.html"
    parent_page_types = [WorkshopIndexPage]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("preparation"),
        FieldPanel("agenda"),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("mode"),
                FieldPanel("minimum"),
                FieldPanel("maximum"),
                FieldPanel("trainers"),
            ],
            heading=_("Format"),
        ),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        TranslatableField("preparation"),
        TranslatableField("agenda"),
        *(SynchronizedField(name) for name in ("code", "mode", "minimum", "maximum", "trainers")),
    ]

    class Meta:
        verbose_name = _("workshop format")
        verbose_name_plural = _("workshop formats")

    @property
    def minutes(self) -> int:
        """Length of the whole, breaks included, in minutes."""
        return sum(part.value["minutes"] for part in self.agenda)
