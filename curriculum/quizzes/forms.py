"""Parts of the admin's forms for questions and quizzes."""

from __future__ import annotations

from types import SimpleNamespace

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

from .checks import what_is_missing

NAMES = ("text", "correct", "match", "number", "words")


def lesson_choices() -> list[tuple[str, str]]:
    """All lessons that are not withdrawn, as (key, title)."""
    rows = LearningItem.objects.filter(kind=ItemKind.LESSON, retired_at=None).order_by("code", "title")
    return [("", "---------"), *((str(key), title) for key, title in rows.values_list("key", "title"))]


def lesson_select() -> forms.Select:
    """A select field of lessons, read anew when shown: a lesson is chosen by its title and kept by its key."""
    return forms.Select(choices=lesson_choices)


class QuestionForm(WagtailAdminModelForm):
    """Asks whether the question can be given as it stands."""

    def is_valid(self) -> bool:
        """Also looks at field and options together, which no field of its own can see."""
        if not super().is_valid():
            return False
        if "choices" not in self.formsets:
            return True
        rows = [
            SimpleNamespace(**{name: form.cleaned_data.get(name) for name in NAMES})
            for form in self.formsets["choices"].forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        why = what_is_missing(self.cleaned_data.get("kind", ""), rows)
        if why:
            self.add_error("kind", why)
        return not why
