"""Writes about who works where, who may what, and who is away. Each is logged, without names, and is a fact."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction
from wagtail.log_actions import log

from academy.people.enums import Role, StaffFact
from academy.people.errors import PauseOverlaps, UnitClosed
from academy.people.models import Centre, JobRole, Membership, Organisation, Pause, RoleGrant, Unit, User
from academy.people.signals import pauses_changed, staff_changed

from .facts import note, note_name


@transaction.atomic
def join(
    *, person: User, unit: Unit, from_day: date, by: User | None, at: datetime, job: JobRole | None = None
) -> Membership:
    """The person works in the unit from this day on; who works there already stays, but for another job.

    Raises UnitClosed.
    """
    if unit.closed_on is not None and unit.closed_on <= from_day:
        raise UnitClosed
    membership, is_new = Membership.objects.get_or_create(
        person=person, unit=unit, until_day=None, defaults={"from_day": from_day, "job": job}
    )
    if is_new:
        log(instance=membership, action="wagtail.create", user=by, timestamp=at)
        note_name(person=person, by=by, at=at, organisation_id=unit.organisation_id)
    elif job is not None and membership.job_id != job.pk:
        membership.job = job
        membership.save(update_fields=["job"])
        log(instance=membership, action="wagtail.edit", user=by, timestamp=at)
    else:
        return membership
    data = {"from": membership.from_day.isoformat(), "job": membership.job.code if membership.job else ""}
    note(unit.organisation_id, StaffFact.JOINED, person=person, unit=unit.pk, by=by, at=at, data=data)
    staff_changed.send(sender=Membership, organisation_id=unit.organisation_id)
    return membership


@transaction.atomic
def leave(*, membership: Membership, last_day: date, by: User | None, at: datetime) -> Membership:
    """The person's last day in the unit. Raises ValidationError for a day before the first."""
    membership.until_day = last_day
    membership.full_clean(validate_unique=False)
    membership.save(update_fields=["until_day"])
    log(instance=membership, action="wagtail.edit", user=by, timestamp=at)
    unit = membership.unit
    data = {"until": last_day.isoformat(), "from": membership.from_day.isoformat()}
    note(unit.organisation_id, StaffFact.LEFT, person=membership.person, unit=unit.pk, by=by, at=at, data=data)
    staff_changed.send(sender=Membership, organisation_id=unit.organisation_id)
    return membership


@transaction.atomic
def grant_role(
    *,
    person: User,
    role: Role,
    by: User | None,
    at: datetime,
    unit: Unit | None = None,
    centre: Centre | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
) -> RoleGrant:
    """Give a role for a unit and all below it, for a competence centre, or everywhere; given twice it is given once."""
    held = RoleGrant.objects.filter(person=person, role=role, unit=unit, centre=centre, until_day=until_day)
    if (known := held.first()) is not None:
        return known
    grant = RoleGrant(
        person=person, role=role, unit=unit, centre=centre, by=by, from_day=from_day or at.date(), until_day=until_day
    )
    grant.full_clean()
    grant.save()
    log(instance=grant, action="wagtail.create", user=by, timestamp=at)
    _note_role(grant, by=by, at=at)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, last_day: date, by: User | None, at: datetime) -> RoleGrant:
    """The last day on which the person holds the role. A role that had not begun is taken back."""
    if last_day < grant.from_day:
        log(instance=grant, action="wagtail.delete", user=by, timestamp=at)
        grant.until_day = last_day
        _note_role(grant, by=by, at=at)
        grant.delete()
        return grant
    grant.until_day = last_day
    grant.save(update_fields=["until_day"])
    log(instance=grant, action="wagtail.edit", user=by, timestamp=at)
    _note_role(grant, by=by, at=at)
    return grant


@transaction.atomic
def pause(
    *,
    person: User,
    organisation: Organisation,
    from_day: date,
    until_day: date | None,
    by: User | None,
    at: datetime,
) -> Pause:
    """Somebody is away from one day to another, or until further notice. Due dates wait meanwhile, reminders too.

    Raises PauseOverlaps where a pause covers one of the days already.
    """
    found = Pause(person=person, organisation=organisation, from_day=from_day, until_day=until_day, by=by, at=at)
    found.full_clean()
    _one_at_a_time(person)
    if _overlapping(found).exists():
        raise PauseOverlaps
    found.save()
    _note_pause(found, by=by, at=at)
    pauses_changed.send(sender=Pause, person=person, organisation=organisation, at=at)
    return found


@transaction.atomic
def change_pause(*, pause: Pause, until_day: date | None, by: User | None, at: datetime) -> Pause | None:
    """Another last day away; one before the first takes the pause back (then None). Raises PauseOverlaps."""
    _one_at_a_time(pause.person)
    pause.until_day = until_day
    _note_pause(pause, by=by, at=at)
    if until_day is not None and until_day < pause.from_day:
        person, organisation = pause.person, pause.organisation
        pause.delete()
        pauses_changed.send(sender=Pause, person=person, organisation=organisation, at=at)
        return None
    if _overlapping(pause).exists():
        raise PauseOverlaps
    pause.full_clean()
    pause.save(update_fields=["until_day"])
    pauses_changed.send(sender=Pause, person=pause.person, organisation=pause.organisation, at=at)
    return pause


def _one_at_a_time(person: User) -> None:
    """Of two writes of one moment the second sees the first: days that stood twice would move dates twice."""
    User.objects.select_for_update().only("pk").get(pk=person.pk)


def _overlapping(pause: Pause) -> models.QuerySet[Pause]:
    others = Pause.objects.filter(person=pause.person, organisation=pause.organisation).exclude(pk=pause.pk)
    if pause.until_day is not None:
        others = others.filter(from_day__lte=pause.until_day)
    return others.filter(models.Q(until_day=None) | models.Q(until_day__gte=pause.from_day))


def _note_pause(pause: Pause, *, by: User | None, at: datetime) -> None:
    until = pause.until_day.isoformat() if pause.until_day else None
    data = {"pause": pause.pk, "from": pause.from_day.isoformat(), "until": until}
    note(pause.organisation_id, StaffFact.PAUSED, person=pause.person, by=by, at=at, data=data)


def _note_role(grant: RoleGrant, *, by: User | None, at: datetime) -> None:
    if grant.unit is None:
        return
    until = grant.until_day.isoformat() if grant.until_day else None
    data = {"role": grant.role, "from": grant.from_day.isoformat(), "until": until}
    note(grant.unit.organisation_id, StaffFact.ROLE, person=grant.person, unit=grant.unit.pk, by=by, at=at, data=data)
