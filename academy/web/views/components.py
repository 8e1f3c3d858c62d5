"""The living page of components, for developers: each part of the interface with its states."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from academy.kernel.bars import bars
from academy.web.access import public

COLOURS = [
    "paper",
    "raised",
    "sunken",
    "ink",
    "muted",
    "line",
    "edge",
    "primary",
    "primary-strong",
    "primary-soft",
    "due",
    "due-soft",
    "info",
    "info-soft",
    "error",
    "error-soft",
    "focus",
]
STATES = [
    "not_started",
    "in_progress",
    "completed",
    "not_open",
    "due",
    "overdue",
    "on_track",
    "paused",
    "valid",
    "expired",
    "replaced",
    "revoked",
    "waiting",
    "cancelled",
    "wrong",
    "new",
]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name on the certificate", help_text="As it should be printed")
    day = forms.DateField(label="Done by", widget=forms.DateInput(attrs={"type": "date"}))
    language = forms.ChoiceField(
        label="Language of the lessons", choices=[("de", "Deutsch"), ("fr", "Français")], widget=forms.RadioSelect
    )
    unit = forms.ChoiceField(label="Unit", choices=[("a", "Buying office"), ("b", "Facilities")])
    next_step = forms.CharField(label="What will you do next?", widget=forms.Textarea, required=False)
    told = forms.BooleanField(label="I have read the privacy notice", help_text="It is one page long.")


def sample_context() -> dict[str, Any]:
    """Made-up values for every component."""
    words = {"title_language": "en", "url": "#"}
    modules = [
        SimpleNamespace(key="1", number="1.1", title="Why buy circular?", minutes=30, lessons=(1, 2, 3), **words),
        SimpleNamespace(
            key="2", number="1.2", title="The R-ladder and keeping value", minutes=35, lessons=(1, 2, 3), **words
        ),
        SimpleNamespace(
            key="3",
            number="1.3",
            title="Kreislauforientierte Beschaffungsverfahrensvorbereitung",
            minutes=135,
            lessons=(1,),
            url="#",
            title_language="de",
        ),
    ]
    return {
        "colours": COLOURS,
        "states": STATES,
        "form": SampleForm(initial={"name": "Jana Albers"}),
        "wrong_form": SampleForm({"name": "", "day": "yesterday"}, prefix="wrong"),
        "rows": modules,
        "standings": {"1": "completed", "2": "in_progress"},
        "percents": (0, 33, 66, 100),
        "bars": bars(
            ("Completed", "Open", "Overdue"),
            [("All organisations", (40, 35, 10)), ("Municipalities", (40, 15, 0)), ("Nobody yet", (0, 0, 0))],
        ),
        "a_day": date(2027, 2, 9),
        "crumbs": modules,
    }


@public
def components(request: HttpRequest) -> HttpResponse:
    """All components in English, or in the language that `?lang=` names."""
    with translation.override(request.GET.get("lang", "en")):
        return render(request, "components/_page.html", sample_context())
