"""What the admin's pages about activities show: files by language, what stands in the way, where it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from academy.people.models import User
from academy.website.addresses import site_map
from curriculum.h5p import accessibility
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Activity, Library, Package
from curriculum.h5p.queries import source_of
from curriculum.h5p.sentences import problems

# The heavy ones: a list needs none of them.
JSON = ("findings", "plan", "h5p_json")


@dataclass(frozen=True)
class LanguageFiles:
    """The files of an activity in one language: the one that is played, and the others, the newest first."""

    language: str
    current: Package | None
    others: tuple[Package, ...]

    @property
    def newest(self) -> Package | None:
        """A file that came after the one that is played and is not ready: it is being checked, waits or was refused."""
        first = self.others[0] if self.others else None
        if first is None or first.is_ready or (self.current is not None and first.number < self.current.number):
            return None
        return first


@dataclass(frozen=True)
class UsedBy:
    """A page in which an activity stands."""

    title: str
    language: str
    url: str


@dataclass(frozen=True)
class WaitingPackage:
    """A file that waits for its libraries."""

    package: Package
    language: str
    url: str


@dataclass(frozen=True)
class TypeNotes:
    """What is known of the content type of a file: whether its scores can be checked, and what it lacks for some."""

    rescored: bool
    warnings: tuple[str, ...]


def packages_of(sources: Iterable[int]) -> dict[int, list[Package]]:
    """All packages of these activities (sources) by activity, the newest first in each language. One query."""
    found: dict[int, list[Package]] = {}
    rows = Package.objects.filter(activity_id__in=list(sources)).select_related("main_library").defer(*JSON)
    for package in rows.order_by("activity_id", "locale_id", "-number"):
        found.setdefault(package.activity_id, []).append(package)
    return found


def files_of(source: Activity) -> list[LanguageFiles]:
    """The files of an activity in each language of the site, its own language first. One query."""
    rows = packages_of([source.pk]).get(source.pk, [])
    # Names of who uploaded them, in one query more.
    people = User.objects.in_bulk({row.uploaded_by_id for row in rows if row.uploaded_by_id})
    by_locale: dict[int, list[Package]] = {}
    for row in rows:
        if row.uploaded_by_id in people:
            row.uploaded_by = people[row.uploaded_by_id]
        by_locale.setdefault(row.locale_id, []).append(row)
    files = []
    for pk, locale in sorted(site_map().locales.items(), key=lambda each: (each[0] != source.locale_id, each[0])):
        own = by_locale.get(pk, [])
        current = next((row for row in own if row.is_current), None)
        files.append(LanguageFiles(locale.language_code, current, tuple(row for row in own if row is not current)))
    return files


def language_of(package: Package) -> str:
    """The code of the language that a package is for. No query."""
    return site_map().locales[package.locale_id].language_code


def hindrances(activity: Activity, files: Iterable[LanguageFiles]) -> tuple[str, ...]:
    """What keeps the activity, with the rule that it has here, from counting. Sentences; empty if nothing does."""
    return problems(activity, [each.current for each in files if each.current is not None])


def type_notes(package: Package, rule: str) -> TypeNotes | None:
    """About the content type of a package in an activity with this rule; None while the type is not known."""
    library = package.main_library
    if library is None:
        return None
    name = library.machine_name
    said = (accessibility.warning(name), accessibility.rule_warning(name, rule))
    return TypeNotes(package.can_rescore, tuple(sentence for sentence in said if sentence))


def type_name(library: Library | None) -> str:
    """A content type with its version: `Multiple Choice 1.16`."""
    return f"{library.title} {library.major}.{library.minor}" if library is not None else ""


def state_words(current: Package | None, newest: Package | None) -> str:
    """How an activity's files stand in one language, in a few words."""
    if newest is not None:
        return newest.get_state_display()
    return current.get_state_display() if current is not None else _("No file yet")


def pages_with(key: UUID) -> list[UsedBy]:
    """Pages of all languages in which an activity stands, as they were saved last. Three queries."""
    kind = ContentType.objects.get_for_model(Activity)
    rows = [str(pk) for pk in Activity.objects.filter(translation_key=key).values_list("pk", flat=True)]
    referring = ReferenceIndex.objects.filter(
        to_content_type=kind, to_object_id__in=rows, base_content_type=ContentType.objects.get_for_model(Page)
    ).values_list("object_id", flat=True)
    locales = site_map().locales
    return [
        UsedBy(
            page.get_admin_display_title(),
            locales[page.locale_id].language_code,
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
        )
        for page in Page.objects.filter(pk__in=[int(pk) for pk in set(referring)]).order_by("locale_id", "title")
    ]


def waiting_packages() -> list[WaitingPackage]:
    """Files whose libraries somebody has to allow, the oldest first. One query."""
    found = Package.objects.filter(state=PackageState.WAITING).select_related("activity", "uploaded_by")
    return [
        WaitingPackage(each, language_of(each), reverse("h5p_package", args=[each.public_id]))
        for each in found.defer(*JSON).order_by("uploaded_at")
    ]


def source_or_self(activity: Activity) -> Activity:
    """The source of an activity; of one that is not saved yet, itself."""
    return (source_of(activity.translation_key) if activity.pk else None) or activity


def edit_url(activity: Activity) -> str:
    """Where an activity is edited."""
    viewset: Any = Activity.snippet_viewset
    return reverse(viewset.get_url_name("edit"), args=[activity.pk])


def list_url() -> str:
    """Where the list of activities is."""
    viewset: Any = Activity.snippet_viewset
    return reverse(viewset.get_url_name("list"))
