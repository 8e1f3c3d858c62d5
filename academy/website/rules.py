"""Writes that set up the frame of the site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from academy.mail.emails import build
from academy.mail.rules import queue

from .models import Feedback, HomePage, SiteSettings


@transaction.atomic
def prepare_site(*, languages: Sequence[str], title: str, key: UUID | None = None, by: Any = None) -> HomePage:
    """Make what every academy needs: its locales, a front page in the first language, and the site itself.

    Wagtail's welcome page goes. What exists stays as it is, so this can be run again. Returns the source front page.
    `by` is the person who asked for it, None for a command; `key` is the front page's, random if none is given.
    """
    for language in languages:
        Locale.objects.get_or_create(language_code=language)
    source_locale = Locale.objects.get(language_code=languages[0])
    home = HomePage.objects.filter(locale=source_locale, depth=2).order_by("pk").first()
    if home is None:
        # The welcome page that Wagtail's own migration makes holds the slug "home".
        welcome = Page.objects.filter(depth=2, slug="home").exclude(pk__in=HomePage.objects.all())
        welcome.update(slug="welcome-to-wagtail", url_path="/welcome-to-wagtail/")
        root = Page.objects.get(depth=1)
        now = timezone.now()
        home = HomePage(
            title=title, slug="home", locale=source_locale, first_published_at=now, last_published_at=now, owner=by
        )
        if key:
            home.translation_key = key
        root.add_child(instance=home)
    address = urlsplit(settings.BASE_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "root_page": home,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    for page in Page.objects.filter(slug="welcome-to-wagtail", depth=2):
        page.delete()
    return home


@transaction.atomic
def take_feedback(*, message: str, email: str, page_code: str, page_url: str, language: str, at: datetime) -> Feedback:
    """Keep a message and send it to the operator, who answers to the address that was left, if one was."""
    feedback = Feedback.objects.create(
        message=message, email=email, page_code=page_code or "site", page_url=page_url, language=language, created_at=at
    )
    site_settings = SiteSettings.objects.exclude(contact_email="").first()
    operator = site_settings.contact_email if site_settings else settings.CONTACT_EMAIL
    own_language = settings.LANGUAGE_CODE
    subject, text, html = build("website/feedback", own_language, {"feedback": feedback})
    queue(
        key=f"feedback:{feedback.pk}",
        kind="website/feedback",
        to=operator,
        reply_to=email,
        language=own_language,
        subject=subject,
        text=text,
        html=html,
    )
    return feedback
