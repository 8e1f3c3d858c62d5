"""Fixed lists about people."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person may do for a unit, a competence centre, or for the whole platform when neither is named."""

    MANAGER = "manager", pgettext_lazy("role", "Manager")
    DEPUTY = "deputy", pgettext_lazy("role", "Deputy")
    TRAINING_COORDINATOR = "training_coordinator", pgettext_lazy("role", "Training coordinator")
    TRAINER = "trainer", pgettext_lazy("role", "Trainer")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    ORGANISATION_ADMIN = "organisation_admin", pgettext_lazy("role", "Organisation administrator")
    PROGRAMME_OWNER = "programme_owner", pgettext_lazy("role", "Programme owner")
    PLATFORM_ADMIN = "platform_admin", pgettext_lazy("role", "Platform administrator")


class StaffFact(models.TextChoices):
    """What can happen to an organisation's units and people. Facts are appended, never changed."""

    ORGANISATION = "organisation", pgettext_lazy("staff fact", "Organisation named")
    UNIT = "unit", pgettext_lazy("staff fact", "Unit named or moved")
    UNIT_CLOSED = "unit_closed", pgettext_lazy("staff fact", "Unit closed")
    NAMED = "named", pgettext_lazy("staff fact", "Person named")
    JOINED = "joined", pgettext_lazy("staff fact", "Joined a unit")
    LEFT = "left", pgettext_lazy("staff fact", "Left a unit")
    PAUSED = "paused", pgettext_lazy("staff fact", "Paused")
    ROLE = "role", pgettext_lazy("staff fact", "Role given or ended")


class Looked(models.TextChoices):
    """What somebody looked at or took with them."""

    BOARD = "board", pgettext_lazy("looked at", "The team's list")
    PERSON = "person", pgettext_lazy("looked at", "The page about a person")
    EXPORT = "export", pgettext_lazy("looked at", "A download of the team's list")
    EVIDENCE = "evidence", pgettext_lazy("looked at", "An evidence pack")
    MAILED = "mailed", pgettext_lazy("looked at", "A list by mail")


class Wider(models.TextChoices):
    """What an organisation may show its managers besides status, due date and certificate. All are off by default."""

    STARTED = "started", pgettext_lazy("wider view", "Whether required learning has been started")
    VOLUNTARY = "voluntary", pgettext_lazy("wider view", "Courses and paths that people take of their own accord")


class ImportState(models.TextChoices):
    """Where an uploaded list of staff stands."""

    CHECKED = "checked", pgettext_lazy("list of staff", "Checked")
    APPLYING = "applying", pgettext_lazy("list of staff", "Being applied")
    DONE = "done", pgettext_lazy("list of staff", "Applied")
    DROPPED = "dropped", pgettext_lazy("list of staff", "Thrown away")


class Verdict(models.TextChoices):
    """What a line of a list of staff comes to."""

    NEW = "new", pgettext_lazy("line of a list", "Will be invited")
    CHANGE = "change", pgettext_lazy("line of a list", "Will be changed")
    SAME = "same", pgettext_lazy("line of a list", "Nothing to do")
    REFUSED = "refused", pgettext_lazy("line of a list", "Refused")
