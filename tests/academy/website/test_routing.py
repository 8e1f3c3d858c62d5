"""Addresses and pages: what stands where, in which language, after what has happened to the tree."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from wagtail.models import Page, PageViewRestriction
from wagtail.rich_text import expand_db_html

from academy.website.addresses import content_changed, site_map
from academy.website.routing import resolve, url_of
from tests.factories.curriculum import Course, Site, make_course, translate

pytestmark = pytest.mark.django_db

EN = "courses/cpa-9/module-1/lesson-1-1/"
NL = "courses-nl/cpa-9-nl/module-1-nl/lesson-1-1-nl/"
DE = "courses-de/cpa-9/module-1/lesson-1-1/"


def answer(language: str, path: str) -> tuple[Any, ...]:
    """What an address gives: the words' page, the source, fallback or not; or where it sends to; or nothing."""
    route = resolve(language, path)
    if route is None:
        return (None,)
    if route.redirect_to:
        return ("to", route.redirect_to)
    return (route.page.title, route.source.title, route.is_fallback)


@pytest.mark.parametrize(
    ("language", "path", "expected"),
    [
        ("en", "", ("Circular Procurement Academy", "Circular Procurement Academy", False)),
        ("nl", "", ("Circular Procurement Academy [nl]", "Circular Procurement Academy", False)),
        ("en", EN, ("Lesson 1.1", "Lesson 1.1", False)),
        ("nl", NL, ("Lesson 1.1 [nl]", "Lesson 1.1", False)),
        ("de", DE, ("Lesson 1.1", "Lesson 1.1", True)),
        ("nl", EN, ("to", f"/nl/{NL}")),
        ("nl", "courses-nl/cpa-9/module-1-nl/lesson-1-1/", ("to", f"/nl/{NL}")),
        ("de", EN, ("to", f"/de/{DE}")),
        ("de", NL, (None,)),
        ("en", "courses/cpa-9/module-1/lesson-9-9/", (None,)),
        ("en", "courses-nl/", (None,)),
    ],
)
def test_an_address_leads_to_words_of_its_language_else_to_the_sources(
    site: Site, language: str, path: str, expected: tuple[Any, ...]
) -> None:
    make_course(languages=("en", "nl"))
    translate(Page.objects.get(slug="courses").specific, "de")

    assert answer(language, path) == expected


def test_a_page_gives_its_own_address_in_every_language(academy: Course) -> None:
    route = resolve("nl", NL)

    assert route is not None
    assert (route.url, route.alternatives, route.translated_into) == (
        f"/nl/{NL}",
        {"en": f"/en/{EN}", "nl": f"/nl/{NL}", "de": f"/de/{EN}", "fr": f"/fr/{EN}"},
        ("en", "nl"),
    )
    assert [(crumb.title, crumb.title_language, crumb.url) for crumb in route.crumbs] == [
        ("Courses [nl]", "nl", "/nl/courses-nl/"),
        ("Course CPA-9 [nl]", "nl", "/nl/courses-nl/cpa-9-nl/"),
        ("Module 1 [nl]", "nl", "/nl/courses-nl/cpa-9-nl/module-1-nl/"),
    ]
    assert (academy.lessons[0].url, academy.translation(academy.lessons[0], "nl").url) == (f"/en/{EN}", f"/nl/{NL}")


def test_one_query_fetches_a_page_and_its_source_and_one_says_once_whether_it_lags_behind(
    academy: Course, django_assert_num_queries: Any
) -> None:
    site_map()
    with django_assert_num_queries(2):
        resolve("nl", NL)
    with django_assert_num_queries(1):
        resolve("nl", NL)
    with django_assert_num_queries(1):
        resolve("en", EN)
    with django_assert_num_queries(1):
        resolve("de", EN)


def test_a_source_that_is_not_live_takes_its_translations_with_it(academy: Course) -> None:
    academy.lessons[0].unpublish()

    assert [answer("en", EN), answer("nl", NL)] == [(None,), (None,)]


def test_what_stands_below_a_withdrawn_course_is_not_shown(academy: Course) -> None:
    academy.course.unpublish()

    assert [answer("en", EN), answer("nl", NL)] == [(None,), (None,)]


def test_a_translation_that_is_not_live_leaves_the_sources_words(academy: Course) -> None:
    academy.translation(academy.lessons[0], "nl").unpublish()

    assert answer("nl", "courses-nl/cpa-9-nl/module-1-nl/lesson-1-1/") == ("Lesson 1.1", "Lesson 1.1", True)


def test_a_translation_left_behind_answers_where_its_source_stands_now(site: Site) -> None:
    made = make_course(modules=2, lessons=1)
    made.lessons[0].move(made.modules[1], "last-child")

    now = "courses-nl/cpa-9-nl/module-2-nl/lesson-1-1-nl/"
    assert answer("nl", now) == ("Lesson 1.1 [nl]", "Lesson 1.1", False)
    assert answer("nl", NL) == ("to", f"/nl/{now}")
    assert made.translation(made.lessons[0], "nl").url == f"/nl/{now}"


def test_two_things_with_one_address_are_both_found(academy: Course) -> None:
    other = academy.translation(academy.lessons[1], "nl")
    other.slug = "lesson-3"
    other.save()
    academy.lessons[2].slug = "lesson-3"
    academy.lessons[2].save()
    academy.translation(academy.lessons[2], "nl").delete()
    module = "courses-nl/cpa-9-nl/module-1-nl"

    assert answer("nl", f"{module}/lesson-3/")[0] == "Lesson 1.2 [nl]"
    assert answer("nl", f"{module}/lesson-3-{academy.lessons[2].pk}/")[0] == "Lesson 1.3"


