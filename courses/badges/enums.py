"""What a badge is about, and what checking one comes to."""

from enum import StrEnum


class AchievementType(StrEnum):
    """From the vocabulary of Open Badges 3.0."""

    CERTIFICATE = "Certificate"  # assessed
    COURSE = "Course"  # attended


class Outcome(StrEnum):
    """What can be said about a text that claims to be a badge."""

    SIGNED = "signed"  # by one of our keys, retired ones included; on record, and nothing was changed
    TAMPERED = "tampered"  # says that it is ours, but we never signed what it says
    FOREIGN = "foreign"  # somebody else's, about which nothing is said here
    NO_BADGE = "no_badge"
