"""Installed libraries: code that came with packages. One for each minor version; its patches are kept as revisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.h5p.enums import Need


class Library(models.Model):
    """A machine name with its major and minor version: what a dependency names exactly. Two minors live side by side.

    All content that depends on it is played with `current`: by the H5P format a higher patch takes the place of a
    lower one for everything. An administrator can go back to an earlier revision.
    """

    machine_name = models.CharField(max_length=255)
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    runnable = models.BooleanField(default=False)
    current = models.ForeignKey("LibraryRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Somebody went back to an earlier patch: a package's higher patch does not take its place until this is taken away.
    is_pinned = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("H5P library")
        verbose_name_plural = _("H5P libraries")
        ordering = ("machine_name", "major", "minor")
        constraints = [models.UniqueConstraint(fields=["machine_name", "major", "minor"], name="h5p_library_once")]
        # Code of strangers for everybody's browser: apart from adding content. Nobody but superusers has it at first.
        permissions = [("install_h5p_library", "Can install, replace and remove H5P libraries")]

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        """Its name in paths and in the player: "H5P.MultiChoice-1.16"."""
        return f"{self.machine_name}-{self.major}.{self.minor}"


class LibraryRevision(models.Model):
    """One patch of a library, with its files. Never changed; kept for going back."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="revisions")
    patch = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Over names and contents of its files.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    library_json = models.JSONField()
    semantics = models.JSONField(null=True, blank=True)
    installed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    installed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("revision of an H5P library")
        verbose_name_plural = _("revisions of H5P libraries")
        ordering = ("library", "-patch", "-pk")
        constraints = [models.UniqueConstraint(fields=["library", "patch", "sha256"], name="h5p_revision_once")]

    def __str__(self) -> str:
        return f"{self.library}.{self.patch}"

    @property
    def stamp(self) -> str:
        """Names its content within the library's folder, so that its files can be kept by browsers for ever."""
        return f"{self.patch}-{self.sha256[:12]}"


class LibraryNeed(models.Model):
    """What a revision depends on."""

    revision = models.ForeignKey(LibraryRevision, on_delete=models.CASCADE, related_name="needs")
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="needed_by")
    kind = models.CharField(max_length=10, choices=Need.choices)
    place = models.PositiveSmallIntegerField(help_text="Order in library.json, from 0.")

    class Meta:
        verbose_name = _("need of an H5P library")
        verbose_name_plural = _("needs of H5P libraries")
        ordering = ("place",)
        constraints = [models.UniqueConstraint(fields=["revision", "library", "kind"], name="h5p_need_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} -> {self.library_id}"