def test_the_source_may_be_in_any_language(site: Site) -> None:
    made = make_course(languages=("en",))
    catalogue = translate(made.catalogue, "nl") if not made.catalogue.has_translation(2) else None
    catalogue = Page.objects.get(slug="courses-nl") if catalogue is None else catalogue
    course = type(made.course)(title="Inkoop in Zuiderstad", slug="zuiderstad", code="ZS-1", locale=catalogue.locale)
    catalogue.add_child(instance=course)

    assert answer("nl", "courses-nl/zuiderstad/") == ("Inkoop in Zuiderstad", "Inkoop in Zuiderstad", False)
    assert answer("en", "courses/zuiderstad/") == ("Inkoop in Zuiderstad", "Inkoop in Zuiderstad", True)


def test_links_in_text_lead_to_the_language_being_read(academy: Course, django_assert_num_queries: Any) -> None:
    html = f'<a linktype="page" id="{academy.lessons[0].pk}">a</a> <a linktype="page" id="999999">b</a>'
    site_map()
    with translation.override("nl"), django_assert_num_queries(0):
        assert expand_db_html(html) == f'<a href="/nl/{NL}">a</a> <a>b</a>'


def test_the_map_is_drawn_again_after_a_change(academy: Course) -> None:
    assert url_of(academy.course.translation_key, "en") == "/en/courses/cpa-9/"
    Page.objects.filter(pk=academy.course.pk).update(slug="renamed")
    assert url_of(academy.course.translation_key, "en") == "/en/courses/cpa-9/"
    content_changed()
    assert url_of(academy.course.translation_key, "en") == "/en/courses/renamed/"


def test_a_draft_save_leaves_the_map_alone(academy: Course) -> None:
    before = site_map()
    lesson = academy.lessons[0]
    lesson.title = "Not yet"
    lesson.save_revision()

    assert site_map() is before


class TestTheView:
    """Over HTTP."""

    def test_the_bare_address_goes_to_the_front_page_in_the_browsers_language(self, site: Site, client: Client) -> None:
        response = client.get("/", headers={"accept-language": "de-AT,de;q=0.9"})

        assert (response.status_code, response["Location"]) == (302, "/de/")

    def test_a_stranger_gets_the_whole_page_from_the_cache(
        self, academy: Course, client: Client, django_assert_num_queries: Any
    ) -> None:
        first = client.get(f"/nl/{NL}")
        with django_assert_num_queries(0):
            second = client.get(f"/nl/{NL}")

        assert second.status_code == 200
        assert second.content == first.content
        assert "csrfmiddlewaretoken" not in second.content.decode()
        assert (second["Cache-Control"], second["Vary"], dict(second.cookies)) == ("no-cache", "Cookie", {})

    def test_a_publish_ends_what_strangers_see(self, academy: Course, client: Client) -> None:
        client.get(f"/en/{EN}")
        lesson = academy.lessons[0]
        lesson.title = "A better title"
        lesson.save_revision().publish()

        assert "A better title" in client.get(f"/en/{EN}").content.decode()

    def test_people_with_a_session_never_get_a_kept_page(
        self, academy: Course, client: Client, django_user_model: Any
    ) -> None:
        client.get(f"/en/{EN}")
        client.force_login(django_user_model.objects.create_user("jana@demo.example", display_name="Jana Albers"))
        response = client.get(f"/en/{EN}")

        assert "Jana Albers" in response.content.decode()
        assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        client.logout()
        assert "Jana Albers" not in client.get(f"/en/{EN}").content.decode()

    def test_another_address_of_a_page_sends_to_the_proper_one(self, academy: Course, client: Client) -> None:
        response = client.get(f"/nl/{EN}?q=1")

        assert (response.status_code, response["Location"]) == (302, f"/nl/{NL}?q=1")

    def test_a_renamed_page_is_found_at_its_old_address_and_so_is_what_is_below(
        self, academy: Course, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        course = academy.course
        course.slug = "foundations"
        with django_capture_on_commit_callbacks(execute=True):
            course.save_revision().publish()

        assert client.get("/en/courses/cpa-9/")["Location"] == "/en/courses/foundations/"
        lesson = client.get(f"/en/{EN}")
        assert (lesson.status_code, lesson["Location"]) == (301, "/en/courses/foundations/module-1/lesson-1-1/")

    def test_drafts_and_unknown_addresses_are_not_found(self, academy: Course, client: Client) -> None:
        academy.lessons[0].unpublish()

        assert [client.get(f"/en/{path}").status_code for path in (EN, "nowhere/")] == [404, 404]

    def test_an_address_that_no_database_can_hold_is_not_found(self, academy: Course, client: Client) -> None:
        assert client.get("/en/a%00b/").status_code == 404

    def test_a_page_for_members_of_a_group_asks_to_sign_in_in_every_language(
        self, academy: Course, client: Client
    ) -> None:
        client.get(f"/nl/{NL}")
        PageViewRestriction.objects.create(page=academy.course, restriction_type=PageViewRestriction.LOGIN)

        response = client.get(f"/nl/{NL}")
        assert response.status_code == 302
        assert response["Location"].endswith(f"/account/login/?next=/nl/{NL}")

    def test_only_reading_is_allowed(self, academy: Course, client: Client) -> None:
        assert client.post(f"/en/{EN}").status_code == 405
