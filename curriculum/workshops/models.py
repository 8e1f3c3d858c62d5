"""Workshop formats: what is done in a workshop, not when (dates stand in `courses`)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.models import BasePage, HomePage
from curriculum.competences.models import Competence


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
    minimum = models.PositiveSmallIntegerField(
        _("fewest people"), default=1, help_text=_("With fewer bookings a date does not go ahead.")
    )
    maximum = models.PositiveSmallIntegerField(
        _("most people"), default=20, help_text=_("On site and online together. Each new date begins with this number.")
    )
    online_maximum = models.PositiveSmallIntegerField(
        _("of these online"),
        null=True,
        blank=True,
        help_text=_("Only on site and online at once: how many of these seats are online. The others are on site."),
    )
    trainers = models.PositiveSmallIntegerField(
        _("trainers needed"), default=1, help_text=_("How many people it takes to run it.")
    )
    goal = models.CharField(
        _("goal"), max_length=300, blank=True, help_text=_("What people leave with, in one or two sentences.")
    )
    preparation = models.CharField(
        _("preparation"), max_length=300, blank=True, help_text=_("What people do or bring before they come.")
    )
    agenda = StreamField(
        AgendaBlock(), verbose_name=_("agenda"), blank=True, help_text=_("All parts in order, breaks included.")
    )
    trainer_notes = models.TextField(
        _("notes for trainers"),
        blank=True,
        help_text=_("One hint on each line. Only trainers read them; they stand on no public page."),
    )

    template = "curriculum/workshop.html"
    parent_page_types = [WorkshopIndexPage]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("goal"),
        FieldPanel("preparation"),
        FieldPanel("agenda"),
        FieldPanel("trainer_notes"),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("mode"),
                FieldPanel("minimum"),
                FieldPanel("maximum"),
                FieldPanel("online_maximum"),
                FieldPanel("trainers"),
            ],
            heading=_("Format"),
        ),
        InlinePanel("competences", label=_("competence"), heading=_("Competences it serves")),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *(TranslatableField(name) for name in ("goal", "preparation", "agenda", "trainer_notes")),
        *(
            SynchronizedField(name)
            for name in ("code", "mode", "minimum", "maximum", "online_maximum", "trainers", "competences")
        ),
    ]

    class Meta:
        verbose_name = _("workshop format")
        verbose_name_plural = _("workshop formats")

    @property
    def minutes(self) -> int:
        """Length of the whole, breaks included, in minutes."""
        return sum(part.value["minutes"] for part in self.agenda)

    @property
    def place_maximum(self) -> int | None:
        """Most people on site, where seats online are counted apart; else None."""
        return None if self.online_maximum is None else max(self.maximum - self.online_maximum, 0)

    def clean(self) -> None:
        """The numbers agree with each other."""
        super().clean()
        wrong = {}
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            wrong["minimum"] = _("This is more than the most people.")
        if self.online_maximum is not None:
            if self.mode != self.Mode.HYBRID:
                wrong["online_maximum"] = _("Leave this empty, unless it takes place on site and online at once.")
            elif self.maximum is not None and self.online_maximum > self.maximum:
                wrong["online_maximum"] = _("This is more than the most people.")
        if wrong:
            raise ValidationError(wrong)


class WorkshopCompetence(Orderable):
    """A competence that a workshop serves, and up to which level. Read from the source only."""

    workshop = ParentalKey(WorkshopPage, on_delete=models.CASCADE, related_name="competences")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=[(n, str(n)) for n in range(1, 5)], default=1)

    panels = [FieldPanel("competence"), FieldPanel("level")]

    class Meta(Orderable.Meta):
        verbose_name = _("competence of a workshop")

    def __str__(self) -> str:
        return f"{self.competence.code}/{self.level}"
