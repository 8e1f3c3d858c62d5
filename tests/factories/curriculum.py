"""Makes what is taught: a site, a course with modules, lessons and a quiz. All published, in few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from unittest import mock

from modelsearch import signal_handlers as search
from wagtail import signal_handlers as references
from wagtail.models import Locale, Page

from academy.website.models import HomePage
from academy.website.rules import prepare_site
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CataloguePage, CoursePage, ModulePage
from curriculum.lessons.models import LessonPage
from curriculum.quizzes.models import Choice, Question, Quiz, QuizQuestion, Rubric, RubricLine

LANGUAGES = ("en", "nl", "de", "fr")
PUBLISHED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def unindexed() -> Iterator[None]:
    """Neither search nor Wagtail's index of references learns of what is saved: both are a third of the cost of a save.

    For what factories make; what a test saves itself is indexed as ever.
    """
    if getattr(references.reference_index_auto_update_disabled, "value", False):
        yield
        return
    with references.disable_reference_index_auto_update(), mock.patch.object(search, "insert_or_update_object_task"):
        yield


def quickly(make: Callable[P, R]) -> Callable[P, R]:
    """A factory function whose things are in no index."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with unindexed():
            return make(*args, **kwargs)

    return made


def locale_of(language: str) -> Locale:
    """The locale of a language code."""
    return Locale.objects.get(language_code=language)


def words(text: str, language: str) -> str:
    """The text as it stands in a language: plain in the source, marked in a translation."""
    return text if language == "en" else f"{text} [{language}]"


@quickly
def translate(page: Any, language: str, **changes: Any) -> Any:
    """A published translation of a page below its translated parent, slug with the language behind it."""
    parent = Page.objects.get(translation_key=page.get_parent().translation_key, locale=locale_of(language))
    values = {
        f.name: getattr(page, f.name)
        for f in page._meta.local_concrete_fields
        if not f.primary_key and not f.name.endswith("_ptr")
    }
    slug = page.slug if page.slug.endswith(f"-{language}") else f"{page.slug}-{language}"
    values |= {
        "title": words(page.title, language),
        "slug": slug,
        "locale": locale_of(language),
        "translation_key": page.translation_key,
        "first_published_at": PUBLISHED,
        "last_published_at": PUBLISHED,
        **changes,
    }
    return parent.add_child(instance=type(page)(**values))


@dataclass
class Site:
    """A site as the factory left it: the source front page, and all front pages by language."""

    home: HomePage
    homes: dict[str, HomePage] = field(default_factory=dict)


@quickly
def make_site(languages: Sequence[str] = LANGUAGES) -> Site:
    """Locales, one front page for each language (translations of the first), and the default site."""
    home = prepare_site(languages=languages, title="Circular Procurement Academy")
    root = Page.objects.get(depth=1)
    for language in languages[1:]:
        if not HomePage.objects.filter(locale__language_code=language).exists():
            translation = HomePage(
                title=words(home.title, language),
                slug=f"home-{language}",
                locale=locale_of(language),
                translation_key=home.translation_key,
                first_published_at=PUBLISHED,
                last_published_at=PUBLISHED,
            )
            root.add_child(instance=translation)
    homes = HomePage.objects.filter(depth=2, translation_key=home.translation_key).select_related("locale")
    return Site(home=home, homes={page.locale.language_code: page for page in homes})


@dataclass
class Course:
    """A course as the factory left it: source pages, in order, and translations by language and source page."""

    catalogue: CataloguePage
    course: CoursePage
    modules: list[ModulePage] = field(default_factory=list)
    lessons: list[LessonPage] = field(default_factory=list)
    quiz: Quiz | None = None
    questions: list[Question] = field(default_factory=list)
    translations: dict[tuple[str, int], Any] = field(default_factory=dict)

    def translation(self, page: Any, language: str) -> Any:
        """The translation of one of its source pages."""
        return self.translations[language, page.pk]


@quickly
def make_catalogue(languages: Sequence[str] = LANGUAGES) -> CataloguePage:
    """The catalogue below the front page, in these languages where a front page exists; made once."""
    page = CataloguePage.objects.filter(locale__language_code="en").first()
    if page is None:
        home = HomePage.objects.filter(locale__language_code="en", depth=2).order_by("pk").first() or make_site().home
        page = home.add_child(instance=CataloguePage(**published("Courses", "courses")))
    for language in languages:
        if language != "en" and not page.has_translation(locale_of(language)):
            translate(page, language)
    return page


def published(title: str, slug: str, **fields: Any) -> dict[str, Any]:
    """Fields of a page that was published, in the source language."""
    return {
        "title": title,
        "slug": slug,
        "locale": locale_of("en"),
        "first_published_at": PUBLISHED,
        "last_published_at": PUBLISHED,
        **fields,
    }


@quickly
def make_quiz(
    code: str = "cpa-9",
    questions: int = 3,
    languages: Sequence[str] = ("en", "nl"),
    kinds: Sequence[str] = (),
    **rules: Any,
) -> Quiz:
    """A quiz with one question of each of `kinds`, else so many of a single choice. Translated in full."""
    quiz = Quiz(**{"code": code, "title": f"Quiz {code}", "locale": locale_of("en"), **rules})
    quiz.places = [
        QuizQuestion(question=make_question(f"{code}-{n + 1}", kind, languages=languages), sort_order=n)
        for n, kind in enumerate(kinds or ["single"] * questions)
    ]
    quiz.save()
    for language in languages:
        if language != "en":
            Quiz.objects.create(
                code=code,
                title=words(quiz.title, language),
                locale=locale_of(language),
                translation_key=quiz.translation_key,
                **rules,
            )
    return quiz


