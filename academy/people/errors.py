"""What can go wrong with people."""


class PersonExists(ValueError):
    """There is an account with this e-mail address already."""


class LastAdministrator(ValueError):
    """Nobody else could administrate the academy."""


class UnitLoop(ValueError):
    """A unit would stand below itself."""


class OtherOrganisation(ValueError):
    """A unit cannot stand below a unit of another organisation."""
