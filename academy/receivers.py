"""What the ground listens to. Imported once, when the app is ready."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_started
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import post_page_move

from .jobs.registry import register as register_job
from .people.importing import applying
from .people.importing import rules as importing
from .web import notification_kinds, parking, privacy
from .website.addresses import content_changed, forget_version

user_logged_in.connect(parking.note_sign_in, dispatch_uid="academy.web.parking")
privacy.register()
notification_kinds.register_kinds()
register_job(importing.APPLY, applying.apply)

# -- the map of the site ----------------------------------------------------------------------------------------------
# What saving a draft (and autosave, every few seconds) writes to the live row: nothing that readers see.
DRAFT_FIELDS = {"latest_revision_created_at", "draft_title", "latest_revision", "has_unpublished_changes", "owner"}
request_started.connect(forget_version, dispatch_uid="academy.website.version")


@receiver(post_save, dispatch_uid="academy.website.saved")
def note_saved(sender: type, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Published content or the frame of the site changed: every cached page and address is worked out anew."""
    if isinstance(instance, Page):
        if not (update_fields and set(update_fields) <= DRAFT_FIELDS):
            content_changed()
    elif isinstance(instance, (Locale, PageViewRestriction, Site)):
        content_changed()


@receiver(post_delete, dispatch_uid="academy.website.deleted")
def note_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    """The same when something goes."""
    if isinstance(instance, (Locale, Page, PageViewRestriction, Site)):
        content_changed()


@receiver(post_page_move, dispatch_uid="academy.website.moved")
def note_moved(sender: type, **kwargs: Any) -> None:
    """The same when something is moved or put into another order."""
    content_changed()
