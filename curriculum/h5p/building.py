"""Packages of our own content types: the source in `types/` and the words of an activity become a `.h5p` file.

No database and no clock: the same files make the same bytes, so that a package that is built again is not a new one.
What the words leave out is filled in from the type's semantics in the language of the content, as the official editor
does it for fields that are common to a language (https://h5p.org/semantics, "common").
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TYPES_DIR = Path(__file__).resolve().parent / "types"


def type_folder(machine_name: str, types: Path = TYPES_DIR) -> Path:
    """The source of a content type, its highest version. Raises LookupError if there is none."""
    found = [folder for folder in types.glob(f"{machine_name}-*.*") if (folder / "library.json").is_file()]
    if not found:
        raise LookupError(f"No content type {machine_name} in {types}")
    return max(found, key=_version)


def build_package(folder: Path, content: Mapping[str, Any], *, title: str, language: str) -> bytes:
    """A `.h5p` file of the type in this folder, with these parameters.

    `content` is what content.json holds; words of the interface that it does not have are taken from the type.
    """
    library = _read(folder / "library.json")
    reference = {key: library[key] for key in ("machineName", "majorVersion", "minorVersion")}
    h5p_json = {
        "title": title,
        "language": language,
        "defaultLanguage": language,
        "mainLibrary": library["machineName"],
        "embedTypes": ["div"],
        "license": "U",
        "preloadedDependencies": [reference],
    }
    prefix = f"{library['machineName']}-{library['majorVersion']}.{library['minorVersion']}"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        _add(archive, "h5p.json", _json(h5p_json))
        _add(archive, "content/content.json", _json(with_words(folder, content, language)))
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            _add(archive, f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return target.getvalue()


def with_words(folder: Path, content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The content with the type's own words of this language (else its English ones) wherever it has none itself."""
    semantics = _read(folder / "semantics.json")
    translation = folder / "language" / f"{language}.json"
    translated = _read(translation)["semantics"] if translation.is_file() else []
    common = [field.get("common", False) for field in semantics]
    defaults = dict(_defaults([field for field, is_common in zip(semantics, common, strict=True) if is_common]))
    in_language = dict(_translated(semantics, translated))
    filled = dict(content)
    for name, words in defaults.items():
        filled[name] = {**words, **in_language.get(name, {}), **filled.get(name, {})}
    return filled


def _defaults(fields: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Of each group its name and its fields' defaults."""
    for group in fields:
        yield group["name"], {field["name"]: field["default"] for field in group["fields"]}


def _translated(
    semantics: list[dict[str, Any]], translated: list[dict[str, Any]]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The same from a language file, whose fields have no names: they stand in the order of the semantics."""
    for group, words in zip(semantics, translated, strict=False):
        if group.get("common"):
            pairs = zip(group["fields"], words["fields"], strict=True)
            yield group["name"], {field["name"]: word["default"] for field, word in pairs if "default" in word}


def _version(folder: Path) -> tuple[int, int]:
    major, minor = folder.name.rpartition("-")[2].split(".")
    return int(major), int(minor)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A member without a time of day or a builder's rights; stored, since two versions of zlib pack differently."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    info.compress_type = zipfile.ZIP_STORED
    archive.writestr(info, data)
