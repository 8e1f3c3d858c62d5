"""Kinds and states of certificates."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CertificateKind(models.TextChoices):
    """Assessed, or attended."""

    COMPLETION = "completion", pgettext_lazy("certificate", "Certificate of completion")
    PARTICIPATION = "participation", pgettext_lazy("certificate", "Statement of participation")


class CertificateStatus(models.TextChoices):
    """What the check page says."""

    VALID = "valid", pgettext_lazy("certificate", "Valid")
    REVOKED = "revoked", pgettext_lazy("certificate", "Revoked")
    REPLACED = "replaced", pgettext_lazy("certificate", "Replaced")
    WITHDRAWN = "withdrawn", pgettext_lazy("certificate", "Withdrawn by its holder")
