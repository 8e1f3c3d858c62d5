"""Support by administrators: whom they find, what they see and change, and that each of it is written down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.mail.models import OutgoingEmail
from academy.mail.rules import queue
from academy.people import registry
from academy.people.enums import Role
from academy.people.models import Centre, Membership, RoleGrant, User
from courses.attempts.models import QuizAttempt
from courses.booking.models import Attendance, Booking
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.flows.look_at_person import LOOKED, VIEWED
from courses.progress.models import LearningEvent, Place
from courses.reports.access import reach_of
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.people import LONG_AGO, grant, make_organisation, make_person, make_unit, signed_in

from .date_pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
FIND = "/en/support/"


@pytest.fixture
def admin(site: Any) -> User:
    """An administrator of the platform."""
    person = make_person(display_name="Ada Admin")
    grant(person, Role.PLATFORM_ADMIN)
    return person


@pytest.fixture
def client(admin: User) -> Client:
    """Their browser."""
    return signed_in(admin)


@pytest.fixture
def learner(academy: Any) -> User:
    """Somebody who takes the course, reads Dutch, and works for a town."""
    person = learning.make_learner(academy, display_name="Jana Zuid", email="jana@zuid.example", language="nl")
    Membership.objects.create(person=person, unit=make_unit("Buying"), from_day=LONG_AGO)
    return person


def page_of(person: User, rest: str = "") -> str:
    """An address about somebody."""
    return f"/en/support/{person.public_id}/{rest}"


def main(response: Any) -> str:
    """The page's main part with its tags."""
    found: str = response.content.decode()
    return found[found.index("<main") : found.index("</main>")]


def everything() -> dict[str, int]:
    """How many rows each table of ours has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def looks(person: User) -> list[tuple[str, User]]:
    """Who looked at somebody how."""
    rows = ModelLogEntry.objects.filter(object_id=str(person.pk), action__in=[LOOKED, VIEWED]).order_by("pk")
    return [(row.action, row.user) for row in rows]


def entry_of_log(person: User) -> list[Any]:
    """What the download of somebody's data holds of the log."""
    entry = registry.find(ModelLogEntry)
    assert entry is not None
    assert entry.export is not None
    return list(entry.export(person))


def organisation_admin(unit: Any) -> User:
    """An administrator of the organisation (or a part of it)."""
    person = make_person()
    grant(person, Role.ORGANISATION_ADMIN, unit)
    return person


# -- who may ----------------------------------------------------------------------------------------------------------
def test_nobody_else_finds_any_of_it(learner: User) -> None:
    unit = learner.memberships.get().unit
    for role in (Role.MANAGER, Role.DEPUTY, Role.TRAINER, None):
        person = make_person()
        if role:
            grant(person, role, unit)
        answers = [
            signed_in(person).get(path).status_code for path in (FIND, page_of(learner), page_of(learner, "view/"))
        ]
        assert answers == [404, 404, 404], role
    assert Client().get(FIND).status_code == 302
    assert looks(learner) == []


def test_an_organisations_administrator_supports_who_works_there_today(learner: User) -> None:
    unit = learner.memberships.get().unit
    of_the_town, of_another = organisation_admin(unit.parent), organisation_admin(make_organisation().units.get())
    assert signed_in(of_the_town).get(page_of(learner)).status_code == 200
    assert signed_in(of_another).get(page_of(learner)).status_code == 404
    Membership.objects.filter(person=learner).update(until_day=date(2021, 1, 1))
    assert signed_in(of_the_town).get(page_of(learner)).status_code == 404


def test_a_role_for_a_centre_supports_who_works_in_its_organisations_and_nobody_else(learner: User) -> None:
    there, centre = make_unit(), Centre.objects.create(name="North", slug="north")
    Membership.objects.create(person=learner, unit=there, from_day=LONG_AGO)
    supporter = make_person()
    RoleGrant.objects.create(person=supporter, role=Role.PLATFORM_ADMIN, centre=centre, from_day=LONG_AGO)
    assert reach_of(supporter, timezone.localdate()) is None
    centre.organisations.add(there.organisation)
    found = reach_of(supporter, timezone.localdate())
    assert found is not None
    assert [found.is_everybody, *found.people(timezone.localdate())] == [False, learner]


