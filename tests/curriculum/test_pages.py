"""The curriculum's pages over HTTP: what stands there, in which language each part says it is."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from wagtail.models import Page

from academy.website.rendering import body_html
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import LearningPathPage, PathCourse
from curriculum.library.models import GlossaryTerm, PracticeCaseIndexPage, PracticeCasePage
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories.curriculum import Course, Site, locale_of, make_course, published

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def text(html: str) -> str:
    """The words of a page's main part, as one line."""
    main = re.search(r"<main.*?</main>", html, re.S)
    assert main
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


def read(client: Client, url: str) -> str:
    """A page's HTML."""
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def headings(html: str) -> list[int]:
    """Levels of the headings in the main part."""
    main = re.search(r"<main.*?</main>", html, re.S)
    assert main
    return [int(level) for level in re.findall(r"<h([1-6])[ >]", main[0])]


def add(parent: Any, page: Any) -> Any:
    """A published page below another."""
    return parent.add_child(instance=page)


@pytest.fixture
def whole(site: Site) -> Course:
    """An academy with a page of each kind."""
    made = make_course(modules=2, lessons=2)
    path = LearningPathPage(**published("Buyer", "buyer", code="P1", audience="Buyers", completion="All done."))
    path.courses = [PathCourse(course=made.course)]
    add(made.catalogue, path)
    index = add(site.home, PracticeCaseIndexPage(**published("Cases", "cases")))
    add(index, PracticeCasePage(**published("An office", "office", number=1, is_real=False, summary="Short.")))
    workshops = add(site.home, WorkshopIndexPage(**published("Workshops", "workshops")))
    agenda = [("item", {"title": "Begin", "minutes": 20}), ("item", {"title": "Break", "minutes": 70})]
    add(workshops, WorkshopPage(**published("Clinic", "clinic", code="W1", minimum=8, maximum=16), agenda=agenda))
    return made


KINDS = [
    "",
    "courses/",
    "courses/cpa-9/",
    "courses/cpa-9/module-1/",
    "courses/cpa-9/module-1/lesson-1-1/",
    "courses/buyer/",
    "cases/",
    "cases/office/",
    "workshops/",
    "workshops/clinic/",
]


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page_has_one_first_heading_and_skips_no_level(whole: Course, client: Client, path: str) -> None:
    found = headings(read(client, f"/en/{path}"))

    assert found.count(1) == 1
    assert found[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(found)), found


@pytest.mark.parametrize("path", KINDS)
def test_every_page_says_which_words_are_not_in_the_readers_language(whole: Course, client: Client, path: str) -> None:
    html = read(client, f"/de/{path}")

    assert '<html lang="de"' in html
    if path:  # the front page is translated
        title = Page.objects.get(url_path=f"/home/{path}").title
        assert re.search(rf'lang="en"[^>]*>\s*(<header[^>]*>\s*<p[^>]*>[^<]*</p>\s*<h1[^>]*>)?{re.escape(title)}', html)
        assert 'class="notice"' in html


def test_a_course_says_its_rule_effort_languages_and_outcomes(whole: Course, client: Client) -> None:
    words = text(read(client, whole.course.url))

    for part in (
        "Course CPA-9",
        "To complete it: all 4 lessons and ",
        "“Quiz cpa-9” with at least 70 %.",
        "You then receive a certificate of completion.",
        "English , Nederlands",
        "Explain module 1",
        "3 questions, 3 attempts, the best one counts, 6 min",
        "Start this course",
        "Buyer",
    ):
        assert part in words


def test_a_course_in_preparation_offers_to_tell_and_promises_no_certificate(site: Site, client: Client) -> None:
    made = make_course(status=CourseStatus.IN_PREPARATION, planned_minutes=90, quiz=False, assessment="A hand-in.")
    words = text(read(client, made.course.url))

    assert "In preparation" in words
    assert "Tell me when it is ready" in words
    assert "about 1 h 30 min, planned" in words
    assert "You then receive" not in words
    assert "Start this course" not in words


