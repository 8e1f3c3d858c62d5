"""What is new for a person, what they want to be told of, and the link in a mail that stops its like."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from academy.mail import kinds, tokens
from academy.mail.queries import items_of, wishes_of
from academy.mail.rules import mark_all_read, mark_read, set_wishes, stop
from academy.people.access import roles_of
from academy.people.models import User
from academy.web import parking
from academy.web.access import person_of, public, signed_in
from academy.web.notification_forms import WishesForm

PAGE = 30


@signed_in
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """What is new and what was, the newest first."""
    page = Paginator(items_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "academy/notifications/list.html", {"page_obj": page})


@signed_in
@require_GET
def open_notice(request: HttpRequest, notice: int) -> HttpResponse:
    """Lead to what an item is about; it has been read then."""
    found = get_object_or_404(items_of(request.user), pk=notice)
    mark_read(notice=found, at=timezone.now())
    return redirect(found.url) if found.url else redirect("notifications")


@signed_in
@require_POST
def read_one(request: HttpRequest, notice: int) -> HttpResponse:
    """Mark an item as read without opening it."""
    mark_read(notice=get_object_or_404(items_of(request.user), pk=notice), at=timezone.now())
    return redirect("notifications")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_all_read(person=request.user, at=timezone.now())
    messages.success(request, _("Everything is marked as read."))
    return redirect("notifications")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Choose what is mailed, how often, and what stands on the academy's pages."""
    person = person_of(request)
    is_staff = bool(roles_of(person))
    form = WishesForm(request.POST or parking.kept(request), wishes=wishes_of(person), is_staff=is_staff)
    if request.method == "POST" and form.is_valid():
        set_wishes(person=person, wishes=form.wanted(), by=person, at=timezone.now())
        messages.success(request, _("Your settings are saved."))
        return redirect("settings_notifications")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "academy/settings/notifications.html", {"form": form}, status=status)


@public
# Mail programs post here for their reader (RFC 8058): without a session, a token or an origin of ours.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails of the kinds that the address names. Opened it asks, because mail filters open addresses too."""
    said = tokens.read(token)
    person = User.objects.filter(public_id=said.person, is_active=True).first() if said is not None else None
    if said is None or person is None:
        raise Http404
    with override(person.language):
        if request.method == "POST":
            stop(person=person, codes=said.kinds, at=timezone.now())
        found = [kind for code in said.kinds if (kind := kinds.find(code)) is not None]
        labels = list(dict.fromkeys(str(kind.label) for kind in found))
        context = {"labels": labels, "is_done": request.method == "POST"}
        response = render(request, "academy/notifications/stop.html", context)
    response.headers["Content-Language"] = person.language
    return response
