"""Who works where and who may what, as dated rows; and what happened, as facts (architecture decision 10)."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.enums import Looked, Role, StaffFact, Wider

from .organisations import Centre, JobRole, Organisation, Unit


def new_token() -> str:
    """A word that nobody guesses: 160 bits."""
    return secrets.token_urlsafe(20)


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with `from_day` and `until_day` (the last day included, empty: open)."""

    def on(self, day: date) -> DatedQuerySet:
        """Rows that hold on this day."""
        return self.filter(Q(until_day=None) | Q(until_day__gte=day), from_day__lte=day)


class Membership(models.Model):
    """A person works in a unit, from a day until a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    job = models.ForeignKey(
        JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("job")
    )
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            # Someone may work in two units at once, but stands in each of them once.
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=Q(until_day=None),
                name="membership_open_once",
                violation_error_message=_("This person is a member of this unit already."),
            ),
        ]

    def __str__(self) -> str:
        # No name: what this says is copied into the audit trail, which outlives the account.
        return f"{self.unit} ({self.from_day})"


class RoleGrant(models.Model):
    """A person holds a role for a unit and all below it, or everywhere if no unit is named, from a day until a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants")
    centre = models.ForeignKey(
        Centre,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="role_grants",
        verbose_name=_("local competence centre"),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="role_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["manager", "deputy", "organisation_admin"]) | Q(unit__isnull=False),
                name="role_for_people_names_a_unit",
                violation_error_message=_("Name the unit that this role is for."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["training_coordinator", "auditor"])
                | Q(unit__isnull=False)
                | Q(centre__isnull=False),
                name="role_names_a_unit_or_a_centre",
                violation_error_message=_("Name the unit or the competence centre that this role is for."),
            ),
            models.CheckConstraint(
                condition=Q(unit=None) | Q(centre=None),
                name="role_for_one_place",
                violation_error_message=_("A role is for a unit or for a competence centre, not for both."),
            ),
        ]

    def __str__(self) -> str:
        # No name: what this says is copied into the audit trail, which outlives the account.
        where = self.unit or self.centre
        return f"{self.get_role_display()}: {where}" if where else str(self.get_role_display())


class Pause(models.Model):
    """Somebody is away (leave, illness, parental leave: why is nobody's business here). Due dates wait meanwhile."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pauses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("last day away"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ("from_day", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="pause_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(until_day=None),
                name="pause_open_once",
                violation_error_message=_("A pause without an end is noted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_day} - {self.until_day or ''}"


class Invitation(models.Model):
    """Somebody is asked to join a unit. `person` is the account that was made for it, or answered it."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="invitations")
    job = models.ForeignKey(JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail address"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "email"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="invitation_waits_once",
                violation_error_message=_("This address is invited already."),
            )
        ]

    def __str__(self) -> str:
        # No address: what this says is copied into the audit trail.
        return f"{self.unit} ({self.at:%Y-%m-%d})"


class JoinLink(models.Model):
    """A link by which people join a unit by themselves, until a day, at most so many."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="join_links")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    seats = models.PositiveIntegerField(_("at most so many people"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(_("until"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link for joining")
        verbose_name_plural = _("links for joining")
        constraints = [
            # The guard against one too many (architecture rule 4).
            models.CheckConstraint(condition=Q(seats=None) | Q(taken__lte=F("seats")), name="join_link_not_overbooked")
        ]

    def __str__(self) -> str:
        return f"{self.unit} ({self.at:%Y-%m-%d})"


class StaffEvent(models.Model):
    """One fact about an organisation: a unit, a membership, a role, a pause. Appended, never changed.

    Numbers instead of foreign keys where the thing may be deleted: what was true on a past day must stay readable.
    Erasing a person empties the names in theirs.
    """

    organisation_ref = models.PositiveBigIntegerField()
    fact = models.CharField(max_length=20, choices=StaffFact.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="staff_events"
    )
    unit_ref = models.PositiveBigIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("fact about an organisation")
        verbose_name_plural = _("facts about organisations")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["organisation_ref", "at"], name="staff_event_as_of")]

    def __str__(self) -> str:
        return f"{self.organisation_ref}: {self.fact} ({self.at:%Y-%m-%d})"


class Look(models.Model):
    """Somebody looked at how people's learning stands: one row for viewer, page, place and day."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=20, choices=Looked.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    # Whose page it was; None for a list of all people of the unit and below.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="looks"
    )
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    day = models.DateField()
    # Names all of the above: a second look on one day raises `times` (people.rules.note_look).
    key = models.CharField(max_length=120, unique=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("look at people's learning")
        verbose_name_plural = _("looks at people's learning")
        indexes = [models.Index(fields=["organisation", "day"], name="look_by_day")]

    def __str__(self) -> str:
        return f"{self.what} ({self.day})"


class WiderView(models.Model):
    """An organisation shows its managers more than status, date and certificate: with a reason, told to everybody."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="wider_views")
    what = models.CharField(_("what"), max_length=20, choices=Wider.choices)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("wider view")
        verbose_name_plural = _("wider views")
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "what"], condition=Q(ended_at=None), name="wider_view_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.what}"
