"""Static files with a digest in their name, the site's style sheets joined into one request, and what is compressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

LEARNERS_LOAD = ("academy/", "vendor/", "account/")


# In the order of their layers; the first one names the layers.
STYLE_SHEETS = tuple(f"academy/css/{name}.css" for name in ("tokens", "fonts", "base", "layout", "components", "print"))
JOINED_STYLE_SHEET = "academy/css/site.css"


class JoinedStyleSheets:
    """Joins the style sheets at `collectstatic`. Without it (developing, tests) pages link to each of them."""

    has_joined_style_sheet = True

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[tuple[str, str, bool]]:
        """Writes the joined sheet beside its sources, so that addresses in it stay right, then does all else."""
        storage: Any = self
        if all(name in paths for name in STYLE_SHEETS) and not options.get("dry_run"):
            parts = []
            for name in STYLE_SHEETS:
                owner, path = paths[name]
                with owner.open(path) as sheet:
                    parts.append(sheet.read())
            if storage.exists(JOINED_STYLE_SHEET):
                storage.delete(JOINED_STYLE_SHEET)
            storage.save(JOINED_STYLE_SHEET, ContentFile(b"\n".join(parts)))
            paths[JOINED_STYLE_SHEET] = (self, JOINED_STYLE_SHEET)
        above: Any = super()
        yield from above.post_process(paths, *args, **options)


class StaticStorage(JoinedStyleSheets, CompressedManifestStaticFilesStorage):
    """For real use: everything compressed."""


class QuickStaticStorage(JoinedStyleSheets, ManifestStaticFilesStorage):  # type: ignore[misc]  # as in Django itself
    """For the demo: compressing all of Wagtail's admin takes half a minute, what learners load takes a second."""

    # The demo is set up on machines of all kinds: a file that a package forgot must not keep it from starting.
    manifest_strict = False

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[tuple[str, str, bool]]:
        """The joining and Django's work, then a .gz and .br beside each file under LEARNERS_LOAD."""
        compressor = Compressor(quiet=True)
        for name, hashed_name, processed in super().post_process(paths, *args, **options):
            yield name, hashed_name, processed
            if processed is True and name.startswith(LEARNERS_LOAD) and compressor.should_compress(name):
                for _ in compressor.compress(str(Path(self.location) / hashed_name)):
                    pass
