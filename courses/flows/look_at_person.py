"""An administrator looks at what is kept about somebody: that they did is kept too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

LOOKED = "courses.support.looked"
VIEWED = "courses.support.viewed"


@transaction.atomic(durable=True)
def look_at_person(*, person: Any, action: str, by: Any, at: datetime) -> None:
    """Note a look at somebody's records (LOOKED) or at their own page (VIEWED)."""
    log(instance=person, action=action, user=by, timestamp=at)
