"""What can go wrong with a badge."""


class BadgeError(Exception):
    """Something about a badge cannot be done; the text says why."""


class TermsLost(BadgeError):
    """A part of the document would not be signed: no context knows it, or it is not written as contexts have it."""


class ContextChanged(BadgeError):
    """A context is not the one that badges are signed against."""


class ProofWrong(BadgeError):
    """The signature does not fit the document, or there is none of the kind that is used here."""


class KeyMissing(BadgeError):
    """The private key that belongs to the current public one is not here, or is not the one that signs."""


class BadgeForgotten(BadgeError):
    """What was signed has been erased; its place in the status list stays taken."""


class ListFull(BadgeError):
    """All places of the status list are taken."""
