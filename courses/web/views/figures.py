"""Figures about groups: as a page with a chart beside the table, and as spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from academy.kernel import workbooks
from academy.kernel.bars import bars
from academy.kernel.spreadsheet import as_csv
from academy.web.access import signed_in
from courses.figures import queries
from courses.figures.access import Reach, reach_of
from courses.web.answers import language
from courses.web.figures_forms import ChooseForm


@dataclass(frozen=True)
class Chosen:
    """What the address asks for, and what was published about it (None: nothing was required then)."""

    item: queries.ItemRow
    week: date
    figures: queries.Figures | None


@signed_in
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The tables of one course or path for a week."""
    reach, form = _reach_or_404(request), _form(request)
    chosen = _chosen(form, reach)
    context: dict[str, Any] = {"form": form, "chosen": chosen, "is_part": reach.centre is not None}
    if chosen is not None and chosen.figures is not None:
        lines = chosen.figures.lines
        context["bars"] = bars(_states(), [(line.label, line.counts) for line in lines])
        context["together"] = [line for line in lines if line.together]
    return render(request, "courses/figures/figures.html", context)


@signed_in
@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The same table for a spreadsheet."""
    chosen = _chosen_or_404(request)
    return _file(as_csv([_header(), *_rows(chosen)]), "text/csv; charset=utf-8", chosen, "csv")


@signed_in
@require_safe
def figures_xlsx(request: HttpRequest) -> HttpResponse:
    """The same table as a workbook."""
    chosen = _chosen_or_404(request)
    content = workbooks.as_xlsx(_("Figures"), _header(), _rows(chosen))
    return _file(content, workbooks.CONTENT_TYPE, chosen, "xlsx")


def _reach_or_404(request: HttpRequest) -> Reach:
    reach = reach_of(request.user, timezone.localdate())
    if reach is None:
        raise Http404
    return reach


def _form(request: HttpRequest) -> ChooseForm:
    return ChooseForm(request.GET, queries.items_with_figures(language()), queries.weeks_with_figures())


def _chosen(form: ChooseForm, reach: Reach) -> Chosen | None:
    """None before the first week, or where the address asks for what there never was."""
    if not form.is_valid():
        return None
    key, week = form.cleaned_data["item"], form.cleaned_data["week"]
    item = next(row for row in form.items if row.key == key)
    return Chosen(item, week, queries.figures(key, week, language(), reach.centre))


def _chosen_or_404(request: HttpRequest) -> Chosen:
    reach = _reach_or_404(request)
    chosen = _chosen(_form(request), reach)
    if chosen is None or chosen.figures is None:
        raise Http404
    return chosen


def _states() -> tuple[str, str, str]:
    """Names of the states, in their order."""
    return pgettext("people", "Completed"), pgettext("people", "Open"), pgettext("people", "Overdue")


def _header() -> list[str]:
    return [
        _("Week that begins on"),
        _("Course or path"),
        _("Kind of group"),
        _("Type of organisation"),
        _("Group"),
        _("People"),
        *_states(),
        _("Counted together"),
    ]


def _rows(chosen: Chosen) -> Iterator[list[Any]]:
    kinds = {
        "all": pgettext("group", "All"),
        "kind": _("Type of organisation"),
        "group": pgettext("group", "Organisations"),
    }
    for line in chosen.figures.lines if chosen.figures is not None else ():
        yield [
            chosen.week,
            chosen.item.title,
            kinds[line.level],
            line.label if line.level == "kind" else line.kind,
            "" if line.level == "kind" else line.label,
            line.counts.total,
            *line.counts,
            ", ".join(line.together),
        ]


def _file(content: bytes, kind: str, chosen: Chosen, ending: str) -> HttpResponse:
    name = f"figures-{slugify(chosen.item.title)[:60]}-{chosen.week.isoformat()}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": language(),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=kind, headers=headers)
