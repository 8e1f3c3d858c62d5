"""Runs queued work: lease, do, mark done. A kill in the middle costs the rest of the lease, never the work."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .enums import JobState
from .models import Heartbeat, Job
from .registry import find

logger = logging.getLogger("academy.jobs")

LEASE = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MAX_ATTEMPTS = len(WAITS) + 1


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


def lease(now: datetime) -> Job | None:
    """Take the next due job for us alone until the lease is over; None if nothing is due. A try counts as it begins."""
    due = Q(state=JobState.QUEUED, not_before__lte=now) & (Q(leased_until=None) | Q(leased_until__lte=now))
    for pk in Job.objects.filter(due).order_by("not_before", "id").values_list("pk", flat=True)[:20]:
        if Job.objects.filter(due, pk=pk).update(leased_until=now + LEASE, attempts=F("attempts") + 1):
            return Job.objects.get(pk=pk)
    return None


def run(job: Job) -> bool:
    """Do a leased job and mark it; True if it was done."""
    function = find(job.kind)
    if function is None:
        _mine(job).update(state=JobState.FAILED, leased_until=None, last_error="unknown kind")
        return False
    if job.attempts > MAX_ATTEMPTS:
        _mine(job).update(state=JobState.FAILED, leased_until=None, last_error=job.last_error or "worker died")
        return False
    try:
        function(**job.payload)
    except Exception as error:  # any mistake of the work is its own; the next job must still run
        _failed(job, error)
        return False
    _mine(job).update(state=JobState.DONE, leased_until=None, done_at=timezone.now(), progress=100, last_error="")
    return True


def _failed(job: Job, error: Exception) -> None:
    # Messages of exceptions may hold personal data ("Key (email)=..."): kind and place say enough.
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__} at {place.name}:{place.lineno}"
    logger.error("job failed", extra={"event": {"job": job.pk, "kind": job.kind, "error": text}})
    if job.attempts >= MAX_ATTEMPTS:
        _mine(job).update(state=JobState.FAILED, leased_until=None, last_error=text)
    else:
        _mine(job).update(leased_until=None, not_before=timezone.now() + WAITS[job.attempts - 1], last_error=text[:300])


def _mine(job: Job) -> QuerySet[Job]:
    """The row as long as our lease holds."""
    return Job.objects.filter(pk=job.pk, state=JobState.QUEUED, leased_until=job.leased_until)
