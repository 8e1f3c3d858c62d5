"""A real worker on a real Redis brings a queued mail to a real mail server."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from academy.mail import rules
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from courses.certificates.models import Certificate
from tests.factories import courses

from .conftest import REDIS
from .processes import PATIENCE, running
from .test_production_settings import SAFE
from .workers import WORKER, Postman, production


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_certificate_mail_of_a_learner_who_passes_the_quiz_arrives(
    bell: str, post_office: tuple[Postman, int], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    postman, port = post_office
    made = request.getfixturevalue("academy")
    learner = courses.make_learner(made, email="learner@town.eu", display_name="Łukasz Ősz", language="nl")
    courses.finish_lessons(learner, made)
    with running(*WORKER, env=production(REDIS, bell, port, tmp_path)) as worker:
        worker.wait_for("ready")
        courses.pass_quiz(learner, made)
        letter = postman.letters.get(timeout=PATIENCE)
        assert worker.stop() == 0, worker.said
    certificate = Certificate.objects.get(person=learner)
    text = next(part for part in letter.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    assert isinstance(text, bytes)
    assert letter["To"] == "learner@town.eu"
    assert certificate.frozen["check_url"] in text.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_queued_mail_arrives(bell: str, post_office: tuple[Postman, int], tmp_path: Path) -> None:
    postman, port = post_office
    # The connection is closed, or SQLite's file would be open in two processes with two ideas of it.
    with running(*WORKER, env=production(REDIS, bell, port, tmp_path)) as worker:
        worker.wait_for("ready")
        with transaction.atomic():
            mail = rules.queue(
                key="test:worker", kind="test/worker", to="learner@town.eu", language="de",
                subject="Ihr Zertifikat", text="Żółć, Αθήνα, Ђорђевић\n",
            )  # fmt: skip
        letter = postman.letters.get(timeout=PATIENCE)
        # A stopped worker has finished what it was doing.
        assert worker.stop() == 0, worker.said
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert (letter["To"], letter["From"], letter["Message-ID"]) == (
        "learner@town.eu",
        SAFE["DEFAULT_FROM_EMAIL"],
        mail.message_id,
    )
    assert body.decode().strip() == "Żółć, Αθήνα, Ђорђевић"
    assert OutgoingEmail.objects.get().state == MailState.SENT
    assert not [line for line in worker.said if "learner@town.eu" in line]
    assert settings.CELERY_TASK_ALWAYS_EAGER
