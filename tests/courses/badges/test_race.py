"""Twenty who need the first badge at the same moment get one badge, by one key."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import close_old_connections, connection
from pytest_django.fixtures import Settings

from courses.badges import rules
from courses.badges.models import IssuerKey, SignedCredential
from tests.factories.badges import AT, CODE, facts


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_sign_one(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR, settings.ISSUER_KEY = tmp_path, ""
    start, texts, wrong = threading.Barrier(20), [], []

    def ask() -> None:
        try:
            start.wait(timeout=30)
            texts.append(rules.signed(CODE, facts(), at=AT).credential)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    close_old_connections()
    assert wrong == []
    assert (len(texts), len(set(texts))) == (20, 1)
    assert (SignedCredential.objects.count(), IssuerKey.objects.count()) == (1, 1)
