"""Writes of packages and libraries: take a file, check it, install what it brings, choose what is played."""

from .libraries import delete_library, release, roll_back
from .packages import allow_libraries, cancel, delete_package, delete_packages, use
from .processing import KIND, LEASE, give_up, process
from .receiving import digest, receive

__all__ = [
    "KIND", "LEASE", "allow_libraries", "cancel", "delete_library", "delete_package", "delete_packages", "digest",
    "give_up", "process", "receive", "release", "roll_back", "use",
]  # fmt: skip
