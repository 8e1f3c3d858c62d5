"""Writes about organisations and their units. What was before stays known."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from academy.people.access import units_below
from academy.people.enums import StaffFact
from academy.people.errors import OtherOrganisation, UnitInUse, UnitLoop
from academy.people.models import Membership, Organisation, Unit, UnitVersion, User
from academy.people.signals import staff_changed

from .facts import note


@transaction.atomic
def create_organisation(*, name: str, slug: str, by: User | None, at: datetime, **fields: Any) -> Organisation:
    """An organisation with the unit that stands for the whole of it."""
    organisation = Organisation.objects.create(name=name, slug=slug, **fields)
    log(instance=organisation, action="wagtail.create", user=by, timestamp=at)
    note(organisation.pk, StaffFact.ORGANISATION, by=by, at=at, data=_said(organisation))
    add_unit(organisation=organisation, name=name, parent=None, from_day=at.date(), by=by, at=at)
    return organisation


@transaction.atomic
def add_unit(
    *, organisation: Organisation, name: str, parent: Unit | None, from_day: date, by: User | None, at: datetime
) -> Unit:
    """A unit and the first row of its history. Raises OtherOrganisation for a parent elsewhere."""
    if parent is not None and parent.organisation_id != organisation.pk:
        raise OtherOrganisation
    unit = Unit.objects.create(organisation=organisation, name=name, parent=parent)
    UnitVersion.objects.create(unit=unit, name=name, parent=parent, from_day=from_day)
    log(instance=unit, action="wagtail.create", user=by, timestamp=at)
    _note_unit(unit, by=by, at=at)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, name: str, parent: Unit | None, from_day: date, by: User | None, at: datetime) -> Unit:
    """Rename or move a unit from a day on; what it was called and where it stood before stays known.

    A second change on one day corrects that day's row. Raises UnitLoop, OtherOrganisation.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None and parent.organisation_id != unit.organisation_id:
        raise OtherOrganisation
    if parent is not None and parent.pk in units_below(unit):
        raise UnitLoop
    if (unit.name, unit.parent_id) == (name, parent.pk if parent else None):
        return unit
    unit.name, unit.parent = name, parent
    unit.save(update_fields=["name", "parent"])
    present = UnitVersion.objects.filter(unit=unit, until_day=None).first()
    if present is not None and present.from_day >= from_day:
        present.name, present.parent = name, parent
        present.save(update_fields=["name", "parent"])
    else:
        if present is not None:
            present.until_day = date.fromordinal(from_day.toordinal() - 1)
            present.save(update_fields=["until_day"])
        UnitVersion.objects.create(unit=unit, name=name, parent=parent, from_day=from_day)
    log(instance=unit, action="wagtail.edit", user=by, timestamp=at)
    _note_unit(unit, by=by, at=at)
    staff_changed.send(sender=Unit, organisation_id=unit.organisation_id)
    return unit


@transaction.atomic
def change_organisation(*, organisation: Organisation, fields: dict[str, Any], by: User | None, at: datetime) -> None:
    """Name, type, country, time zone or logo; the unit that stands for the whole of it keeps its own name."""
    before = _said(Organisation.objects.get(pk=organisation.pk))
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save(update_fields=list(fields))
    log(instance=organisation, action="wagtail.edit", user=by, timestamp=at)
    if _said(organisation) != before:
        note(organisation.pk, StaffFact.ORGANISATION, by=by, at=at, data=_said(organisation))


@transaction.atomic
def close_unit(*, unit: Unit, on: date, by: User | None, at: datetime) -> Unit:
    """The unit takes nobody any more from this day on; it stays readable. Raises UnitInUse while people work there or
    an open unit stands below it, or for the unit that stands for the whole organisation."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.closed_on is not None:
        return unit
    has_people = Membership.objects.filter(unit=unit).exclude(until_day__lt=on).exists()
    if unit.parent_id is None or has_people or unit.children.filter(closed_on=None).exists():
        raise UnitInUse
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    log(instance=unit, action="wagtail.edit", user=by, timestamp=at)
    note(unit.organisation_id, StaffFact.UNIT_CLOSED, unit=unit.pk, by=by, at=at, data={"on": on.isoformat()})
    return unit


def _said(organisation: Organisation) -> dict[str, Any]:
    """What a fact keeps of an organisation; its days begin and end in its zone."""
    return {"name": organisation.name, "zone": organisation.time_zone}


def _note_unit(unit: Unit, *, by: User | None, at: datetime) -> None:
    data = {"name": unit.name, "parent": unit.parent_id}
    note(unit.organisation_id, StaffFact.UNIT, unit=unit.pk, by=by, at=at, data=data)
