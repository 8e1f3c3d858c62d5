"""What can go wrong with mail."""


class MailKeyTaken(ValueError):
    """The key of a mail was used for another address before: two events share a name, which is a mistake in the code."""
