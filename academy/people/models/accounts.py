"""People with an account."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
