"""Named points at which tests kill a process, to see that what follows a kill is right.

They do nothing anywhere else: only settings that name a point (those of tests/operations) make one deadly, and nothing
in the environment of a real worker does.
"""

from __future__ import annotations

import os
import signal

from django.conf import settings


def point(name: str) -> None:
    """Die here, without a word and without tidying up, if the settings name this point."""
    if getattr(settings, "CRASH_AT", None) == name:
        os.kill(os.getpid(), signal.SIGKILL)
