"""Forms of support: whom to find, what to correct, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from courses.booking.enums import Presence
from courses.reports.queries import CourseRow
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline
from curriculum.workshops.queries import WorkshopRow

REASON_LENGTH = 300
FEWEST_SIGNS = 2


class FindForm(forms.Form):
    """Part of a name or of an address."""

    wanted = forms.CharField(
        label=_("Part of a name or of an e-mail address"),
        min_length=FEWEST_SIGNS,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "search"}),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=pgettext_lazy("support", "Reason"),
        max_length=REASON_LENGTH,
        help_text=_("It is kept with your name in the log about this person. Say what happened, nothing private."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ProgressForm(ReasonForm):
    """A lesson of a course that the person takes, or a workshop; done or not done."""

    item = forms.ChoiceField(label=_("What to correct"))
    state = forms.ChoiceField(
        label=_("It counts as"),
        choices=[("done", pgettext_lazy("support", "Done")), ("not_done", pgettext_lazy("support", "Not done"))],
        widget=forms.RadioSelect,
    )
    field_order = ("item", "state", "reason")

    def __init__(self, rows: Iterable[CourseRow], workshops: Iterable[WorkshopRow], data: Any = None) -> None:
        super().__init__(data)
        groups = [(row.title, _lessons(row, row.outline)) for row in rows if row.outline is not None]
        groups.append((gettext("Credit for a workshop"), [(str(row.key), _called(row)) for row in workshops]))
        field = cast(forms.ChoiceField, self.fields["item"])
        field.choices = [("", gettext("Choose")), *((title, lines) for title, lines in groups if lines)]
        self.titles = {key: title for _group, lines in groups for key, title in lines}

    @property
    def key(self) -> UUID:
        """What is to be corrected."""
        return UUID(self.cleaned_data["item"])

    @property
    def title(self) -> str:
        """What it is called."""
        return self.titles[self.cleaned_data["item"]]

    @property
    def is_done(self) -> bool:
        """What it is to count as."""
        return bool(self.cleaned_data["state"] == "done")


class PresenceForm(ReasonForm):
    """Whether somebody was there."""

    presence = forms.ChoiceField(label=_("Attendance"), choices=Presence.choices, widget=forms.RadioSelect)
    field_order = ("presence", "reason")

    @property
    def presence_name(self) -> str:
        """In words."""
        return str(Presence(self.cleaned_data["presence"]).label)


def _lessons(row: CourseRow, outline: CourseOutline) -> list[tuple[str, str]]:
    """The written lessons of a course with how they stand."""
    done = row.standing.done if row.standing is not None else frozenset()
    words = pgettext("support: state of a lesson", "%(title)s (done)")
    return [
        (str(lesson.key), words % {"title": lesson.title} if lesson.key in done else lesson.title)
        for lesson in outline.lessons
        if lesson.status == LessonStatus.WRITTEN
    ]


def _called(row: WorkshopRow) -> str:
    return f"{row.code} {row.title}" if row.code else row.title
