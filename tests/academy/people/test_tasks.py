"""Once a day: what is over is tidied away, what still counts stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from academy.jobs.enums import JobState
from academy.jobs.models import Job
from academy.mail.enums import MailState
from academy.mail.models import Notice, OutgoingEmail
from academy.people.models import User
from academy.people.tasks import BODIES, JOBS, MAILS, UNCONFIRMED, clean_up
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
MOMENT = timedelta(minutes=1)


def mail(key: str, age: timedelta, state: str = MailState.SENT) -> None:
    OutgoingEmail.objects.create(
        key=key, kind="x/y", to="a@example.org", language="en", subject="x", text="words", message_id=key, state=state,
        created_at=timezone.now() - age,
    )  # fmt: skip


def test_words_of_mails_go_after_a_month_the_rest_after_a_year() -> None:
    mail("new", BODIES - MOMENT)
    mail("month", BODIES + MOMENT)
    mail("year", MAILS + MOMENT)
    mail("waiting", MAILS + MOMENT, MailState.QUEUED)
    clean_up()
    assert sorted(OutgoingEmail.objects.values_list("key", "text")) == [
        ("month", ""),
        ("new", "words"),
        ("waiting", "words"),
    ]


def test_what_news_say_that_no_bell_shows_goes_with_the_words_of_their_mail() -> None:
    person = make_person()
    for key, in_bell in (("digest", False), ("news", True)):
        Notice.objects.create(
            person=person, kind="x/y", key=key, title="x", text="words", language="en", essential=False,
            in_bell=in_bell, created_at=timezone.now() - BODIES - MOMENT,
        )  # fmt: skip
    clean_up()
    assert sorted(Notice.objects.values_list("key", "text")) == [("digest", ""), ("news", "words")]


def test_finished_jobs_go_after_a_month() -> None:
    for number, state in enumerate((JobState.DONE, JobState.FAILED, JobState.QUEUED)):
        Job.objects.create(key=str(number), kind="x", state=state, created_at=timezone.now() - JOBS - MOMENT)
    Job.objects.create(key="new", kind="x", state=JobState.DONE)
    clean_up()
    assert sorted(Job.objects.values_list("key", flat=True)) == ["2", "new"]


def test_accounts_that_were_never_confirmed_go_after_a_week() -> None:
    def sign_up(email: str, age: timedelta, **fields: Any) -> None:
        user = User.objects.create_user(email, date_joined=timezone.now() - age, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=False)

    sign_up("late@example.org", UNCONFIRMED + MOMENT)
    sign_up("fresh@example.org", UNCONFIRMED - MOMENT)
    sign_up("seen@example.org", UNCONFIRMED + MOMENT, last_login=timezone.now())
    sign_up("staff@example.org", UNCONFIRMED + MOMENT, is_staff=True)
    make_person("confirmed@example.org", at=timezone.now() - UNCONFIRMED - MOMENT)
    clean_up()
    assert sorted(User.objects.values_list("email", flat=True)) == [
        "confirmed@example.org",
        "fresh@example.org",
        "seen@example.org",
        "staff@example.org",
    ]


def test_sessions_go_when_they_end_with_what_was_noted_of_them() -> None:
    person = make_person()
    for seconds in (-60, 3600):
        session = SessionStore()
        session.set_expiry(seconds)
        session.create()
        UserSession.objects.create(
            user=person, ip="192.0.2.1", session_key=session.session_key, user_agent=str(seconds)
        )
    clean_up()
    assert list(UserSession.objects.values_list("user_agent", flat=True)) == ["3600"]
