"""Wagtail's admin, for people who are signed in but no editors."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from academy.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize("path", ["/cms/", "/cms/pages/", "/cms/login/"])
def test_who_is_no_editor_is_told_so_and_not_sent_round_in_circles(client: Client, site: None, path: str) -> None:
    client.force_login(
        User.objects.create_user("jana@demo.example"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(path).status_code == 403


def test_an_editor_enters_and_a_stranger_is_asked_to_sign_in(client: Client, site: None) -> None:
    assert client.get("/cms/")["Location"].endswith("/account/login/?next=/cms/")
    editor = User.objects.create_user("edda@demo.example")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/cms/").status_code == 200