def test_an_employer_sees_neither_the_other_one_nor_the_last_sign_in(learner: User, client: Client) -> None:
    elsewhere = make_unit("Night desk", organisation=make_organisation("Other town"))
    Membership.objects.create(person=learner, unit=elsewhere, from_day=LONG_AGO)
    signed_in(learner)
    here = learner.memberships.get(unit__name="Buying").unit
    theirs = text(signed_in(organisation_admin(here)).get(page_of(learner)))
    ours = text(client.get(page_of(learner)))
    for words in ("Night desk", "Last sign-in"):
        assert (words in theirs, words in ours) == (False, True)


def test_the_menu_leads_there_for_who_may(learner: User, client: Client) -> None:
    link = f'href="{FIND}"'
    root = make_person(is_superuser=True)
    shown = [link in signed_in(person).get("/en/learning/").content.decode() for person in (learner, root)]
    assert (shown, link in client.get("/en/learning/").content.decode()) == ([False, True], True)
    assert signed_in(root).get(page_of(learner)).status_code == 200


# -- finding and looking ----------------------------------------------------------------------------------------------
def test_somebody_is_found_by_a_part_of_name_or_address_and_no_address_holds_it(learner: User, client: Client) -> None:
    for wanted in ("ana zu", "JANA@"):
        answer = client.post(FIND, {"wanted": wanted})
        assert (answer.status_code, answer["Location"]) == (302, FIND)
        shown = main(client.get(FIND))
        assert ("jana@zuid.example" in shown, "1 person" in shown, "Buying" in shown) == (True, True, True)
        assert f'href="{page_of(learner)}"' in shown
    client.post(FIND, {"wanted": "nobody at all"})
    assert "Nobody found" in text(client.get(FIND))
    short = client.post(FIND, {"wanted": "j"})
    assert (short.status_code, 'value="j"' in short.content.decode()) == (422, True)


def test_fifty_are_shown_and_that_there_are_more(client: Client) -> None:
    User.objects.bulk_create(User(email=f"many{n}@example.org", display_name=f"Many {n:02}") for n in range(51))
    client.post(FIND, {"wanted": "many"})
    shown = text(client.get(FIND))
    assert (shown.count("@example.org"), "Many 49" in shown, "Many 50" in shown) == (50, True, False)
    assert "There are more." in shown


def test_the_page_says_how_somebody_stands_without_a_word_of_their_mails(
    learner: User, client: Client, admin: User, academy: Any
) -> None:
    learning.finish_lessons(learner, academy, 2)
    booking = dates.book(dates.make_date(), learner)
    for days, state in ((2, "sent"), (40, "sent")):
        mail = queue(
            key=f"m:{days}", kind="x/one", to=learner.email, language="nl", subject=f"Sent {days} days ago",
            text="Body words", html="<p>Body words</p>", person=learner,
        )  # fmt: skip
        OutgoingEmail.objects.filter(pk=mail.pk).update(state=state, created_at=timezone.now() - timedelta(days=days))
    answer = client.get(page_of(learner))
    shown = text(answer)
    said = [
        words in shown
        for words in ("jana@zuid.example", "Nederlands", "Buying", "50 %", "Booked", "Sent 2 days ago", "Lesson 1.2",
                      "The person", "Functional question clinic")
    ]  # fmt: skip
    assert said == [True] * 9
    assert ("Sent 40 days ago" in shown, "Body words" in answer.content.decode()) == (False, False)
    assert "no-store" in answer["Cache-Control"]
    assert (looks(learner), booking.state) == ([(LOOKED, admin)], "booked")


def test_the_page_costs_the_same_with_more_of_everything(learner: User, client: Client, academy: Any) -> None:
    dates.book(dates.make_date(), learner)
    learning.finish_lessons(learner, academy, 1)
    client.get(page_of(learner))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(learner))
    for day in (11, 12, 13):
        dates.book(dates.make_date(day=date(2026, 3, day)), learner)
    learning.finish_lessons(learner, academy)
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(learner))
    assert len(many) == len(few)


def test_a_path_stands_there_with_as_much_of_it_as_its_own_page_says(
    learner: User, client: Client, academy: Any
) -> None:
    paths.start(learner, paths.make_path(courses=[academy]), at=timezone.now())
    learning.finish_lessons(learner, academy, 1)
    section = text(client.get(page_of(learner))).partition("Paths Learning path")[2].partition("Courses")[0]
    assert "Circular buyer" in section
    percent = paths.standing_of(learner, academy.course).percent
    assert 0 < percent < 100
    assert f"{percent} % Started" in section.replace("\N{NO-BREAK SPACE}", " ")


