"""Style sheets joined into one request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

from academy.kernel.static import JOINED_STYLE_SHEET, STYLE_SHEETS, QuickStaticStorage

LAYERS = "@layer reset, tokens, base, layout, components, utilities, print;"


def collected(folder: Path) -> tuple[QuickStaticStorage, dict[str, Any]]:
    """A storage into which the style sheets (without addresses of fonts) were collected."""
    source = FileSystemStorage(location=str(folder))
    for name in STYLE_SHEETS:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        found = finders.find(name)
        assert isinstance(found, str)
        path.write_text("" if name.endswith("fonts.css") else Path(found).read_text())
    return QuickStaticStorage(location=str(folder), base_url="/static/"), dict.fromkeys(STYLE_SHEETS, (source, ""))


def test_all_sheets_stand_in_one_file_layers_first(tmp_path: Path) -> None:
    storage, paths = collected(tmp_path)
    paths = {name: (owner, name) for name, (owner, _) in paths.items()}
    list(storage.post_process(paths))
    joined = (tmp_path / JOINED_STYLE_SHEET).read_text()
    assert joined.index(LAYERS) < joined.index("{")
    assert all((tmp_path / name).read_text() in joined for name in STYLE_SHEETS)
    assert storage.hashed_files[JOINED_STYLE_SHEET] != JOINED_STYLE_SHEET


def test_collecting_twice_joins_the_newer_words(tmp_path: Path) -> None:
    storage, paths = collected(tmp_path)
    paths = {name: (owner, name) for name, (owner, _) in paths.items()}
    list(storage.post_process(dict(paths)))
    (tmp_path / STYLE_SHEETS[-1]).write_text("p { color: red }")
    list(storage.post_process(dict(paths)))
    assert "p { color: red }" in (tmp_path / JOINED_STYLE_SHEET).read_text()
