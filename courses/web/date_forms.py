"""Forms of dates: booking a seat, and what somebody thinks who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from academy.templatetags.academy import words
from courses.booking.enums import Approval, QuestionKind
from courses.booking.models import SessionQuestion, WorkshopSession
from courses.booking.queries.clashes import Clash
from courses.booking.queries.standing import Seats

# What is kept of an answer to a yes-or-no question.
YES, NO = "yes", "no"


class AnswersForm(forms.Form):
    """The date's own questions, with what was answered before."""

    def __init__(
        self,
        session: WorkshopSession,
        questions: Sequence[SessionQuestion],
        data: Mapping[str, Any] | None = None,
        answered: Mapping[int, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.questions = {f"question_{question.pk}": question for question in questions}
        for name, question in self.questions.items():
            self.fields[name] = _question_field(question, session.language)
            if answered is not None:
                self.initial[name] = answered.get(question.pk, "")

    @property
    def answers(self) -> dict[int, str]:
        """What was answered, by id of the question."""
        return {question.pk: str(self.cleaned_data.get(name) or "") for name, question in self.questions.items()}


class BookForm(AnswersForm):
    """What booking asks: the kind of seat where there are two, the date's own questions, a word on what overlaps."""

    def __init__(
        self,
        session: WorkshopSession,
        seats: Sequence[Seats],
        questions: Sequence[SessionQuestion],
        clashes: Sequence[Clash],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(session, questions, data)
        self.seats = seats
        if len(seats) > 1:
            self.fields["mode"] = forms.ChoiceField(
                label=gettext_lazy("How do you take part?"),
                choices=[(each.mode, _seat_words(each, session)) for each in seats],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose one of the two.")},
            )
            self.order_fields(["mode"])
        if clashes and settings.BOOKING_OVERLAPS != "block":
            self.fields["accepts_overlap"] = forms.BooleanField(
                label=gettext_lazy("Book all the same"),
                error_messages={"required": gettext_lazy("Tick this box if you want to book all the same.")},
            )

    @property
    def mode(self) -> str:
        """The kind of seat."""
        return str(self.cleaned_data.get("mode") or self.seats[0].mode)

    @property
    def accepts_overlap(self) -> bool:
        """Whether the person was told of what overlaps and books all the same."""
        return bool(self.cleaned_data.get("accepts_overlap"))


def _seat_words(seats: Seats, session: WorkshopSession) -> str:
    if session.approval == Approval.MANAGER:
        return seats.name
    if seats.is_free:
        left = ngettext("%(count)s seat left", "%(count)s seats left", seats.free) % {"count": seats.free}
        return _("%(where)s: %(seats)s") % {"where": seats.name, "seats": left}
    return _("%(where)s: full, you join the waiting list") % {"where": seats.name}


def _question_field(question: SessionQuestion, language: str) -> forms.Field:
    """The question in its own language, with a word on who reads the answer and how long it is kept."""
    common: dict[str, Any] = {
        "label": words(question.text, language),
        "required": question.is_required,
        "help_text": _who_reads(question),
    }
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(max_length=500, **common)
    if question.kind == QuestionKind.YES_NO:
        choices: list[tuple[str, Any]] = [(YES, pgettext("answer", "Yes")), (NO, pgettext("answer", "No"))]
    else:
        choices = [(str(option), words(str(option), language)) for option in question.options]
    if not question.is_required:
        common["label"] = format_html("{} {}", common["label"], _("(optional)"))
        choices.append(("", pgettext("answer", "No answer")))
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
        **common,
    )


def _who_reads(question: SessionQuestion) -> str:
    if not question.is_sensitive:
        return _("The people who run this date read your answer.")
    return ngettext(
        "Only the people who run this date read your answer. It is erased %(days)s day after the date.",
        "Only the people who run this date read your answer. It is erased %(days)s days after the date.",
        question.erase_after_days,
    ) % {"days": question.erase_after_days}


# Words of the three scales, from 1 to 5; the totals that trainers see use the same ones.
USEFUL: list[tuple[int, Any]] = [
    (1, pgettext_lazy("how useful", "Not useful")),
    (2, pgettext_lazy("how useful", "A little useful")),
    (3, pgettext_lazy("how useful", "Partly useful")),
    (4, pgettext_lazy("how useful", "Useful")),
    (5, pgettext_lazy("how useful", "Very useful")),
]
CLEAR: list[tuple[int, Any]] = [
    (1, pgettext_lazy("how clear", "Not clear")),
    (2, pgettext_lazy("how clear", "A little clear")),
    (3, pgettext_lazy("how clear", "Partly clear")),
    (4, pgettext_lazy("how clear", "Clear")),
    (5, pgettext_lazy("how clear", "Very clear")),
]
PACE: list[tuple[int, Any]] = [
    (1, pgettext_lazy("pace", "Much too slow")),
    (2, pgettext_lazy("pace", "Too slow")),
    (3, pgettext_lazy("pace", "Just right")),
    (4, pgettext_lazy("pace", "Too fast")),
    (5, pgettext_lazy("pace", "Much too fast")),
]


def _scale(label: Any, choices: list[tuple[int, Any]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )


class FeedbackForm(forms.Form):
    """Three scales and two free texts, without a name."""

    useful = _scale(gettext_lazy("How useful was it for your work?"), USEFUL)
    clear = _scale(gettext_lazy("How clear was it?"), CLEAR)
    pace = _scale(gettext_lazy("How was the pace?"), PACE)
    liked = forms.CharField(
        label=gettext_lazy("What helped you most?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    better = forms.CharField(
        label=gettext_lazy("What could be better?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
