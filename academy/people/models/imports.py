"""Lists of staff that somebody uploaded: what was read, what was found, how far it is applied."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.enums import ImportState

from .organisations import Organisation


class StaffImport(models.Model):
    """One uploaded list. What it says about people is wiped 30 days later; that it was uploaded, and counts, stay."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    # Of new people whose line names none.
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKED)
    # The columns that are read ("columns") and what was found in the first line ("notes"): people.importing.columns.
    header = models.JSONField(default=dict, blank=True)
    # people.importing.lines.Line, in the order of the file.
    lines = models.JSONField(default=list, blank=True)
    # Keys of who works here (or is invited) and has no line: {"people": [], "invited": []}.
    leavers = models.JSONField(default=dict, blank=True)
    # Names of units that applying makes, as paths.
    new_units = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    # The last day of who has no line; empty: the file does not hold everybody.
    last_day = models.DateField(null=True, blank=True)
    # Places in `lines` (or, below them, in `leavers`) that are applied in one transaction each; how many are done.
    chunks = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    done = models.JSONField(default=dict, blank=True)
    # Lines that were good when they were checked and no longer were when they were applied.
    late = models.JSONField(default=list, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    # Values that leave nothing of what the list says about people.
    WIPED: ClassVar[dict[str, Any]] = {
        "lines": [], "leavers": {}, "late": [], "chunks": [], "new_units": [], "header": {}, "file_name": "",
    }  # fmt: skip

    class Meta:
        verbose_name = _("list of staff")
        verbose_name_plural = _("lists of staff")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        # No file name, which may name a person: what this says is copied into the audit trail.
        return f"{self.organisation} ({self.at:%Y-%m-%d})"

    @property
    def job_key(self) -> str:
        """Names the background work."""
        return f"staff-import:{self.public_id}"

    @property
    def percent(self) -> int:
        """How much of it is applied."""
        return self.position * 100 // len(self.chunks) if self.chunks else 100

    @property
    def is_wiped(self) -> bool:
        """Whether its lines are gone."""
        return not self.lines
