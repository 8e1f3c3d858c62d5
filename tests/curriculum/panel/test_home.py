"""The admin's first page says what waits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from academy.jobs.tasks import run_due
from curriculum.translation.rules import publish, submit, write_words
from tests.factories.curriculum import Course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def panel(html: str, name: str) -> str:
    """The words of one panel."""
    start = html.index(f'id="{name}')
    end = html.find("</section>", start)
    return " ".join(re.sub(r"<[^>]+>", " ", html[start:end]).split())


def test_nothing_waits_on_a_fresh_site(academy: Course, admin_client: Client) -> None:
    html = admin_client.get("/cms/").content.decode()

    assert "Every published translation is up to date." in panel(html, "academy-translations")
    assert "Every lesson and case was reviewed in time." in panel(html, "academy-reviews")
    assert "No draft waits to be published." in panel(html, "academy-drafts")


def test_stale_segments_overdue_reviews_and_drafts_stand_there(
    academy: Course, admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    lesson, other, third = academy.lessons
    translation = submit(lesson, ["nl"], by=None)["nl"]
    write_words(translation, academy.translation(lesson, "nl"), by=None, at=timezone.now())
    publish(translation, by=None, at=timezone.now())
    lesson.summary = "Said better."
    lesson.save_revision().publish()
    run_due()
    other.review_by = timezone.localdate() - timedelta(days=1)
    other.save_revision().publish()
    third.title = "A title to discuss"
    third.save_revision()

    html = admin_client.get("/cms/").content.decode()

    assert "Lesson 1.1 [nl] Nederlands 1 segment" in panel(html, "academy-translations")
    assert "Nederlands 100 % (1 segment waits)" in panel(html, "academy-translations")
    assert "Lesson 1.2 English review by" in panel(html, "academy-reviews")
    assert "A title to discuss English changed" in panel(html, "academy-drafts")


def test_the_tree_reads_like_the_curriculum(academy: Course, admin_client: Client) -> None:
    html = admin_client.get(f"/cms/pages/{academy.course.get_parent().pk}/").content.decode()
    assert "CPA-9 Course CPA-9" in html

    last, first = academy.lessons[2], academy.lessons[0]
    first.save_revision()
    html = admin_client.get(f"/cms/pages/{academy.modules[0].pk}/").content.decode()
    assert html.index("Lesson 1.1") < html.index("Lesson 1.2") < html.index(last.title)


def test_snippets_stand_together_in_the_menu(academy: Course, admin_client: Client) -> None:
    assert [
        admin_client.get(f"/cms/snippets/curriculum/{name}/").status_code
        for name in ("quiz", "question", "glossaryterm", "competence")
    ] == [200, 200, 200, 200]
