"""Organisations, their units as a tree, and what organisations share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .accounts import default_time_zone, validate_time_zone

LANGUAGES = dict(settings.LANGUAGES)


def validate_names(value: Any) -> None:
    """Words by language code, one of them at least."""
    if not isinstance(value, dict) or not any(str(words).strip() for words in value.values()):
        raise ValidationError(_("Write the name in at least one language."), code="names")


class NamedChoice(models.Model):
    """An entry of a list that administrators edit, with its words in each language."""

    code = models.SlugField(unique=True)
    # {"en": "Municipality", "nl": "Gemeente"}: a language may be added without a change of tables.
    names = models.JSONField(_("name"), default=dict, validators=[validate_names])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.label()

    def label(self, language: str = "") -> str:
        """The name in a language (default: the current one), else in the site's, else in any."""
        wanted = (language or get_language() or "", settings.LANGUAGE_CODE, *self.names)
        return next((self.names[code] for code in wanted if self.names.get(code)), self.code)


class OrganisationType(NamedChoice):
    """What kind of body an organisation is: municipality, water authority, ministry."""

    class Meta(NamedChoice.Meta):
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisations")


class JobRole(NamedChoice):
    """What somebody does there: buyer, budget holder, policy adviser. A rule may ask for it."""

    class Meta(NamedChoice.Meta):
        verbose_name = _("job")
        verbose_name_plural = _("jobs")


class Organisation(models.Model):
    """A public body whose people learn here."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(unique=True)
    kind = models.ForeignKey(
        OrganisationType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type")
    )
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166."))
    # Checked and redrawn by people.logos: a PNG of our own making, whatever was sent.
    logo = models.FileField(_("logo"), upload_to="logos/", blank=True, editable=False)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation; the root of its tree carries the organisation itself."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("name"), max_length=200)
    closed_on = models.DateField(
        _("closed since"), null=True, blank=True, editable=False, help_text=_("A closed unit takes nobody any more.")
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="unit_is_not_its_own_parent",
                violation_error_message=_("A unit cannot stand below itself."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitVersion(models.Model):
    """What a unit was called and where it stood, from a day until a day; the open row is the present."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(until_day=None), name="unit_has_one_present_version")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.from_day})"


class Centre(models.Model):
    """A local competence centre: organisations that share trainers, workshop dates and reports."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(unique=True)
    organisations = models.ManyToManyField(
        Organisation, related_name="centres", blank=True, verbose_name=_("organisations")
    )

    class Meta:
        verbose_name = _("local competence centre")
        verbose_name_plural = _("local competence centres")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class MailDomain(models.Model):
    """Whoever has a confirmed address in this domain may join the unit by themselves."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="mail_domains", verbose_name=_("unit"))
    domain = models.CharField(_("mail domain"), max_length=200, help_text=_("What stands behind the @."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Set when somebody who answers for the platform has checked whose domain it is. Until then it opens nothing.
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering = ("domain",)
        constraints = [
            models.UniqueConstraint(
                Lower("domain"),
                name="mail_domain_once",
                violation_error_message=_("This domain belongs to an organisation already."),
            )
        ]

    def __str__(self) -> str:
        return self.domain
