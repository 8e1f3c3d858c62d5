"""What writes about H5P packages can refuse."""

from __future__ import annotations


class H5PError(ValueError):
    """Any refusal of this sub-domain."""


class UploadRefused(H5PError):
    """The file cannot be taken; nothing is kept of it. `sentence` says why, in the active language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class OtherState(H5PError):
    """The package stands otherwise than the request supposed: somebody was faster, or it is a repeated click."""


class LibrariesNeeded(H5PError):
    """Libraries would be installed or replaced, and the person may not do that."""


class InUse(H5PError):
    """It is in use, so it cannot be deleted."""
