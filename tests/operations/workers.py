"""Real workers on a real Redis, and a mail server on loopback to which they bring mail."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.utils import timezone

from academy.celery import app
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from courses.booking.enums import Waiting
from courses.booking.models import WorkshopSession
from courses.flows import free_seat
from tests.factories.booking import book, make_date

from .processes import environment, free_port
from .test_production_settings import SAFE

WORKER = (
    "-m", "celery", "-A", "academy.celery", "worker", "-P", "threads", "-c", "1", "--loglevel", "INFO",
    "--without-gossip", "--without-mingle",
)  # fmt: skip
# The control (forgetful.py): marks before it sends.
FORGETFUL = tuple("tests.operations.forgetful" if part == "academy.celery" else part for part in WORKER)


class Postman:
    """Takes every mail that is handed in."""

    def __init__(self) -> None:
        self.letters: queue.Queue[Message] = queue.Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A mail arrived."""
        self.letters.put(message_from_bytes(envelope.content or b""))
        return "250 OK"

    def ids(self) -> list[str]:
        """Message-IDs of all that arrived since this was asked last, in the order of arrival."""
        found = []
        while not self.letters.empty():
            found.append(str(self.letters.get()["Message-ID"]))
        return found


@contextmanager
def mail_server() -> Iterator[tuple[Postman, int]]:
    """A mail server for as long as the block lasts, and its port."""
    postman, port = Postman(), free_port()
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield postman, port
    finally:
        controller.stop()


def forget_broker() -> None:
    """Even eager tasks take a producer from a pool, which keeps the broker that it was made for."""
    app.__dict__.pop("_pool", None)
    app.amqp._producer_pool = None


@contextmanager
def ringing(server: str, name: str) -> Iterator[str]:
    """Celery rings this Redis, for real, for as long as the block lasts. Gives the queue's name."""
    kept = {key: app.conf[key] for key in ("task_always_eager", "broker_url", "task_default_queue")}
    app.conf.update(task_always_eager=False, broker_url=server, task_default_queue=name)
    forget_broker()
    app.amqp.queues.select_add(name)
    try:
        yield name
    finally:
        app.conf.update(kept)
        forget_broker()
        with redis.Redis.from_url(server) as client:
            client.delete(name)


def database_url() -> str:
    """The database of this process, as another process is told of it."""
    wanted = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{wanted['NAME']}"
    user = quote(str(wanted["USER"])) + (f":{quote(str(wanted['PASSWORD']))}" if wanted["PASSWORD"] else "")
    return f"postgres://{user}@{wanted['HOST']}:{wanted['PORT']}/{wanted['NAME']}"


def production(server: str, bell: str, port: int, folder: Path, **more: str) -> dict[str, str]:
    """The environment of a worker in production settings, on this process's database."""
    return environment(
        **SAFE
        | {
            "DJANGO_SETTINGS_MODULE": "academy.settings.production",
            "DATABASE_URL": database_url(),
            "REDIS_URL": server,
            "CELERY_QUEUE": bell,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DATA_DIR": str(folder),
        }
        | more
    )


def two_offers_are_over(server: str, bell: str) -> WorkshopSession:
    """A date at which two were offered a seat and did not answer: their seats are the next two people's now."""
    now = timezone.now()
    then = now - timedelta(days=3)
    day = (now + timedelta(days=20)).date()
    session = make_date(seats=2, day=day, waiting=Waiting.OFFER, offer_hours=24, at=then, reason="the room is large")
    first, second, *_ = [book(session, at=then + timedelta(minutes=n)) for n in range(6)]
    for one in (first, second):
        free_seat.cancel(booking_id=one.public_id, by=one.person, at=then + timedelta(hours=1))
    # All that was told before is out of the way; nobody has rung yet.
    OutgoingEmail.objects.update(state=MailState.SENT)
    with redis.Redis.from_url(server) as client:
        client.delete(bell)
    return session
