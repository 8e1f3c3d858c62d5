"""How people come: addresses that are pasted, links, mail domains. For administrators, and for leaders of a team."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from academy.people import joining, rules
from academy.people.access import LEADERS
from academy.people.errors import DomainTaken, InvitationOver, UnitClosed
from academy.people.models import JoinLink, MailDomain
from academy.people.workplaces import invited, open_units, tree
from academy.web import parking
from academy.web.access import person_of, role_required, signed_in
from academy.web.joining_forms import DomainForm, InviteForm, LinkForm
from academy.web.organisation_doors import Inviting, inviting_from_desk, inviting_from_team, whole_or_404

PAGE = 30


# -- an organisation's doors ------------------------------------------------------------------------------------------
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_invite(request: HttpRequest, organisation: str) -> HttpResponse:
    """Invite by a list of addresses; see who has not answered yet."""
    return _invite(request, inviting_from_desk(request, organisation))


@signed_in
@require_POST
def organisation_invitation(request: HttpRequest, organisation: str, invitation: int) -> HttpResponse:
    """Send an invitation again, or take it back."""
    return _invitation(request, inviting_from_desk(request, organisation), invitation)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_links(request: HttpRequest, organisation: str) -> HttpResponse:
    """Links by which people join."""
    return _links(request, inviting_from_desk(request, organisation))


@signed_in
@require_POST
def organisation_link_end(request: HttpRequest, organisation: str, link: int) -> HttpResponse:
    """End a link."""
    return _link_end(request, inviting_from_desk(request, organisation), link)


# -- a team's doors ---------------------------------------------------------------------------------------------------
@role_required(*LEADERS)
@require_http_methods(["GET", "HEAD", "POST"])
def team_invite(request: HttpRequest) -> HttpResponse:
    """Invite to a unit that one leads."""
    return _invite(request, inviting_from_team(request))


@role_required(*LEADERS)
@require_POST
def team_invitation(request: HttpRequest, invitation: int) -> HttpResponse:
    """Send an invitation again, or take it back."""
    return _invitation(request, inviting_from_team(request), invitation)


@role_required(*LEADERS)
@require_http_methods(["GET", "HEAD", "POST"])
def team_links(request: HttpRequest) -> HttpResponse:
    """Links by which people join a unit that one leads."""
    return _links(request, inviting_from_team(request))


@role_required(*LEADERS)
@require_POST
def team_link_end(request: HttpRequest, link: int) -> HttpResponse:
    """End a link."""
    return _link_end(request, inviting_from_team(request), link)


# -- mail domains -----------------------------------------------------------------------------------------------------
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def domains(request: HttpRequest, organisation: str) -> HttpResponse:
    """Mail domains whose people may join by themselves, once somebody has verified them."""
    desk = whole_or_404(request, organisation)
    branches = tree(desk.organisation, desk.realm.units, desk.today)
    form = DomainForm(request.POST or parking.kept(request), branches=branches)
    if request.method == "POST" and form.is_valid():
        try:
            rules.name_domain(**form.cleaned_data, by=person_of(request), at=desk.at)
        except DomainTaken:
            form.add_error("domain", _("This domain belongs to an organisation already. Ask us if it is yours."))
        except UnitClosed:
            form.add_error("unit", _("This unit is closed. Choose another one."))
        else:
            messages.success(request, _("The domain is noted. It opens as soon as we have checked that it is yours."))
            return redirect(desk.url("domains"))
    found = MailDomain.objects.filter(unit__organisation=desk.organisation).select_related("unit")
    context = desk.context("domains", form=form, domains=found)
    return render(request, "academy/organisation/domains.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def domain_remove(request: HttpRequest, organisation: str, domain: int) -> HttpResponse:
    """Nobody joins by this domain any more."""
    desk = whole_or_404(request, organisation)
    found = get_object_or_404(MailDomain, pk=domain, unit__organisation=desk.organisation)
    rules.remove_domain(domain=found, by=person_of(request), at=desk.at)
    messages.success(request, _("The domain is removed. Who has joined stays."))
    return redirect(desk.url("domains"))


# -- the same for both ------------------------------------------------------------------------------------------------
def _invite(request: HttpRequest, inviting: Inviting) -> HttpResponse:
    today = timezone.localdate(inviting.at)
    branches = open_units(inviting.units, today)
    form = InviteForm(request.POST or parking.kept(request), branches=branches)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            joining.invite(
                unit=data["unit"], emails=data["addresses"], job=data["job"], by=person_of(request), at=inviting.at
            )
        except UnitClosed:
            form.add_error("unit", _("This unit is closed. Choose another one."))
        else:
            # The same words whether there are accounts or not, and for who works there already.
            number = len(data["addresses"])
            words = ngettext("%(number)s address is invited.", "%(number)s addresses are invited.", number)
            messages.success(request, words % {"number": number})
            return redirect(inviting.invite_url)
    page = Paginator(invited(inviting.units), PAGE).get_page(request.GET.get("page"))
    context = inviting.context("invite", form=form, page_obj=page, today=today)
    return render(request, "academy/joining/invite.html", context, status=422 if form.errors else 200)


def _invitation(request: HttpRequest, inviting: Inviting, pk: int) -> HttpResponse:
    found = get_object_or_404(invited(inviting.units), pk=pk)
    by = person_of(request)
    try:
        if request.POST.get("do") == "withdraw":
            joining.withdraw(invitation=found, by=by, at=inviting.at)
            messages.success(request, _("The invitation is withdrawn."))
        elif joining.invite_again(invitation=found, by=by, at=inviting.at):
            messages.success(request, _("The invitation is sent again and holds for 30 days."))
        else:
            messages.warning(request, _("This invitation was sent today already. You can send it again tomorrow."))
    except InvitationOver:
        messages.warning(request, _("This invitation has been answered meanwhile."))
    return redirect(inviting.invite_url)


def _links(request: HttpRequest, inviting: Inviting) -> HttpResponse:
    today = timezone.localdate(inviting.at)
    form = LinkForm(request.POST or parking.kept(request), branches=open_units(inviting.units, today), today=today)
    if request.method == "POST" and form.is_valid():
        try:
            rules.make_link(**form.cleaned_data, by=person_of(request), at=inviting.at)
        except UnitClosed:
            form.add_error("unit", _("This unit is closed. Choose another one."))
        else:
            messages.success(request, _("The link is made. Copy it from the list below."))
            return redirect(inviting.links_url)
    found = JoinLink.objects.filter(unit_id__in=inviting.units, ended_at=None).select_related("unit", "by")
    page = Paginator(found.order_by("-at", "-pk"), PAGE).get_page(request.GET.get("page"))
    addresses = {link.pk: settings.BASE_URL + reverse("join_link", args=[link.token]) for link in page}
    context = inviting.context("links", form=form, page_obj=page, addresses=addresses, today=today)
    return render(request, "academy/joining/links.html", context, status=422 if form.errors else 200)


def _link_end(request: HttpRequest, inviting: Inviting, pk: int) -> HttpResponse:
    found = get_object_or_404(JoinLink, pk=pk, unit_id__in=inviting.units)
    rules.end_link(link=found, by=person_of(request), at=inviting.at)
    messages.success(request, _("Nobody can join by this link any more."))
    return redirect(inviting.links_url)
