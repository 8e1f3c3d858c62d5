"""Who may let strangers' code in, and scores count that nobody can check."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from wagtail.snippets.models import get_snippet_models

from academy.people.enums import Role
from academy.website.rules import EDITORS, TRANSLATORS, prepare_groups
from curriculum.h5p.access import may_install_libraries, may_trust_player, permissions
from tests.factories.curriculum import Site
from tests.factories.people import grant, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize("name", [EDITORS, TRANSLATORS])
def test_who_writes_content_may_neither(site: Site, name: str) -> None:
    person = make_person()
    person.groups.add(prepare_groups(snippets=get_snippet_models())[name])
    assert (may_install_libraries(person), may_trust_player(person)) == (False, False)


def test_platform_administrators_and_superusers_may_both() -> None:
    administrator, root, stranger = make_person(), make_person(is_superuser=True), AnonymousUser()
    grant(administrator, Role.PLATFORM_ADMIN)
    assert [(may_install_libraries(each), may_trust_player(each)) for each in (administrator, root, stranger)] == [
        (True, True),
        (True, True),
        (False, False),
    ]


def test_each_can_be_given_to_a_group() -> None:
    found = dict(permissions().values_list("codename", "pk"))
    assert set(found) == {"install_h5p_library", "trust_h5p_player"}
    group = Group.objects.create(name="Librarians")
    group.permissions.add(Permission.objects.get(codename="install_h5p_library"))
    person = make_person()
    person.groups.add(group)
    assert (may_install_libraries(person), may_trust_player(person)) == (True, False)
