"""A private folder of one's own for what packages write."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def private(settings: Settings, tmp_path: Path) -> Path:
    """Where packages and libraries lie in this test."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private" / "h5p"
