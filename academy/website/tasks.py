"""Work that the clock starts."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from .models import Feedback

logger = logging.getLogger("academy.website")
# As the privacy registry says.
MESSAGES = timedelta(days=730)


@shared_task
def publish_scheduled() -> None:
    """Publish and unpublish what was scheduled for a time that has come; safe to run twice.

    What cannot be published any more (it asks for something that has been withdrawn since) loses its schedule: else it
    would hold up all that is due after it, each minute anew. Its draft stays, and says what is wrong when it is opened.
    """
    for revision in Revision.objects.filter(approved_go_live_at__lt=timezone.now()):
        try:
            revision.as_object().full_clean()
        except ValidationError as error:
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            details = {"revision": revision.pk, "object": revision.object_id, "fields": sorted(error.message_dict)}
            logger.error("what was scheduled cannot be published", extra={"event": details})
    call_command("publish_scheduled", verbosity=0)


@shared_task
def forget_messages() -> None:
    """Delete messages to the operator that are older than we say that they are kept; safe to run at any time."""
    Feedback.objects.filter(created_at__lt=timezone.now() - MESSAGES).delete()
