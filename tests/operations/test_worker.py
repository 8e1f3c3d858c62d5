"""A real worker on a real Redis brings a queued mail to a real mail server."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection, transaction

from academy.celery import app
from academy.mail import rules
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from courses.certificates.models import Certificate
from tests.factories import courses

from .processes import PATIENCE, environment, free_port, running
from .test_production_settings import SAFE

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/11")


class Postman:
    """Takes every mail that is handed in."""

    def __init__(self) -> None:
        self.letters: queue.Queue[Message] = queue.Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A mail arrived."""
        self.letters.put(message_from_bytes(envelope.content or b""))
        return "250 OK"


def forget_broker() -> None:
    """Even eager tasks take a producer from a pool, which keeps the broker that it was made for."""
    app.__dict__.pop("_pool", None)
    app.amqp._producer_pool = None


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Celery rings a Redis of its own, for real, for as long as a test lasts. Returns the queue's name."""
    try:
        redis.Redis.from_url(REDIS, socket_timeout=5).ping()
    except redis.RedisError:
        if "REDIS_URL" in os.environ:
            raise
        pytest.skip("no Redis on this machine")
    name = f"test-{os.getpid()}"
    kept = {key: app.conf[key] for key in ("task_always_eager", "broker_url", "task_default_queue")}
    app.conf.update(task_always_eager=False, broker_url=REDIS, task_default_queue=name)
    forget_broker()
    app.amqp.queues.select_add(name)
    yield name
    app.conf.update(kept)
    forget_broker()
    with redis.Redis.from_url(REDIS) as server:
        server.delete(name)


@pytest.fixture
def post_office() -> Iterator[tuple[Postman, int]]:
    """A mail server on loopback."""
    postman, port = Postman(), free_port()
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    yield postman, port
    controller.stop()


def database_url() -> str:
    wanted = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{wanted['NAME']}"
    user = quote(str(wanted["USER"])) + (f":{quote(str(wanted['PASSWORD']))}" if wanted["PASSWORD"] else "")
    return f"postgres://{user}@{wanted['HOST']}:{wanted['PORT']}/{wanted['NAME']}"


def production(bell: str, port: int, folder: Path) -> dict[str, str]:
    """The environment of a worker in production settings, on the test's database."""
    return environment(
        **SAFE
        | {
            "DJANGO_SETTINGS_MODULE": "academy.settings.production",
            "DATABASE_URL": database_url(),
            "REDIS_URL": REDIS,
            "CELERY_QUEUE": bell,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DATA_DIR": str(folder),
        }
    )


WORKER = (
    "-m", "celery", "-A", "academy.celery", "worker", "-P", "threads", "-c", "1", "--loglevel", "INFO",
    "--without-gossip", "--without-mingle",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_certificate_mail_of_a_learner_who_passes_the_quiz_arrives(
    bell: str, post_office: tuple[Postman, int], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    postman, port = post_office
    made = request.getfixturevalue("academy")
    learner = courses.make_learner(made, email="learner@town.eu", display_name="Łukasz Ősz", language="nl")
    courses.finish_lessons(learner, made)
    with running(*WORKER, env=production(bell, port, tmp_path)) as worker:
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
    with running(*WORKER, env=production(bell, port, tmp_path)) as worker:
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
