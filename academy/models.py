"""Gathers the models of this package for Django; no logic."""

from .jobs.models import Heartbeat, Job
from .mail.models import OutgoingEmail
from .people.models import Membership, Organisation, RoleGrant, Unit, UnitVersion, User
from .website.models import AcademyDocument, AcademyImage, Feedback, HomePage, Rendition, SiteSettings, StandardPage

__all__ = [
    "AcademyDocument", "AcademyImage", "Feedback", "Heartbeat", "HomePage", "Job", "Membership", "Organisation",
    "OutgoingEmail", "Rendition", "RoleGrant", "SiteSettings", "StandardPage", "Unit", "UnitVersion", "User",
]  # fmt: skip
