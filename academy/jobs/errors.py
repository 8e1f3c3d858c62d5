"""What can go wrong with a job beside its own work."""

from __future__ import annotations


class LeaseLost(RuntimeError):
    """The job is another worker's by now, or was asked for anew while it ran: what was begun is not to be ended."""