# What a question of each kind needs: fields of its options. Right answers first, where there are right and wrong ones.
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "single": [{"text": "right", "correct": True}, {"text": "wrong"}, {"text": "wrong too"}],
    "multiple": [{"text": "right", "correct": True}, {"text": "right too", "correct": True}, {"text": "wrong"}],
    "true_false": [{"text": "True"}, {"text": "False", "correct": True}],
    "ordering": [{"text": "first"}, {"text": "second"}, {"text": "third"}],
    "matching": [
        {"text": "cat", "match": "miaows"},
        {"text": "dog", "match": "barks"},
        {"text": "cow", "match": "moos"},
    ],
    "numeric": [
        {"number": Decimal(2409), "tolerance": Decimal(1), "correct": True, "feedback": "Because right."},
        {"number": Decimal(154), "tolerance": Decimal(0), "feedback": "Because wrong."},
    ],
    "short_text": [
        {"words": "materials passport\nmaterialenpaspoort", "correct": True, "feedback": "Because right."},
        {"words": "digital product passport", "feedback": "Because wrong."},
    ],
    "open_text": [],
    "hand_in": [],
    "scenario": [],
}


@quickly
def make_question(
    code: str,
    kind: str = "single",
    options: Sequence[tuple[str, bool]] | None = None,
    languages: Sequence[str] = ("en", "nl"),
    **fields: Any,
) -> Question:
    """A question of any kind, and its translations. `options`: (text, right or not) in the place of the usual ones."""
    values = OPTIONS[kind] if options is None else [{"text": text, "correct": correct} for text, correct in options]
    source = Question(code=code, kind=kind, text=f"Question {code}?", locale=locale_of("en"), **fields)
    source.choices = [
        Choice(**{"feedback": f"Because {each.get('text')}.", **each}, sort_order=n, locale=source.locale)
        for n, each in enumerate(values)
    ]
    source.save()
    for language in languages:
        if language == "en":
            continue
        other = Question(
            code=code,
            kind=kind,
            text=words(source.text, language),
            locale=locale_of(language),
            translation_key=source.translation_key,
            **fields,
        )
        other.choices = [
            Choice(
                text=words(choice.text, language) if choice.text else "",
                match=words(choice.match, language) if choice.match else "",
                correct=choice.correct,
                number=choice.number,
                tolerance=choice.tolerance,
                words=choice.words,
                feedback=words(choice.feedback, language),
                sort_order=choice.sort_order,
                locale=other.locale,
                translation_key=choice.translation_key,
            )
            for choice in source.choices.all()
        ]
        other.save()
    return source


@quickly
def make_rubric(code: str = "R1", lines: int = 2, languages: Sequence[str] = ("en", "nl")) -> Rubric:
    """A rubric with lines, translated."""
    source = Rubric(code=code, title=f"Rubric {code}", locale=locale_of("en"))
    source.lines = [RubricLine(text=f"Line {n + 1}", sort_order=n, locale=source.locale) for n in range(lines)]
    source.save()
    for language in languages:
        if language != "en":
            other = Rubric(
                code=code,
                title=words(source.title, language),
                locale=locale_of(language),
                translation_key=source.translation_key,
            )
            other.lines = [
                RubricLine(
                    text=words(line.text, language),
                    sort_order=line.sort_order,
                    locale=other.locale,
                    translation_key=line.translation_key,
                )
                for line in source.lines.all()
            ]
            other.save()
    return source


# In the order in which make_course(kinds=KINDS) asks them.
KINDS = ("single", "multiple", "true_false", "ordering", "matching", "numeric", "short_text")


@quickly
def make_course(
    code: str = "CPA-9",
    modules: int = 1,
    lessons: int = 3,
    quiz: bool = True,
    languages: Sequence[str] = ("en", "nl"),
    questions: int = 3,
    kinds: Sequence[str] = (),
    rules: dict[str, Any] | None = None,
    **fields: Any,
) -> Course:
    """An open course with `lessons` lessons in each of `modules` modules, published and translated.

    Its quiz has one question of each of `kinds`, else so many of a single choice, and the settings `rules`. `fields` go
    to the course page. The site is made if there is none.
    """
    catalogue = make_catalogue(languages)
    the_quiz = make_quiz(code.lower(), questions, languages, kinds, **(rules or {})) if quiz else None
    values = {"level": "starter", "status": CourseStatus.OPEN, "summary": f"What {code} is about.", **fields}
    course = CoursePage(**published(f"Course {code}", code.lower(), code=code, quiz=the_quiz, **values))
    made = Course(catalogue=catalogue, course=catalogue.add_child(instance=course), quiz=the_quiz)
    if the_quiz:
        made.questions = [place.question for place in the_quiz.places.order_by("sort_order")]
    for m in range(1, modules + 1):
        page = ModulePage(
            **published(f"Module {m}", f"module-{m}", number=f"{code[-1]}.{m}"),
            outcomes=[("outcome", f"Explain module {m}")],
        )
        module = course.add_child(instance=page)
        made.modules.append(module)
        for n in range(1, lessons + 1):
            lesson = LessonPage(
                **published(f"Lesson {m}.{n}", f"lesson-{m}-{n}"),
                opening_question=f"What is {m}.{n} about?",
                summary=f"Lesson {m}.{n} in short.",
                body=[("text", f"<p>Words of lesson {m}.{n}.</p>")],
                steward="Curriculum team",
                reviewed_on=date(2026, 11, 2),
            )
            made.lessons.append(module.add_child(instance=lesson))
    for language in languages:
        if language != "en":
            for page in [course, *made.modules, *made.lessons]:
                made.translations[language, page.pk] = translate(page, language)
    return made
