"""What tests of real workers share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import redis

from .workers import Postman, mail_server, ringing

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/11")


@pytest.fixture
def bell() -> Iterator[str]:
    """Celery rings a Redis of its own, for real, for as long as a test lasts. Returns the queue's name."""
    try:
        redis.Redis.from_url(REDIS, socket_timeout=5).ping()
    except redis.RedisError:
        if "REDIS_URL" in os.environ:
            raise
        pytest.skip("no Redis on this machine")
    with ringing(REDIS, f"test-{os.getpid()}") as name:
        yield name


@pytest.fixture
def post_office() -> Iterator[tuple[Postman, int]]:
    """A mail server on loopback."""
    with mail_server() as found:
        yield found
