"""Words that editors put in place of those of the templates (architecture decision 19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from academy.mail.models import MailText
from academy.mail.wording import Words, check, editable

CHANGED, RESET = "academy.change_mail_text", "academy.reset_mail_text"


@transaction.atomic
def change_text(*, kind: str, language: str, words: Words, by: Any, at: datetime) -> MailText:
    """Use these words for a kind in one language from now on.

    Raises KindUnknown, and TextRefused where a placeholder is not known or a brace stands alone.
    """
    check(editable(kind), words)
    row, _is_new = MailText.objects.update_or_create(
        kind=kind,
        language=language,
        defaults={"subject": words.subject, "text": words.text, "changed_by": by, "changed_at": at},
    )
    log(instance=row, action=CHANGED, user=by, timestamp=at, data={"kind": kind, "language": language})
    return row


@transaction.atomic
def reset_text(*, kind: str, language: str, by: Any, at: datetime) -> bool:
    """Go back to the template's words; False if they were in use already."""
    row = MailText.objects.select_for_update().filter(kind=kind, language=language).first()
    if row is None:
        return False
    log(instance=row, action=RESET, user=by, timestamp=at, data={"kind": kind, "language": language})
    row.delete()
    return True
