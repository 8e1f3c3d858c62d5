"""What can go wrong with mail."""


class MailKeyTaken(ValueError):
    """The key was used for another address before: two events share a name, a mistake in the code."""
