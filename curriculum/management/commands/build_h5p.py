"""`manage.py build_h5p`: makes the demo's H5P packages from their sources (build/h5p/<code>.<language>.h5p).

The source of a content type stands in curriculum/h5p/types, the words in curriculum/content/activities. Run at set-up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from curriculum.h5p.building import build_package, type_folder
from curriculum.loading.files import CONTENT_DIR


def build(activities: Path, target: Path) -> dict[str, int]:
    """Build the packages of all activities in a folder, one for each language. Returns file names with sizes in bytes.

    Packages that no activity asks for any more are removed. Raises CommandError, naming the file, for what is missing.
    """
    sizes = {}
    target.mkdir(parents=True, exist_ok=True)
    for name, data in _packages(activities):
        (target / name).write_bytes(data)
        sizes[name] = len(data)
    for left_over in target.glob("*.h5p"):
        if left_over.name not in sizes:
            left_over.unlink()
    return sizes


def _packages(activities: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(activities.glob("*/activity.yaml")):
        activity = yaml.safe_load(path.read_text(encoding="utf-8"))
        try:
            folder = type_folder(activity["type"])
        except LookupError as error:
            raise CommandError(f"{path}: {error}") from error
        for words in sorted(path.parent.glob("content.*.json")):
            language = words.name.split(".")[1]
            title = activity["title"].get(language)
            if not title:
                raise CommandError(f"{path}: no title in {language}, but there is {words.name}")
            content = json.loads(words.read_text(encoding="utf-8"))
            yield (
                f"{activity['code']}.{language}.h5p",
                build_package(folder, content, title=title, language=language),
            )


class Command(BaseCommand):
    """Builds the demo's H5P packages."""

    help = "Make the demo's H5P packages from their sources (build/h5p/*.h5p)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from and where to."""
        parser.add_argument("--path", type=Path, default=CONTENT_DIR / "activities", help="Folder of the activities.")
        parser.add_argument("--to", type=Path, default=Path(settings.PROJECT_DIR) / "build" / "h5p", help="Folder.")

    def handle(self, *args: Any, path: Path, to: Path, **options: Any) -> None:
        """Build, and list what was built."""
        for name, size in build(path, to).items():
            self.stdout.write(f"{size / 1000:6.1f} kB  {name}")
