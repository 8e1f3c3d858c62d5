"""Who may do what with activities beside editing them, which Wagtail's own permissions say."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from academy.people.access import has_role
from academy.people.enums import Role

INSTALL = "curriculum.install_h5p_library"
TRUST = "curriculum.trust_h5p_player"


def may_install_libraries(user: Any) -> bool:
    """Who lets strangers' code into the academy: platform administrators, and groups with the permission."""
    return user.has_perm(INSTALL) or has_role(user, Role.PLATFORM_ADMIN)


def may_trust_player(user: Any) -> bool:
    """Who may let a score count that nobody can check: platform administrators, and groups with the permission."""
    return user.has_perm(TRUST) or has_role(user, Role.PLATFORM_ADMIN)


def permissions() -> QuerySet[Permission]:
    """Hook `register_permissions`: what a group can be given."""
    names = [name.partition(".")[2] for name in (INSTALL, TRUST)]
    return Permission.objects.filter(content_type__app_label="curriculum", codename__in=names)
