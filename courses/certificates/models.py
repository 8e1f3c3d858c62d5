"""Certificates: all they say is frozen at issue, in all languages; nothing cascades into them (rules 2 and 6)."""

from __future__ import annotations

import base64
import secrets
import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.models import Organisation
from courses.badges.models import SignedCredential
from courses.booking.models import Booking
from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem

from .enums import CertificateKind, CertificateStatus, CorrectionState


def new_code() -> str:
    """128 random bits as 26 letters and digits of base32, lower case: never a sequence, never to be guessed."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def private_storage() -> Storage:
    """Where certificate files lie: never below the public media address."""
    return storages["private"]


class Certificate(models.Model):
    """A frozen statement about one person and one course, or one date of a workshop."""

    code = models.CharField(max_length=26, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=20, choices=CertificateKind.choices, default=CertificateKind.COMPLETION)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )
    # The seat at a date that was attended in full; only statements of participation have one.
    booking = models.ForeignKey(Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates")
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
    # The older one that this cycle renews: both stand, each until its own end.
    renews = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="renewed_by")
    badge = models.OneToOneField(
        SignedCredential, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificate"
    )

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
            ),
            # Attendance can be corrected to less and back: what was revoked stays so, and a new statement stands.
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(booking__isnull=False, status__in=["valid", "withdrawn"]),
                name="certificate_once_for_booking",
            ),
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


class CertificateCorrection(models.Model):
    """A holder says that the name on a certificate is wrong; who administrates decides."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="corrections")
    wanted_name = models.CharField(max_length=150)
    why = models.CharField(max_length=300)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.ASKED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("correction of a certificate")
        verbose_name_plural = _("corrections of certificates")
        ordering = ("asked_at", "pk")
        constraints = [
            # Asked twice, by a second click or in two windows, it is asked once.
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state="asked"), name="certificate_correction_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} ({self.state})"


class CertificateAsset(models.Model):
    """A picture that certificates show, named by its content: what was issued names a digest, never a file or a row."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    content_type = models.CharField(max_length=20)
    file = models.FileField(upload_to="certificate-pictures/", storage=private_storage)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("picture on certificates")
        verbose_name_plural = _("pictures on certificates")

    def __str__(self) -> str:
        return self.sha256[:12]


class CertificateTemplate(models.Model):
    """How new certificates look and who signs them: the platform's, or that of one organisation's people."""

    # A template outlives its organisation, for nobody: only `is_default` makes it the platform's.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="certificate_templates",
        help_text=_("For whose people it is. Leave empty for everybody whose organisation has no template."),
    )
    is_default = models.BooleanField(default=False, editable=False)
    name = models.CharField(_("name"), max_length=100, help_text=_("Only you see it, in the list of templates."))
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("Certificates from now on follow it."))
    issuer = models.CharField(
        _("issuer"), max_length=120, blank=True, help_text=_("Who awards the certificate. Empty: the operator.")
    )
    signatory_name = models.CharField(_("who signs"), max_length=100, blank=True)
    signatory_role = models.CharField(_("role of who signs"), max_length=120, blank=True)
    logo = models.ForeignKey(CertificateAsset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signature = models.ForeignKey(CertificateAsset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # {"en": {"region": ..., "quality": ..., "closing": ..., "completion": ..., "participation": ...}, ...}
    words = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(organisation=None), name="template_default_is_for_everybody"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_active=True, organisation__isnull=False),
                name="template_once_for_organisation",
                violation_error_message=_("This organisation has a template in use already. Change that one."),
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_active=True, is_default=True),
                name="template_once_for_everybody",
                violation_error_message=_("There is a template for everybody already. Change that one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CertificateBundle(models.Model):
    """A ZIP of certificates for an auditor: asked for by somebody, made in the background, kept for a few days."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # {"unit": 3, "from": "2027-01-01", "until": None, "items": [7, 9]}; no unit: everybody; no items: all.
    scope = models.JSONField(default=dict)
    count = models.PositiveIntegerField(null=True, blank=True)
    file = models.FileField(upload_to="certificate-bundles/", storage=private_storage, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bundle of certificates")
        verbose_name_plural = _("bundles of certificates")
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def job_key(self) -> str:
        """Names the work that makes it (academy.jobs), whose row says how far it is."""
        return f"certificate-bundle:{self.public_id}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be fetched."""
        return self.made_at is not None and bool(self.file)
