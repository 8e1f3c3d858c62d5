"""Puts work into the queue."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import tasks
from .enums import JobState
from .models import Job

logger = logging.getLogger("academy.jobs")


def enqueue(*, key: str, kind: str, payload: Mapping[str, Any], at: datetime | None = None) -> Job:
    """Have `function(**payload)` of this kind run after the commit, not before `at`; primitive values only.

    Queued twice under one key, work is done once. Work that runs at this very moment is done once more afterwards: it
    may have read what has changed since.
    """
    not_before = at or timezone.now()
    while True:
        job, is_new = Job.objects.get_or_create(
            key=key,
            state=JobState.QUEUED,
            defaults={"kind": kind, "payload": dict(payload), "not_before": not_before},
        )
        # A row that was there is written to, whether it waits or runs. That takes the lease from whoever runs it, who
        # can no longer mark it done; and until our commit no worker gets it and does it without what we have changed.
        if is_new or Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
            payload=dict(payload), leased_until=None, attempts=0, not_before=not_before
        ):
            break
        # It was done between the two: what it read was the state of before, so it is queued anew.
    job.refresh_from_db()
    transaction.on_commit(wake)
    return job


def wake() -> None:
    """Ring the worker's bell; beat sweeps the queue anyway, so a broker that is down breaks nothing."""
    try:
        tasks.run_due.apply_async(retry=False)
    except Exception as error:  # kombu lets through whatever its transport raises
        logger.warning("the worker could not be woken", extra={"event": {"error": type(error).__name__}})
