"""Gathers the models of this package for Django; no logic."""

from .jobs.models import Heartbeat, Job
from .mail.models import MailText, Notice, NotificationPreference, OutgoingEmail
from .people.models import (
    Centre,
    Invitation,
    JobRole,
    JoinLink,
    Look,
    MailDomain,
    Membership,
    Organisation,
    OrganisationType,
    Pause,
    RoleGrant,
    StaffEvent,
    StaffImport,
    Unit,
    UnitVersion,
    User,
    WiderView,
)
from .website.models import AcademyDocument, AcademyImage, Feedback, HomePage, Rendition, SiteSettings, StandardPage

__all__ = [
    "AcademyDocument", "AcademyImage", "Centre", "Feedback", "Heartbeat", "HomePage", "Invitation", "Job", "JobRole",
    "JoinLink", "Look", "MailDomain", "MailText", "Membership", "Notice", "NotificationPreference", "Organisation",
    "OrganisationType", "OutgoingEmail", "Pause", "Rendition", "RoleGrant", "SiteSettings", "StaffEvent", "StaffImport",
    "StandardPage", "Unit", "UnitVersion", "User", "WiderView",
]  # fmt: skip
