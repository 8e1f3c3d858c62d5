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


class Renewal(models.TextChoices):
    """How a certificate stands with its end; `NONE` has no end, or is not valid for another reason."""

    NONE = "", ""
    VALID = "valid", pgettext_lazy("certificate", "Valid")
    WINDOW = "window", pgettext_lazy("certificate", "Ends soon")
    EXPIRED = "expired", pgettext_lazy("certificate", "Expired")


class CorrectionState(models.TextChoices):
    """What became of a correction that a holder asked for."""

    ASKED = "asked", pgettext_lazy("correction", "Asked for")
    GRANTED = "granted", pgettext_lazy("correction", "Corrected")
    DECLINED = "declined", pgettext_lazy("correction", "Not corrected")


class FileFinding(models.TextChoices):
    """What a file is worth that somebody brings."""

    EXACT = "exact", pgettext_lazy("file check", "This file is exactly as we issued it.")
    BADGE = "badge", pgettext_lazy("file check", "The badge in this file is ours and unchanged.")
    BADGE_ONLY = (
        "badge_only",
        pgettext_lazy("file check", "The badge in this file is ours, the document around it is not."),
    )
    CHANGED = "changed", pgettext_lazy("file check", "This file was changed after we issued it.")
    FOREIGN = "foreign", pgettext_lazy("file check", "Somebody else issued this.")
    NOTHING = "nothing", pgettext_lazy("file check", "There is no certificate of ours in this file.")
