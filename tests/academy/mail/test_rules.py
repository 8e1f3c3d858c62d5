"""The outbox takes a mail once, in the transaction of its cause."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from academy.mail import emails, rules, tasks
from academy.mail.errors import MailEmptied, MailKeyTaken, MailWaits
from academy.mail.models import OutgoingEmail
from tests.factories.people import AT, make_person

pytestmark = pytest.mark.django_db

MAIL: dict[str, Any] = {
    "key": "test:1",
    "kind": "test/one",
    "to": "jana@example.org",
    "language": "de",
    "subject": "Hallo",
    "text": "Guten Tag",
}


def test_a_key_queued_twice_is_one_mail_with_the_first_words() -> None:
    first = rules.queue(**MAIL)
    second = rules.queue(**MAIL | {"text": "Other words"})
    assert (first.pk, OutgoingEmail.objects.count(), second.text) == (second.pk, 1, "Guten Tag")


def test_a_key_for_another_address_is_refused() -> None:
    rules.queue(**MAIL)
    with pytest.raises(MailKeyTaken):
        rules.queue(**MAIL | {"to": "someone@example.org"})


def test_a_subject_with_line_breaks_cannot_add_headers() -> None:
    queued = rules.queue(**MAIL | {"subject": "Hello\r\nBcc: all@example.org"})
    assert queued.subject == "Hello Bcc: all@example.org"


def test_a_mail_goes_out_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        rules.queue(**MAIL)
        assert django_mail.outbox == []
    assert [sent.to for sent in django_mail.outbox] == [["jana@example.org"]]


def test_a_cause_that_is_rolled_back_takes_its_mail_along() -> None:
    @transaction.atomic
    def cause() -> None:
        rules.queue(**MAIL)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert OutgoingEmail.objects.count() == 0


def test_what_nobody_has_begun_to_send_can_be_taken_back_by_the_beginning_of_its_key() -> None:
    for key in (
        "booking:1:moved:4",
        "booking:1:moved:5",
        "booking:1:step:9",
        "booking:11:moved:4",
        "booking:1:moved:6",
    ):
        rules.queue(**MAIL | {"key": key})
    OutgoingEmail.objects.filter(key="booking:1:moved:5").update(attempts=1)
    OutgoingEmail.objects.filter(key="booking:1:moved:6").update(state="sent")
    assert (rules.withdraw("booking:1:moved:"), rules.withdraw("booking:1:moved:")) == (["booking:1:moved:4"], [])
    assert OutgoingEmail.objects.count() == 4


def sent(**fields: Any) -> OutgoingEmail:
    """A mail that went out."""
    mail = rules.queue(**MAIL | fields)
    OutgoingEmail.objects.filter(pk=mail.pk).update(state="sent")
    return mail


def test_a_mail_is_sent_again_as_it_was_to_the_address_of_today_and_why_is_logged() -> None:
    person, admin = make_person("jana@elsewhere.example"), make_person()
    attached = [{"name": "date.ics", "type": "text/calendar", "text": "BEGIN:VCALENDAR"}]
    first = sent(person=person, html="<p>Guten Tag</p>", attachments=attached, reply_to="desk@example.org")
    again = rules.resend(mail=first, person=person, reason="It was not there.", by=admin, at=AT)
    kept = ("kind", "language", "subject", "text", "html", "attachments", "reply_to", "person_id")
    assert [getattr(again, name) for name in kept] == [getattr(first, name) for name in kept]
    assert (again.to, again.state, again.not_before) == ("jana@elsewhere.example", "queued", AT)
    assert (again.key.startswith("test:1:again:"), again.message_id != first.message_id) == (True, True)
    entry = ModelLogEntry.objects.get(action=rules.RESENT)
    assert (entry.object_id, entry.user, entry.data) == (
        str(person.pk),
        admin,
        {"kind": "test/one", "reason": "It was not there."},
    )


def test_a_mail_is_not_sent_again_while_it_is_on_its_way() -> None:
    person = make_person()
    waiting, gone = rules.queue(**MAIL), sent(key="test:2")
    again = rules.resend(mail=gone, person=person, reason="Lost.", by=None, at=AT)
    for mail in (waiting, gone):
        with pytest.raises(MailWaits):
            rules.resend(mail=mail, person=person, reason="Lost.", by=None, at=AT)
    OutgoingEmail.objects.filter(pk=again.pk).update(state="failed")
    # What was sent again is sent again under the key of the first, so that both are taken back with it.
    last = rules.resend(mail=again, person=person, reason="Lost.", by=None, at=AT)
    assert (last.key.count(":again:"), rules.withdraw("test:2:")) == (1, [last.key])


def test_a_mail_whose_words_are_gone_is_not_sent_again() -> None:
    person = make_person()
    emptied = sent(text="", has_secret=True)
    with pytest.raises(MailEmptied):
        rules.resend(mail=emptied, person=person, reason="Lost.", by=None, at=AT)
    assert (OutgoingEmail.objects.count(), ModelLogEntry.objects.filter(action=rules.RESENT).count()) == (1, 0)


def test_a_broker_that_is_down_breaks_no_page(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.deliver_due, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        rules.queue(**MAIL)
    assert tasks.deliver_due() == 1


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=200))
def test_a_message_id_belongs_to_its_key_alone(key: str) -> None:
    own = emails.message_id(key)
    assert own == emails.message_id(key) != emails.message_id(key + "x")
    assert uuid.UUID(own[1:].split("@")[0]).version == 5
