"""What the page of a team shows besides its rows: links by state, filters to take away, and why it is empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext

from academy.people.enums import Looked
from academy.people.models import Unit
from academy.people.rules import note_look
from courses.assignments.queries import RANK, today_in
from courses.enrolments.enums import Due
from courses.reports.access import Led, led_by
from courses.reports.board import Board, UnitRow
from courses.reports.sheet import state_word
from courses.reports.tree import Scope, scope_of
from courses.reports.wanted import LONGEST_NAME, Wanted, read, word_of
from courses.web.answers import person_of

# A part of a name that is searched for stands in the session: in an address it would end up in logs and in histories.
NAME = "team_name"


@dataclass(frozen=True)
class View:
    """What a request asks for. `led`: everything that the reader leads, by organisation."""

    led: list[Led]
    scope: Scope
    wanted: Wanted
    name: str
    at: datetime

    @property
    def today(self) -> Any:
        """The day in the organisation: its due dates end with it."""
        return today_in(self.scope.organisation, self.at)


@dataclass(frozen=True)
class Choice:
    """A link with words: a state with its number, a unit, a filter that can be taken away."""

    words: str
    url: str
    is_chosen: bool = False
    count: int = 0
    css: str = ""
    value: str = ""


@dataclass(frozen=True)
class UnitLine:
    """A unit with its address, how its people stand in words, and how many have completed everything."""

    part: UnitRow
    url: str
    words: list[str]
    done: int


def view_of(request: HttpRequest) -> View | None:
    """What the address asks for; None for who leads nobody. 404 for what the reader does not lead. Two queries."""
    at = timezone.now()
    led = led_by(request.user, timezone.localdate(at))
    if not led:
        return None
    wanted = read(request.GET)
    scope = scope_of(led, wanted)
    if scope is None:
        raise Http404
    name = str(request.session.get(NAME, ""))[:LONGEST_NAME] if wanted.named else ""
    return View(led, scope, wanted if name else wanted.without(named=False), name, at)


def note(request: HttpRequest, what: Looked, view: View) -> None:
    """Write down that the reader saw this list: whoever is in it can read that, and nobody else."""
    me, organisation = person_of(request), view.scope.organisation
    for unit in view.scope.shown_tops:
        note_look(viewer=me, what=what, organisation=organisation, at=view.at, day=view.today, unit=Unit(pk=unit))


def address(wanted: Wanted, name: str = "my_team") -> str:
    """Where a page of the team shows this."""
    query = wanted.query
    return f"{reverse(name)}?{query}" if query else reverse(name)


def states(board: Board) -> list[Choice]:
    """Each state with how many people stand in it; chosen once more, it is a filter no longer."""
    found = []
    for status in RANK:
        is_chosen = status in board.wanted.statuses
        wanted = board.wanted.without(statuses=() if is_chosen else (status,), by_unit=False)
        css = word_of(status).replace("_", "-")
        found.append(
            Choice(state_word(status), address(wanted), is_chosen, board.counts[status], f"is-{css}", word_of(status))
        )
    return found


def filters(view: View, board: Board) -> list[Choice]:
    """Filters that are on, each with the address without it."""
    wanted = view.wanted
    found = [
        (state_word(status), wanted.without(statuses=tuple(one for one in wanted.statuses if one != status)))
        for status in wanted.statuses
    ]
    if wanted.item is not None:
        title = next((item.title for item in board.items if item.key == wanted.item), gettext("a course or path"))
        found.append((title, wanted.without(item=None)))
    if wanted.newcomers:
        found.append((gettext("Joined in the last 90 days"), wanted.without(newcomers=False)))
    if wanted.not_signed_in:
        found.append((gettext("Not signed in yet"), wanted.without(not_signed_in=False)))
    if wanted.ending:
        found.append((gettext("Certificate ends within 60 days"), wanted.without(ending=False)))
    if wanted.named:
        found.append((gettext("Name with “%(part)s”") % {"part": view.name}, wanted.without(named=False)))
    return [Choice(words, address(without)) for words, without in found]


def units(view: View, board: Board) -> list[Choice]:
    """Units one step down, with how many people work there or below."""
    return [
        Choice(part.name, address(unit_of(view, part.pk)), count=part.people, value=str(part.pk))
        for part in board.parts
    ]


def unit_lines(view: View, board: Board) -> list[UnitLine]:
    """The same with how many people stand in which state, in words; states in which nobody stands are left out."""
    return [
        UnitLine(
            part,
            address(unit_of(view, part.pk)),
            [f"{part.counts[status]} {state_word(status).lower()}" for status in RANK if part.counts[status]],
            part.counts[Due.COMPLETED],
        )
        for part in board.parts
    ]


def way(view: View) -> list[Choice]:
    """Units above the one that is looked at, from the top of what the reader leads."""
    tree, found = view.scope.tree, []
    if len(view.scope.tops) > 1 and view.scope.unit is not None:
        found.append(Choice(gettext("All your units"), address(unit_of(view, None))))
    found += [Choice(tree.names[pk], address(unit_of(view, pk))) for pk in view.scope.way]
    return found


def unit_of(view: View, unit: int | None) -> Wanted:
    """The same filters in another unit, with all below it."""
    return view.wanted.without(unit=unit, direct=False)


def organisations(view: View) -> list[Choice]:
    """Organisations in which the reader leads somebody, where there are several."""
    if len(view.led) < 2:
        return []
    here = view.scope.organisation.pk
    return [
        Choice(one.organisation.name, address(Wanted(organisation=one.organisation.slug)), one.organisation.pk == here)
        for one in view.led
    ]


def why_empty(view: View, board: Board) -> tuple[str, str, Choice | None]:
    """Title, text and way out of a list in which nobody stands: what is hidden, and by what."""
    place, hidden = view.scope.name, board.crowd.hidden
    if view.wanted.has_filters and hidden:
        said = " + ".join(chip.words for chip in filters(view, board))
        title = gettext("Nobody matches “%(filters)s” in %(unit)s") % {"filters": said, "unit": place}
        words = ngettext(
            "%(count)s person is hidden by filters.", "%(count)s people are hidden by filters.", hidden
        ) % {"count": hidden}
        return title, words, Choice(gettext("Show all"), address(view.wanted.everybody))
    if view.wanted.direct:
        title = gettext("Nobody works directly in %(unit)s") % {"unit": place}
        words = gettext("People of the units below are not shown.")
        return title, words, Choice(gettext("Show all levels"), address(view.wanted.without(direct=False)))
    title = gettext("Nobody in your team yet")
    words = gettext("People stand here as soon as your organisation's administrator has put them into your unit.")
    return title, words, None


def levels(view: View) -> list[Choice]:
    """Only who works in the unit itself, or in all below it as well; nothing to choose where nothing is below."""
    scope = view.scope
    if not any(scope.tree.children.get(pk) for pk in ([scope.unit] if scope.unit is not None else scope.tops)):
        return []
    wanted = view.wanted
    return [
        Choice(pgettext("units", "All levels"), address(wanted.without(direct=False)), not wanted.direct),
        Choice(pgettext("units", "Directly here"), address(wanted.without(direct=True)), wanted.direct),
    ]


def pages(page: Page[Any]) -> Iterable[int | str]:
    """Numbers of pages to link to; what lies between them is one sign."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


def hidden_fields(view: View) -> list[tuple[str, str]]:
    """Where one is, for a form of filters to send along."""
    here = [("organisation", view.wanted.organisation), ("unit", str(view.wanted.unit or ""))]
    here += [("level", "direct" if view.wanted.direct else ""), ("by", "unit" if view.wanted.by_unit else "")]
    return [(name, value) for name, value in here if value]
