"""What can go wrong with required learning."""


class DutyOver(ValueError):
    """It is completed, or not required any more."""


class ExtensionWaits(ValueError):
    """A request for more time waits for an answer already."""


class ExtensionAnswered(ValueError):
    """Somebody answered the request before."""


class NoLaterDay(ValueError):
    """The day asked for is not later than the one that holds."""


class NothingToAssign(ValueError):
    """It cannot be assigned: nobody can take it, or it is unknown."""


class AssignmentOver(ValueError):
    """The assignment was withdrawn."""
