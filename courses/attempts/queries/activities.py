"""Reads of attempts at activities: whose they are, where somebody left off, the best so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from courses.attempts.enums import Reached, Way
from courses.attempts.models import ActivityAttempt, ActivityState, ActivityStatement
from curriculum.h5p.models import Package

# More than anybody does by hand, and little enough to be kept.
MOST_STATEMENTS = 500  # of an attempt
MOST_IN_A_MINUTE = 120  # of a person in an activity
MOST_ATTEMPTS = 500  # of a person at an activity
MOST_STATES = 20  # of an attempt
MINUTE = timedelta(minutes=1)

_STEPS = tuple(Reached.values)


def account_of(person: Any) -> str:
    """The name of a person in statements and in the addresses of content: opaque, the same for as long as the academy
    has its secret. Pure."""
    return salted_hmac("courses.attempts.activities", str(person.public_id), algorithm="sha256").hexdigest()[:32]


def is_as_far(reached: str, wanted: str) -> bool:
    """Whether an attempt that came as far as `reached` came as far as `wanted`. Pure."""
    return _STEPS.index(reached) >= _STEPS.index(wanted)


def of_the_same(
    person: Any, public_id: UUID, rows: QuerySet[ActivityAttempt] | None = None
) -> QuerySet[ActivityAttempt]:
    """The person's attempts in the player at what this attempt is at, with the same package; the newest first.

    A page goes on sending to the attempt with which it began. `rows`: all attempts, with what else is to be read.
    """
    every = ActivityAttempt.objects.all() if rows is None else rows
    addressed = ActivityAttempt.objects.filter(person=person, public_id=public_id, way=Way.PLAYER)
    return every.filter(
        person=person,
        way=Way.PLAYER,
        activity=Subquery(addressed.values("activity")),
        package=Subquery(addressed.values("package")),
    ).order_by("-number")


def with_statement(
    rows: QuerySet[ActivityAttempt], *, person: Any, statement_id: UUID, named: UUID, at: datetime
) -> QuerySet[ActivityAttempt]:
    """Attempts with what has to be known before a statement is kept: `is_known` (it came before), `is_named` (the
    attempt that it names is one of the same), `sent` (statements of the attempt), `sent_lately` (in the last minute).
    """
    same = ActivityAttempt.objects.filter(
        public_id=named, person=person, activity=OuterRef("activity"), package=OuterRef("package")
    )
    of_it = ActivityStatement.objects.filter(attempt=OuterRef("pk"))
    lately = ActivityStatement.objects.filter(
        attempt__person=person, attempt__activity=OuterRef("activity"), received_at__gt=at - MINUTE
    )
    return rows.select_related("activity", "package__main_library").annotate(
        is_known=Exists(ActivityStatement.objects.filter(statement_id=statement_id)),
        is_named=Exists(same),
        sent=_count(of_it, "attempt"),
        sent_lately=_count(lately, "attempt__activity"),
    )


def package_with_library(pk: int) -> Package | None:
    """A package that is played, with its main library. One query."""
    return Package.objects.filter(pk=pk).select_related("main_library", "locale").first()


def name_of_library(package: Package) -> str:
    """The main library with its version, as packages name it; empty where it is not known."""
    library = package.main_library
    return f"{library.machine_name} {library.major}.{library.minor}" if library is not None else ""


def states_of(attempt: ActivityAttempt) -> dict[str, dict[str, str]]:
    """Where the person left off, as H5P core wants it: by part (0: the whole) and kind of state. One query."""
    found: dict[str, dict[str, str]] = {}
    for part, kind, value in ActivityState.objects.filter(attempt=attempt).values_list(
        "sub_content_id", "data_type", "value"
    ):
        found.setdefault(part or "0", {})[kind] = value
    return found


def best_percent(person: Any, item_id: int, since: datetime | None) -> int | None:
    """The best score of the person's finished attempts at an activity since this moment (None: since ever), in whole
    per cent, however far it can be relied on; None without one. One query."""
    finished = ActivityAttempt.objects.filter(person=person, activity_id=item_id, finished_at__isnull=False)
    if since is not None:
        finished = finished.filter(finished_at__gte=since)
    return max((each.percent for each in finished.only("raw", "max") if each.percent is not None), default=None)


def half_finished_elsewhere(attempt: ActivityAttempt) -> Package | None:
    """The package of another open attempt at the same activity in which something was done; None where there is none.
    Of several the newest. One query."""
    others = (
        ActivityAttempt.objects.filter(
            person=attempt.person_id, activity=attempt.activity_id, way=Way.PLAYER, finished_at=None
        )
        .exclude(pk=attempt.pk)
        .exclude(reached=Reached.VIEWED)
        .select_related("package__locale")
    )
    other = others.order_by("-number").first()
    return other.package if other is not None else None


def base_url() -> str:
    """What the addresses in statements begin with."""
    return str(settings.BASE_URL)


def _count(rows: QuerySet[ActivityStatement], by: str) -> Coalesce:
    """How many, as a column."""
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
