"""What an editor is told about rules while composing them: the sentences that learners will read, what makes a rule
hard to meet, and what makes it impossible (which is not kept)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from academy.website.addresses import model_of, site_map
from academy.website.queries import is_source
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED, AllOf, AnyOf, Node, Part, certain, from_json, is_met, parts_of
from curriculum.h5p.models import Activity
from curriculum.h5p.queries import activities
from curriculum.items.enums import ItemKind
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import CourseOutline, QuizRow, course_outline, lessons_with
from curriculum.quizzes.models import Quiz

from . import sentences
from .queries import before, names
from .resolving import composed, course_rule, is_published, path_rule, prerequisite

Rules = CoursePage | LearningPathPage
FIELDS = ("rule", "short_rule", "prerequisites", "advised")


@dataclass(frozen=True)
class Wording:
    """The rules of a page in one language: what each sentence is about (in the editor's language), and the sentence."""

    code: str
    language: str
    lines: tuple[tuple[Any, str], ...]


def in_words(page: Rules) -> list[Wording]:
    """The rules of a page as it stands in the editor, in the languages of the site."""
    rules = _drafted(page)
    worded = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            lines = tuple((about, text) for about, say in rules if (text := say()))
        worded.append(Wording(code, get_language_info(code)["name_local"], lines))
    return worded


def warnings(page: Rules) -> list[str]:
    """What makes the rules of a page hard to meet today, one sentence each, in the editor's language."""
    found: list[str] = []
    for field in FIELDS:
        stream = getattr(page, field, ())
        for _kind, chosen in _chosen(stream):
            if chosen is None:
                found.append(_("Something that was chosen here has been deleted since."))
            elif _is_left_out(chosen):
                found.append(_("“%(title)s” is not published: it is left out.") % {"title": chosen.title})
        nodes = composed(stream, _outline(page))
        known = names({part.key for node in nodes for part in parts_of(node)}, get_language() or "")
        for node in nodes:
            for part in parts_of(node):
                if (why := _why_not(page, part)) is not None:
                    found.append(why % {"title": known[part.key].full if part.key in known else "?"})
            found += _out_of_reach(page, node)
    if isinstance(page, CoursePage) and page.quiz is None:
        kinds = {child.block_type for child in page.rule}
        if kinds & {"own_quiz", "test_out"}:
            found.append(_("The rule speaks of the quiz of this course, and the course has none."))
    if isinstance(page, LearningPathPage) and page.in_order:
        found += _out_of_order(page)
    return list(dict.fromkeys(found))


def refuse_impossible(page: Rules) -> None:
    """Raise ValidationError for a rule that nobody could ever meet."""
    for field in FIELDS:
        for kind, chosen in _chosen(getattr(page, field, ())):
            if chosen is None:
                continue
            if kind in SCORED and _source(chosen).formative:
                text = _("“%(title)s” is for practice. Choose one that counts.")
                raise ValidationError({field: text % {"title": chosen.title}})
            if chosen.translation_key == page.translation_key:
                raise ValidationError({field: _("A course cannot ask for itself.")})
            if kind in SCORED and not _can_be_taken(page, chosen.translation_key) and not _is_translation(page):
                text = _("No published course has “%(title)s” as its quiz, so nobody could take it.")
                raise ValidationError({field: text % {"title": chosen.title}})
    if isinstance(page, CoursePage):
        _refuse_rings(page)


def _chosen(stream: Any) -> Iterator[tuple[str, Any]]:
    """Kind, and page, quiz or activity, of everything that an editor has chosen; None for what was deleted since."""
    for child in stream:
        kind, value = child.block_type, child.value
        if kind in ("any_of", "all_of"):
            yield from _chosen(value["parts"] if kind == "any_of" else value)
        elif kind not in ("lessons", "own_quiz", "test_out"):
            yield kind, value["quiz"] if kind in SCORED else value


def _is_left_out(chosen: Any) -> bool:
    """Whether a page or activity is not published, so that the rule goes without it."""
    if isinstance(chosen, Activity):
        return chosen.translation_key not in activities(get_language() or "")
    return isinstance(chosen, Page) and not is_published(chosen.translation_key)


def _source(quiz: Quiz) -> Quiz:
    """The oldest row of a quiz: its rules stand there."""
    return Quiz.objects.filter(translation_key=quiz.translation_key).order_by("pk").first() or quiz


def _can_be_taken(page: Rules, key: UUID) -> bool:
    """Whether a quiz or assignment is that of the course as it stands in the editor, or of another published one.

    It is begun in a course that has it as its quiz, and nowhere else.
    """
    own = getattr(page, "quiz", None)
    if own is not None and own.translation_key == key:
        return True
    others = CoursePage.objects.live().exclude(translation_key=page.translation_key)
    # A translation may stay live when its source is withdrawn: the source decides.
    return any(is_source(course) for course in others.filter(quiz__translation_key=key))


def _is_translation(page: Rules) -> bool:
    """Whether the rules of a page are those of an older row: whoever translates it does not compose them."""
    rows = type(page)._default_manager.filter(translation_key=page.translation_key)
    return rows.order_by("pk").values_list("pk", flat=True).first() not in (None, page.pk)


# -- as sentences -----------------------------------------------------------------------------------------------------
def _drafted(page: Rules) -> list[tuple[Any, Any]]:
    """What each sentence is about, and a function that says it in the active language."""
    if isinstance(page, CoursePage):
        outline = _outline(page)
        full, again = (course_rule(page, outline, route) for route in (Route.FULL, Route.REFRESHER))
        said = _full(full)
        if page.valid_months:
            said.append((gettext_lazy("To renew it"), _asked(again["root"])))
        if (first := prerequisite(page)) is not None:
            said.append((gettext_lazy("Before it is started"), lambda: sentences.beforehand(first)))
        return said
    courses = [row.course.translation_key for row in page.courses.all() if row.course_id]
    said = _full(path_rule(page, courses, Route.FULL))
    if page.short_rule:
        short = path_rule(page, courses, Route.SHORT)
        said.insert(1, (gettext_lazy("Short route"), _asked(short["root"])))
    return said


def _full(rule: dict[str, Any]) -> list[tuple[Any, Any]]:
    advised = tuple(from_json(node) for node in rule["advised"])
    return [
        (gettext_lazy("Completed by"), _asked(rule["root"])),
        (gettext_lazy("Advised"), lambda: sentences.advised(advised)),
    ]


def _asked(root: dict[str, Any]) -> Any:
    node = from_json(root)
    return lambda: sentences.asked_for(node) if any(parts_of(node)) else ""


def _outline(page: Rules) -> CourseOutline:
    """The published outline of a course with the quiz of the draft; an empty one for what is not published."""
    found = course_outline(page.translation_key, get_language() or "")
    quiz = getattr(page, "quiz", None)
    source = _source(quiz) if quiz is not None else None
    row = source and QuizRow(
        key=source.translation_key,
        item_id=0,
        title=source.title,
        title_language="",
        questions=0,
        pass_mark=source.pass_mark,
        attempts=source.attempts,
        counts=source.counts,
        minutes=0,
    )
    if found is not None:
        return replace(found, quiz=row)
    return CourseOutline(page.translation_key, 0, "", page.title, "", "", "", "", "", 0, False, (), (), row)


# -- hard to meet -----------------------------------------------------------------------------------------------------
def _why_not(page: Rules, part: Part) -> str | None:
    """Why a part cannot be done today; None if it can."""
    if part.kind in SCORED:
        taken = _can_be_taken(page, part.key)
        return None if taken else _("“%(title)s” is the quiz of no published course.")
    if part.kind == ItemKind.COURSE:
        course = course_outline(part.key, get_language() or "")
        is_open = course is not None and course.status == CourseStatus.OPEN
        return None if is_open else _("“%(title)s” is in preparation.")
    if part.kind == ItemKind.LESSON:
        source = LessonPage.objects.filter(translation_key=part.key).order_by("pk").first()
        return (
            None
            if source is not None and source.status == LessonStatus.WRITTEN
            else _("“%(title)s” is in preparation.")
        )
    if part.kind == ItemKind.ACTIVITY:
        return _why_not_activity(part.key)
    return _("“%(title)s” has no written lessons yet.") if part.kind == ItemKind.MODULE else None


def _why_not_activity(key: UUID) -> str | None:
    language = get_language() or ""
    if not lessons_with(key, language):
        return _("“%(title)s” stands in no published lesson, so nobody can do it.")
    shown = activities(language).get(key)
    if shown is None or shown.package is None:
        return _("“%(title)s” has no package yet that can be played.")
    return None


def _out_of_reach(page: Rules, node: Node) -> Iterator[str]:
    """Said for a choice of which fewer can be done today than are asked for."""
    if isinstance(node, Part):
        return
    for each in node.nodes:
        yield from _out_of_reach(page, each)
    if isinstance(node, AnyOf):
        can = sum(is_met(each, lambda part: _why_not(page, part) is None) for each in node.nodes)
        if can < node.number:
            asked = ngettext("%(count)s is asked for", "%(count)s are asked for", node.number) % {"count": node.number}
            yield _("Of a choice %(asked)s, and today only %(can)s can be done.") % {"asked": asked, "can": can}


def _out_of_order(path: LearningPathPage) -> Iterator[str]:
    """Said for each course of a path in order that cannot be started before one that comes later."""
    rule = path_rule(path, [row.course.translation_key for row in path.courses.all() if row.course_id], Route.FULL)
    order = [part.key for part in parts_of(from_json(rule["root"])) if part.kind == ItemKind.COURSE]
    known = names(order, get_language() or "")
    for place, key in enumerate(order):
        first = before(key)
        for part in certain(first) if first is not None else ():
            if part.key in order[place + 1 :] and key in known and part.key in known:
                titles = {"title": known[key].full, "first": known[part.key].full}
                yield _("“%(title)s” cannot be started before “%(first)s”, which comes later in this path.") % titles


# -- impossible -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Wants:
    """What a course wants of others: first, before it can be started, and to be completed."""

    first: Node | None
    rule: Node | None


def _refuse_rings(page: CoursePage) -> None:
    """Courses that ask for each other cannot be completed by anybody. Courses that ask for nothing are no trouble."""
    mine = _wants(page)
    if mine.first is None and mine.rule is None:
        return
    wants = {page.translation_key: mine}
    quizzes = {page.quiz.translation_key: page.translation_key} if page.quiz else {}
    for course in CoursePage.objects.live().select_related("quiz").order_by("pk"):
        # The oldest row with a key is the source.
        if course.translation_key not in wants:
            wants[course.translation_key] = _wants(course)
        if course.quiz is not None:
            quizzes.setdefault(course.quiz.translation_key, course.translation_key)
    started: set[UUID] = set()
    done: set[UUID] = set()

    def met(part: Part) -> bool:
        if part.kind == ItemKind.COURSE:
            return part.key in done or part.key not in wants
        homes = [quizzes.get(part.key)] if part.kind in SCORED else _courses_of(part)
        return not homes or any(home is None or home in started or home not in wants for home in homes)

    def holds(node: Node | None) -> bool:
        return node is None or is_met(node, met)

    size = -1
    while size != len(started) + len(done):
        size = len(started) + len(done)
        started |= {key for key, each in wants.items() if key not in started and holds(each.first)}
        done |= {key for key in started - done if holds(wants[key].rule)}
    for field, node in (("prerequisites", mine.first), ("rule", mine.rule)):
        if page.translation_key not in done and not holds(node):
            raise ValidationError(
                {field: _("What is chosen here asks for this course in turn, so that nobody could complete either.")}
            )


def _wants(course: CoursePage) -> _Wants:
    rule = tuple(composed(course.rule))
    return _Wants(prerequisite(course), AllOf(rule) if rule else None)


def _courses_of(part: Part) -> list[UUID | None]:
    """The course that a lesson or module stands in; of an activity all in whose lessons it stands."""
    if part.kind != ItemKind.ACTIVITY:
        return [_course_of(part.key)]
    return [_course_of(lesson.key) for lesson in lessons_with(part.key, get_language() or "")]


def _course_of(key: UUID) -> UUID | None:
    """The course that a lesson or module stands in."""
    places = site_map()
    above = places.ancestors(key) if key in places.places else []
    return next((each.key for each in above if issubclass(model_of(each), CoursePage)), None)
