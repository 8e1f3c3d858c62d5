"""The way from a quiz in the admin to its preview as learner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button
from wagtail.snippets.action_menu import ActionMenuItem

from curriculum.quizzes.models import Quiz

LABEL = _("Preview as learner")


class PreviewMenuItem(ActionMenuItem):
    """A line in the menu of actions below the form: shows what was saved last."""

    name = "preview-as-learner"
    label = LABEL
    icon_name = "view"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Only for a quiz that was saved once."""
        return context["view"] == "edit"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """The preview's address."""
        return reverse("quiz_preview", args=[parent_context["instance"].translation_key])


def action_menu_item(model: Any) -> ActionMenuItem | None:
    """Hook `register_snippet_action_menu_item`."""
    return PreviewMenuItem(order=80) if model is Quiz else None


def listing_buttons(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Hook `register_snippet_listing_buttons`."""
    if isinstance(snippet, Quiz) and user.has_perm("curriculum.change_quiz"):
        url = reverse("quiz_preview", args=[snippet.translation_key])
        yield Button(LABEL, url=url, icon_name="view", priority=60)
