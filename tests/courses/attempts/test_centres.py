"""A trainer of a competence centre is there for the people of its organisations, and for nobody else."""

from __future__ import annotations

import pytest

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Centre, User
from courses.attempts.access import may_mark, may_regrade, people_of_trainer, trainers_of
from courses.booking.access import may_run
from courses.booking.models import SessionTrainer
from courses.outside.access import deciders_of
from tests.factories.booking import make_date
from tests.factories.joining import make_town
from tests.factories.people import AT, LONG_AGO, make_person
from tests.factories.teams import add

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def trainer() -> User:
    person = make_person(display_name="Tara Trainer")
    centre = Centre.objects.create(name="North", slug="north")
    rules.grant_role(person=person, role=Role.TRAINER, centre=centre, by=None, at=AT, from_day=LONG_AGO)
    return person


def test_the_people_of_its_organisations_and_no_others(trainer: User) -> None:
    near, also, far = make_town(), make_town(), make_town()
    Centre.objects.get().organisations.add(near.organisation, also.organisation)
    there = [add(near.buying), add(also.whole)]
    elsewhere = add(far.buying)
    everybody = [*there, elsewhere]
    condition = people_of_trainer(trainer)
    assert condition is not None
    assert [may_mark(trainer, person) for person in everybody] == [True, True, False]
    assert [trainer in trainers_of(person) for person in everybody] == [True, True, False]
    assert [trainer in deciders_of(person) for person in everybody] == [True, True, False]


def test_a_centre_without_organisations_opens_nothing(trainer: User) -> None:
    person = add(make_town().buying)
    assert people_of_trainer(trainer) is None
    assert (may_mark(trainer, person), may_regrade(trainer)) == (False, False)


def test_dates_of_other_trainers_stay_theirs(trainer: User) -> None:
    session = make_date()
    assert not may_run(trainer, session)
    SessionTrainer.objects.create(session=session, person=trainer)
    assert may_run(trainer, session)
