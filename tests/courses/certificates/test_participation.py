"""The statement of participation: issued by attending, frozen in all languages, taken back by a correction."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from wagtail.models import ModelLogEntry

from academy.jobs.models import Job
from academy.mail.models import OutgoingEmail
from academy.people.models import User
from courses.booking.enums import Presence, SessionKind
from courses.booking.models import Booking, Meeting, WorkshopSession
from courses.booking.rules.attending import Seen
from courses.booking.rules.plans import MeetingPlan, TrainerPlan
from courses.booking.rules.seats import Who
from courses.certificates import rules
from courses.certificates.document import document_data, render_pdf
from courses.certificates.errors import NotCompleted
from courses.certificates.models import Certificate
from courses.certificates.queries import claims
from courses.flows.attend import note_attendance
from courses.flows.book_seat import seat
from curriculum.items.models import LearningItem
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import booking as dates
from tests.factories.certificates import sign
from tests.factories.curriculum import Site, published, translate
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def attend(booking: Booking, presence: str = Presence.FULL, after: timedelta = timedelta(0)) -> None:
    """Note this at all meetings of the booking's date."""
    for meeting in Meeting.objects.filter(session_id=booking.session_id):
        note_attendance(meeting=meeting, seen={booking.pk: Seen(presence)}, by=None, at=meeting.ends_at + after)


@pytest.fixture
def session(site: Site) -> WorkshopSession:
    """A date of two meetings of a translated workshop, with two trainers."""
    sign()
    index = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    translate(index, "nl")
    page = index.add_child(instance=WorkshopPage(**published("Question clinic", "clinic", code="W1")))
    translate(page, "nl")
    start = dates.plan().meetings[0].start
    return dates.make_date(
        item=LearningItem.objects.get(key=page.translation_key),
        meetings=tuple(MeetingPlan(dates.DAY + timedelta(days=n), start, 150, "Europe/Berlin") for n in range(2)),
        trainers=(make_person(display_name="Tess Trainer"), TrainerPlan(name="Gus Guest")),
        seats={"place": 5, "online": 5},
    )


def holder(**fields: Any) -> User:
    """Somebody who reads Dutch."""
    return make_person(display_name="Jana Albers", language="nl", **fields)


def test_it_says_what_was_attended_in_the_holders_language_and_all_others(session: WorkshopSession) -> None:
    attend(dates.book(session, holder()))
    certificate = Certificate.objects.get()
    said = {claim.key: (claim.label, [part.text for part in claim.words]) for claim in claims(certificate, "en")}
    assert {key: said[key] for key in said if key != "code"} == {
        "holder": ("Holder", ["Jana Albers"]),
        "course": ("Title", ["Question clinic"]),
        "event": ("Kind", ["Workshop"]),
        "issued": ("Issued on", ["Wednesday 11 March 2026"]),
        "dates": ("Attended on", ["Tuesday 10 March 2026", "Wednesday 11 March 2026"]),
        "hours": ("Duration", ["5\N{NO-BREAK SPACE}h"]),
        "where": ("Where", ["Town hall, Lindenmark"]),
        "trainers": ("Trainers", ["Tess Trainer, Gus Guest"]),
        "language": ("Language", ["English"]),
        "signatory": ("Signed by", ["Mira Voorbeeld, Head of learning"]),
        "issuer": ("Issued by", ["Lindenmark Academy"]),
    }
    assert (certificate.kind, certificate.language, set(certificate.frozen["texts"])) == (
        "participation",
        "nl",
        {"nl", "en", "de", "fr"},
    )
    assert certificate.frozen["texts"]["nl"]["course"] == {"text": "Question clinic [nl]", "lang": "nl"}
    assert certificate.frozen["texts"]["fr"]["course"] == {"text": "Question clinic", "lang": "en"}


def test_one_mail_and_one_drawing_and_the_course_is_not_spoken_of(session: WorkshopSession) -> None:
    person = make_person()
    attend(dates.book(session, person))
    mail = OutgoingEmail.objects.get(kind__startswith="certificates/")
    assert (mail.kind, mail.to, mail.subject) == (
        "certificates/participation",
        person.email,
        "Your statement of participation: Question clinic",
    )
    assert (Certificate.objects.get().frozen["check_url"] in mail.text, "course" in mail.text) == (True, False)
    assert Job.objects.filter(kind=rules.RENDER).count() == 1


