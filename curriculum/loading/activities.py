"""From content files to activities, and from the packages that set-up has built (`manage.py build_h5p`) to playing
them. Packages go through the rules by which uploads go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.files import File
from django.db.models import Model
from wagtail.models import Locale

from curriculum.h5p import rules
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Activity, Package

from .blocks import key_of
from .files import to_html
from .pieces import Piece
from .questions import Files

BUILT = Path(settings.PROJECT_DIR) / "build" / "h5p"
RULES = ("rule", "pass_mark", "counts", "minutes")


class Noted(Protocol):
    """What is needed of the loader: what it has loaded before, and where it says what it does."""

    by: Any
    at: datetime
    report: Any

    def find(self, model: type[Model], key: Any) -> Any:
        """The source object with this key."""

    def package_state(self, path: str, language: str) -> int | None:
        """Primary key of the package that was loaded last from a file in a language."""

    def note_package(self, path: str, language: str, package: Package) -> None:
        """Remember it."""


def activity_files(files: Files) -> Iterator[tuple[str, str]]:
    """The file of each activity, and its code."""
    for file in files.found("activities", "*/activity.yaml"):
        path = f"activities/{file.parent.name}/activity.yaml"
        yield path, str(files.read(path)["code"])


class ActivityBuilder:
    """All pieces of the folder activities."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def pieces(self) -> Iterator[Piece]:
        """Each activity; its packages are no pieces."""
        for path, code in activity_files(self.files):
            row = self.files.read(path)
            alternative = {language: to_html(text) for language, text in (row.get("alternative") or {}).items()}
            mine, others = self.files.words(title=row["title"], about=row.get("about"), alternative=alternative)
            fields = {"code": code, **mine, **{name: row[name] for name in RULES if name in row}}
            yield Piece(path, "", Activity, key_of("activity", code), fields, others)


def load_packages(path: str, code: str, loader: Noted, built: Path = BUILT) -> None:
    """Put in the packages of an activity that are not the ones that are played, for each language that has one.

    A language whose package was replaced in the CMS is left alone. `loader.report` says what was done.
    """
    activity = loader.find(Activity, key_of("activity", code))
    for locale in Locale.objects.order_by("pk"):
        file = built / f"{code}.{locale.language_code}.h5p"
        name = f"{file.name}"
        if not file.exists():
            continue
        loaded = loader.package_state(path, locale.language_code)
        current = Package.objects.filter(activity=activity, locale=locale, is_current=True).first()
        if current is not None and current.pk != loaded:
            loader.report.left_alone.append(f"{name}: was replaced in the CMS")
            continue
        if current is not None and rules.digest(file) == current.sha256:
            loader.report.unchanged.append(name)
            continue
        package = _put_in(activity, locale, file, loader)
        if package.state == PackageState.READY:
            loader.note_package(path, locale.language_code, package)
            loader.report.made.append(name)
        else:
            loader.report.problems.append(f"{name}: {package.get_state_display()}")


def _put_in(activity: Activity, locale: Locale, file: Path, loader: Noted) -> Package:
    """Upload the file and allow its libraries: whoever loads content rules the machine."""
    with file.open("rb") as opened:
        package = rules.receive(
            activity=activity, locale=locale, file=File(opened, name=file.name), by=loader.by, at=loader.at, now=True
        )
    if package.state == PackageState.WAITING:
        package = rules.allow_libraries(package=package, by=loader.by, at=loader.at, now=True)
    return package
