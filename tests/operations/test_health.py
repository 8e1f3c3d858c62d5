"""Watchers learn whether the academy lives and can answer, and nothing else."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client

from academy.kernel import health


@pytest.fixture(autouse=True)
def _unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def broken(*args: object, **kwargs: object) -> None:
    raise DatabaseError("password=secret host=10.0.0.1")


def test_live_answers_without_a_database(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_names_what_it_looked_at(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "checks": ["cache", "database", "migrations"]},
    )


@pytest.mark.django_db
def test_not_ready_without_a_database_and_no_secret_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", broken)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "not ready", "missing": {"database": "not reachable", "migrations": "not readable"}},
    )


@pytest.mark.django_db
def test_not_ready_without_a_cache(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", broken)  # type: ignore[attr-defined]  # untyped
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["missing"]) == (503, {"cache": "not reachable"})


@pytest.mark.django_db
def test_not_ready_before_all_migrations_are_applied(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'courses'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["missing"]["migrations"].endswith("not applied: run manage.py migrate")


def test_only_reading_is_allowed(client: Client) -> None:
    assert [client.post("/health/live").status_code, client.post("/health/ready").status_code] == [405, 405]
