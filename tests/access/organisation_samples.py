"""What the matrix fills in for pages of organisations and of joining: the demo's town and its learner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Invitation, JoinLink, MailDomain, Membership, Organisation, RoleGrant, User

ORGANISATION = "<language>/organisation/<slug:organisation>/"
PERSON = f"{ORGANISATION}people/<uuid:person>/"


def _town(learner: User) -> Organisation:
    return Organisation.objects.get(pk=learner.memberships.order_by("pk")[0].unit.organisation_id)


def _invitation(membership: Membership, by: User) -> Invitation:
    waiting = Invitation.objects.filter(unit=membership.unit, email="new@elsewhere.example").first()
    return waiting or rules.invite(unit=membership.unit, emails=["new@elsewhere.example"], by=by, at=timezone.now())[0]


def values(learner: User) -> dict[str, dict[str, Any]]:
    """Values by the beginning of a pattern and argument name."""
    by, at = User.objects.get(email="admin@demo.example"), timezone.now()
    membership = learner.memberships.select_related("unit").order_by("pk")[0]
    unit = membership.unit
    link = JoinLink.objects.filter(unit=unit).first() or rules.make_link(
        unit=unit, expires_on=timezone.localdate() + timedelta(days=9), seats=None, by=by, at=at
    )
    domain = MailDomain.objects.filter(unit=unit).first() or rules.name_domain(
        unit=unit, domain="town.elsewhere.example", by=by, at=at
    )
    role = RoleGrant.objects.filter(unit__organisation=unit.organisation_id, role=Role.MANAGER).order_by("pk")[0]
    invitation = _invitation(membership, by)
    here = {"organisation": _town(learner).slug, "unit": unit.pk, "person": learner.public_id}
    return {
        ORGANISATION: here
        | {
            "membership": membership.pk,
            "grant": role.pk,
            "invitation": invitation.pk,
            "link": link.pk,
            "domain": domain.pk,
        },
        "<language>/join/<slug:token>/": {"token": invitation.token},
        "<language>/join/link/<slug:token>/": {"token": link.token},
        "<language>/join/offer/": {"domain": domain.pk},
        "<language>/settings/work/": here,
        "<language>/team/invite/": {"invitation": invitation.pk},
        "<language>/team/links/": {"link": link.pk},
    }


def data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data for the forms, by pattern."""
    unit = learner.memberships.select_related("unit").order_by("pk")[0].unit
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    whole = unit.organisation.units.get(parent=None)
    invited = {"addresses": "another@elsewhere.example", "unit": unit.pk, "job": ""}
    link = {"unit": unit.pk, "expires_on": day, "seats": "5"}
    return {
        f"{ORGANISATION}units/new/": {"name": "Tenders", "parent": unit.pk},
        f"{ORGANISATION}units/<int:unit>/": {"name": "Tenders", "parent": whole.pk},
        f"{ORGANISATION}settings/": {"name": "A town", "kind": "", "country": "NL", "time_zone": "Europe/Amsterdam"},
        f"{ORGANISATION}people/": {"wanted": "jana", "unit": ""},
        f"{PERSON}units/": {"unit": whole.pk, "job": "", "from_day": day},
        f"{PERSON}units/<int:membership>/": {"do": "job", "job": ""},
        f"{PERSON}roles/": {"role": Role.DEPUTY, "unit": unit.pk, "until_day": day},
        f"{PERSON}leaves/": {"last_day": day},
        f"{ORGANISATION}invite/": invited,
        f"{ORGANISATION}invite/<int:invitation>/": {"do": "withdraw"},
        f"{ORGANISATION}links/": link,
        f"{ORGANISATION}domains/": {"domain": "second.elsewhere.example", "unit": unit.pk},
        "<language>/team/invite/": invited,
        "<language>/team/invite/<int:invitation>/": {"do": "withdraw"},
        "<language>/team/links/": link,
        "<language>/join/<slug:token>/": {"do": "accept"},
    }
