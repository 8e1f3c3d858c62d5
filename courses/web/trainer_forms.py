"""Forms of the trainer's desk: what is said to an open answer, and extra time."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.templatetags.academy import words
from courses.attempts.queries.desk import OpenAnswer, person_with_address
from curriculum.quizzes.enums import Level
from curriculum.quizzes.words import read_number, write_number

FEEDBACK_LENGTH = 10_000
CENT = Decimal("0.01")
SMALLEST_FACTOR, LARGEST_FACTOR = Decimal(1), Decimal(5)
NOBODY = _("There is nobody with this address whom you train.")


class DecimalText(forms.CharField):
    """A number between two others with two decimals, typed in the notation of any of our languages."""

    def __init__(self, *, language: str, smallest: Decimal, largest: Decimal, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=40, **options)
        self.language = language
        self.smallest = smallest
        self.largest = largest

    def prepare_value(self, value: Any) -> Any:
        """A number as people write it; what was typed stays as it was typed."""
        return written(value, self.language) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        """The number; None where nothing was typed and nothing had to be."""
        typed = super().clean(value)
        if not typed:
            return None
        number = read_number(typed, self.language)
        if number is None or not self.smallest <= number <= self.largest:
            limits = {
                "smallest": written(self.smallest, self.language),
                "largest": written(self.largest, self.language),
            }
            raise ValidationError(_("Enter a number from %(smallest)s to %(largest)s."), params=limits)
        if number != number.quantize(CENT, rounding=ROUND_HALF_UP):
            raise ValidationError(_("Two decimals at most."))
        return number


class MarkForm(forms.Form):
    """What a trainer says to one open answer: a level for each line of the rubric or points, and a comment.

    A draft may be unfinished; `ask_for_all` then says what is still open.
    """

    def __init__(self, answer: OpenAnswer, language: str, data: Any = None) -> None:
        super().__init__(data, prefix=f"answer-{answer.question.number}", initial=_initial(answer))
        self.answer = answer
        self.line_fields = {f"line-{n}": line.id for n, line in enumerate(answer.lines, 1)}
        for name, line in zip(self.line_fields, answer.lines, strict=True):
            self.fields[name] = forms.TypedChoiceField(
                label=words(line.text.text, line.text.language),
                choices=Level.choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        if not answer.lines:
            self.fields["points"] = DecimalText(
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input-short"}),
                label=_("Points"),
                help_text=_("0 to %(largest)s") % {"largest": written(answer.full, language)},
                language=language,
                smallest=Decimal(0),
                largest=answer.full,
                required=False,
            )
        self.fields["feedback"] = forms.CharField(
            label=_("Comment"),
            help_text=_("The learner reads it with the result."),
            max_length=FEEDBACK_LENGTH,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    @property
    def lines(self) -> list[forms.BoundField]:
        """The fields of the rubric's lines."""
        return [self[name] for name in self.line_fields]

    @property
    def content(self) -> dict[str, Any]:
        """The mark as it is kept: see courses.attempts.models.Mark."""
        if self.line_fields:
            levels = {line: self.cleaned_data[name] for name, line in self.line_fields.items()}
            return {"lines": {line: level for line, level in levels.items() if level is not None}}
        points = self.cleaned_data["points"]
        return {"points": ""} if points is None else {"points": str(points.quantize(CENT))}

    @property
    def feedback(self) -> str:
        """The comment, line ends as one character."""
        return str(self.cleaned_data["feedback"]).replace("\r\n", "\n").replace("\r", "\n")

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than what is kept."""
        mark = self.answer.mark
        if mark is None:
            return bool(self.feedback or self.content.get("lines") or self.content.get("points"))
        return (self.content, self.feedback) != (mark.content, mark.feedback)

    def ask_for_all(self) -> None:
        """An error on each line that is open."""
        for name in self.line_fields or ["points"]:
            if name not in self.errors and self.cleaned_data.get(name) is None:
                self.add_error(name, _("This is not marked yet."))


class ExtraTimeForm(forms.Form):
    """Whose time limits are multiplied, and by what. No reason is asked for."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Of somebody whom you train."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, people: Q, language: str, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.people = people
        self.person: Any = None
        self.fields["factor"] = DecimalText(
            label=pgettext_lazy("extra time", "Factor"),
            help_text=_("1.5 gives half as much time again. 1 takes extra time away."),
            language=language,
            smallest=SMALLEST_FACTOR,
            largest=LARGEST_FACTOR,
        )

    def clean_email(self) -> str:
        """The address of somebody in the trainer's scope; the same words for all others, account or not."""
        address = str(self.cleaned_data["email"])
        self.person = person_with_address(self.people, address)
        if self.person is None:
            raise ValidationError(NOBODY)
        return address


def written(number: Decimal, language: str) -> str:
    """A number without needless zeros, in the notation of the language."""
    plain = f"{number:f}"
    return write_number(Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain), language)


def _initial(answer: OpenAnswer) -> dict[str, Any]:
    """What is kept of the mark."""
    mark = answer.mark
    if mark is None:
        return {}
    levels = mark.content.get("lines", {})
    points = str(mark.content.get("points", "")).strip()
    return {
        **{f"line-{n}": levels.get(line.id) for n, line in enumerate(answer.lines, 1)},
        "points": Decimal(points) if points else "",
        "feedback": mark.feedback,
    }
