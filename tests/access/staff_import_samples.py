"""What the matrix fills in for pages of lists of staff: one that the administrator sent for the learner's town."""

from __future__ import annotations

from typing import Any

from academy.people.models import StaffImport, User
from tests.factories.staff_files import as_csv, check, upload

HERE = "<language>/organisation/<slug:organisation>/import/"
ROWS = [["new@elsewhere.example", "New", "Tenders"]]


def _sent(learner: User) -> StaffImport:
    town = learner.memberships.select_related("unit__organisation").order_by("pk")[0].unit.organisation
    by = User.objects.get(email="admin@demo.example")
    return StaffImport.objects.filter(organisation=town, by=by).first() or check(town, by, ROWS)


def values(learner: User) -> dict[str, dict[str, Any]]:
    """Values by the beginning of a pattern and argument name."""
    found = _sent(learner)
    return {HERE: {"organisation": found.organisation.slug, "staff_import": found.public_id}}


def data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data for the forms, by pattern."""
    return {HERE: {"file": upload(as_csv(ROWS))}, f"{HERE}<uuid:staff_import>/": {"do": "throw-away"}}
