"""What only the demo has: a way in without a password, and all its mail on one page. 404 anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from functools import wraps
from pathlib import Path
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from academy.people.models import User
from academy.web.access import public

ROLES = ("learner", "trainer", "manager", "editor", "translator", "programme", "admin")
DOMAIN = "demo.example"
SHOWN = 100


def demo_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Not there unless settings.DEMO; asked at each request, whatever the address book says."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public
@demo_only
@require_POST
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as one of the demo's people and go on in the language of the page that had the button."""
    if role not in ROLES:
        raise Http404
    person = get_object_or_404(User, email=f"{role}@{DOMAIN}", is_active=True)
    get_adapter().login(request, person)
    UserSession.objects.create_from_request(request)
    language = request.POST.get("language", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else person.language):
        target = reverse("after_sign_in")
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, None):
        target = wanted
    return HttpResponseRedirect(target)


@public
@demo_only
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """All mail of the demo, newest first: what was sent, and what still waits."""
    waiting = OutgoingEmail.objects.exclude(state=MailState.SENT).order_by("-created_at")[:SHOWN]
    return render(request, "academy/demo/mail.html", {"mails": kept_mails(), "waiting": waiting})


@dataclass(frozen=True)
class KeptMail:
    """A mail in the demo's folder, as people read it."""

    to: str
    subject: str
    at: datetime
    text: str
    attached: tuple[str, ...]


def kept_mails() -> list[KeptMail]:
    """The latest mails in the demo's folder, newest first. The files' names begin with the moment they were sent."""
    folder = Path(settings.MAILBOX_DIR)
    return [_read(path) for path in sorted(folder.glob("[!.]*.eml"), reverse=True)[:SHOWN]]


def _read(path: Path) -> KeptMail:
    with path.open("rb") as file:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parse(file)
    body = message.get_body(("plain",))
    at = parsedate_to_datetime(str(message["Date"]))
    return KeptMail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),  # "-0000" says UTC and no zone
        text=body.get_content() if body else "",
        attached=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )
