"""Loading content files: real pages, real segments, again and again without harm."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, ReferenceIndex
from wagtail_localize.models import StringSegment, StringTranslation

from academy.website.models import HomePage, StandardPage
from academy.website.routing import resolve
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.completion.queries import promise
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import course_outline
from curriculum.library.models import GlossaryTerm
from curriculum.loading.blocks import key_of
from curriculum.loading.models import ContentFileState
from curriculum.loading.rules import Report, load
from curriculum.quizzes.models import Question, Quiz
from curriculum.translation.queries import stale_pages
from curriculum.workshops.models import WorkshopPage
from tests.factories.asked import make_asked

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LESSON = """---
title: {title}
slug: {slug}
summary: {summary}
opening_question: {question}
{more}---

::: text #why
{text}
:::

::: term #term term=residual-value
:::

::: table #facts caption="{title}"
| A | B |
|---|---|
| {title} | 1 |
:::

::: task #do title="{title}"{minutes}
1. {text}
:::

::: sources #sources
- [EU]({link})
:::
"""
COURSE = """
code: CPA-9
slug: {en: a-course, nl: een-cursus}
title: {en: A course, nl: Een cursus}
summary: {en: About it., nl: Erover.}
level: starter
assessment: {en: A quiz., nl: Een quiz.}
status: written
planned_minutes: 10
modules:
  - 'no': '9.1'
    slug: {en: a-module, nl: een-module}
    title: {en: A module, nl: Een module}
    outcomes: {en: [Explain it], nl: [Het uitleggen]}
    planned_minutes: 10
    competences: [{code: PC5, level: 2}]
    lessons:
      - {'no': 1, title: {en: A lesson, nl: Een les}}
"""
QUIZ = """
course: CPA-9
title: {en: A quiz, nl: Een quiz}
intro: {en: Some questions., nl: Enkele vragen.}
pass_mark: 70
attempts: 3
counts: best
questions:
  - id: one
    kind: true_false
    lesson: CPA-9/9.1-1
    text: {en: 'Is it?', nl: 'Is het zo?'}
    answer: false
    feedback_true: {en: 'No.', nl: Nee.}
    feedback_false: {en: 'Yes.', nl: Ja.}
  - id: two
    kind: ordering
    text: {en: Order it, nl: Orden het}
    items:
      - {id: first, text: {en: First, nl: Eerst}}
      - {id: then, text: {en: Then, nl: Daarna}}
"""

WORKSHOP = """
code: W9
title: {en: A day, nl: Een dag}
slug: {en: a-day, nl: een-dag}
summary: {en: Short., nl: Kort.}
goal: {en: Do it., nl: Doe het.}
preparation: {en: Read., nl: Lees.}
trainer_notes: {en: "One hint.\\nAnother.", nl: "Een tip.\\nNog een."}
mode: hybrid
minimum: 5
maximum: 30
online_maximum: 20
trainers: 2
competences:
- {code: PC5, level: 2}
agenda:
- {title: {en: Begin, nl: Begin}, minutes: 20}
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A small academy as files: a course of one lesson with a quiz, in English and Dutch."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {
        "pages/home.en.md": "---\ntitle: Buy well\nslug: home\nsummary: Courses.\n---\n",
        "pages/home.nl.md": "---\ntitle: Koop goed\nslug: home\nsummary: Cursussen.\n---\n",
        "pages/privacy.en.md": "---\ntitle: Privacy\nslug: privacy\nsummary: Data.\n---\n\n::: text #a\nWords.\n:::\n",
        "site.yaml": "index_pages:\n  catalogue:\n    title: {en: Courses, nl: Cursussen}\n"
        "    slug: {en: courses, nl: cursussen}\n    summary: {en: All., nl: Alle.}\n",
        "competences.yaml": "competences:\n- {code: PC5, cluster: horizontal, name: {en: Sustainable, nl: Duurzaam}}\n",
        "glossary.yaml": "- key: residual-value\n  name: {en: residual value, nl: restwaarde}\n"
        "  definition: {en: What is left., nl: Wat over is.}\n",
        "courses/CPA-9.yaml": COURSE,
        "quizzes/CPA-9.yaml": QUIZ,
        "lessons/CPA-9/9.1-1.en.md": lesson_text("en"),
        "lessons/CPA-9/9.1-1.nl.md": lesson_text("nl"),
    }
    for name, text in files.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "content"


def lesson_text(language: str, **changes: str) -> str:
    """The lesson's file in a language."""
    texts = {
        "en": {
            "title": "A lesson",
            "slug": "a-lesson",
            "summary": "Short.",
            "question": "Why?",
            "text": "Some **words**.",
        },
        "nl": {
            "title": "Een les",
            "slug": "een-les",
            "summary": "Kort.",
            "question": "Waarom?",
            "text": "Wat **tekst**.",
        },
    }[language]
    more = "status: written\nowner: Team\nreviewed: 2026-11-16\n" if language == "en" else ""
    link = "https://example.org/" if language == "en" else "https://example.org/nl"
    minutes = " minutes=4" if language == "en" else ""
    return LESSON.format(**{**texts, "more": more, "link": link, "minutes": minutes, **changes})


def write(folder: Path, language: str, **changes: str) -> None:
    """Correct the lesson's file."""
    (folder / f"lessons/CPA-9/9.1-1.{language}.md").write_text(lesson_text(language, **changes), encoding="utf-8")


def run(folder: Path) -> Report:
    """Load it."""
    return load(folder, by=None, at=AT, languages=("en", "nl"))


def lesson(language: str = "en") -> LessonPage:
    """The lesson as it stands in the CMS."""
    return LessonPage.objects.get(locale__language_code=language)


def test_files_become_published_pages_in_both_languages(folder: Path) -> None:
    report = run(folder)

    assert (report.problems, report.left_alone) == ([], [])
    assert [
        (page.title, page.url, page.live) for page in Page.objects.filter(depth__gt=1).order_by("path").specific()
    ] == [
        ("Buy well", "/en/", True),
        ("Courses", "/en/courses/", True),
        ("A course", "/en/courses/a-course/", True),
        ("A module", "/en/courses/a-course/a-module/", True),
        ("A lesson", "/en/courses/a-course/a-module/a-lesson/", True),
        ("Privacy", "/en/privacy/", True),
        ("Koop goed", "/nl/", True),
        ("Cursussen", "/nl/cursussen/", True),
        ("Een cursus", "/nl/cursussen/een-cursus/", True),
        ("Een module", "/nl/cursussen/een-cursus/een-module/", True),
        ("Een les", "/nl/cursussen/een-cursus/een-module/een-les/", True),
    ]
    outline = course_outline(CoursePage.objects.filter(locale__language_code="en").get().translation_key, "nl")
    assert outline is not None
    assert outline.quiz is not None
    assert (outline.languages, outline.quiz.questions, outline.competences) == (("en", "nl"), 2, (("PC5", 2),))
    assert set(LearningItem.objects.values_list("kind", flat=True)) == {"course", "module", "lesson", "quiz"}


def test_a_lesson_carries_blocks_terms_and_addresses_of_its_own_language(folder: Path) -> None:
    run(folder)
    source, translation = lesson(), lesson("nl")

    assert [block.id for block in source.body] == [block.id for block in translation.body]
    assert str(translation.body[0].value) == "<p>Wat <b>tekst</b>.</p>"
    assert translation.body[1].value["term"] == GlossaryTerm.objects.get(locale__language_code="nl")
    assert translation.body[3].value["minutes"] == source.body[3].value["minutes"] == 4
    assert 'href="https://example.org/nl"' in str(translation.body[4].value["sources"][0])
    assert (translation.steward, translation.minutes) == (source.steward, source.minutes)


def test_translations_are_segments_that_the_editor_of_wagtail_localize_shows(folder: Path) -> None:
    run(folder)
    key = lesson().translation_key

    segments = StringSegment.objects.filter(source__object_id=key).count()
    words = StringTranslation.objects.filter(context__object_id=key)
    assert (segments, words.count(), set(words.values_list("tool_name", flat=True))) == (13, 13, {"content files"})


def test_a_translation_just_loaded_does_not_lag_behind(folder: Path) -> None:
    run(folder)
    routes = [
        resolve("nl", page.url.removeprefix("/nl/"))
        for page in Page.objects.filter(url_path__startswith="/home-nl/").specific()
    ]

    assert [(route.page.title, route.is_behind, route.is_fallback) for route in routes if route] == [
        ("Koop goed", False, False),
        ("Cursussen", False, False),
        ("Een cursus", False, False),
        ("Een module", False, False),
        ("Een les", False, False),
    ]


def test_a_question_is_the_same_in_both_languages_but_for_its_words(folder: Path) -> None:
    run(folder)

    assert [
        (question.text, [(c.text, c.correct, c.feedback) for c in question.choices.order_by("sort_order")])
        for question in Question.objects.filter(kind="true_false").order_by("pk")
    ] == [
        ("Is it?", [("True", False, "No."), ("False", True, "Yes.")]),
        ("Is het zo?", [("Juist", False, "Nee."), ("Onjuist", True, "Ja.")]),
    ]
    assert Question.objects.first().read_again_key == lesson().translation_key
    assert [(quiz.title, quiz.live) for quiz in Quiz.objects.order_by("pk")] == [("A quiz", True), ("Een quiz", True)]


def test_a_workshop_format_is_loaded_with_all_it_says(folder: Path) -> None:
    (folder / "site.yaml").write_text(
        "index_pages:\n  workshops:\n    title: {en: Workshops, nl: Workshops}\n"
        "    slug: {en: workshops, nl: workshops}\n    summary: {en: All., nl: Alle.}\n"
    )
    (folder / "courses/CPA-9.yaml").unlink()
    (folder / "quizzes/CPA-9.yaml").unlink()
    (folder / "workshops").mkdir()
    (folder / "workshops/W9.yaml").write_text(WORKSHOP)
    report = run(folder)

    assert (report.problems, report.left_alone) == ([], [])
    assert [
        (page.goal, page.trainer_notes, page.online_maximum, [str(row) for row in page.competences.all()])
        for page in WorkshopPage.objects.order_by("pk")
    ] == [
        ("Do it.", "One hint.\nAnother.", 20, ["PC5/2"]),
        ("Doe het.", "Een tip.\nNog een.", 20, ["PC5/2"]),
    ]
    assert run(folder).renewed == []


def test_loading_again_changes_nothing(folder: Path) -> None:
    run(folder)
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    report = run(folder)

    assert (report.made, report.renewed, report.left_alone, report.problems) == ([], [], [], [])
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before


def test_a_corrected_file_renews_its_page_and_only_that(folder: Path) -> None:
    run(folder)
    write(folder, "en", text="Better **words**.")
    write(folder, "nl", text="Betere **tekst**.")
    report = run(folder)

    assert report.renewed == ["lessons/CPA-9/9.1-1 (en)", "lessons/CPA-9/9.1-1 (nl)"]
    assert [str(lesson(code).body[0].value) for code in ("en", "nl")] == [
        "<p>Better <b>words</b>.</p>",
        "<p>Betere <b>tekst</b>.</p>",
    ]
    assert stale_pages() == []


def test_what_was_edited_in_the_cms_is_left_alone_and_listed(folder: Path) -> None:
    run(folder)
    page = lesson()
    page.title = "Edited here"
    page.save_revision()
    term = GlossaryTerm.objects.get(locale__language_code="en")
    term.definition = "Edited here."
    term.save()
    write(folder, "en", text="Better **words**.")
    text = (folder / "glossary.yaml").read_text().replace("What is left", "Something else")
    (folder / "glossary.yaml").write_text(text)
    report = run(folder)

    assert report.left_alone == [
        "glossary.yaml#residual-value (en): was edited in the CMS",
        "lessons/CPA-9/9.1-1 (en): was edited in the CMS",
    ]
    assert GlossaryTerm.objects.get(pk=term.pk).definition == "Edited here."
    assert "Some" in str(lesson().body[0].value)


def test_a_translator_s_words_are_left_alone(folder: Path) -> None:
    run(folder)
    written = StringTranslation.objects.get(data="Kort.", context__object_id=lesson().translation_key)
    written.data, written.tool_name = "Heel kort.", ""
    written.save()
    write(folder, "nl", text="Betere **tekst**.")
    report = run(folder)

    assert report.left_alone == ["lessons/CPA-9/9.1-1 (nl): was edited in the CMS"]
    assert str(lesson("nl").body[0].value) == "<p>Wat <b>tekst</b>.</p>"


def test_what_was_deleted_in_the_cms_does_not_come_back(folder: Path) -> None:
    run(folder)
    StandardPage.objects.all().delete()
    report = run(folder)

    assert report.left_alone == ["pages/privacy (en): was deleted in the CMS"]
    assert StandardPage.objects.count() == 0


def test_files_that_do_not_run_parallel_are_refused_and_nothing_is_loaded(folder: Path) -> None:
    write(folder, "nl", text="Eén **alinea**.\n\nNog een.")
    report = run(folder)

    assert len(report.problems) == 2
    assert "#why has another shape" in report.problems[0]
    assert (HomePage.objects.count(), ContentFileState.objects.count()) == (0, 0)


def test_a_file_that_cannot_be_read_and_lists_of_different_length_are_named_with_their_place(folder: Path) -> None:
    (folder / "site.yaml").write_text("index_pages: {catalogue: [")
    text = (folder / "courses/CPA-9.yaml").read_text().replace("nl: [Het uitleggen]", "nl: [Het uitleggen, Meer]")
    (folder / "courses/CPA-9.yaml").write_text(text)
    report = run(folder)

    assert [problem.split(": ")[0].removeprefix(f"{folder}/") for problem in report.problems] == [
        "courses/CPA-9.yaml",
        "site.yaml",
    ]
    assert "modules/0/outcomes: 1 in en, 2 in nl" in report.problems[0]


def test_a_file_that_lacks_something_is_named(folder: Path) -> None:
    text = (folder / "courses/CPA-9.yaml").read_text().replace("level: starter", "")
    (folder / "courses/CPA-9.yaml").write_text(text)

    assert run(folder).problems == ["courses/CPA-9.yaml: 'level' is missing"]


def test_a_missing_file_is_named_and_its_block_left_out(folder: Path) -> None:
    image = '\n::: image #picture file="media/x.svg" alt="X" caption="X"\n:::\n'
    for language in ("en", "nl"):
        path = folder / f"lessons/CPA-9/9.1-1.{language}.md"
        path.write_text(path.read_text() + image)
    report = run(folder)

    assert report.problems == ["media/x.svg: this file is missing; the blocks that show it were left out"]
    assert [block.block_type for block in lesson("nl").body] == ["text", "term", "table", "task", "sources"]


def test_a_picture_is_loaded_once_with_its_size(folder: Path) -> None:
    (folder / "media").mkdir()
    shutil.copy("curriculum/content/media/r-ladder.svg", folder / "media/x.svg")
    image = '\n::: image #picture file="media/x.svg" alt="X" caption="X"\n:::\n'
    for language in ("en", "nl"):
        path = folder / f"lessons/CPA-9/9.1-1.{language}.md"
        path.write_text(path.read_text() + image)
    run(folder)
    run(folder)

    picture = lesson("nl").body[5].value["image"]
    assert picture == lesson().body[5].value["image"]
    assert picture.width > 0
    assert picture.file_size > 0


def test_search_and_references_know_what_was_loaded(folder: Path) -> None:
    run(folder)

    assert [page.title for page in LessonPage.objects.filter(locale=lesson("nl").locale).search("les")] == ["Een les"]
    term = GlossaryTerm.objects.get(locale__language_code="en")
    assert ReferenceIndex.get_references_to(term).count() == 1


