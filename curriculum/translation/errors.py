"""What can stand in the way of a translation."""


class NotTranslatedYet(Exception):
    """Segments are missing: the source's words never go live as another language (decision 4)."""

    def __init__(self, missing: int, total: int) -> None:
        super().__init__(f"{missing} of {total} segments are not translated")
        self.missing = missing
        self.total = total


class NotParallel(Exception):
    """A translated text has not the same segments as its source; the message names the place."""
