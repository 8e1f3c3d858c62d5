"""The outbox takes a mail once, in the transaction of its cause."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.mail import emails, rules, tasks
from academy.mail.errors import MailKeyTaken
from academy.mail.models import OutgoingEmail

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
