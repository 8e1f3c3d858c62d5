"""Certificates wait for a confirmed name; confirming it issues all that waits, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.models import User
from courses.booking.enums import Presence
from courses.booking.models import Meeting
from courses.booking.rules.attending import Seen
from courses.certificates.models import Certificate
from courses.certificates.queries import waits_for_name
from courses.flows.attend import note_attendance
from courses.flows.confirm_name import confirm_name
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories.courses import AT

pytestmark = pytest.mark.django_db


def complete(person: User, made: Any) -> None:
    """Lessons last, so that the quiz's own question for the name does not come into it."""
    learning.take(person, made)
    learning.pass_quiz(person, made)
    learning.finish_lessons(person, made)


def attend(person: User) -> None:
    """A trainer notes, after a date, that the person was there."""
    booking = dates.book(dates.make_date(), person)
    for meeting in Meeting.objects.filter(session_id=booking.session_id):
        note_attendance(meeting=meeting, seen={booking.pk: Seen(Presence.FULL)}, by=None, at=meeting.ends_at)


def test_all_that_waits_is_issued_under_the_name_and_their_mails_are_taken_back(academy: Any) -> None:
    person = learning.make_learner(certificate_name_confirmed_at=None, display_name="Jana")
    complete(person, academy)
    attend(person)
    assert (Certificate.objects.count(), waits_for_name(person)) == (0, True)
    assert OutgoingEmail.objects.filter(kind="certificates/name_wanted").count() == 2
    issued = confirm_name(person=person, name="Dr. Jana Albers", by=person, at=timezone.now())
    assert sorted((each.kind, each.holder_name) for each in issued) == [
        ("completion", "Dr. Jana Albers"),
        ("participation", "Dr. Jana Albers"),
    ]
    assert OutgoingEmail.objects.filter(kind="certificates/name_wanted").count() == 0
    assert waits_for_name(person) is False
    assert confirm_name(person=person, name="Dr. Jana Albers", by=person, at=timezone.now()) == []


@pytest.mark.one_database
def test_the_name_that_is_confirmed_with_a_quiz_issues_what_waited_elsewhere(academy: Any, site: Any) -> None:
    person = learning.make_learner(certificate_name_confirmed_at=None)
    attend(person)
    learning.take(person, academy)
    attempt = learning.begin_quiz(person, academy)
    learning.submit_attempt(
        person=person, public_id=attempt.public_id, by=person, at=AT, certificate_name="Jana Albers"
    )
    assert Certificate.objects.get().holder_name == "Jana Albers"


@pytest.mark.one_database
def test_validity_counts_from_the_completion_however_late_the_name_comes(academy: Any) -> None:
    person = learning.make_learner(certificate_name_confirmed_at=None, time_zone="UTC")
    enrolment = learning.take(person, academy)
    enrolment.rule["valid_months"] = 24
    enrolment.save(update_fields=["rule"])
    learning.pass_quiz(person, academy)
    learning.finish_lessons(person, academy)
    (certificate,) = confirm_name(person=person, name="Jana", by=person, at=AT + timedelta(days=40))
    assert str(certificate.valid_until) == "2028-02-02"
    assert certificate.frozen["issued_on"] == "2026-03-14"
