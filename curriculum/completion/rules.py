"""Gives each change of a completion rule a number."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from academy.website.addresses import forget_version
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.conditions.enums import Route

from .models import RuleVersion
from .queries import Promise, promise

NOTE_VERSIONS = "completion.note_versions"


def version_of(asked: Promise, *, at: datetime) -> int:
    """The number of what is asked for now: a new one if it differs from the newest that there is."""
    while True:
        newest = RuleVersion.objects.filter(item_id=asked.item_id, route=asked.route).order_by("-number").first()
        if newest is not None and newest.digest == asked.digest:
            return newest.number
        number = newest.number + 1 if newest is not None else 1
        try:
            with transaction.atomic():
                RuleVersion.objects.create(
                    item_id=asked.item_id,
                    route=asked.route,
                    number=number,
                    rule=asked.rule,
                    digest=asked.digest,
                    made_at=at,
                )
            return number
        except IntegrityError:
            # Somebody else numbered at the same moment: what they wrote decides.
            continue


def note_versions() -> None:
    """The job behind NOTE_VERSIONS: number the rules of all courses and paths as they are now; safe to run twice."""
    # What is numbered here is not taken back, so nothing may be read from a cache of a second ago.
    forget_version()
    keys = [*CoursePage.objects.values_list("translation_key", flat=True)]
    keys += LearningPathPage.objects.values_list("translation_key", flat=True)
    for key in dict.fromkeys(keys):
        for route in Route:
            asked = promise(key, route)
            if asked is not None:
                version_of(asked, at=timezone.now())
