"""Parts of the admin's forms for questions and quizzes."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import Q, TextField
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import HelpPanel, InlinePanel, MultiFieldPanel, Panel
from wagtail.admin.widgets import AdminAutoHeightTextInput

from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

from .checks import what_is_missing
from .enums import QuestionKind

NAMES = ("text", "correct", "match", "number", "words")

# On the form as a whole: Wagtail's own controller shows and hides what `shown_for` marks. Without it all is shown.
FOLLOWS_CHOICES = {"data-controller": "w-rules", "data-action": "change->w-rules#resolve"}


def shown_for(*kinds: QuestionKind) -> dict[str, str]:
    """Attributes of a panel that only questions of these kinds need. Its fields are posted even while it is hidden."""
    return {"data-w-rules-target": "show", "data-w-rules": json.dumps({"kind": [str(kind) for kind in kinds]})}


def not_shown_for(*kinds: QuestionKind) -> dict[str, str]:
    """Attributes of a panel that questions of all other kinds need."""
    return shown_for(*(kind for kind in QuestionKind if kind not in kinds))


def shown_if(field: str, *, ticked: bool) -> dict[str, str]:
    """Attributes of a panel that is needed only while a box of the form is ticked, or is not."""
    rule = {"data-w-rules-target": "show", "data-w-rules": json.dumps({field: ["on"]})}
    return rule if ticked else {**rule, "data-w-rules-match": "not"}


def hint(text: Any, *kinds: QuestionKind) -> HelpPanel:
    """A sentence for the author of a question of these kinds."""
    return HelpPanel(template="curriculum/panel/hint.html", content=text, attrs=shown_for(*kinds))


class PlainNumber(forms.NumberInput):
    """A number as people write it: 2409 and not 2409.0000000000."""

    def format_value(self, value: Any) -> str | None:
        """Without needless zeros."""
        if isinstance(value, Decimal) and value.is_finite():
            value = f"{value:f}"
            return value.rstrip("0").rstrip(".") if "." in value else value
        return super().format_value(value)


class PlainText(AdminAutoHeightTextInput):
    """Lines end as in the content files. Browsers post CR LF, and to a translation that would be another text."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed, with LF."""
        typed = super().value_from_datadict(data, files, name)
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed


# In all forms of the admin, also of pages.
register_form_field_override(TextField, override={"widget": PlainText}, exact_class=True)


class UntitledInlinePanel(InlinePanel):
    """Rows inside a panel that has a heading for them already."""

    class BoundPanel(InlinePanel.BoundPanel):
        """With an instance and a form."""

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.heading = ""


class FoldedPanel(MultiFieldPanel):
    """Fields that few authors need, behind their heading; open if something stands in them or is wrong with it."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        """With an instance and a form."""

        template_name = "curriculum/panel/folded.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            # The template writes it where it can be clicked.
            self.summary, self.heading = self.panel.heading, ""

        @property
        def is_open(self) -> bool:
            """Whether there is something to see."""
            names = self.panel.get_form_options()["fields"]
            return any(self.form[name].value() or self.form[name].errors for name in names)


class PartsPanel(Panel):
    """The questions of a scenario, and a link to add one. They are questions of their own."""

    class BoundPanel(Panel.BoundPanel):
        """With an instance and a form."""

        template_name = "curriculum/panel/parts.html"

        @property
        def parts(self) -> list[Any]:
            """In the order in which they are asked."""
            if self.instance.pk is None:
                return []
            return list(self.instance.parts.filter(locale=self.instance.locale_id).order_by("sort_order", "pk"))


def lesson_choices() -> list[tuple[str, str]]:
    """All lessons that are not withdrawn, as (key, title)."""
    rows = LearningItem.objects.filter(kind=ItemKind.LESSON, retired_at=None).order_by("code", "title")
    return [("", "---------"), *((str(key), title) for key, title in rows.values_list("key", "title"))]


def lesson_select() -> forms.Select:
    """A select field of lessons, read anew when shown: a lesson is chosen by its title and kept by its key."""
    return forms.Select(choices=lesson_choices)  # type: ignore[arg-type]  # Django takes a function, its stubs do not


class QuestionForm(WagtailAdminModelForm):
    """Asks whether the question can be given as it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("parent", "rubric", "competence"):
            if name in self.fields:
                # The form of a translation has the source's, which stays choosable.
                own = Q(locale=self.instance.locale_id) | Q(pk=getattr(self.instance, f"{name}_id"))
                field = self.fields[name]
                field.queryset = field.queryset.filter(own)
        if "parent" in self.fields and self.instance.pk is not None:
            self.fields["parent"].queryset = self.fields["parent"].queryset.exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        """A scenario that has questions stays one."""
        cleaned: dict[str, Any] = super().clean()
        was_asked_through_parts = self.instance.pk is not None and self.instance.parts.exists()
        if was_asked_through_parts and cleaned.get("kind") not in (None, QuestionKind.SCENARIO):
            self.add_error("kind", _("This scenario has questions. Take them out of it before you change its kind."))
        return cleaned

    def is_valid(self) -> bool:
        """Also looks at the kind and all options together, which no field of its own can see."""
        if not super().is_valid():
            return False
        formset = self.formsets.get("choices")
        if formset is None:
            return True
        rows = [
            SimpleNamespace(**{name: form.cleaned_data.get(name) for name in NAMES})
            for form in formset.ordered_forms
        ]  # fmt: skip
        why = what_is_missing(self.cleaned_data.get("kind", ""), rows)
        if why:
            # Above the options, where it can be mended.
            formset.non_form_errors().append(why)
        return not why
