"""Who people are and where they work: dated rows, so that a past state can be shown (architecture decision 10)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import Role


def validate_time_zone(value: str) -> None:
    """Refuse what is not the name of an IANA zone."""
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."), code="time_zone")


def default_time_zone() -> str:
    """IANA name of the zone that a new person starts with."""
    return settings.DEFAULT_TIME_ZONE


class UserManager(BaseUserManager["User"]):
    """Makes people; addresses are kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this e-mail address, whatever its case."""
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with this address; without a password they sign in by mailed code."""
        if not email:
            raise ValueError("a person needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Wagtail's are untyped
    """A person with an account. The e-mail address is the login; the public id is random."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name"), max_length=150, blank=True)
    certificate_name = models.CharField(
        _("name on certificates"), max_length=150, blank=True, help_text=_("Leave empty to use your name.")
    )
    certificate_name_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    is_staff = models.BooleanField(_("may enter the CMS"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_any_case",
                violation_error_message=_("An account with this e-mail address exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the person's password; one that everybody knows is nobody's."""
        return raw_password not in settings.REFUSED_PASSWORDS and super().check_password(raw_password)

    def get_full_name(self) -> str:
        """The name shown to others, never the e-mail address (it would put it into pages)."""
        return self.display_name or str(_("Person without a name"))

    def get_short_name(self) -> str:
        """The name that greets the person."""
        return self.display_name or self.email

    @property
    def name_for_certificate(self) -> str:
        """The name that a certificate would carry now."""
        return self.certificate_name or self.display_name


class Organisation(models.Model):
    """A public body whose people learn here."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(unique=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166."))
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


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with `from_day` and `until_day` (the last day included, empty: open)."""

    def on(self, day: date) -> DatedQuerySet:
        """Rows that hold on this day."""
        return self.filter(Q(until_day=None) | Q(until_day__gte=day), from_day__lte=day)


class Membership(models.Model):
    """A person works in a unit, from a day until a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            # Someone may work in two units at once, but stands in each of them once.
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=Q(until_day=None),
                name="membership_open_once",
                violation_error_message=_("This person is a member of this unit already."),
            ),
        ]

    def __str__(self) -> str:
        # No name: what this says is copied into the audit trail, which outlives the account.
        return f"{self.unit} ({self.from_day})"


class RoleGrant(models.Model):
    """A person holds a role for a unit and all below it, or everywhere if no unit is named, from a day until a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="role_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["manager", "deputy", "organisation_admin"]) | Q(unit__isnull=False),
                name="role_for_people_names_a_unit",
                violation_error_message=_("Name the unit that this role is for."),
            ),
        ]

    def __str__(self) -> str:
        # No name: what this says is copied into the audit trail, which outlives the account.
        return f"{self.get_role_display()}: {self.unit}" if self.unit else str(self.get_role_display())