def test_the_sheet_is_a_statement_and_never_a_certificate_of_completion(session: WorkshopSession) -> None:
    attend(dates.book(session, holder(), mode="online"))
    for language, never in (("en", "certificate"), ("de", "Zertifikat")):
        pdf = pypdf.PdfReader(io.BytesIO(render_pdf(document_data(Certificate.objects.get(), language))))
        text = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
        assert (len(pdf.pages), never.lower() in text.lower().replace("academy", "")) == (1, False)
        if language == "en":
            wanted = (
                "Statement of participation",
                "Jana Albers",
                "took part from beginning to end in",
                "Question clinic",
                "Workshop",
                "5 h",
                "Online",
                "English",
                "Tuesday 10 March 2026; Wednesday 11 March 2026",
                "Tess Trainer, Gus Guest",
                "Mira Voorbeeld",
            )
            assert [words for words in wanted if words not in text.replace("\N{NO-BREAK SPACE}", " ")] == []


@pytest.mark.parametrize("kind", SessionKind.values)
def test_every_kind_of_date_and_a_long_one_fit_on_the_sheet(site: Site, kind: str) -> None:
    start = dates.plan().meetings[0].start
    long = dates.make_date(
        item=dates.make_item(title="A long title about the questions that nobody asks " * 3),
        meetings=tuple(MeetingPlan(dates.DAY + timedelta(days=n), start, 60, "Europe/Berlin") for n in range(12)),
        trainers=tuple(TrainerPlan(name=f"Guest Number{n} Longname") for n in range(6)),
        kind=SessionKind(kind),
    )
    attend(dates.book(long, holder()))
    data = document_data(Certificate.objects.get(), "en")
    assert (
        data["long_facts"][0]["values"][0]["text"]
        == "12 meetings, from Tuesday 10 March 2026 to Saturday 21 March 2026"
    )
    assert render_pdf(data).startswith(b"%PDF")


def test_a_correction_revokes_it_with_a_reason_and_a_second_one_makes_a_new_one(session: WorkshopSession) -> None:
    booking = dates.book(session, make_person())
    attend(booking)
    attend(booking, after=timedelta(minutes=1))
    attend(booking, Presence.PART, after=timedelta(hours=1))
    revoked = Certificate.objects.get()
    assert (revoked.status, revoked.status_reason) == (
        "revoked",
        "The attendance was corrected: not all of it was attended.",
    )
    assert ModelLogEntry.objects.filter(action="courses.certificate.revoked", object_id=str(revoked.pk)).count() == 1
    attend(booking, after=timedelta(hours=2))
    rows = Certificate.objects.order_by("issued_at").values_list("status", flat=True)
    assert list(rows) == ["revoked", "valid"]


def test_what_its_holder_withdrew_stays_withdrawn(session: WorkshopSession) -> None:
    booking = dates.book(session, make_person())
    attend(booking)
    certificate = Certificate.objects.get()
    rules.withdraw(certificate=certificate, by=booking.person, at=dates.AT)
    attend(booking, Presence.ABSENT, after=timedelta(hours=1))
    attend(booking, after=timedelta(hours=2))
    assert list(Certificate.objects.values_list("pk", "status")) == [(certificate.pk, "withdrawn")]


def test_a_guest_has_none(session: WorkshopSession) -> None:
    step = seat(
        session_id=session.public_id, who=Who(name="Gus"), mode="place", by=None, at=dates.AT, reason="Comes along"
    )
    attend(step.booking)
    assert Certificate.objects.count() == 0
    with pytest.raises(NotCompleted):
        rules.issue_participation(booking=step.booking, at=dates.AT)


def test_it_outlives_the_account_and_leads_nowhere_then(session: WorkshopSession) -> None:
    booking = dates.book(session, make_person())
    attend(booking)
    rules.forget(booking.person)
    certificate = Certificate.objects.get()
    assert (certificate.person, certificate.booking, certificate.status) == (None, None, "valid")


def test_a_corrected_name_keeps_what_it_says(session: WorkshopSession) -> None:
    attend(dates.book(session, make_person(display_name="Jan Albers")))
    old = Certificate.objects.get()
    new = rules.replace(certificate=old, holder_name="Jana Albers", reason="A typing error", by=None, at=dates.AT)
    assert (new.kind, new.booking, new.holder_name) == ("participation", old.booking, "Jana Albers")


def test_the_database_itself_refuses_a_second_one(session: WorkshopSession) -> None:
    attend(dates.book(session, make_person()))
    first = Certificate.objects.get()
    first.pk, first.code = None, "x" * 26
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_make_one(site: Site) -> None:
    booking = dates.book(dates.make_date())
    meeting = Meeting.objects.get()
    start, wrong = threading.Barrier(20), []

    def press() -> None:
        try:
            start.wait(timeout=30)
            note_attendance(meeting=meeting, seen={booking.pk: Seen(Presence.FULL)}, by=None, at=meeting.ends_at)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    close_old_connections()
    assert (wrong, Certificate.objects.count()) == ([], 1)
    assert OutgoingEmail.objects.filter(kind="certificates/participation").count() == 1
