"""Keys that sign, and what they signed, to the byte."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .states import SIZE


class IssuerKey(models.Model):
    """The public half of a key; the private one is never in the database. A retired key still proves what it signed."""

    key_id = models.CharField(max_length=40, unique=True, help_text="Such as key-2026-11.")
    public_multibase = models.CharField(max_length=100, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("key of the issuer")
        verbose_name_plural = _("keys of the issuer")
        ordering = ("made_at", "pk")
        constraints = [
            # One key signs at a time, whoever else made one in the same second.
            models.UniqueConstraint(
                IsNull(F("retired_at"), True),
                condition=Q(retired_at=None),
                name="issuer_key_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class SignedCredential(models.Model):
    """A badge as it was signed. Its bytes are never made anew: what was handed out is what is served."""

    code = models.CharField(max_length=26, unique=True, editable=False)
    credential = models.TextField(blank=True, help_text="The exact text that was signed; empty once erased.")
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="signed")
    # Random: places in order would say how many there are, and which belong together.
    status_index = models.PositiveIntegerField(unique=True, validators=[MaxValueValidator(SIZE - 1)])
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signed badge")
        verbose_name_plural = _("signed badges")
        constraints = [
            models.CheckConstraint(condition=Q(status_index__lt=SIZE), name="signed_credential_place_in_list"),
        ]

    def __str__(self) -> str:
        return self.code
