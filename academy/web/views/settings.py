"""Settings of the person who is signed in, and the form with which anybody writes to the operator."""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from academy.people import registry, rules
from academy.people.document import export_archive
from academy.people.errors import LastAdministrator
from academy.people.queries import acts_about
from academy.people.workplaces import is_asked
from academy.web import parking
from academy.web.access import person_of, public, signed_in
from academy.web.answers import is_same_origin
from academy.web.failures import too_many_requests
from academy.web.forms import DeleteAccountForm, FeedbackForm, ProfileForm
from academy.website.rules import take_feedback

MOST_ACTS = 50


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Names, language and time zone. The page comes back in the language that was chosen."""
    person = person_of(request)
    form = ProfileForm(request.POST or parking.kept(request), instance=person)
    if request.method == "POST" and form.is_valid():
        rules.change_profile(person=person, fields=form.cleaned_data, at=timezone.now())
        with override(person.language):
            messages.success(request, _("Your settings are saved."))
        return HttpResponseRedirect(translate_url(request.path, person.language))
    context = {"form": form, "is_asked": is_asked(person, timezone.now())}
    return render(request, "academy/settings/profile.html", context)


@signed_in
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in: allauth's list."""
    return redirect("usersessions_list")


@signed_in
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What is kept about the person and who looked at it, with the ways to take it along and to delete it."""
    person = person_of(request)
    shown = sorted({str(entry.what) for entry in registry.entries_about(person) if entry.export})
    acts = acts_about(person).exclude(user=person)[:MOST_ACTS]
    return render(request, "academy/settings/data.html", {"kept": shown, "acts": acts})


@signed_in
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the person, as an archive."""
    now = timezone.now()
    archive = export_archive(person_of(request), now)
    name = f"academy-{timezone.localtime(now):%Y-%m-%d}.zip"
    return HttpResponse(
        archive,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


@signed_in
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Say what is erased and what is kept and why; erase, once the person has proved to be the account's owner."""
    person = person_of(request)
    form = DeleteAccountForm(request.POST or None, user=person)
    if request.method == "POST" and not consume(request, action="reauthenticate", user=request.user):
        return too_many_requests(request)
    if request.method == "POST" and form.is_valid():
        try:
            rules.erase_person(person=person, by=person, at=timezone.now())
        except LastAdministrator:
            form.add_error(None, _("Nobody else administrates the academy. Give somebody else that right first."))
        else:
            logout(request)
            return redirect(reverse("settings_deleted"))
    entries = registry.entries_about(person)
    context = {
        "form": form,
        "erased": sorted({str(entry.what) for entry in entries if not entry.keep_reason}),
        "kept": [entry for entry in entries if entry.keep_reason],
    }
    return render(request, "academy/settings/delete.html", context)


@public
@require_GET
def deleted(request: HttpRequest) -> HttpResponse:
    """Goodbye."""
    return render(request, "academy/settings/deleted.html")


@public
# Pages cached for strangers carry no token (decision 15). Nothing is done here in anybody's name, and the origin is
# checked.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """A message to the operator, from a page with a form; a page of its own where something is to be corrected."""
    form = FeedbackForm(request.POST or None, initial={"email": getattr(request.user, "email", "")})
    if request.method == "POST":
        if not is_same_origin(request):
            return render(request, "academy/failures/csrf.html", status=403)
        if not consume(request, action="feedback"):
            return too_many_requests(request)
        if form.is_valid():
            # A program that fell into the trap is thanked as well, or it would try again.
            if not form.is_trapped:
                take_feedback(
                    message=form.cleaned_data["message"],
                    email=form.cleaned_data["email"],
                    page_code=_hidden(request, "page_code")[:50],
                    page_url=_hidden(request, "page_url")[:400],
                    language=get_language() or settings.LANGUAGE_CODE,
                    at=timezone.now(),
                )
            return redirect(f"{reverse('feedback')}?sent=1")
    context = {
        "form": form,
        "is_sent": "sent" in request.GET,
        "page_code": request.POST.get("page_code", ""),
        "page_url": request.POST.get("page_url", ""),
    }
    return render(request, "academy/settings/feedback.html", context, status=422 if form.errors else 200)


def _hidden(request: HttpRequest, name: str) -> str:
    """What a hidden field says, without the one sign that PostgreSQL refuses."""
    return request.POST.get(name, "").replace("\0", "")
