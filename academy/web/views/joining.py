"""Answers of people who are asked to join an organisation, what is open to them, and where they work."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.people import joining, rules
from academy.people.errors import InvitationOver, LastAdministrator, LinkFull, LinkOver, NoOffer, OtherAddress
from academy.people.models import Invitation, JoinLink, Membership, Organisation, RoleGrant, User
from academy.people.queries import wider_views
from academy.people.workplaces import invitations_for, is_asked, offers_for, today_at
from academy.web import parking
from academy.web.access import person_of, public, signed_in
from academy.web.joining_forms import NameForm
from academy.web.organisation_doors import LAST_ADMINISTRATOR


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: who asks, what they will see, yes or no. Yes needs an account, no does not."""
    found = Invitation.objects.filter(token=token).select_related("unit__organisation", "job", "by").first()
    if found is None:
        raise Http404
    person = _reader(request)
    state = _state(found, person)
    form = NameForm(parking.kept(request), is_nameless=person is not None and not person.display_name)
    if request.method == "POST" and state == "open":
        if request.POST.get("do") == "decline":
            return _declined(request, found, person)
        if person is not None:
            form = NameForm(request.POST, is_nameless=not person.display_name)
            if form.is_valid():
                return _accepted(request, found, person, form)
    organisation = found.unit.organisation
    context = {"invitation": found, "organisation": organisation, "state": state, "form": form}
    context["wider"] = _wider([organisation])
    return render(request, "academy/joining/join.html", context, status=422 if form.errors else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link for joining: whoever has it and an account may join, as long as it holds."""
    link = JoinLink.objects.filter(token=token).select_related("unit__organisation").first()
    if link is None:
        raise Http404
    person, at = _reader(request), timezone.now()
    state = _state_of_link(link)
    form = NameForm(parking.kept(request), is_nameless=person is not None and not person.display_name)
    if request.method == "POST" and state == "open" and person is not None:
        form = NameForm(request.POST, is_nameless=not person.display_name)
        if form.is_valid():
            _name(person, form, at)
            try:
                rules.use_link(link=link, person=person, at=at)
            except LinkFull:
                state = "full"
            except LinkOver:
                state = "over"
            else:
                return _welcome(request, link.unit.organisation)
    organisation = link.unit.organisation
    context = {"link": link, "organisation": organisation, "state": state, "form": form}
    context["wider"] = _wider([organisation])
    return render(request, "academy/joining/join_link.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Organisations that the person is asked to join, or may join because of their address."""
    person, at = person_of(request), timezone.now()
    invitations = [one for one in invitations_for(person) if one.expires_on >= today_at(one.unit.organisation, at)]
    found = list(offers_for(person, at))
    units = [*(one.unit for one in invitations), *(one.unit for one in found)]
    asking = {unit.organisation_id: unit.organisation for unit in units}
    context = {"invitations": invitations, "offers": found, "wider": _wider(asking.values())}
    return render(request, "academy/joining/offers.html", context)


@signed_in
@require_POST
def accept_offer(request: HttpRequest, domain: int) -> HttpResponse:
    """Join because of the domain of one's address."""
    person, at = person_of(request), timezone.now()
    offer = offers_for(person, at).filter(pk=domain).first()
    if offer is None:
        raise Http404
    try:
        rules.accept_offer(domain=offer, person=person, at=at)
    except NoOffer as error:
        raise Http404 from error
    return _welcome(request, offer.unit.organisation)


@dataclass
class Place:
    """An organisation where somebody works, with their units and roles there."""

    organisation: Organisation
    memberships: list[Membership]
    roles: list[RoleGrant]


@signed_in
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Where the person works, and what they may do there."""
    person, at = person_of(request), timezone.now()
    places: dict[int, Place] = {}
    memberships = Membership.objects.on(timezone.localdate(at)).filter(person=person)
    for row in memberships.select_related("unit__organisation", "job").order_by("unit__organisation__name", "pk"):
        place = places.setdefault(row.unit.organisation_id, Place(row.unit.organisation, [], []))
        place.memberships.append(row)
    grants = RoleGrant.objects.on(timezone.localdate(at)).filter(person=person)
    elsewhere: list[RoleGrant] = []
    for grant in grants.select_related("unit__organisation", "centre").order_by("role", "pk"):
        held = places.get(grant.unit.organisation_id) if grant.unit else None
        (held.roles if held else elsewhere).append(grant)
    context = {"places": list(places.values()), "elsewhere": elsewhere, "is_asked": is_asked(person, at)}
    return render(request, "academy/joining/work.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, organisation: str) -> HttpResponse:
    """ "I do not work here any more": asked once more, then done as of today."""
    person, at = person_of(request), timezone.now()
    there = Membership.objects.on(timezone.localdate(at)).filter(person=person, unit__organisation__slug=organisation)
    found = Organisation.objects.filter(pk__in=there.values("unit__organisation")).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            rules.leave_organisation(person=person, organisation=found, last_day=today_at(found, at), by=person, at=at)
        except LastAdministrator:
            messages.error(request, LAST_ADMINISTRATOR)
        else:
            messages.success(request, _("Today is your last day at %(organisation)s.") % {"organisation": found.name})
        return redirect("settings_work")
    return render(request, "academy/joining/leave.html", {"organisation": found})


# ---------------------------------------------------------------------------------------------------------------------
def _reader(request: HttpRequest) -> User | None:
    return person_of(request) if request.user.is_authenticated else None


def _wider(organisations: Iterable[Organisation]) -> list[str]:
    """What these organisations show their managers besides status, date and certificate, with whose it is."""
    return [
        f"{organisation.name}: {what.label}"
        for organisation in organisations
        for what in sorted(wider_views(organisation.pk))
    ]


def _state(invitation: Invitation, person: User | None) -> str:
    """`open`, `accepted`, `declined`, `withdrawn`, `over`, or `other` for somebody with another address."""
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    if invitation.answered_at is not None:
        return "accepted" if invitation.accepted else "declined"
    if invitation.expires_on < today_at(invitation.unit.organisation, timezone.now()):
        return "over"
    return "other" if person is not None and not rules.may_answer(person, invitation) else "open"


def _state_of_link(link: JoinLink) -> str:
    today = today_at(link.unit.organisation, timezone.now())
    if link.ended_at is not None or link.expires_on < today or link.unit.closed_on is not None:
        return "over"
    return "full" if link.seats is not None and link.taken >= link.seats else "open"


def _name(person: User, form: NameForm, at: Any) -> None:
    if form.cleaned_data.get("display_name"):
        rules.change_profile(person=person, fields=form.cleaned_data, at=at)


def _accepted(request: HttpRequest, invitation: Invitation, person: User, form: NameForm) -> HttpResponse:
    at = timezone.now()
    _name(person, form, at)
    try:
        joining.accept(invitation=invitation, person=person, at=at)
    except (InvitationOver, OtherAddress):
        return redirect("join", invitation.token)
    return _welcome(request, invitation.unit.organisation)


def _declined(request: HttpRequest, invitation: Invitation, person: User | None) -> HttpResponse:
    # Where it was answered meanwhile, the page says so.
    with suppress(InvitationOver, OtherAddress):
        joining.decline(invitation=invitation, person=person, at=timezone.now())
    return redirect("join", invitation.token)


def _welcome(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    messages.success(request, _("You have joined %(organisation)s.") % {"organisation": organisation.name})
    person = person_of(request)
    return redirect("join_offers" if is_asked(person, timezone.now()) else "settings_work")
