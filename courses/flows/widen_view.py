"""An organisation shows its managers more than status, date and certificate: everybody there is told. Or no longer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from academy.mail.rules import News, notify_many
from academy.people import rules
from academy.people.enums import Wider
from academy.people.models import Membership, Organisation, User, WiderView
from courses.assignments.queries import today_in

WIDER_VIEW = "people/wider_view"


@transaction.atomic(durable=True)
def widen(*, organisation: Organisation, what: Wider, reason: str, by: User, at: datetime) -> WiderView:
    """Show managers this as well, and tell everybody who works there why. Raises ReasonMissing, WiderAlready."""
    view = rules.open_wider(organisation=organisation, what=what, reason=reason, by=by, at=at)
    there = Membership.objects.on(today_in(organisation, at)).filter(unit__organisation=organisation)
    people = User.objects.filter(pk__in=there.values("person"), is_active=True).exclude(pk=by.pk).order_by("pk")
    notify_many(kind=WIDER_VIEW, news=[_news(view, person, _page(person.language)) for person in people], at=at)
    return view


@transaction.atomic(durable=True)
def narrow(*, view: WiderView, by: User, at: datetime) -> bool:
    """Managers see it no more; whether they did until now."""
    return rules.close_wider(view=view, by=by, at=at)


def _news(view: WiderView, person: User, url: str) -> News:
    with translation.override(person.language):
        what = view.get_what_display()
    values: dict[str, Any] = {"organisation": view.organisation.name, "what": what, "reason": view.reason}
    key = f"wider:{view.pk}:{person.pk}"
    return News(person=person, thing=f"wider:{view.pk}", key=key, url=url, context=values)


def _page(language: str) -> str:
    with translation.override(language):
        return reverse("who_can_see")