# -- what they see ----------------------------------------------------------------------------------------------------
def test_their_page_is_shown_in_their_language_with_nothing_in_it_that_does_anything(
    learner: User, client: Client, admin: User, academy: Any
) -> None:
    session = dates.make_date(day=timezone.localdate() + timedelta(days=9))
    dates.book(session, learner, timezone.now())
    before = everything()
    answer = client.get(page_of(learner, "view/"))
    shown = main(answer)
    drawn = shown[shown.index('<div lang="nl">') :]
    assert "Lesson 1.1 [nl]" in drawn
    assert "You see the page of Jana Zuid." in shown
    assert "Nothing can be changed here." in shown
    assert "Functional question clinic" in drawn
    assert [sign in drawn for sign in ("href=", "<form", "csrf", "action=", "hx-", "<script")] == [False] * 6
    assert looks(learner) == [(VIEWED, admin)]
    # The look is written down; nothing else is.
    assert everything() == before | {"wagtailcore.ModelLogEntry": before["wagtailcore.ModelLogEntry"] + 1}


def test_looking_neither_moves_the_place_nor_hands_in_an_attempt_whose_time_is_over(
    learner: User, client: Client, academy: Any
) -> None:
    signed_in(learner).get(academy.lessons[1].url)
    attempt = learning.begin_quiz(learner, academy)
    QuizAttempt.objects.filter(pk=attempt.pk).update(deadline_at=timezone.now() - timedelta(hours=1))
    place = Place.objects.values().get()
    client.get(page_of(learner, "view/"))
    client.get(page_of(learner))
    assert (Place.objects.values().get(), QuizAttempt.objects.get().state) == (place, "open")


def test_the_person_reads_who_looked_and_why_something_was_changed(learner: User, client: Client, academy: Any) -> None:
    client.get(page_of(learner))
    client.get(page_of(learner, "view/"))
    form = {"item": str(academy.lessons[0].translation_key), "state": "done", "reason": "Read on paper."}
    client.post(page_of(learner, "progress/"), form | {"confirmed": "1"})
    shown = text(signed_in(learner).get("/en/settings/data/"))
    for words in ("Looked at by support", "Own page seen by support", "Progress corrected : Read on paper."):
        assert words in shown
    assert shown.count("Ada Admin") == 3
    exported = [row["data__reason"] for row in entry_of_log(learner) if row["action"].startswith("courses.support")]
    assert exported == [None, None, "Read on paper."]


# -- mail -------------------------------------------------------------------------------------------------------------
def mail_to(person: User, **fields: Any) -> OutgoingEmail:
    """A mail that went out to somebody."""
    values = {"key": "m:1", "kind": "x/one", "to": "old@zuid.example", "language": "nl", "subject": "Welkom"}
    mail = queue(**values, text="Hallo", person=person)  # type: ignore[arg-type]  # one dictionary of texts
    OutgoingEmail.objects.filter(pk=mail.pk).update(state="sent", **fields)
    mail.refresh_from_db()
    return mail


def address_of(mail: OutgoingEmail, person: User) -> str:
    """Where it is sent again."""
    return page_of(person, f"mails/{mail.message_id[1:37]}/")


def test_a_mail_is_sent_again_with_a_reason_which_the_page_then_says(learner: User, client: Client) -> None:
    mail = mail_to(learner)
    address = address_of(mail, learner)
    assert f'href="{address}"' in main(client.get(page_of(learner)))
    asked = text(client.get(address))
    assert ("once more to jana@zuid.example" in asked, "another address before" in asked) == (True, True)
    wrong = client.post(address, {"reason": ""})
    assert (wrong.status_code, OutgoingEmail.objects.count()) == (422, 1)
    done = text(client.post(address, {"reason": "It never came."}, follow=True))
    again = OutgoingEmail.objects.exclude(pk=mail.pk).get()
    assert (again.to, again.text) == ("jana@zuid.example", "Hallo")
    assert ("The mail is sent again." in done, "It never came." in done, "Ada Admin" in done) == (True, True, True)


