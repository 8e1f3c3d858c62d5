"""Kinds and states of H5P packages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Rule(models.TextChoices):
    """By what an activity is done."""

    VIEWED = "viewed", pgettext_lazy("activity", "Opened")
    INTERACTED = "interacted", pgettext_lazy("activity", "Worked with")
    COMPLETED = "completed", pgettext_lazy("activity", "Worked through to the end")
    PASSED = "passed", pgettext_lazy("activity", "Passed")


class PackageState(models.TextChoices):
    """Where an uploaded file stands."""

    PROCESSING = "processing", pgettext_lazy("package", "Being checked")
    WAITING = "waiting", pgettext_lazy("package", "Waits for its libraries to be allowed")
    READY = "ready", pgettext_lazy("package", "Ready")
    REFUSED = "refused", pgettext_lazy("package", "Refused")


class Need(models.TextChoices):
    """Why a library needs another."""

    PRELOADED = "preloaded", _("always")
    DYNAMIC = "dynamic", _("on demand")
    EDITOR = "editor", _("in the editor")


class Verdict(models.TextChoices):
    """What using a package would do with a library that it brings."""

    INSTALL = "install", pgettext_lazy("library", "New")
    UPGRADE = "upgrade", pgettext_lazy("library", "Would replace an older patch, for all activities")
    SAME = "same", pgettext_lazy("library", "Is here already")
    OLDER = "older", pgettext_lazy("library", "Is here in a newer patch, which is used")
    CHANGED = "changed", pgettext_lazy("library", "Is here with the same number and other content, which is used")
