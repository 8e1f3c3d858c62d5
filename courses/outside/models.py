"""Training that somebody did elsewhere, with evidence, and what was said to it."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import TrainingState


def private_storage() -> Storage:
    """Where files lie that no web server hands out by itself."""
    return storages["private"]


class OutsideTraining(models.Model):
    """A course, conference or the like that somebody took part in elsewhere."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outside_trainings")
    title = models.CharField(_("title"), max_length=200)
    provider = models.CharField(_("provider"), max_length=200)
    # The last day, where it took several.
    on = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes"))
    # As in ProcurCompEU (curriculum.competences); a code and no row, so that it outlives the list.
    competence = models.CharField(_("competence"), max_length=10, blank=True)
    description = models.TextField(_("what it was about"), blank=True)
    file = models.FileField(_("evidence"), upload_to="outside/%Y/", storage=private_storage, max_length=200, blank=True)
    # Name and kind as we say them, whatever the sender said; see files.py.
    file_name = models.CharField(_("name of the file"), max_length=120, blank=True)
    file_kind = models.CharField(max_length=10, blank=True)
    file_size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    state = models.CharField(_("status"), max_length=10, choices=TrainingState.choices, default=TrainingState.WAITING)
    asked_at = models.DateTimeField(_("reported"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("training from elsewhere")
        verbose_name_plural = _("training from elsewhere")
        constraints = [
            # One answer, with its date; a refusal says why. Who gave it may be gone.
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"], decided_at=None)
                | Q(state="accepted", decided_at__isnull=False)
                | (Q(state="refused", decided_at__isnull=False) & ~Q(reason="")),
                name="outside_training_state_fits_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="outside_training_takes_time",
                violation_error_message=_("Say how long it took."),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="outside_training_to_answer")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.public_id}"

    @property
    def version(self) -> str:
        """What it says, in short: an answer is to what was read, not to what it was changed to meanwhile."""
        said = [self.title, self.provider, self.on.isoformat(), self.minutes, self.competence, self.description]
        return hashlib.sha256(repr([*said, str(self.file.name or "")]).encode()).hexdigest()[:16]

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be changed, withdrawn, accepted and refused."""
        return self.state == TrainingState.WAITING