def test_the_command_says_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_content", path=folder, verbosity=2)
    assert "left alone" in capsys.readouterr().out
    write(folder, "nl", text="Eén **alinea**.\n\nNog een.")
    with pytest.raises(CommandError, match="another shape"):
        call_command("load_content", path=folder, check=True)


# -- completion rules -------------------------------------------------------------------------------------------------
PATH = """
code: P9
slug: {en: buyer, nl: inkoper}
title: {en: Buyer, nl: Inkoper}
summary: {en: All., nl: Alles.}
courses: [CPA-9]
rule:
  - {course: CPA-9}
  - {hand_in: CPA-9, at: 80}
  - any_of: 1
    from:
      - {workshop: W9}
      - all_of: [{module: '9.1'}, {lesson: CPA-9/9.1-1}]
advised:
  - {workshop: W9}
short:
  - {module: '9.1'}
"""


def with_path(folder: Path, text: str = PATH) -> Report:
    """Load the folder with this path and a workshop in it."""
    site = (folder / "site.yaml").read_text(encoding="utf-8")
    index = "  workshops:\n    title: {en: W, nl: W}\n    slug: {en: w, nl: w}\n    summary: {en: W., nl: W.}\n"
    for name, content in {
        "site.yaml": site + index,
        "workshops/W9.yaml": WORKSHOP,
        "paths/P9.yaml": text,
        "courses/CPA-9.yaml": COURSE + "valid_months: 24\nrefresher: quiz\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return load(folder, by=None, at=AT, languages=("en", "nl"))


@pytest.mark.one_database
def test_rules_of_paths_become_parts_that_name_pages_and_quizzes(folder: Path) -> None:
    assert with_path(folder).problems == []
    models: dict[str, Any] = {"course": CoursePage, "quiz": Quiz, "workshop": WorkshopPage, "lesson": LessonPage}
    key = {name: str(model.objects.get(locale__language_code="en").translation_key) for name, model in models.items()}
    path = LearningPathPage.objects.get(locale__language_code="en")
    asked = promise(path.translation_key)
    short = promise(path.translation_key, Route.SHORT)
    assert asked is not None
    assert short is not None
    module = str(path.short_rule[0].value.translation_key)
    lesson = {"kind": "lesson", "key": key["lesson"]}
    lessons = {"all": [lesson], "of": module}
    workshop = {"kind": "workshop", "key": key["workshop"]}
    hand_in = {"kind": "hand_in", "key": key["quiz"], "at": 80, "counts": "best", "attempts": 3}
    assert asked.rule == {
        "root": {
            "all": [
                {"kind": "course", "key": key["course"]},
                hand_in,
                {"any": 1, "from": [workshop, {"all": [lessons, lesson]}]},
            ]
        },
        "advised": [workshop],
        "locks": {},
        "valid_months": None,
    }
    assert short.rule["root"] == {"all": [lessons]}
    course = CoursePage.objects.get(locale__language_code="nl")
    assert (course.valid_months, course.refresher) == (24, "quiz")


@pytest.mark.one_database
def test_a_rule_names_an_activity_by_its_code(folder: Path) -> None:
    make_asked("ladder", rule="passed", pass_mark=80, translation_key=key_of("activity", "ladder"))
    assert with_path(folder, PATH.replace("{workshop: W9}", "{activity: ladder}")).problems == []
    asked = promise(LearningPathPage.objects.get(locale__language_code="en").translation_key)
    assert asked is not None
    key = key_of("activity", "ladder")
    assert asked.rule["advised"] == [{"kind": "activity", "key": str(key), "at": 80, "counts": "best", "attempts": 0}]


@pytest.mark.one_database
def test_a_rule_that_asks_for_what_is_not_there_is_refused_with_its_file(folder: Path) -> None:
    report = with_path(folder, PATH.replace("{workshop: W9}", "{workshop: W8}"))
    assert report.problems == ["paths/P9.yaml: the rule asks for workshop W8, which does not exist"]
    assert LearningPathPage.objects.count() == 0
