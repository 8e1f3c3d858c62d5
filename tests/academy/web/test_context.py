"""The frame round a page: languages, menu, sign-in links."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation
from wagtail.models import Page

from academy.people.enums import Role
from academy.people.models import RoleGrant, User
from academy.web.context import Frame
from academy.website.addresses import content_changed
from academy.website.models import StandardPage
from tests.factories import curriculum as factories

pytestmark = pytest.mark.one_database


def frame_of(path: str, user: Any = None, language: str = "en", **extra: Any) -> Frame:
    """The frame of a request."""
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    for name, value in extra.items():
        setattr(request, name, value)
    with translation.override(language):
        return Frame(request)


@pytest.fixture
def courses_in_menu(academy: factories.Course) -> None:
    """The catalogue is shown in menus."""
    Page.objects.filter(pk=academy.catalogue.pk).update(show_in_menus=True)
    content_changed()


def urls(frame: Frame) -> dict[str, str]:
    """The language switch as a mapping."""
    with translation.override(frame.language):
        return {link.language: link.url for link in frame.languages}


def test_a_page_in_other_words_is_reached_by_its_own_address_and_keeps_what_was_searched() -> None:
    route = SimpleNamespace(alternatives={"en": "/en/courses/", "nl": "/nl/cursussen/", "de": "/de/kurse/"})
    frame = frame_of("/en/courses/?level=starter", route=route)
    assert urls(frame) == {
        "en": "/en/courses/?level=starter",
        "nl": "/nl/cursussen/?level=starter",
        "de": "/de/kurse/?level=starter",
        "fr": "/fr/courses/?level=starter",
    }


def test_an_application_page_changes_the_language_in_its_address() -> None:
    frame = frame_of("/de/account/login/?next=/de/learning/", language="de")
    assert urls(frame)["fr"] == "/fr/account/login/?next=/de/learning/"


def test_an_address_without_language_says_it_in_the_query() -> None:
    assert urls(frame_of("/c/?code=abc&lang=nl", language="nl"))["de"] == "/c/?code=abc&lang=de"


def test_only_languages_with_words_of_their_own_are_told_to_search_engines(settings: Any) -> None:
    settings.BASE_URL = "https://academy.example"
    route = SimpleNamespace(
        alternatives={"en": "/en/a/", "nl": "/nl/a/"}, translated_into=("en",), is_fallback=True, words_language="en"
    )
    frame = frame_of("/nl/a/", route=route)
    assert [(link.language, link.url) for link in frame.alternates] == [("en", "https://academy.example/en/a/")]
    assert frame.canonical == "https://academy.example/en/a/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/en/courses/cpa-1/", "/en/account/login/?next=/en/courses/cpa-1/"),
        ("/en/account/signup/?next=/en/courses/", "/en/account/login/?next=/en/courses/"),
        ("/en/account/signup/", "/en/account/login/"),
        ("/en/", "/en/account/login/"),
    ],
)
@pytest.mark.django_db
def test_signing_in_comes_back_to_the_page_it_was_asked_on(path: str, expected: str) -> None:
    assert frame_of(path).sign_in_url == expected


@pytest.mark.django_db
def test_a_stranger_costs_no_query_once_the_site_is_known(
    courses_in_menu: None, django_assert_num_queries: Any
) -> None:
    frame_of("/en/courses/").nav  # noqa: B018  fills what is kept for a state of the site
    with django_assert_num_queries(0):
        frame = frame_of("/en/courses/")
        labels = [link.label for link in frame.nav]
    assert labels == ["Courses", "Check a certificate"]


@pytest.mark.django_db
def test_the_menu_holds_what_a_role_needs(courses_in_menu: None) -> None:
    user = User.objects.create_user("jana@demo.example", display_name="Jana")
    before = [link.label for link in frame_of("/en/", user).nav]
    RoleGrant.objects.create(person=user, role=Role.TRAINER, from_day="2026-01-01")
    after = [link.label for link in frame_of("/en/", user).nav]
    assert before == ["My learning", "Courses"]
    assert after == ["My learning", "Teaching", "My workshops", "Courses"]


@pytest.mark.django_db
def test_of_many_roles_the_row_holds_two_pages_and_the_account_s_menu_the_others(courses_in_menu: None) -> None:
    user = User.objects.create_user("jana@demo.example", display_name="Jana")
    for role in (Role.TRAINER, Role.PLATFORM_ADMIN):
        RoleGrant.objects.create(person=user, role=role, from_day="2026-01-01")
    frame = frame_of("/en/", user)
    assert [link.label for link in frame.nav] == ["My learning", "Teaching", "My workshops", "Courses"]
    assert [link.label for link in frame.account] == [
        "Figures",
        "Support",
        "My certificates",
        "Settings",
        "Look after certificates",
        "Organisations",
    ]


@pytest.mark.django_db
def test_the_footer_shows_pages_by_code_in_the_words_of_the_language_or_marked_as_foreign(
    site: factories.Site,
) -> None:
    page = site.home.add_child(instance=StandardPage(title="Imprint", slug="imprint", code="imprint"))
    factories.translate(page, "nl", title="Colofon", slug="colofon")
    content_changed()
    footers = {
        language: [(link.title, link.url, link.language) for link in frame_of("/", language=language).menus.footer]
        for language in ("en", "nl", "de")
    }
    assert footers == {
        "en": [("Imprint", "/en/imprint/", "en")],
        "nl": [("Colofon", "/nl/colofon/", "nl")],
        "de": [("Imprint", "/de/imprint/", "en")],
    }
