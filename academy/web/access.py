"""Who may see a view. Every view function carries one of these decorators; the matrix test reads `view.access`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from academy.people.access import roles_of
from academy.people.enums import Role
from academy.people.models import User

from . import parking
from .answers import page_of_form, to_sign_in

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """Who may see a view: "public", "signed_in", or "role" with at least one of `roles`."""

    level: str
    roles: frozenset[Role] = field(default_factory=frozenset)


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")


def public(view: View) -> View:
    """Anybody may see it."""
    return _guarded(view, PUBLIC)


def signed_in(view: View) -> View:
    """People with an account; others are sent to sign in and come back, with what they had typed (decision 21)."""
    return _guarded(view, SIGNED_IN)


def signed_in_script(view: View) -> View:
    """The same for what a script of a page asks for: others are told so as JSON (403), for nobody sees a redirect."""
    return _guarded(view, SIGNED_IN, refuse_script)


def role_required(*roles: Role) -> Callable[[View], View]:
    """People who hold one of these roles today, for whatever unit; which things they see is the view's matter."""

    def decorate(view: View) -> View:
        return _guarded(view, Access("role", frozenset(roles)))

    return decorate


def _guarded(view: View, access: Access, ask: View | None = None) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if access is not PUBLIC and not request.user.is_authenticated:
            return (ask or ask_to_sign_in)(request)
        if access.level == "role" and not roles_of(request.user) & access.roles:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]  # read by tests/test_access_matrix.py and csrf_failure
    return guarded


def person_of(request: HttpRequest) -> User:
    """The person who is signed in, as the database has them now; for views that change or hand out their data."""
    return User.objects.get(pk=request.user.pk or 0)


def refuse_script(request: HttpRequest) -> HttpResponseBase:
    """Says to a script that nobody is signed in."""
    return JsonResponse({"error": _("You are not signed in any more. Sign in and go on.")}, status=403)


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back: to the page itself, or to the page whose form was sent."""
    if request.method == "POST":
        return to_sign_in(request, parking.address(page_of_form(request), parking.park(request)))
    return to_sign_in(request, request.get_full_path())
