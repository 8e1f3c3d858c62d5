"""Writes about what an organisation shows its managers besides status, due date and certificate. Off by default."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from academy.people.enums import Wider
from academy.people.errors import ReasonMissing, WiderAlready
from academy.people.models import Organisation, User, WiderView

OPENED_WIDER, CLOSED_WIDER = "academy.open_wider_view", "academy.close_wider_view"
# Signs: "needed" explains nothing to the people whose learning is shown.
LEAST_REASON = 20


@transaction.atomic
def open_wider(*, organisation: Organisation, what: Wider, reason: str, by: User, at: datetime) -> WiderView:
    """From now on managers see this as well; everybody there reads the reason. Raises ReasonMissing, WiderAlready."""
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise ReasonMissing
    view = WiderView(organisation=organisation, what=what, reason=reason, by=by, at=at)
    view.full_clean(validate_unique=False, validate_constraints=False)
    try:
        # The constraint decides: two clicks of one moment open it once.
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise WiderAlready from error
    log(instance=organisation, action=OPENED_WIDER, user=by, timestamp=at, data={"what": view.what, "reason": reason})
    return view


@transaction.atomic
def close_wider(*, view: WiderView, by: User, at: datetime) -> bool:
    """Managers see it no more; that they did, and why, stays readable. Whether it was open until now."""
    if not WiderView.objects.filter(pk=view.pk, ended_at=None).update(ended_at=at, ended_by=by):
        return False
    log(instance=view.organisation, action=CLOSED_WIDER, user=by, timestamp=at, data={"what": view.what})
    return True
