"""Certificates: all they say is frozen at issue, in all languages; nothing cascades into them (rules 2 and 6)."""

from __future__ import annotations

import base64
import secrets

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem

from .enums import CertificateKind, CertificateStatus


def new_code() -> str:
    """128 random bits as 26 letters and digits of base32, lower case: never a sequence, never to be guessed."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def private_storage() -> Storage:
    """Where certificate files lie: never below the public media address."""
    return storages["private"]


class Certificate(models.Model):
    """A frozen statement about one person and one course."""

    code = models.CharField(max_length=26, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=20, choices=CertificateKind.choices, default=CertificateKind.COMPLETION)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    holder_name = models.CharField(max_length=150)
    language = models.CharField(max_length=10, help_text="The holder's language at issue.")
    # {"version": 1, "texts": {"en": {...}, ...}}: titles, outcomes, competences, hours, assessment, issuer, signatory.
    frozen = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=CertificateStatus.choices, default=CertificateStatus.VALID)
    status_reason = models.CharField(max_length=300, blank=True)
    status_changed_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("-issued_at",)
        constraints = [
            # A certificate exists once for an enrolment (and so for a cycle); a corrected one replaces it.
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(enrolment__isnull=False) & ~Q(status="replaced"),
                name="certificate_once_for_enrolment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"


class CertificateFile(models.Model):
    """The bytes of a certificate in one language, as first made; served ever after."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(max_length=10)
    file = models.FileField(upload_to="certificates/%Y/", storage=private_storage)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("certificate file")
        verbose_name_plural = _("certificate files")
        constraints = [models.UniqueConstraint(fields=["certificate", "language"], name="certificate_file_once")]

    def __str__(self) -> str:
        return f"{self.certificate_id} ({self.language})"
