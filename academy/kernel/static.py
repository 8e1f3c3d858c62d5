"""Static files with a digest in their name; only what learners load is compressed as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.compress import Compressor

LEARNERS_LOAD = ("academy/", "vendor/", "account/")


class QuickStaticStorage(ManifestStaticFilesStorage):
    """For the demo: compressing all of Wagtail's admin takes half a minute, what learners load takes a second."""

    # The demo is set up on machines of all kinds: a file that a package forgot must not keep it from starting.
    manifest_strict = False

    def post_process(self, *args: Any, **options: Any) -> Iterator[tuple[str, str, bool]]:
        """Django's work, then a .gz and .br beside each file under LEARNERS_LOAD."""
        compressor = Compressor(quiet=True)
        for name, hashed_name, processed in super().post_process(*args, **options):
            yield name, hashed_name, processed
            if processed is True and name.startswith(LEARNERS_LOAD) and compressor.should_compress(name):
                for _ in compressor.compress(str(Path(self.location) / hashed_name)):
                    pass
