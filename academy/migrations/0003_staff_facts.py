"""What is known about organisations so far becomes facts: reports about a past day read facts alone."""

from datetime import UTC, datetime, time

from django.db import migrations


def write(apps, schema_editor):
    """One fact for each organisation, version of a unit, name, membership; in the order in which they happened."""
    Organisation, UnitVersion, Membership, StaffEvent = (
        apps.get_model("academy", name) for name in ("Organisation", "UnitVersion", "Membership", "StaffEvent")
    )

    def at(day):
        return datetime.combine(day, time.min, UTC)

    first = {}
    rows = []
    for version in UnitVersion.objects.select_related("unit").order_by("from_day", "pk"):
        owner = version.unit.organisation_id
        first.setdefault(owner, version.from_day)
        data = {"name": version.name, "parent": version.parent_id}
        rows.append(
            StaffEvent(
                organisation_ref=owner, fact="unit", unit_ref=version.unit_id, at=at(version.from_day), data=data
            )
        )
    for organisation in Organisation.objects.filter(pk__in=first):
        data = {"name": organisation.name, "zone": organisation.time_zone}
        rows.insert(
            0,
            StaffEvent(organisation_ref=organisation.pk, fact="organisation", at=at(first[organisation.pk]), data=data),
        )
    for membership in Membership.objects.select_related("unit", "person").order_by("from_day", "pk"):
        owner, unit, person = membership.unit.organisation_id, membership.unit_id, membership.person_id
        begins = at(membership.from_day)
        name = {"name": membership.person.display_name}
        rows.append(StaffEvent(organisation_ref=owner, fact="named", person_id=person, at=begins, data=name))
        data = {"from": membership.from_day.isoformat(), "job": ""}
        rows.append(
            StaffEvent(organisation_ref=owner, fact="joined", person_id=person, unit_ref=unit, at=begins, data=data)
        )
        if membership.until_day is not None:
            data = {"from": membership.from_day.isoformat(), "until": membership.until_day.isoformat()}
            rows.append(
                StaffEvent(
                    organisation_ref=owner,
                    fact="left",
                    person_id=person,
                    unit_ref=unit,
                    at=at(membership.until_day),
                    data=data,
                )
            )
    StaffEvent.objects.bulk_create(rows, batch_size=500)


def forget(apps, schema_editor):
    """The rows from which they were made are still there."""
    apps.get_model("academy", "StaffEvent").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("academy", "0003_staff_lists")]
    operations = [migrations.RunPython(write, forget)]