def test_a_lesson_says_where_it_stands_and_who_keeps_it(whole: Course, client: Client) -> None:
    lesson = whole.lessons[1]
    lesson.law_as_at, lesson.review_by = date(2026, 11, 1), date(2027, 11, 2)
    lesson.save()
    html = read(client, lesson.url)
    words = text(html)

    for part in (
        "Module 9.1, lesson 2 of 2",
        "Law as at",
        "Last reviewed",
        "Next review by",
        "Kept by Curriculum team",
    ):
        assert part in words
    assert f'href="{whole.lessons[0].url}" rel="prev"' in html
    assert f'href="{whole.lessons[2].url}" rel="next"' in html


def test_a_term_is_explained_in_the_readers_language_also_in_words_of_another(academy: Course, client: Client) -> None:
    term = GlossaryTerm.objects.create(code="v", name="value", definition="What is left.", locale=locale_of("en"))
    GlossaryTerm.objects.create(
        code="v", name="Wert", definition="Was bleibt.", locale=locale_of("de"), translation_key=term.translation_key
    )
    lesson = academy.lessons[0]
    lesson.body = [("text", "<p>English words.</p>"), ("term", {"term": term})]
    lesson.save()
    html = read(client, lesson.url.replace("/en/", "/de/"))

    assert "English words." in html
    assert re.search(r'lang="de"[^>]*><b>Wert</b>: Was bleibt\.', html)


def test_a_body_is_rendered_once_for_a_language_and_anew_after_a_change(
    academy: Course, django_assert_num_queries: Any
) -> None:
    lesson = academy.lessons[0]
    first = body_html(lesson, "en")
    with django_assert_num_queries(0):
        assert body_html(lesson, "en") == first
    lesson.body = [("text", "<p>Other words.</p>")]
    lesson.save()
    assert "Other words." in body_html(lesson, "en")


def test_labels_in_words_of_another_language_are_in_that_language_and_links_lead_to_the_readers(
    academy: Course,
) -> None:
    lesson = academy.lessons[0]
    lesson.body = [("text", f'<p><a linktype="page" id="{academy.lessons[1].pk}">next</a></p>')]
    lesson.save()
    with translation.override("nl"):
        html = body_html(lesson, "nl")

    assert 'href="/nl/courses-nl/cpa-9-nl/module-1-nl/lesson-1-2-nl/"' in html


def test_an_editor_previews_a_draft_in_the_language_of_the_page(academy: Course, rf: RequestFactory) -> None:
    page = academy.translation(academy.lessons[0], "nl")
    page.title = "Nog niet gepubliceerd"
    response = page.make_preview_request(rf.get("/cms/"))
    html = response.content.decode()

    assert '<html lang="nl"' in html
    assert "Nog niet gepubliceerd" in html
    assert "Module 9.1" in html


def test_a_page_that_was_never_published_can_be_previewed(academy: Course, rf: RequestFactory) -> None:
    lesson = type(academy.lessons[0])(title="New", slug="new", live=False, locale=academy.lessons[0].locale)
    academy.modules[0].add_child(instance=lesson)

    assert "New" in lesson.make_preview_request(rf.get("/cms/")).content.decode()


def test_the_catalogue_is_narrowed_down_by_its_address(whole: Course, client: Client) -> None:
    make_course("CPA-8", lessons=1, level="advanced", languages=("en",))

    assert "2 courses" in text(read(client, "/en/courses/"))
    words = text(read(client, "/en/courses/?level=advanced"))
    assert "1 course " in words
    assert "Course CPA-8" in words
    assert "No course matches." in text(read(client, "/en/courses/?q=nothing-of-the-kind"))


def test_pages_cost_few_queries_whatever_the_number_of_lessons(
    site: Site, client: Client, django_assert_max_num_queries: Any
) -> None:
    """A stranger's second look at another page of the course, nothing kept whole."""
    for code, lessons in (("CPA-7", 3), ("CPA-8", 30)):
        made = make_course(code, lessons=lessons)
        client.get(made.lessons[0].url)
        with django_assert_max_num_queries(4):
            client.get(f"{made.lessons[0].url}?again")
