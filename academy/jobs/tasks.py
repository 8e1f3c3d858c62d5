"""Runs queued work: lease, do, mark done. A kill in the middle costs the rest of the lease, never the work."""

from __future__ import annotations

import logging
import traceback
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .enums import JobState
from .errors import LeaseLost
from .models import Heartbeat, Job
from .registry import Terms, terms

logger = logging.getLogger("academy.jobs")

LEASE = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MAX_ATTEMPTS = len(WAITS) + 1
# A lease is not renewed more often than this: whoever reports each file of a thousand does not write a thousand rows.
TURN = timedelta(seconds=1)
# Longer without a heartbeat, and nobody is there: beat rings twice a minute.
SILENCE = timedelta(minutes=2)
_running: ContextVar[Job | None] = ContextVar("running_job", default=None)


@shared_task
def run_due(limit: int = 50) -> int:
    """Run what is due, at most `limit` jobs; the number that were done. Beat rings twice a minute."""
    done = 0
    for _ in range(limit):
        job = lease(timezone.now())
        if job is None:
            break
        done += run(job)
    return done


@shared_task
def heartbeat() -> None:
    """Say that beat rings and a worker answers; readiness and `manage.py doctor` look at it."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


def is_worker_alive(now: datetime) -> bool:
    """Whether a worker was heard of lately, so that queued work will be done soon."""
    return Heartbeat.objects.filter(name="worker", at__gte=now - SILENCE).exists()


def lease(now: datetime) -> Job | None:
    """Take the next due job for us alone until the lease is over; None if nothing is due. A try counts as it begins."""
    due = Job.objects.filter(_due(now)).order_by("not_before", "id").values_list("pk", "kind")
    for pk, kind in due[:20]:
        job = _take(pk, kind, now)
        if job is not None:
            return job
    return None


def take(job: Job) -> Job | None:
    """This queued job for us alone, to be `run` here; None where another has it.

    In the transaction that queued it, nobody else can have it.
    """
    return _take(job.pk, job.kind, timezone.now())


def run(job: Job) -> bool:
    """Do a leased job and mark it; True if it was done."""
    known = terms(job.kind)
    if known is None:
        _mine(job).update(state=JobState.FAILED, leased_until=None, last_error="unknown kind")
        return False
    if job.attempts > MAX_ATTEMPTS:
        _give_up(job, known, job.last_error or "worker died")
        return False
    token = _running.set(job)
    try:
        known.function(**job.payload)
    except LeaseLost:
        # Another worker has it, or it was asked for anew while it ran: then it is queued already.
        return False
    except Exception as error:  # any mistake of the work is its own; the next job must still run
        _failed(job, known, error)
        return False
    finally:
        _running.reset(token)
    _mine(job).update(state=JobState.DONE, leased_until=None, done_at=timezone.now(), progress=100, last_error="")
    return True


def still_working(percent: int | None = None) -> bool:
    """Say that the job that runs here goes on, and how far it is: its lease begins anew, at most once a second.

    True where that was written, so that the work can note its progress too. Nothing happens outside of a job. Raises
    LeaseLost where the job is no longer ours; whoever gets that writes nothing more.
    """
    job = _running.get()
    if job is None or job.leased_until is None:
        return False
    until = timezone.now() + _lease_of(job.kind)
    if until - job.leased_until < TURN:
        return False
    changed: dict[str, Any] = {"leased_until": until} | ({} if percent is None else {"progress": percent})
    if not _mine(job).update(**changed):
        raise LeaseLost
    job.leased_until = until
    return True


def _due(now: datetime) -> Q:
    return Q(state=JobState.QUEUED, not_before__lte=now) & (Q(leased_until=None) | Q(leased_until__lte=now))


def _take(pk: int, kind: str, now: datetime) -> Job | None:
    """The job with our lease on it, None if another was faster. One conditional update: who changes it has it."""
    if Job.objects.filter(_due(now), pk=pk).update(leased_until=now + _lease_of(kind), attempts=F("attempts") + 1):
        return Job.objects.get(pk=pk)
    return None


def _lease_of(kind: str) -> timedelta:
    known = terms(kind)
    return (known.lease if known else None) or LEASE


def _failed(job: Job, known: Terms, error: Exception) -> None:
    # Messages of exceptions may hold personal data ("Key (email)=..."): kind and place say enough.
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__} at {place.name}:{place.lineno}"
    logger.error("job failed", extra={"event": {"job": job.pk, "kind": job.kind, "error": text}})
    if job.attempts >= MAX_ATTEMPTS:
        _give_up(job, known, text)
    else:
        _mine(job).update(leased_until=None, not_before=timezone.now() + WAITS[job.attempts - 1], last_error=text[:300])


def _give_up(job: Job, known: Terms, text: str) -> None:
    """Mark it as failed for good, and let the package that it is of draw its conclusions: both or neither."""
    over = {"state": JobState.FAILED, "leased_until": None, "last_error": text[:300]}
    try:
        with transaction.atomic():
            if _mine(job).update(**over) and known.given_up is not None:
                known.given_up(**job.payload)
    except Exception as error:  # as above; and it must not be tried for ever
        logger.error("job not given up", extra={"event": {"job": job.pk, "error": type(error).__name__}})
        _mine(job).update(**over)


def _mine(job: Job) -> QuerySet[Job]:
    """The row as long as our lease holds."""
    return Job.objects.filter(pk=job.pk, state=JobState.QUEUED, leased_until=job.leased_until)
