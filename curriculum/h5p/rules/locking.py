"""Rows for us alone until the end of the transaction; always in this order: activity, package, libraries by name."""

from __future__ import annotations

from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Activity, Package


def lock_activity(activity_id: int) -> None:
    """What happens to an activity's packages happens one after the other."""
    list(Activity.objects.select_for_update(no_key=True).filter(pk=activity_id).values_list("pk"))


def lock_package(package_id: int, *states: PackageState) -> Package | None:
    """The package, with its activity; None if it is gone, or in none of these states (if any are named)."""
    activity_id = Package.objects.filter(pk=package_id).values_list("activity_id", flat=True).first()
    if activity_id is None:
        return None
    lock_activity(activity_id)
    rows = Package.objects.select_for_update(of=("self",), no_key=True).select_related("activity")
    found = rows.filter(pk=package_id).first()
    return None if found is None or (states and found.state not in states) else found
