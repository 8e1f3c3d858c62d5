"""Each view says who may see it; who may not is sent to sign in, or told so."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from academy.people.enums import Role
from academy.web.access import PUBLIC, SIGNED_IN, Access, public, role_required, signed_in
from tests.factories.people import grant, make_person, make_unit

pytestmark = pytest.mark.django_db


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


def ask(guarded: Any, user: Any, method: str = "get", **headers: str) -> Any:
    request = getattr(RequestFactory(), method)("/en/team/?unit=3", headers=headers)
    request.user = user
    return guarded(request)


def test_each_guarded_view_says_who_may_see_it() -> None:
    assert [guard(view).access for guard in (public, signed_in, role_required(Role.MANAGER, Role.DEPUTY))] == [  # type: ignore[attr-defined]  # what is tested
        PUBLIC,
        SIGNED_IN,
        Access("role", frozenset({Role.MANAGER, Role.DEPUTY})),
    ]


def test_strangers_see_public_views_only_and_come_back_after_signing_in() -> None:
    stranger = AnonymousUser()
    assert ask(public(view), stranger).content == b"seen"
    for guard in (signed_in, role_required(Role.MANAGER)):
        assert ask(guard(view), stranger)["Location"] == "/en/account/login/?next=%2Fen%2Fteam%2F%3Funit%3D3"


def test_htmx_is_sent_to_sign_in_with_the_whole_page() -> None:
    answer = ask(signed_in(view), AnonymousUser(), **{"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/en/account/login/?next=%2Fen%2Fteam%2F%3Funit%3D3")


def test_a_role_opens_its_views_and_no_others() -> None:
    manager, learner = make_person(), make_person()
    grant(manager, Role.MANAGER, make_unit())
    assert ask(signed_in(view), learner).content == b"seen"
    assert ask(role_required(Role.DEPUTY, Role.MANAGER)(view), manager).content == b"seen"
    for guarded, user in ((role_required(Role.TRAINER)(view), manager), (role_required(Role.MANAGER)(view), learner)):
        with pytest.raises(PermissionDenied):
            ask(guarded, user)
