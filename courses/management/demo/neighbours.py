"""Two neighbouring bodies whose people learn here too: figures over organisations need more than one town."""

from __future__ import annotations

from datetime import datetime, timedelta

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Centre, Organisation, OrganisationType, User
from courses.enrolments.queries import latest
from courses.figures import rules as figures
from courses.flows import assign_learning
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import CourseOutline

from . import cast
from .cast import Neighbour, Staff
from .learning import walk
from .people import person_of


def load(people: dict[str, User], outline: CourseOutline, now: datetime) -> None:
    """What is there already is left alone, so this can be run again."""
    owner = people[cast.OWNER]
    rules.grant_role(person=owner, role=Role.PROGRAMME_OWNER, by=people["admin"], at=now - timedelta(days=200))
    for neighbour in cast.NEIGHBOURS:
        if not Organisation.objects.filter(slug=neighbour.slug).exists():
            settle(neighbour, people["admin"], outline, now)
    if not Centre.objects.filter(slug=cast.CENTRE_SLUG).exists():
        centre = Centre.objects.create(name=cast.CENTRE, slug=cast.CENTRE_SLUG)
        centre.organisations.set(Organisation.objects.filter(slug__in=cast.IN_CENTRE))
    figures.take_snapshots(at=now)


def settle(neighbour: Neighbour, admin: User, outline: CourseOutline, now: datetime) -> None:
    """The body, its people, what it requires of them, and how far they are."""
    began = now - timedelta(days=100)
    organisation = rules.create_organisation(
        name=neighbour.name,
        slug=neighbour.slug,
        by=admin,
        at=began,
        time_zone=cast.ZONE,
        kind=OrganisationType.objects.filter(code=neighbour.kind).first(),
    )
    whole = organisation.units.get(parent=None)
    members = [
        person_of(f"{neighbour.slug}.{number}@{cast.DOMAIN}", name, "de", began)
        for number, name in enumerate(cast.names(neighbour), 1)
    ]
    for person in members:
        rules.join(person=person, unit=whole, from_day=began.date(), by=admin, at=began)
    late, done = neighbour.overdue, neighbour.completed
    item = LearningItem.objects.get(pk=outline.item_id)
    for some, days in ((members[:late], -12), (members[late:], 80)):
        assign_learning.assign(
            organisation=organisation,
            unit=whole,
            item=item,
            by=None,
            at=began + timedelta(days=2),
            picked=[person.pk for person in some],
            due_on=(now + timedelta(days=days)).date(),
        )
    for person in members[late : late + done]:
        if latest(person, outline.key) is None:
            lessons = len(outline.lessons)
            way = Staff("", person.display_name, "de", "", joined=100, enrolled=60, lessons=lessons, completed=15)
            walk(person, way, outline, now)
