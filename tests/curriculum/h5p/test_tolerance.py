"""What H5P core and other programs write, and core lets pass, is let pass here."""

from __future__ import annotations

import pytest

from tests.factories.h5p import as_bytes, library, package, zipped

from .looking import CONTENT_JSON, H5P_JSON, PNG, found, lib, read, replaced, with_files

FINE: dict[str, bytes] = {
    "numbers in quotes": package(
        library(majorVersion="1", minorVersion="0", patchVersion="3", runnable="1"),
        preloadedDependencies=[{"machineName": "H5P.Test", "majorVersion": "1", "minorVersion": "0"}],
    ),
    "a title that is a number": package(library(title=2048), title=2048),
    "byte order marks": replaced(CONTENT_JSON, b"\xef\xbb\xbf{}"),
    "no parameters, as PHP writes them": replaced(CONTENT_JSON, b"[]"),
    "no words, as PHP writes them": replaced("H5P.Test-1.0/language/nl.json", b"[]"),
    "no fields": replaced("H5P.Test-1.0/semantics.json", b"{}"),
    "a licence as core's editor has it": package(library(), license="PD", licenseVersion="CC0 1.0"),
    "a key twice": replaced(CONTENT_JSON, b'{"a": 1, "a": 2}'),
    "no word about core": lib(coreApi=None),
    "an empty word about core": lib(coreApi=[]),
    "an old core": lib(core_api=(1, 5)),
    "empty lists": package(library(dynamicDependencies=[], preloadedCss=[]), dynamicDependencies=[], embedTypes=[]),
    "unknown fields": package(library(somethingNew={"a": 1}), somethingNew=[1]),
    "empty facts": package(library(), license="", source="", authors=[], licenseVersion=None),
    "facts": package(
        library(license="MIT", author="Joubel"), license="CC BY-SA", licenseVersion="4.0", source="https://h5p.org",
        authors=[{"name": "A", "role": "Author"}], licenseExtras="one\ntwo", yearFrom="2020", w="500",
    ),
    "paths as Windows and the web write them": lib(
        {"scripts/a.js": ";", "styles/a b.css": ""}, preloadedJs=[{"path": "scripts\\a.js"}, {"path": "/scripts/a.js"}],
        preloadedCss=[{"path": "./styles/a b.css"}],
    ),
    "a folder without version": zipped([
        (H5P_JSON, as_bytes(dict(read(lib()).h5p_json))), (CONTENT_JSON, b"{}"),
        *((f"H5P.Test/{path}", data) for path, data in library().files.items()),
    ]),
    "what a Mac leaves behind": zipped([
        (H5P_JSON, as_bytes(dict(read(lib()).h5p_json))), (CONTENT_JSON, b"{}"), (".DS_Store", b"x"),
        ("__MACOSX/content/._content.json", b"x"), ("content/.DS_Store", b"x"), ("__MACOSX/run.exe", b"MZ"),
        *((f"H5P.Test-1.0/{path}", data) for path, data in library().files.items()),
    ]),
    "readme beside it": zipped([
        (H5P_JSON, as_bytes(dict(read(lib()).h5p_json))), (CONTENT_JSON, b"{}"), ("README", b"x"), ("run.exe", b"MZ"),
        *((f"H5P.Test-1.0/{path}", data) for path, data in library().files.items()),
    ]),
    "folders of their own": zipped([
        ("content/", b""), ("H5P.Test-1.0/", b""),
        (H5P_JSON, as_bytes(dict(read(lib()).h5p_json))), (CONTENT_JSON, b"{}"),
        *((f"H5P.Test-1.0/{path}", data) for path, data in library().files.items()),
    ]),
    "template of a translation": lib(with_files(language___dot_en_dot_json="not JSON at all")),
    "words of many languages": lib({
        "library.js": ";", "language/pt-br.json": "{}", "language/zh-hans.json": "{}", "language/sr.json": "{}",
    }),
    "what libraries are made of": lib(dict.fromkeys(
        ["library.js", "a.css", "a.svg", "fonts/a.woff2", "fonts/a.eot", "README.md", "icon.svg", "upgrades.js"], "x"
    )),
    "a library that nothing needs": package(library(), libraries=[library("Alone")], preloadedDependencies=[
        library().reference,
    ]),
    "two minors of one library": package(library(), libraries=[library("Two", 1, 1), library("Two", 1, 2)]),
    "no library at all": package(library(), bundled=False),
    "an ending in capitals": package(library(), media={"A.PNG": PNG}),
    "an empty picture": package(library(), media={"a.png": b""}),
    "text that looks like an escape": replaced(CONTENT_JSON, b'{"a": "\\\\u0000 \\ud83d\\ude00"}'),
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_what_core_takes_is_taken(name: str) -> None:
    assert found(FINE[name]) == []


def test_what_is_empty_is_of_its_own_kind() -> None:
    assert read(FINE["no parameters, as PHP writes them"]).content == {}
    assert read(FINE["no fields"]).libraries[0].semantics == []


def test_what_is_skipped_is_not_in_the_report() -> None:
    report = read(FINE["what a Mac leaves behind"])
    assert [each.name for each in report.content_files] == [CONTENT_JSON]
    assert report.unpacked == sum(each.size for each in (*report.content_files, *report.libraries)) + len(
        as_bytes(dict(report.h5p_json))
    )
