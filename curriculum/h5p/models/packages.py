"""Uploaded packages: one file, for one activity in one language. A new file is a new package; the old ones stay."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from curriculum.h5p.enums import Need, PackageState

from .activities import Activity
from .libraries import Library


class Package(models.Model):
    """A .h5p file as it was uploaded, what was found in it, and whether it is the one that is played.

    Attempts point to the package that they were played with, so packages with attempts are kept.
    """

    # A file of an activity is no place where the activity is used.
    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="packages", help_text="The source.")
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="From 1, for each activity and language.")
    is_current = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=PackageState.choices, default=PackageState.PROCESSING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent of the work under way.")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes of the file.")
    unpacked = models.PositiveBigIntegerField(default=0, help_text="Bytes of its content, unpacked.")
    # What was found: see curriculum.h5p.findings and curriculum.h5p.planning.
    findings = models.JSONField(default=list, blank=True)
    plan = models.JSONField(default=dict, blank=True)
    title = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="What the package itself says.")
    main_library = models.ForeignKey(Library, on_delete=models.PROTECT, null=True, blank=True, related_name="packages")
    h5p_json = models.JSONField(default=dict, blank=True)
    can_rescore = models.BooleanField(default=False)
    known_max = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("H5P package")
        verbose_name_plural = _("H5P packages")
        ordering = ("activity", "locale", "-number")
        constraints = [
            models.UniqueConstraint(fields=["activity", "locale", "number"], name="h5p_package_number_once"),
            models.UniqueConstraint(
                fields=["activity", "locale"], condition=Q(is_current=True), name="h5p_package_current_once"
            ),
            models.CheckConstraint(condition=Q(is_current=False) | Q(state="ready"), name="h5p_current_is_ready"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"

    @property
    def is_ready(self) -> bool:
        """Whether it can be played."""
        return self.state == PackageState.READY


class PackageLibrary(models.Model):
    """A library that a package needs, found through all that need each other; in the order in which they are loaded."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="needs")
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="used_by")
    kind = models.CharField(max_length=10, choices=Need.choices)
    place = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("library of an H5P package")
        verbose_name_plural = _("libraries of H5P packages")
        ordering = ("place",)
        constraints = [models.UniqueConstraint(fields=["package", "library"], name="h5p_package_library_once")]

    def __str__(self) -> str:
        return f"{self.package_id} -> {self.library_id}"
