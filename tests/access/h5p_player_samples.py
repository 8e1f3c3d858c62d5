"""What the matrix fills in for the player: the demo's own activity, by tokens that are valid now."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from academy.people.models import User
from curriculum.h5p.models import Package
from curriculum.h5p.tokens import content_token, frame_token


def values(learner: User) -> dict[str, dict[str, Any]]:
    """By the beginning of a pattern."""
    packages = Package.objects.filter(is_current=True).select_related("main_library__current").order_by("pk")
    package, at = packages[0], timezone.now()
    library = package.main_library
    assert library is not None
    assert library.current is not None
    script = library.current.library_json["preloadedJs"][0]["path"]
    return {
        "h5p/l/": {"folder": library.folder, "stamp": library.current.stamp, "path": script},
        "h5p/c/": {"token": content_token(package.public_id, "", at), "path": "content.json"},
        "h5p/frame/": {"token": frame_token(package.public_id, "", at)},
    }
