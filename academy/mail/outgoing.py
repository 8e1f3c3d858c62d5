"""A mail that is made of notices: one with its own words, several as a list. Builds the row, saves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from .emails import build, message_id, one_line
from .models import Notice, OutgoingEmail
from .tokens import stop_address

ONE, SEVERAL = "notices/one", "notices/several"


def of_notices(notices: Sequence[Notice], person: Any, key: str, at: datetime) -> OutgoingEmail:
    """The row of a mail with these notices for this person; those that are not essential can be stopped from it."""
    first = notices[0]
    is_one = len(notices) == 1
    language = first.language if is_one else person.language
    optional = sorted({notice.kind for notice in notices if not notice.essential})
    with translation.override(language):
        page = settings.BASE_URL + reverse("settings_notifications")
    subject, text, html = build(
        ONE if is_one else SEVERAL,
        language,
        {
            "name": person.get_short_name(),
            "notices": notices,
            "number": len(notices),
            "settings_url": page if optional else "",
            "stop_url": stop_address(person, optional) if optional else "",
        },
        time_zone=person.time_zone,
    )
    return OutgoingEmail(
        key=key,
        kind=first.kind if is_one else SEVERAL,
        to=person.email,
        language=language,
        subject=one_line(subject),
        text=text,
        html=html,
        person=person,
        message_id=message_id(key),
        essential=not optional,
        unsubscribes=optional,
        # Whoever says what is to come, in a test or a simulation, does not hold a mail back by it.
        not_before=min(at, timezone.now()),
        created_at=at,
    )
