"""Writes that set up the frame of the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from academy.mail.emails import build
from academy.mail.rules import queue

from .models import Feedback, HomePage, SiteSettings

EDITORS, TRANSLATORS = "Editors", "Translators"


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


@transaction.atomic
def prepare_groups(*, snippets: Iterable[type[Model]], by: Any = None) -> dict[str, Group]:
    """The CMS's two groups, by name, with what they may do; what somebody added to them by hand stays.

    Editors write and publish pages, `snippets`, pictures and files, and hand them over for translation. Translators
    change and publish what is there, and add nothing new.
    """
    snippets = list(snippets)
    editors = _group(
        EDITORS,
        pages=("add_page", "change_page", "publish_page", "lock_page"),
        snippets=[
            f"{verb}_{model._meta.model_name}" for verb in ("add", "change", "publish", "view") for model in snippets
        ],
        models=snippets,
        files=("add", "change", "choose"),
    )
    translators = _group(
        TRANSLATORS,
        pages=("change_page", "publish_page"),
        snippets=[f"{verb}_{model._meta.model_name}" for verb in ("change", "publish", "view") for model in snippets],
        models=snippets,
        files=("choose",),
    )
    return {EDITORS: editors, TRANSLATORS: translators}


def _group(
    name: str, *, pages: Sequence[str], snippets: Sequence[str], models: Sequence[type[Model]], files: Sequence[str]
) -> Group:
    """A group with these permissions; given once, they are not given again."""
    group, _ = Group.objects.get_or_create(name=name)
    types = ContentType.objects.get_for_models(*models).values()
    group.permissions.add(
        *Permission.objects.filter(content_type__in=types, codename__in=snippets),
        *Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin"),
        *Permission.objects.filter(content_type__app_label="wagtail_localize", codename="submit_translation"),
    )
    root = Page.objects.get(depth=1)
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=pages):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    collection = Collection.get_first_root_node()
    # Wagtail asks for the permissions of its own image and document, whatever model stands in their place.
    names = [f"{verb}_{kind}" for verb in files for kind in ("image", "document")]
    for permission in Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=names
    ):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    return group
