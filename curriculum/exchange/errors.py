"""Why a file, or one question of it, is not taken."""

from __future__ import annotations

from typing import Any


class FileRefused(ValueError):
    """Nothing can be read of this file. `reason`: one sentence for the person who chose it, lazily translated."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason


class ItemRefused(ValueError):
    """One question cannot be taken whole. `reason`: one sentence, lazily translated."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason
