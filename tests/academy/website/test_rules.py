"""Setting up a site: locales, front page, groups of the CMS."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site

from academy.people.models import User
from academy.website.rules import EDITORS, TRANSLATORS, prepare_groups, prepare_site
from tests.factories.curriculum import Course

pytestmark = pytest.mark.django_db


def test_a_site_is_set_up_once_and_wagtails_welcome_goes() -> None:
    home = prepare_site(languages=("nl", "en"), title="Academie")
    again = prepare_site(languages=("nl", "en"), title="Anders")

    assert again == home
    assert list(Page.objects.filter(depth=2).values_list("title", "locale__language_code")) == [("Academie", "nl")]
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"en", "nl"}
    assert Site.objects.get().root_page_id == home.pk


def person_of(group: str, academy: Course) -> Client:
    """Somebody of a group, signed in."""
    person = User.objects.create_user(f"{group}@demo.example".lower(), is_staff=True)
    person.groups.add(prepare_groups(snippets=[type(academy.quiz)])[group])
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (EDITORS, {"home": 200, "edit": 200, "translation": 200, "quiz": 200, "new quiz": 200, "new image": 200}),
        (TRANSLATORS, {"home": 200, "edit": 200, "translation": 200, "quiz": 200, "new quiz": 302, "new image": 302}),
    ],
)
def test_groups_may_what_their_work_needs(academy: Course, group: str, expected: dict[str, int]) -> None:
    client = person_of(group, academy)
    lesson = academy.lessons[0]
    addresses = {
        "home": "/cms/",
        "edit": f"/cms/pages/{lesson.pk}/edit/",
        "translation": f"/cms/pages/{academy.translation(lesson, 'nl').pk}/edit/",
        "quiz": "/cms/snippets/curriculum/quiz/",
        "new quiz": "/cms/snippets/curriculum/quiz/add/",
        "new image": "/cms/images/add/",
    }

    assert {name: client.get(address).status_code for name, address in addresses.items()} == expected
