"""What was loaded from the content files, so that a second loading knows what was edited since."""

from __future__ import annotations

from django.db import models


class ContentFileState(models.Model):
    """One text in one language as it was loaded. `part` names it inside a file that holds several."""

    path = models.CharField(max_length=150)
    part = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, help_text="Of what the file said.")
    object_id = models.PositiveIntegerField()
    revision_id = models.PositiveIntegerField(
        null=True, help_text="The newest revision after loading; another one means: edited."
    )
    content_digest = models.CharField(
        max_length=64, blank=True, help_text="Of what was stored; for things without revisions."
    )
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "part", "language"], name="content_is_loaded_once")]

    def __str__(self) -> str:
        return f"{self.path}{'#' if self.part else ''}{self.part} ({self.language})"
