"""Who people are and where they work: dated rows, so that a past state can be shown (architecture decision 10)."""

from .accounts import User, UserManager, default_time_zone, validate_time_zone
from .imports import StaffImport
from .organisations import (
    Centre,
    JobRole,
    MailDomain,
    NamedChoice,
    Organisation,
    OrganisationType,
    Unit,
    UnitVersion,
    validate_names,
)
from .staff import (
    DatedQuerySet,
    Invitation,
    JoinLink,
    Look,
    Membership,
    Pause,
    RoleGrant,
    StaffEvent,
    WiderView,
    new_token,
)

__all__ = [
    "Centre",
    "DatedQuerySet",
    "Invitation",
    "JobRole",
    "JoinLink",
    "Look",
    "MailDomain",
    "Membership",
    "NamedChoice",
    "Organisation",
    "OrganisationType",
    "Pause",
    "RoleGrant",
    "StaffEvent",
    "StaffImport",
    "Unit",
    "UnitVersion",
    "User",
    "UserManager",
    "WiderView",
    "default_time_zone",
    "new_token",
    "validate_names",
    "validate_time_zone",
]
