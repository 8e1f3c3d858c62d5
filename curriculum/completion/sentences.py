"""A rule as one sentence that a learner reads, in the active language.

Parts are noun phrases, so that they stand in any sentence of any language ("all 12 lessons", "the quiz X with at least
70%"). Titles without a translation keep their own language, which the HTML says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from academy.templatetags.academy import percent
from curriculum.conditions.nodes import AllOf, AnyOf, Node, Part, parts_of
from curriculum.items.enums import ItemKind

from .queries import Name, names

Say = Callable[[Name | None], str]


def asked_for(node: Node, *, html: bool = False) -> str:
    """By what something is completed: "To complete it: all 12 lessons and the quiz X with at least 70%." """
    return _sentence(gettext("To complete it: %(what)s."), node, html)


def still_missing(node: Node, *, html: bool = False) -> str:
    """What is still to be done of a rule (`open_nodes`): "Still missing: 2 lessons and the workshop W1 X." """
    return _sentence(gettext("Still missing: %(what)s."), node, html, missing=True)


def first_do(node: Node, *, html: bool = False) -> str:
    """Why something is locked: "Not open yet. First: the course CPA-1 X." """
    return _sentence(gettext("Not open yet. First: %(what)s."), node, html, missing=True)


def advised(nodes: tuple[Node, ...], *, html: bool = False) -> str:
    """What is recommended besides; empty for nothing."""
    return _sentence(gettext("Advised, not asked for: %(what)s."), AllOf(nodes), html) if nodes else ""


def before_tick(node: Node, *, html: bool = False) -> str:
    """Why a lesson cannot be marked as done yet: the activities in it come first. Without links: they are there."""
    return _sentence(gettext("Before you mark this lesson as done: %(what)s."), node, html, missing=True, links=False)


def counted(nodes: tuple[Node, ...], *, html: bool = False) -> str:
    """What of a rule was done before somebody began: "Counts already: the course CPA-1 X." """
    return _sentence(gettext("Counts already: %(what)s."), AllOf(nodes), html)


def beforehand(node: Node, *, html: bool = False) -> str:
    """What is asked for before something can be started, for whoever reads it first."""
    return _sentence(gettext("Before you start: %(what)s."), node, html)


def _sentence(pattern: str, node: Node, html: bool, missing: bool = False, links: bool = True) -> str:
    keys = {part.key for part in parts_of(node)} | set(_groups(node))
    if not keys:
        # Nothing to ask for yet: a course in preparation.
        return SafeString("") if html else ""
    language = get_language() or ""
    known = names(keys, language)
    say: Say = (lambda name: _title(name, language, links)) if html else (lambda name: name.full if name else "?")
    words = pattern % {"what": _Words(known, say, missing).of(node)}
    # Titles were escaped one by one; the rest are our own sentences.
    return SafeString(words) if html else words


def _title(name: Name | None, language: str, links: bool) -> str:
    if name is None:
        return "?"
    is_own = name.language == language
    text = format_html("{}" if is_own else '<span lang="{1}">{0}</span>', name.full, name.language)
    return format_html('<a href="{}">{}</a>', name.url, text) if name.url and links else text


def _groups(node: Node) -> list[UUID]:
    if isinstance(node, Part):
        return []
    own = [node.of] if isinstance(node, AllOf) and node.of else []
    return own + [key for each in node.nodes for key in _groups(each)]


class _Words:
    """Phrases for the nodes of one rule."""

    def __init__(self, known: Mapping[UUID, Name], say: Say, missing: bool) -> None:
        self.known, self.say, self.missing = known, say, missing

    def of(self, node: Node) -> str:
        """A phrase for a node of any kind."""
        if isinstance(node, Part):
            return self.parts([node])
        if isinstance(node, AnyOf):
            return self.any_of(node)
        if node.nodes and all(isinstance(each, Part) and each.kind == ItemKind.LESSON for each in node.nodes):
            return self.lessons(node)
        phrases = []
        for kind, group in groupby(node.nodes, key=_listed_as):
            several = list(group)
            if kind is not None:
                phrases.append(self.parts([each for each in several if isinstance(each, Part)]))
            else:
                phrases += [self.of(each) for each in several]
        return joined(phrases)

    def any_of(self, node: AnyOf) -> str:
        """So many of several; one of two is an "or"."""
        choices = [self.of(each) for each in node.nodes]
        if node.number == 1 and any(_is_list(each) for each in node.nodes):
            # "a and b or c" could be read in two ways.
            return gettext("one of these: %(what)s") % {"what": "; ".join(choices)}
        if node.number == 1:
            return either(choices)
        return ngettext("any %(count)s of these: %(what)s", "any %(count)s of these: %(what)s", node.number) % {
            "count": node.number,
            "what": "; ".join(choices),
        }

    def lessons(self, node: AllOf) -> str:
        """The lessons of a course or module, counted; a few that belong to nothing are named."""
        count = len(node.nodes)
        group = self.known.get(node.of) if node.of else None
        if group is not None and group.kind == ItemKind.MODULE:
            words = {"count": count, "title": self.say(group)}
            if self.missing:
                return (
                    ngettext(
                        "%(count)s lesson of the module “%(title)s”",
                        "%(count)s lessons of the module “%(title)s”",
                        count,
                    )
                    % words
                )
            return gettext("all lessons of the module “%(title)s”") % words
        if node.of is None:
            return self.parts([each for each in node.nodes if isinstance(each, Part)])
        if self.missing:
            return ngettext("%(count)s lesson", "%(count)s lessons", count) % {"count": count}
        return ngettext("the only lesson", "all %(count)s lessons", count) % {"count": count}

    def parts(self, parts: list[Part]) -> str:
        """Parts of one kind."""
        part, titles = parts[0], [self.say(self.known.get(part.key)) for part in parts]
        # Each in its own quotation marks: there are commas and an "and" in many titles.
        several = joined([gettext("“%(title)s”") % {"title": title} for title in titles])
        words = {"title": titles[0], "titles": several, "count": len(parts), "percent": percent(part.at or 0)}
        if part.kind == ItemKind.COURSE:
            return ngettext("the course “%(title)s”", "the courses %(titles)s", len(parts)) % words
        if part.kind == ItemKind.WORKSHOP:
            return (
                ngettext("attending the workshop “%(title)s”", "attending the workshops %(titles)s", len(parts)) % words
            )
        if part.kind == ItemKind.LESSON:
            return ngettext("the lesson “%(title)s”", "the lessons %(titles)s", len(parts)) % words
        if part.kind == ItemKind.ACTIVITY and part.at is None:
            return ngettext("the activity “%(title)s”", "the activities %(titles)s", len(parts)) % words
        if part.kind == ItemKind.ACTIVITY:
            return gettext("the activity “%(title)s” with at least %(percent)s") % words
        if part.kind == ItemKind.QUIZ:
            return gettext("“%(title)s” with at least %(percent)s") % words
        if part.kind == ItemKind.HAND_IN:
            return gettext("“%(title)s” marked as sufficient") % words
        if part.kind == ItemKind.MODULE:
            return gettext("the module “%(title)s” (in preparation)") % words
        return gettext("“%(title)s”") % words


def _listed_as(node: Node) -> str | None:
    """The kind of a part of which several that follow each other make one phrase; None for what stands by itself."""
    if not isinstance(node, Part) or (node.kind == ItemKind.ACTIVITY and node.at is not None):
        return None
    listed = (ItemKind.COURSE, ItemKind.WORKSHOP, ItemKind.LESSON, ItemKind.ACTIVITY)
    return node.kind if node.kind in listed else None


def _is_list(node: Node) -> bool:
    """Whether its phrase names several things; the lessons of a course or module are counted, not named."""
    return isinstance(node, AllOf) and len(node.nodes) > 1 and node.of is None


def joined(phrases: list[str]) -> str:
    """Several phrases in one: "a", "a and b", "a, b and c"."""
    return _list(phrases, pgettext("end of a list", "%(start)s and %(last)s"))


def either(phrases: list[str]) -> str:
    """One of several phrases: "a or b", "a, b or c"."""
    return _list(phrases, pgettext("end of a list", "%(start)s or %(last)s"))


def _list(phrases: list[str], end: str) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    start = phrases[0]
    for phrase in phrases[1:-1]:
        start = pgettext("within a list", "%(start)s, %(next)s") % {"start": start, "next": phrase}
    return end % {"start": start, "last": phrases[-1]}
