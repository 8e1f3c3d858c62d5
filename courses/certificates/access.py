"""Who may do what with a certificate. Reading one needs its code and nothing else."""

from __future__ import annotations

from typing import Any

from academy.people.access import has_role
from academy.people.enums import Role

from .enums import CertificateStatus
from .models import Certificate


def is_holder(user: Any, certificate: Certificate) -> bool:
    """Whether it was issued to this person."""
    return bool(user.is_authenticated and certificate.person_id == user.pk)


def can_withdraw(user: Any, certificate: Certificate) -> bool:
    """The holder, as long as it is valid."""
    return certificate.status == CertificateStatus.VALID and is_holder(user, certificate)


def can_revoke(user: Any) -> bool:
    """Who answers for the whole platform."""
    return bool(user.is_authenticated and (user.is_superuser or has_role(user, Role.PLATFORM_ADMIN)))
