"""How much of a stranger's archive is looked at: shared/design/H5P.md, section 7. Sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """One package's bounds. `ratio` holds for files of more than `ratio_from`; JSON is what is parsed here."""

    upload: int = 128 * MIB
    unpacked: int = 512 * MIB
    file: int = 128 * MIB
    members: int = 5_000
    ratio: int = 200
    ratio_from: int = MIB
    path_length: int = 200
    path_depth: int = 12
    json_size: int = 8 * MIB
    json_depth: int = 100
    # All JSON that is kept of a package, and the values in it: 8 MiB of `[{},{}` alone would be 200 MB in memory.
    json_total: int = 16 * MIB
    json_values: int = 500_000
    libraries: int = 120
    findings: int = 50


def limits() -> Limits:
    """The bounds of this installation: `settings.H5P_LIMITS` names those that are not the usual ones."""
    return Limits(**getattr(settings, "H5P_LIMITS", {}))
