"""The competences that learning serves: ProcurCompEU (European Commission, 2020), 30 competences at four levels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField


class Competence(TranslatableMixin, models.Model):
    """One competence in one language; the code is the same in all."""

    code = models.CharField(_("code"), max_length=10, help_text=_("As in ProcurCompEU: PC1 to PC30."))
    cluster = models.SlugField(_("cluster"), max_length=40)
    name = models.CharField(_("name"), max_length=150)

    panels = [FieldPanel("code"), FieldPanel("cluster"), FieldPanel("name")]
    override_translatable_fields = [
        SynchronizedField("code"),
        SynchronizedField("cluster"),
        TranslatableField("name"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
