"""Why a note is not kept, in words for whoever wrote it."""

from __future__ import annotations

from django.utils.translation import ngettext

from courses.enrolments.errors import Refused


class NoteTooLong(Refused):
    """More letters than a note may have."""

    def __init__(self, over: int) -> None:
        super().__init__()
        self.over = over

    def __str__(self) -> str:
        words = ngettext(
            "This note is %(over)s character too long. Shorten it and save again.",
            "This note is %(over)s characters too long. Shorten it and save again.",
            self.over,
        )
        return words % {"over": self.over}