def test_a_mail_that_held_a_code_or_is_too_old_is_not_sent_again_and_the_page_says_what_to_do(
    learner: User, client: Client
) -> None:
    mail = mail_to(learner, text="", html="", has_secret=True)
    assert "asks for a new one on the page to sign in" in text(client.get(page_of(learner)))
    answer = client.post(address_of(mail, learner), {"reason": "Lost."})
    assert (answer.status_code, "asks for a new one" in text(answer)) == (422, True)
    OutgoingEmail.objects.update(has_secret=False)
    assert "Its text is not kept any more." in text(client.get(address_of(mail, learner)))
    assert OutgoingEmail.objects.count() == 1


def test_a_mail_of_somebody_else_is_not_there(learner: User, client: Client) -> None:
    mail = mail_to(make_person())
    assert client.get(address_of(mail, learner)).status_code == 404


# -- progress ---------------------------------------------------------------------------------------------------------
def test_progress_is_corrected_after_a_page_that_says_what_will_follow(
    learner: User, client: Client, admin: User, academy: Any
) -> None:
    learning.pass_quiz(learner, academy)
    learning.finish_lessons(learner, academy, 2)
    address = page_of(learner, "progress/")
    assert "Lesson 1.1 (done)" in text(client.get(address))
    form = {"item": str(academy.lessons[2].translation_key), "state": "done", "reason": "Read on paper."}
    foretold = text(client.post(address, form))
    assert "This completes Course CPA-9 and issues a certificate" in foretold
    assert (Certificate.objects.count(), Enrolment.objects.get().completed_at) == (0, None)
    back = client.post(address, form | {"edit": "1"})
    assert (back.status_code, 'value="Read on paper."' in back.content.decode()) == (200, True)
    done = text(client.post(address, form | {"confirmed": "1"}, follow=True))
    assert ("The progress is corrected." in done, "Read on paper." in done) == (True, True)
    assert Certificate.objects.get().person == learner
    assert LearningEvent.objects.get(data={"corrected": True}).by == admin
    for more in ({"state": "not_done"}, {"state": "not_done", "confirmed": "1"}, {"state": "done"}):
        assert client.post(address, form | more).status_code == 422
    assert "stays done" in text(client.post(address, form | {"state": "not_done"}))


def test_nothing_is_corrected_without_a_reason_nor_for_oneself(
    learner: User, client: Client, admin: User, academy: Any
) -> None:
    form = {"item": str(academy.lessons[0].translation_key), "state": "done", "reason": "", "confirmed": "1"}
    assert client.post(page_of(learner, "progress/"), form).status_code == 422
    learning.take(admin, academy)
    answer = client.post(page_of(admin, "progress/"), form | {"reason": "Mine."})
    assert (answer.status_code, "Ask another administrator." in text(answer)) == (422, True)
    assert LearningEvent.objects.filter(fact="completed").count() == 0


# -- attendance -------------------------------------------------------------------------------------------------------
def test_attendance_is_corrected_after_a_page_that_says_what_will_follow(learner: User, client: Client) -> None:
    booking = dates.book(dates.make_date(day=date(2026, 3, 10)), learner)
    address = page_of(learner, f"attendance/{booking.public_id}/1/")
    assert f'href="{address}"' in main(client.get(page_of(learner)))
    form = {"presence": "full", "reason": "She signed the list."}
    foretold = text(client.post(address, form))
    assert "with a statement of participation" in foretold
    assert (Attendance.objects.count(), Certificate.objects.count()) == (0, 0)
    done = text(client.post(address, form | {"confirmed": "1"}, follow=True))
    assert ("The attendance is corrected." in done, "She signed the list." in done) == (True, True)
    assert (Attendance.objects.get().presence, Certificate.objects.get().kind) == ("full", "participation")
    less = text(client.post(address, form | {"presence": "part"}))
    assert "its statement of participation is revoked" in less


def test_a_date_to_come_and_somebody_elses_booking_are_not_there(learner: User, client: Client) -> None:
    coming = dates.book(dates.make_date(day=timezone.localdate() + timedelta(days=9)), learner, timezone.now())
    other = dates.book(dates.make_date())
    for booking in (coming, other):
        address = reverse("support_attendance", args=[learner.public_id, booking.public_id, 1])
        assert client.get(address).status_code == 404
    assert Booking.objects.count() == 2
