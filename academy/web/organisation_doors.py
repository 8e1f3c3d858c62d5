"""Doors of an organisation's pages: what somebody administers, and from where they invite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.access import LEADERS, Realm, realm_of, units_reached
from academy.people.models import Organisation, Unit, User
from academy.people.workplaces import people_of, today_at

LAST_ADMINISTRATOR = _(
    "Nobody else administrates the organisation. Give somebody else that role first, without a last day."
)


@dataclass(frozen=True)
class Desk:
    """An organisation's desk for who administers it: the part that is theirs, the moment, and the day it is there."""

    realm: Realm
    at: datetime

    @property
    def organisation(self) -> Organisation:
        """Whose desk it is."""
        return self.realm.organisation

    @property
    def today(self) -> date:
        """The day that it is in the organisation's zone."""
        return today_at(self.organisation, self.at)

    @property
    def home(self) -> str:
        """The address of its first page."""
        return reverse("organisation", args=[self.organisation.slug])

    def url(self, name: str, *args: Any) -> str:
        """The address of one of its pages: `organisation_<name>`."""
        return reverse(f"organisation_{name}", args=[self.organisation.slug, *args])

    def context(self, here: str, **more: Any) -> dict[str, Any]:
        """What its templates get: `here` is the tab that is open."""
        return {"organisation": self.organisation, "realm": self.realm, "here": here, "today": self.today, **more}


@dataclass(frozen=True)
class Inviting:
    """From where somebody invites, and to which units: as administrator of an organisation, or as leader of a team."""

    units: frozenset[int]
    at: datetime
    desk: Desk | None = None

    def url(self, name: str, *args: Any) -> str:
        """The address of one of the pages: `organisation_<name>` or `team_<name>`."""
        return self.desk.url(name, *args) if self.desk is not None else reverse(f"team_{name}", args=args)

    def context(self, here: str, **more: Any) -> dict[str, Any]:
        """What the templates get."""
        words = {"here": here, "inviting": self, "layout": "academy/joining/team_layout.html", **more}
        if self.desk is None:
            return words
        return self.desk.context(**words | {"layout": "academy/organisation/layout.html"})

    @property
    def invite_url(self) -> str:
        """The page with the form for addresses."""
        return self.url("invite")

    @property
    def links_url(self) -> str:
        """The page with links for joining."""
        return self.url("links")


def desk_or_404(request: HttpRequest, slug: str) -> Desk:
    """The desk of an organisation; one that is not there and one that is somebody else's look the same."""
    found = Organisation.objects.filter(slug=slug).first()
    at = timezone.now()
    realm = realm_of(request.user, found, timezone.localdate(at)) if found is not None else None
    if realm is None:
        raise Http404
    return Desk(realm, at)


def whole_or_404(request: HttpRequest, slug: str) -> Desk:
    """The same for what concerns the organisation as a whole: its name, logo and mail domains."""
    desk = desk_or_404(request, slug)
    if not desk.realm.is_whole:
        raise Http404
    return desk


def unit_or_404(desk: Desk, pk: int) -> Unit:
    """A unit that they administer."""
    found = Unit.objects.select_related("organisation", "parent").filter(pk=pk).first()
    if found is None or found.pk not in desk.realm.units:
        raise Http404
    return found


def colleague_or_404(desk: Desk, public_id: UUID) -> User:
    """Somebody who works in these units or holds a role there today."""
    found = people_of(desk.realm.units, desk.today).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def inviting_from_desk(request: HttpRequest, slug: str) -> Inviting:
    """Inviting as administrator of an organisation; 404 for others."""
    desk = desk_or_404(request, slug)
    return Inviting(desk.realm.units, desk.at, desk)


def inviting_from_team(request: HttpRequest) -> Inviting:
    """Inviting to the units that somebody leads; to be asked of those alone who lead some."""
    at = timezone.now()
    units = units_reached(request.user, LEADERS, timezone.localdate(at))
    return Inviting(frozenset(units if units is not None else Unit.objects.values_list("pk", flat=True)), at)
