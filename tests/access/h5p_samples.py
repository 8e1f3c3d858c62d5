"""What the matrix fills in for the admin's pages about activities: the demo's activity, its file, a library."""

from __future__ import annotations

from typing import Any

from academy.people.models import User
from curriculum.h5p.models import Library, Package
from tests.factories import h5p


def played() -> Package:
    """The file of the demo's first activity, in English."""
    return Package.objects.filter(is_current=True, locale__language_code="en").order_by("pk")[0]


def values(learner: User) -> dict[str, dict[str, Any]]:
    """By the beginning of a pattern."""
    package = played()
    return {
        "cms/h5p/": {
            "activity_id": package.activity_id,
            "language": "en",
            "package": package.public_id,
            "library_id": Library.objects.order_by("pk")[0].pk,
        },
    }


def data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data, by pattern."""
    return {
        "cms/h5p/activities/<int:activity_id>/upload/<str:language>/": {
            "file": h5p.uploaded(h5p.package(h5p.library()))
        },
        "cms/h5p/packages/<uuid:package>/": {"do": "use"},
        "cms/h5p/libraries/<int:library_id>/": {"do": "release"},
    }
