"""What the admin's views of several snippets share: copies start anew, and what is in use is not deleted."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from wagtail.snippets.views.snippets import CopyView, DeleteView


class FreshCopyView(CopyView):
    """A copy starts as a new thing with new children, under a name of its own; nothing of the original is touched."""

    def get_initial_form_instance(self) -> Any:
        """The copy in memory."""
        original = self.get_object()
        fresh = _unsaved(original)
        fresh.code = free_code(type(original), original.code)
        for relation in get_all_child_relations(type(original)):
            name = relation.get_accessor_name()
            setattr(fresh, name, [_unsaved(child) for child in getattr(original, name).all()])
        return fresh


def _unsaved(row: Any) -> Any:
    """A row as it is, not in the database. What the form posts gets keys of its own."""
    fresh = copy(row)
    fresh._state = copy(row._state)
    fresh._state.adding, fresh.pk = True, None
    return fresh


def free_code(model: type[Model], code: str) -> str:
    """A code that nothing of this kind has: `r1-2` for a copy of `r1`. One query."""
    taken = set(model._default_manager.filter(code__startswith=code[:70]).values_list("code", flat=True))
    return next(name for n in range(2, len(taken) + 3) if (name := f"{code[:70]}-{n}") not in taken)


class KeptDeleteView(DeleteView):
    """What stands in a quiz is not deleted; the list says so instead of failing."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete, or say why not and go back to the list."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
        except (ProtectedError, PermissionDenied):  # Wagtail denies what its index of references knows
            messages.error(
                self.request,
                _("“%(name)s” cannot be deleted, because it is in use. Take it out first.") % {"name": self.object},
            )
            return redirect(self.get_success_url())
        return response
