"""Whether database, cache and migrations are as they must be: the health views and `manage.py doctor` ask here."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger("academy.health")
# Planning the migrations costs 0.1 s; once all are applied they stay so for as long as this process lives.
_migrated = False


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("database not reachable", extra={"event": {"error": type(error).__name__}})
        return "not reachable"
    return ""


def _cache() -> str:
    token = uuid.uuid4().hex
    try:
        cache.set(f"health:{token}", token, 10)
        agrees = cache.get(f"health:{token}") == token
        cache.delete(f"health:{token}")
    except Exception as error:  # every cache has errors of its own, and none may turn this answer into a 500
        logger.warning("cache not reachable", extra={"event": {"error": type(error).__name__}})
        return "not reachable"
    return "" if agrees else "forgets what it was given"


def _migrations() -> str:
    global _migrated
    if _migrated:
        return ""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        logger.warning("migrations not readable", extra={"event": {"error": type(error).__name__}})
        return "not readable"
    if waiting:
        return f"{len(waiting)} not applied: run manage.py migrate"
    _migrated = True
    return ""


# Each returns what is wrong, empty if nothing is; never a secret, a name of a host or of a person.
CHECKS: dict[str, Callable[[], str]] = {"database": _database, "cache": _cache, "migrations": _migrations}
