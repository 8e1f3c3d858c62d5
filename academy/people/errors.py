"""What can go wrong with people."""


class PersonExists(ValueError):
    """There is an account with this e-mail address already."""


class LastAdministrator(ValueError):
    """Nobody else could administrate the academy."""


class UnitLoop(ValueError):
    """A unit would stand below itself."""


class OtherOrganisation(ValueError):
    """A unit cannot stand below a unit of another organisation."""


class UnitClosed(ValueError):
    """A closed unit takes nobody any more."""


class UnitInUse(ValueError):
    """People work in the unit, an open one stands below it, or it is the whole organisation."""


class PauseOverlaps(ValueError):
    """Another pause covers one of the days."""


class WiderAlready(ValueError):
    """Managers are shown this already."""


class ReasonMissing(ValueError):
    """Why managers are to see more is not said, or in too few words."""


class InvitationOver(ValueError):
    """It was answered, withdrawn, or is too old."""


class OtherAddress(ValueError):
    """The invitation was sent to an address that is not (known to be) this person's."""


class LinkOver(ValueError):
    """The link for joining was ended, or its last day is over."""


class LinkFull(ValueError):
    """So many people as the link is for have joined."""


class DomainRefused(ValueError):
    """Not a mail domain of an organisation: misspelt, or one where everybody can have an address."""


class DomainTaken(ValueError):
    """The domain belongs to an organisation already."""


class NoOffer(ValueError):
    """The mail domain opens nothing to this person (any more)."""


class LogoRefused(ValueError):
    """The picture is not taken; the text says why and what to do."""
