"""What can go wrong with mail."""


class MailKeyTaken(ValueError):
    """The key was used for another address before: two events share a name, a mistake in the code."""


class MailWaits(ValueError):
    """It is on its way: sending it once more would only make two of it."""


class MailEmptied(ValueError):
    """Nothing is left of its words."""


class KindUnknown(LookupError):
    """Nobody registered this kind of mail, or it has no words of its own: a mistake in the code."""


class PlaceholderMissing(LookupError):
    """The default words ask for something that the caller does not say: a mistake in the code."""


class TextRefused(ValueError):
    """An edited text that cannot be filled in. `field` is "subject" or "text"; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class EssentialStays(ValueError):
    """Mails of an essential kind cannot be turned off."""
