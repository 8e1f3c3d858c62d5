"""The board of a whole administration on PostgreSQL: queries and milliseconds for 20 people and for 20,000.

`python -m tests.performance.board` makes a database of its own, measures an organisation of 20 people and then one of
20,000 in 400 units with two required things each, some away, some in two units, some who have never signed in. Each
request goes through the whole stack: session, person, roles, menu, the page, the note that somebody looked. The control
asks for each person's required learning one by one, as the page did before; it must need more queries and be slower.
`--people 200` is the small round that CI runs; milliseconds are not judged there.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

from tests.performance import proofs

MOST_QUERIES = 15
LIMIT_MS = 300
ADDRESSES = (
    "",
    "?by=unit",
    "?status=overdue",
    "?not_signed_in=1",
    "?newcomers=1&status=due",
    "?page=300",
    "?level=direct",
    "{unit}",
)


def seed(people: int, units: int, slug: str) -> tuple[Any, Any]:
    """An organisation with so many people and units, and its manager. Rows at once, as an import would make them."""
    from django.utils import timezone  # noqa: PLC0415  models need Django to be set up

    from academy.people.enums import Role  # noqa: PLC0415  the same
    from academy.people.models import Membership, Organisation, Pause, RoleGrant, Unit, User  # noqa: PLC0415  the same
    from courses.assignments.enums import Audience  # noqa: PLC0415  the same
    from courses.assignments.models import Assignment, Duty  # noqa: PLC0415  the same
    from curriculum.items.models import LearningItem  # noqa: PLC0415  the same

    now = timezone.now()
    today, long_ago = now.date(), now.date() - timedelta(days=900)
    organisation = Organisation.objects.create(name=f"City of {slug}", slug=slug)
    root = Unit.objects.create(organisation=organisation, name=organisation.name)
    parents = [root]
    # Twenty below the root, then twenty below each of these, until there are enough.
    while len(parents) < units:
        parent = parents[(len(parents) - 1) // 20]
        parents.append(Unit.objects.create(organisation=organisation, name=f"Unit {len(parents)}", parent=parent))
    made = User.objects.bulk_create(
        [
            User(
                email=f"{slug}-{number}@demo.example",
                display_name=f"Person {number * 7919 % people:05}",
                last_login=None if number % 10 == 0 else now,
            )
            for number in range(people)
        ],
        batch_size=2000,
    )
    memberships = [
        Membership(
            person=person,
            unit=parents[number % len(parents)],
            from_day=today - timedelta(days=30) if number % 8 == 0 else long_ago,
        )
        for number, person in enumerate(made)
    ]
    memberships += [
        Membership(person=person, unit=parents[(number + 7) % len(parents)], from_day=long_ago)
        for number, person in enumerate(made)
        if number % 25 == 0
    ]
    Membership.objects.bulk_create(memberships, batch_size=2000)
    Pause.objects.bulk_create(
        [
            Pause(person=person, organisation=organisation, from_day=today, until_day=today + timedelta(days=30))
            for number, person in enumerate(made)
            if number % 50 == 0
        ]
    )
    items = [
        LearningItem.objects.get_or_create(
            code=code,
            kind="course",
            defaults={"key": f"00000000-0000-0000-0000-00000000000{n}", "title": f"Course {n}"},
        )[0]
        for n, code in enumerate(("CPA-1", "CPA-2"), 1)
    ]
    for place, item in enumerate(items):
        assignment = Assignment.objects.create(
            organisation=organisation, unit=root, item=item, audience=Audience.RULE, day=long_ago
        )
        Duty.objects.bulk_create(
            [
                Duty(
                    assignment=assignment,
                    person=person,
                    organisation=organisation,
                    item=item,
                    agreed_on=long_ago,
                    due_on=today + timedelta(days=(number * 37 + place * 11) % 400 - 40),
                    completed_at=now if number % 3 == place else None,
                )
                for number, person in enumerate(made)
                if number % 20
            ],
            batch_size=2000,
        )
    manager = User.objects.create(email=f"{slug}-manager@demo.example", display_name="Mona Manager")
    RoleGrant.objects.create(person=manager, role=Role.MANAGER, unit=root, from_day=long_ago)
    return organisation, manager


def measured(manager: Any, organisation: Any, requests: int) -> tuple[list[float], set[int]]:
    """Milliseconds of each request, all filters in turn, and how many queries they take when nothing is kept before.

    That is the session, the number of news, and today's note of the look.
    """
    from django.contrib.sessions.backends.cached_db import KEY_PREFIX  # noqa: PLC0415  as above
    from django.core.cache import cache  # noqa: PLC0415  as above
    from django.db import connection  # noqa: PLC0415  as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415  as above

    from academy.mail.queries import forget_unread  # noqa: PLC0415  as above
    from academy.people.models import Look  # noqa: PLC0415  as above
    from tests.factories.people import signed_in  # noqa: PLC0415  as above

    unit = organisation.units.exclude(parent=None).order_by("pk").first()
    addresses = [f"/en/team/{each}".replace("{unit}", f"?unit={unit.pk}") for each in ADDRESSES]
    client = signed_in(manager)
    client.get("/en/learning/")
    took, queries = [], set()
    for number in range(requests):
        address = addresses[number % len(addresses)]
        begun = time.perf_counter()
        response = client.get(address)
        took.append((time.perf_counter() - begun) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
    for address in addresses:
        Look.objects.all().delete()
        cache.delete(f"{KEY_PREFIX}{client.session.session_key}")
        forget_unread([manager.pk])
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        queries.add(sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured.captured_queries))
    return took, queries


def one_by_one(manager: Any, organisation: Any) -> tuple[float, int]:
    """The control: the state of everybody, asked for person by person. Milliseconds and queries."""
    from django.db import connection  # noqa: PLC0415  as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415  as above
    from django.utils import timezone  # noqa: PLC0415  as above

    from academy.people.models import User  # noqa: PLC0415  as above
    from courses.assignments.queries import duties_of, today_in, with_state  # noqa: PLC0415  as above

    today = today_in(organisation, timezone.now())
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        for person in User.objects.filter(memberships__unit__organisation=organisation).distinct()[:200]:
            list(with_state(duties_of(person), today))
    return (time.perf_counter() - begun) * 1000, len(captured)


def percentile(values: list[float], share: int) -> float:
    """The value that so many percent lie below."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def main() -> int:
    """Measure few and many, judge, print, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--units", type=int, default=400)
    parser.add_argument("--requests", type=int, default=40)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    wrong, lines = (
        [],
        ["| people | units | queries | median ms | 95th percentile ms | slowest ms |", "|---|---|---|---|---|---|"],
    )
    with proofs.database("board", options.server) as machine:
        from django.conf import settings  # noqa: PLC0415  as above
        from django.db import connection  # noqa: PLC0415  as above
        from django.test import override_settings  # noqa: PLC0415  as above

        seen: dict[int, set[int]] = {}
        # No style sheets are asked for, so none are collected.
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES={**settings.STORAGES, "staticfiles": plain}):
            for people, units, slug in ((20, 3, "few"), (options.people, options.units, "many")):
                organisation, manager = seed(people, units, slug)
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")
                took, seen[people] = measured(manager, organisation, options.requests)
                last = percentile(took, 95)
                lines.append(
                    f"| {people} | {units} | {proofs.span(sorted(seen[people]))} | {statistics.median(took):.0f} | "
                    f"{last:.0f} | {max(took):.0f} |"
                )
                if last >= LIMIT_MS:
                    wrong.append(f"{people} people: {last:.0f} ms at the 95th percentile")
            apart, apart_queries = one_by_one(manager, organisation)
    lines.append(f"| control: 200 of them one by one | | {apart_queries} | {apart:.0f} | | |")
    few, many = seen.values()
    if few != many or max(many) > MOST_QUERIES:
        wrong.append(f"queries: {sorted(few)} for few people, {sorted(many)} for many; at most {MOST_QUERIES}")
    if apart_queries <= MOST_QUERIES:
        wrong.append("the control needs no more queries")
    text = (
        f"{machine}; the whole request through the test client (session, person, roles, menu, page, the note of the "
        f"look), {options.requests} requests over {len(ADDRESSES)} filters, one after another; queries counted with "
        f"nothing kept from before. At most {MOST_QUERIES}, as many for few people as for many, and less than "
        f"{LIMIT_MS} ms at the 95th percentile. The control must need more queries."
    )
    return proofs.end(options, "A team's board", text, "\n".join(lines), wrong)


if __name__ == "__main__":
    sys.exit(main())
