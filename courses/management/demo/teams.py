"""What is required of the demo's people, who asks for more time, who is away, who stands in for the manager."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from academy.mail.models import Notice
from academy.mail.rules import mark_read
from academy.people import rules
from academy.people.enums import Role
from academy.people.models import JobRole, Membership, Organisation, OrganisationType, Pause, RoleGrant, Unit, User
from courses.assignments.models import Assignment, Duty, Extension
from courses.assignments.queries import today_in
from courses.flows import assign_learning, extend_time
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

from . import cast


def load(people: dict[str, User], now: datetime) -> None:
    """What is there already is left alone, so this can be run again."""
    town = Organisation.objects.get(slug=cast.TOWN_SLUG)
    about_town(town, people, now)
    required_again(town, people, now)
    away(town, people, now)
    more_time(town, people, now)
    deputy(town, people, now)


def about_town(town: Organisation, people: dict[str, User], now: datetime) -> None:
    """Its type, and what its people do there."""
    if town.kind is None:
        kind = OrganisationType.objects.filter(code=cast.TOWN_TYPE).first()
        rules.change_organisation(organisation=town, fields={"kind": kind}, by=people["admin"], at=now)
    jobs = {job.code: job for job in JobRole.objects.filter(code__in=set(cast.JOBS.values()))}
    for key, code in cast.JOBS.items():
        membership = Membership.objects.filter(person=people[key], until_day=None, job=None).first()
        if membership is not None and code in jobs:
            rules.join(
                person=people[key], unit=membership.unit, from_day=membership.from_day, job=jobs[code],
                by=people["manager"], at=now - timedelta(days=20),
            )  # fmt: skip


def required(people: dict[str, User], now: datetime) -> None:
    """The whole town takes the first course within 90 days of joining; newcomers follow by themselves."""
    town = Organisation.objects.get(slug=cast.TOWN_SLUG)
    first = item(cast.COURSE)
    if first is None or Assignment.objects.filter(organisation=town, item=first).exists():
        return
    began = now - timedelta(days=cast.ASSIGNED)
    whole = town.units.get(parent=None)
    assign_learning.assign(
        organisation=town, unit=whole, item=first, by=people["manager"], at=began, due_days=cast.WITHIN_DAYS
    )
    for day in sorted(set(Membership.objects.filter(unit__organisation=town).values_list("from_day", flat=True))):
        assign_learning.follow(town, at=datetime.combine(day, began.timetz()))


def required_again(town: Organisation, people: dict[str, User], now: datetime) -> None:
    """Who took the legal course two years ago is asked to keep it: done as long as the certificate has not ended."""
    legal = item(cast.LEGAL)
    if legal is None or Assignment.objects.filter(organisation=town, item=legal).exists():
        return
    picked = [people[key].pk for key in cast.LEGAL_PASSED]
    assign_learning.assign(
        organisation=town,
        unit=town.units.get(parent=None),
        item=legal,
        by=people["manager"],
        at=now - timedelta(days=10),
        picked=picked,
    )


def away(town: Organisation, people: dict[str, User], now: datetime) -> None:
    """Somebody is away until a day; why is nobody's business."""
    key, since, until = cast.AWAY
    today = today_in(town, now)
    if not Pause.objects.filter(person=people[key]).exists():
        rules.pause(
            person=people[key],
            organisation=town,
            from_day=today - timedelta(days=since),
            until_day=today + timedelta(days=until),
            by=people["manager"],
            at=now - timedelta(days=since + 1),
        )


def more_time(town: Organisation, people: dict[str, User], now: datetime) -> None:
    """Somebody asked for more time, and waits for an answer."""
    key, days, why, ago = cast.MORE_TIME
    duty = Duty.objects.filter(person=people[key], organisation=town, completed_at=None, ended_at=None).first()
    if duty is None or Extension.objects.filter(duty__person=people[key]).exists():
        return
    wanted = today_in(town, now) + timedelta(days=days)
    extend_time.ask(duty=duty, wanted_on=wanted, why=why, by=people[key], at=now - timedelta(days=ago))


def deputy(town: Organisation, people: dict[str, User], now: datetime) -> None:
    """Somebody stands in for the manager until Friday."""
    if RoleGrant.objects.filter(role=Role.DEPUTY, unit__organisation=town).exists():
        return
    today = today_in(town, now)
    unit = Unit.objects.get(organisation=town, name=cast.PURCHASING)
    rules.grant_role(
        person=people[cast.DEPUTY],
        role=Role.DEPUTY,
        unit=unit,
        from_day=today - timedelta(days=2),
        until_day=friday(today),
        by=people["manager"],
        at=now - timedelta(days=2),
    )


def read_news(now: datetime) -> None:
    """What was told days ago was read then: the demo's mailbox does not begin with the news of months."""
    old = Notice.objects.filter(created_at__lt=now - timedelta(days=3), read_at=None).select_related("person")
    for notice in old:
        mark_read(notice=notice, at=now)


def friday(today: date) -> date:
    """The next Friday after today."""
    return today + timedelta(days=(4 - today.weekday() - 1) % 7 + 1)


def item(code: str) -> LearningItem | None:
    """A course of the curriculum; None as long as it is not loaded."""
    return LearningItem.objects.filter(kind=ItemKind.COURSE, code=code, retired_at=None).first()
