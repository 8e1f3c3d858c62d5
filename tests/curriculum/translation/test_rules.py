"""The four behaviours of architecture decision 4, and fallback (decision 3): tried against wagtail-localize itself."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization, StringSegment, StringTranslation, TranslationSource
from wagtail_localize.operations import TranslationCreator

from academy.jobs.models import Job
from academy.jobs.tasks import run_due
from academy.website.routing import resolve
from curriculum.lessons.models import LessonPage
from curriculum.translation.errors import NotParallel, NotTranslatedYet
from curriculum.translation.queries import Coverage, coverage, stale_pages, stale_segments
from curriculum.translation.rules import publish, read_again, submit, write_words
from tests.factories.curriculum import Course, locale_of, make_course

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def lesson(site: object) -> LessonPage:
    """A published English lesson whose module is translated into Dutch and which itself is not."""
    made: Course = make_course(lessons=1, quiz=False)
    made.translation(made.lessons[0], "nl").delete()
    return LessonPage.objects.get(pk=made.lessons[0].pk)


def dutch(lesson: LessonPage) -> LessonPage | None:
    """Its Dutch page, published or not."""
    return LessonPage.objects.filter(translation_key=lesson.translation_key, locale=locale_of("nl")).first()


def translated_copy(lesson: LessonPage, text: str = "Woorden van les 1.1.") -> LessonPage:
    """The lesson in Dutch, in memory."""
    other = copy.deepcopy(lesson)
    other.title, other.slug, other.opening_question, other.summary = "Les 1.1", "les-1-1", "Waar gaat het om?", "Kort."
    raw = list(lesson.body.raw_data)
    other.body = other.body.stream_block.to_python([{**raw[0], "value": f"<p>{text}</p>"}])
    return other


def address(language: str, lesson: LessonPage) -> tuple[Any, ...]:
    """What a reader sees: title, whether it falls back, whether it lags behind."""
    lesson = LessonPage.objects.get(pk=lesson.pk)
    source = resolve("en", lesson.url.removeprefix("/en/"))
    assert source is not None
    route = resolve(language, source.alternatives[language].removeprefix(f"/{language}/"))
    assert route is not None
    return route.page.title, route.is_fallback, route.is_behind


def test_submitting_for_translation_puts_no_english_live_as_dutch(lesson: LessonPage) -> None:
    TranslationCreator(user=None, target_locales=[locale_of("nl")]).create_translations(lesson)

    page = dutch(lesson)
    assert page is not None
    assert page.live is False
    assert address("nl", lesson) == ("Lesson 1.1", True, False)


def test_nothing_is_published_while_a_segment_is_missing(lesson: LessonPage) -> None:
    translation = submit(lesson, ["nl"], by=None)["nl"]
    write_words(translation, translated_copy(lesson), by=None, at=AT)
    StringTranslation.objects.first().delete()

    with pytest.raises(NotTranslatedYet) as error:
        publish(translation, by=None, at=AT)
    assert (error.value.missing, error.value.total) == (1, 5)
    assert dutch(lesson) is None


def test_a_translation_with_all_its_words_goes_live(lesson: LessonPage) -> None:
    translation = submit(lesson, ["nl"], by=None)["nl"]
    assert write_words(translation, translated_copy(lesson), by=None, at=AT) == 5
    publish(translation, by=None, at=AT)

    page = dutch(lesson)
    assert page is not None
    assert (page.live, page.title, page.slug, str(page.body[0].value)) == (
        True,
        "Les 1.1",
        "les-1-1",
        "<p>Woorden van les 1.1.</p>",
    )
    assert address("nl", lesson) == ("Les 1.1", False, False)


@pytest.fixture
def translated(lesson: LessonPage) -> LessonPage:
    """The same lesson with its Dutch translation published."""
    translation = submit(lesson, ["nl"], by=None)["nl"]
    write_words(translation, translated_copy(lesson), by=None, at=AT)
    publish(translation, by=None, at=AT)
    return lesson


def correct(lesson: LessonPage, text: str = "Corrected words.") -> None:
    """An editor corrects the source and publishes it."""
    lesson = LessonPage.objects.get(pk=lesson.pk)
    raw = list(lesson.body.raw_data)
    lesson.body = lesson.body.stream_block.to_python([{**raw[0], "value": f"<p>{text}</p>"}])
    lesson.save_revision().publish()


def test_publishing_the_source_alone_would_leave_its_segments_as_they_were(translated: LessonPage) -> None:
    correct(translated)

    source = TranslationSource.objects.get(object_id=translated.translation_key)
    assert source.stringsegment_set.filter(string__data="Corrected words.").exists() is False
    queued = Job.objects.filter(kind__startswith="translation.").values_list("kind", "payload")
    assert list(queued) == [("translation.read_again", {"source_id": source.pk})]


def test_the_job_after_a_publish_makes_the_translation_behind_and_the_page_says_so(
    translated: LessonPage, client: Client
) -> None:
    correct(translated)
    # The other job numbers the rule of the course, should it have changed.
    assert run_due() == 2

    assert address("nl", translated) == ("Les 1.1", False, True)
    page = dutch(translated)
    assert page is not None
    text = client.get(page.url).content.decode()
    assert "Woorden van les 1.1." in text
    assert "Corrected words." not in text
    assert 'class="notice"' in text
    rows = stale_pages()
    assert [(row.title, row.language, row.missing) for row in rows] == [("Les 1.1", "nl", 1)]
    assert stale_segments(rows) == {"nl": 1}


def test_translating_what_was_corrected_ends_it(translated: LessonPage) -> None:
    correct(translated)
    run_due()
    translation = TranslationSource.objects.get(object_id=translated.translation_key).translations.get()
    write_words(translation, translated_copy(LessonPage.objects.get(pk=translated.pk), "Verbeterd."), by=None, at=AT)
    assert address("nl", translated) == ("Les 1.1", False, True)
    publish(translation, by=None, at=AT)

    assert address("nl", translated) == ("Les 1.1", False, False)
    assert stale_pages() == []


def test_a_change_without_words_reaches_the_translation_by_itself(translated: LessonPage) -> None:
    lesson = LessonPage.objects.get(pk=translated.pk)
    lesson.steward = "Somebody else"
    lesson.save_revision().publish()
    run_due()

    page = dutch(lesson)
    assert page is not None
    assert (page.steward, page.live) == ("Somebody else", True)
    assert address("nl", lesson) == ("Les 1.1", False, False)


def test_a_draft_of_the_source_changes_nothing_for_translators(translated: LessonPage) -> None:
    lesson = LessonPage.objects.get(pk=translated.pk)
    lesson.title = "A draft"
    lesson.save_revision()

    assert Job.objects.count() == 0


def test_later_corrections_show_where_there_is_no_translation(lesson: LessonPage) -> None:
    correct(lesson)

    route = resolve("nl", "courses-nl/cpa-9-nl/module-1-nl/lesson-1-1/")
    assert route is not None
    assert (route.is_fallback, str(route.page.body[0].value)) == (True, "<p>Corrected words.</p>")


def test_a_new_page_gets_no_aliases_in_other_languages(lesson: LessonPage) -> None:
    assert LocaleSynchronization.objects.count() == 0
    assert Page.objects.exclude(alias_of=None).count() == 0
    assert Page.objects.filter(translation_key=lesson.translation_key).count() == 1


def test_words_that_do_not_run_parallel_are_refused(lesson: LessonPage) -> None:
    translation = submit(lesson, ["nl"], by=None)["nl"]
    with pytest.raises(NotParallel, match="body"):
        write_words(translation, translated_copy(lesson, "Eén.</p><p>Twee."), by=None, at=AT)
    assert StringTranslation.objects.count() == 0


def test_the_editor_of_wagtail_localize_shows_every_segment_with_its_words(
    translated: LessonPage, admin_client: Client
) -> None:
    page = dutch(translated)
    assert page is not None
    response = admin_client.get(f"/cms/pages/{page.pk}/edit/")

    assert response.status_code == 200
    assert "Woorden van les 1.1." in response.content.decode()
    assert StringSegment.objects.count() == StringTranslation.objects.count() == 5


def test_the_editor_refuses_to_publish_what_is_not_all_translated(translated: LessonPage, admin_client: Client) -> None:
    correct(translated)
    run_due()
    page = dutch(translated)
    assert page is not None
    response = admin_client.post(f"/cms/pages/{page.pk}/edit/", {"action": "publish"}, follow=True)

    assert "1 segment is not translated yet" in response.content.decode()
    page.refresh_from_db()
    assert str(page.body[0].value) == "<p>Woorden van les 1.1.</p>"
    assert address("nl", translated) == ("Les 1.1", False, True)


def test_reading_again_a_source_that_is_gone_does_nothing(translated: LessonPage) -> None:
    correct(translated)
    Page.objects.filter(translation_key=translated.translation_key).first().delete()

    run_due()

    jobs = Job.objects.filter(kind="translation.read_again").values_list("state", "last_error")
    assert list(jobs) == [("done", "")]


def test_coverage_counts_pages_with_words_of_their_own(translated: LessonPage) -> None:
    assert coverage() == [Coverage("en", 5, 5), Coverage("nl", 5, 5), Coverage("de", 1, 5), Coverage("fr", 1, 5)]


def test_reading_again_twice_is_reading_again_once(translated: LessonPage) -> None:
    correct(translated)
    source = TranslationSource.objects.get(object_id=translated.translation_key)
    read_again(source, at=AT)
    read_again(source, at=AT)

    assert [row.missing for row in stale_pages()] == [1]
    assert Locale.objects.count() == 4
