"""What is in a package, and every rule that refuses one: each by its code and its file."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.h5p.enums import Need
from curriculum.h5p.reading import missing_libraries, read_package
from curriculum.h5p.report import BundledLibrary, Dependency, LibraryRef
from tests.factories.h5p import as_bytes, library, package, zipped

from .looking import CONTENT_JSON, H5P_JSON, LIBRARY_JSON, LIMITS, PNG, TEST, found, lib, read, replaced, with_files


def test_a_package_is_described() -> None:
    helper = library("Helper", 2, 3, 4, files={"b.css": "p{}", "a.js": ";"}, runnable=0, core_api=(1, 5))
    main = library(
        patch=7,
        depends=[helper],
        semantics=[{"name": "text", "type": "text"}],
        dynamicDependencies=[{"machineName": "H5P.Later", "majorVersion": "1", "minorVersion": "12"}],
        editorDependencies=[{"machineName": "H5PEditor.Test", "majorVersion": 1, "minorVersion": 0}],
    )
    data = package(
        main, content={"a": [1]}, media={"images/a.png": PNG}, libraries=[helper], title="Ladder", language="nl"
    )
    report = read(data)
    assert (report.is_fine, report.title, report.language, report.main) == (True, "Ladder", "nl", TEST)
    assert (report.content, report.sha256) == ({"a": [1]}, hashlib.sha256(data).hexdigest())
    assert [(each.path, each.name, each.size) for each in report.content_files] == [
        ("content.json", "content/content.json", 10),
        ("images/a.png", "content/images/a.png", len(PNG)),
    ]
    assert report.content_files[1].sha256 == hashlib.sha256(PNG).hexdigest()
    assert report.dependencies == (
        Dependency(Need.PRELOADED, TEST),
        Dependency(Need.PRELOADED, LibraryRef("Helper", 2, 3)),
    )
    first, second = report.libraries
    assert (first.ref, second.ref) == (TEST, LibraryRef("Helper", 2, 3))
    assert (first.patch, first.title, first.runnable, first.core_api) == (7, "Test", True, (1, 28))
    assert (second.patch, second.title, second.runnable, second.core_api) == (4, "Helper", False, (1, 5))
    assert (first.library_json, first.semantics) == (main.library_json, [{"name": "text", "type": "text"}])
    assert first.dependencies == (
        Dependency(Need.PRELOADED, LibraryRef("Helper", 2, 3)),
        Dependency(Need.DYNAMIC, LibraryRef("H5P.Later", 1, 12)),
        Dependency(Need.EDITOR, LibraryRef("H5PEditor.Test", 1, 0)),
    )
    assert [each.path for each in second.files] == ["a.js", "b.css", "library.json"]
    assert second.size == sum(len(each) for each in helper.files.values())
    assert report.unpacked == first.size + second.size + sum(each.size for each in report.content_files) + len(
        as_bytes(dict(report.h5p_json))
    )
    assert (first.ref.folder, str(first.ref)) == ("H5P.Test-1.0", "H5P.Test 1.0")


def test_a_librarys_checksum_is_that_of_its_files_wherever_they_stand() -> None:
    def one(data: bytes) -> BundledLibrary:
        return read(data).libraries[0]

    files = {"a.js": ";", "b.js": ";;"}
    same = dict(reversed(files.items()))
    facts = {"preloadedJs": [{"path": "a.js"}]}
    first = one(lib(files, **facts))
    assert one(lib(same, **facts)).sha256 == first.sha256
    assert one(package(library(files=files, **facts), media={"a.txt": b"x"})).sha256 == first.sha256
    assert one(lib({**files, "b.js": ":;"}, **facts)).sha256 != first.sha256
    assert one(lib({"a.js": ";", "c.js": ";;"}, **facts)).sha256 != first.sha256


REFUSED: dict[str, tuple[bytes, list[tuple[str, str, dict[str, Any]]]]] = {
    "no h5p.json": (replaced(H5P_JSON, None), [("missing_file", H5P_JSON, {})]),
    "h5p.json in capitals": (
        zipped([("H5P.JSON", b"{}"), (CONTENT_JSON, b"{}")]), [("missing_file", H5P_JSON, {})],
    ),
    "no content": (replaced(CONTENT_JSON, None), [("missing_file", CONTENT_JSON, {})]),
    "a folder around it": (
        zipped([("mine/h5p.json", b"{}"), ("mine/content/content.json", b"{}")]),
        [("in_a_folder", "mine/h5p.json", {})],
    ),
    "h5p.json is no JSON": (replaced(H5P_JSON, b'{\n"title": oops}'), [("json_invalid", H5P_JSON, {"line": 2})]),
    "h5p.json is empty": (replaced(H5P_JSON, b""), [("json_invalid", H5P_JSON, {"line": 1})]),
    "h5p.json is a list": (replaced(H5P_JSON, b"[]"), [("json_kind", H5P_JSON, {})]),
    "NaN": (replaced(CONTENT_JSON, b'{"a": NaN}'), [("json_not_finite", CONTENT_JSON, {})]),
    "Infinity": (replaced(CONTENT_JSON, b'{"a": -Infinity}'), [("json_not_finite", CONTENT_JSON, {})]),
    "deep": (replaced(CONTENT_JSON, b'{"a":' + b"[" * 101 + b"]" * 101 + b"}"), [("json_too_deep", CONTENT_JSON, {})]),
    "content is text": (replaced(CONTENT_JSON, b'"a"'), [("json_kind", CONTENT_JSON, {})]),
    "content is a list": (replaced(CONTENT_JSON, b"[1]"), [("json_kind", CONTENT_JSON, {})]),
    "content is nothing": (replaced(CONTENT_JSON, b"null"), [("json_kind", CONTENT_JSON, {})]),
    "Latin-1": (replaced(CONTENT_JSON, b'{"a": "\xe9"}'), [("json_encoding", CONTENT_JSON, {})]),
    "NUL in a text": (replaced(CONTENT_JSON, b'{"a": "\\u0000"}'), [("json_characters", CONTENT_JSON, {})]),
    "no library.json": (replaced(LIBRARY_JSON, None), [("missing_file", LIBRARY_JSON, {})]),
    "library.json is no JSON": (replaced(LIBRARY_JSON, b"{"), [("json_invalid", LIBRARY_JSON, {"line": 1})]),
    "semantics are no JSON": (
        replaced("H5P.Test-1.0/semantics.json", b"[}"), [("json_invalid", "H5P.Test-1.0/semantics.json", {"line": 1})],
    ),
    "semantics are no list": (
        replaced("H5P.Test-1.0/semantics.json", b'{"a": 1}'), [("json_kind", "H5P.Test-1.0/semantics.json", {})],
    ),
    "words are no JSON": (
        replaced("H5P.Test-1.0/language/nl.json", b"]"),
        [("json_invalid", "H5P.Test-1.0/language/nl.json", {"line": 1})],
    ),
    "words are a text": (
        replaced("H5P.Test-1.0/language/nl.json", b'"a"'), [("json_kind", "H5P.Test-1.0/language/nl.json", {})],
    ),
    "library.json is a list": (replaced(LIBRARY_JSON, b"[]"), [("json_kind", LIBRARY_JSON, {})]),
    "words of no language": (
        lib(with_files(language__n1_dot_json="{}")), [("language_name", "H5P.Test-1.0/language/n1.json", {})],
    ),
    "something else among the words": (
        lib(with_files(language__readme_dot_md="")), [("language_name", "H5P.Test-1.0/language/readme.md", {})],
    ),
    "two mistakes at once": (
        package(library(), title=None, language="englishenglish"),
        [("field_missing", H5P_JSON, {"field": "title"}), ("field_invalid", H5P_JSON, {"field": "language"})],
    ),
    "main library not named": (
        package(library(), mainLibrary="H5P.Other"), [("main_not_named", H5P_JSON, {"library": "H5P.Other"})],
    ),
    "main library not runnable": (
        lib(runnable=0), [("main_not_runnable", H5P_JSON, {"library": "H5P.Test 1.0"})],
    ),
    "no dependencies": (
        package(library(), preloadedDependencies=[]), [("field_missing", H5P_JSON, {"field": "preloadedDependencies"})],
    ),
    "newer core": (
        lib(core_api=(1, 29)), [("core_too_new", LIBRARY_JSON, {"needs": "1.29", "has": "1.28"})],
    ),
    "much newer core": (lib(core_api=(2, 0)), [("core_too_new", LIBRARY_JSON, {"needs": "2.0", "has": "1.28"})]),
    "folder of another name": (
        lib(machineName="H5P.Other"), [("library_folder", "H5P.Test-1.0/", {"library": "H5P.Other 1.0"})],
    ),
    "folder of another version": (
        lib(minorVersion=9), [("library_folder", "H5P.Test-1.0/", {"library": "H5P.Test 1.9"})],
    ),
    "folder of no name": (
        replaced("H5P Test/library.json", b"{}"), [("library_folder", "H5P Test/", {})],
    ),
    "script missing": (
        lib(preloadedJs=[{"path": "scripts/gone.js"}]),
        [("library_file_missing", LIBRARY_JSON, {"path": "scripts/gone.js"})],
    ),
    "script in other letters": (
        lib(preloadedJs=[{"path": "Library.js"}]), [("library_file_missing", LIBRARY_JSON, {"path": "Library.js"})],
    ),
    "script that is skipped": (
        lib({"_own.js": ";"}), [("library_file_missing", LIBRARY_JSON, {"path": "_own.js"})],
    ),
    "style missing": (
        lib(preloadedCss=[{"path": "gone.css"}]), [("library_file_missing", LIBRARY_JSON, {"path": "gone.css"})],
    ),
    "script outside": (
        lib(preloadedJs=[{"path": "../H5P.Test-1.0/library.js"}]),
        [("library_path", LIBRARY_JSON, {"path": "../H5P.Test-1.0/library.js", "field": "preloadedJs"})],
    ),
    "script somewhere else": (
        lib(preloadedJs=[{"path": "https://example.org/a.js"}]),
        [("library_path", LIBRARY_JSON, {"path": "https://example.org/a.js", "field": "preloadedJs"})],
    ),
    "script that is none": (
        lib(preloadedJs=[{"path": "library.json"}]),
        [("library_path", LIBRARY_JSON, {"path": "library.json", "field": "preloadedJs"})],
    ),
    "style that is a script": (
        lib(preloadedCss=[{"path": "library.js"}]),
        [("library_path", LIBRARY_JSON, {"path": "library.js", "field": "preloadedCss"})],
    ),
    "two folders for one library": (
        zipped([
            *((name, data) for name, data in (
                (H5P_JSON, as_bytes(dict(read(lib()).h5p_json))), (CONTENT_JSON, b"{}"),
            )),
            *((f"{folder}/{path}", data) for folder in ("H5P.Test", "H5P.Test-1.0")
              for path, data in library().files.items()),
        ]),
        [("library_twice", LIBRARY_JSON, {"library": "H5P.Test 1.0"})],
    ),
    "picture that is a page": (
        package(library(), media={"a.png": b"<html><script>alert(1)</script>"}),
        [("other_content", "content/a.png", {"extension": "png"})],
    ),
    "film that is a script": (
        package(library(), media={"a.mp4": b"alert(1)//" + bytes(30)}),
        [("other_content", "content/a.mp4", {"extension": "mp4"})],
    ),
    "library's picture that is a page": (
        lib(with_files(a_dot_gif="<svg/>")), [("other_content", "H5P.Test-1.0/a.gif", {"extension": "gif"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_package_against_a_rule_is_refused_by_name(name: str) -> None:
    data, expected = REFUSED[name]
    assert found(data) == expected


@pytest.mark.parametrize(
    "name",
    [
        "a.svg", "a.js", "a.css", "a.html", "a.htm", "a.php", "a.xml", "a.swf", "a.pdf", "a.docx", "a.exe", "a",
        "a.h5p", "a.zip", "a.png.html", "a.xhtml", "a.mjs",
    ],
)  # fmt: skip
def test_content_holds_media_alone(name: str) -> None:
    extension = name.rpartition(".")[2] if "." in name else ""
    data = package(library(), media={name: b"x"})
    assert found(data) == [("extension", f"content/{name}", {"extension": extension})]


@pytest.mark.parametrize(
    "name", ["a.html", "a.php", "a.xml", "a.swf", "a.docx", "a.odt", "a.exe", "LICENSE", "a.mjs", "a.wasm"]
)
def test_libraries_hold_what_core_takes_but_flash_xml_and_office_files(name: str) -> None:
    extension = name.rpartition(".")[2] if "." in name else ""
    assert found(lib({"library.js": ";", name: b"x"})) == [
        ("extension", f"H5P.Test-1.0/{name}", {"extension": extension})
    ]


FIELDS: list[tuple[str, Any, str]] = [
    ("title", None, "field_missing"), ("title", "", "field_invalid"), ("title", "x" * 256, "field_invalid"),
    ("title", ["x"], "field_invalid"), ("title", True, "field_invalid"),
    ("language", None, "field_missing"), ("language", "en_GB", "field_invalid"), ("language", 1, "field_invalid"),
    ("mainLibrary", None, "field_missing"), ("mainLibrary", "../x", "field_invalid"),
    ("mainLibrary", "9Test", "field_invalid"), ("mainLibrary", {}, "field_invalid"),
    ("embedTypes", None, "field_missing"), ("embedTypes", "div", "field_invalid"),
    ("embedTypes", ["div", "object"], "field_invalid"), ("embedTypes", [{}], "field_invalid"),
    ("dynamicDependencies", {"a": 1}, "field_invalid"), ("dynamicDependencies", [1], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A B", "majorVersion": 1, "minorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": -1, "minorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": 1.5, "minorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": True, "minorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": "1a", "minorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": 123456, "minorVersion": 1}], "field_invalid"),
    ("dynamicDependencies", [{"machineName": "A", "majorVersion": "１", "minorVersion": 1}], "field_invalid"),
    ("license", "WTFPL", "field_invalid"), ("license", {}, "field_invalid"), ("licenseVersion", "5.0", "field_invalid"),
    ("source", "javascript:alert(1)", "field_invalid"), ("authors", "me", "field_invalid"), ("w", "x", "field_invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "code"), FIELDS)
def test_h5p_json_has_its_fields(field: str, value: Any, code: str) -> None:
    assert found(package(library(), **{field: value})) == [(code, H5P_JSON, {"field": field})]


LIBRARY_FIELDS: list[tuple[str, Any, str, str]] = [
    *(
        (name, None, "field_missing", name)
        for name in ("title", "machineName", "majorVersion", "minorVersion", "patchVersion", "runnable")
    ),
    ("title", "", "field_invalid", "title"), ("machineName", "H5P/Test", "field_invalid", "machineName"),
    ("patchVersion", -1, "field_invalid", "patchVersion"), ("patchVersion", "x", "field_invalid", "patchVersion"),
    ("runnable", 2, "field_invalid", "runnable"), ("runnable", True, "field_invalid", "runnable"),
    ("coreApi", "1.28", "field_invalid", "coreApi"),
    ("coreApi", {"majorVersion": 1}, "field_missing", "minorVersion"),
    ("preloadedJs", "library.js", "field_invalid", "preloadedJs"),
    ("preloadedJs", ["library.js"], "field_invalid", "preloadedJs"),
    ("preloadedJs", [{"path": ""}], "field_invalid", "preloadedJs"),
    ("editorDependencies", [{}], "field_invalid", "editorDependencies"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "code", "field"), LIBRARY_FIELDS)
def test_library_json_has_its_fields(name: str, value: Any, code: str, field: str) -> None:
    assert (code, LIBRARY_JSON, {"field": field}) in found(lib(**{name: value}))


def test_a_long_text_is_refused_unread() -> None:
    limits = dataclasses.replace(LIMITS, json_size=500)
    assert found(replaced(CONTENT_JSON, as_bytes({"a": "x" * 500})), limits) == [("json_too_large", CONTENT_JSON, {})]


def test_too_many_libraries_are_refused() -> None:
    data = package(library(), libraries=[library(f"Lib{number}") for number in range(3)])
    assert found(data, dataclasses.replace(LIMITS, libraries=4)) == []
    assert found(data, dataclasses.replace(LIMITS, libraries=3)) == [("too_many_libraries", "", {"limit": 3})]


def test_what_is_refused_still_says_what_could_be_read() -> None:
    report = read(package(library(), media={"a.html": b"x"}, title="Mine"))
    assert (report.is_fine, report.title, report.main, len(report.libraries)) == (False, "Mine", TEST, 1)


def test_progress_is_told_upwards_to_the_end() -> None:
    told: list[int] = []
    data = package(library(), media={f"{number}.txt": b"x" * 1000 for number in range(300)})
    read_package(io.BytesIO(data), LIMITS, progress=told.append)
    assert (told[0], told[-1], told == sorted(set(told))) == (0, 100, True)


def test_an_open_file_stays_open() -> None:
    file = io.BytesIO(package(library()))
    read_package(file, LIMITS)
    assert not file.closed


def test_what_is_neither_there_nor_installed_is_missing() -> None:
    deep = library("Deep", 1, 4)
    later = library("Later", dynamicDependencies=[deep.reference], editorDependencies=[library("Editor").reference])
    middle = library("Middle", depends=[later], editorDependencies=[library("H5PEditor.X").reference])
    main = library(depends=[middle])
    report = read(package(main, libraries=[middle, later], preloadedDependencies=[main.reference]))
    assert missing_libraries(report, ()) == (LibraryRef("Deep", 1, 4),)
    assert missing_libraries(report, {LibraryRef("Deep", 1, 4)}) == ()
    assert missing_libraries(report, {LibraryRef("Deep", 1, 3)}) == (LibraryRef("Deep", 1, 4),)


def test_an_installed_library_is_taken_to_be_there_with_all_it_needs() -> None:
    main = library()
    report = read(package(main, libraries=[library("Helper")], bundled=False))
    assert missing_libraries(report, ()) == (TEST, LibraryRef("Helper", 1, 0))
    assert missing_libraries(report, {TEST, LibraryRef("Helper", 1, 0)}) == ()


def test_libraries_that_need_each_other_come_to_an_end() -> None:
    first = library("A", depends=[library("B")])
    second = library("B", depends=[first, library("C")])
    report = read(package(first, libraries=[second]))
    assert missing_libraries(report, ()) == (LibraryRef("C", 1, 0),)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99999) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["machineName", "majorVersion", "minorVersion", "path", "name"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
FIELD = st.sampled_from([*dict.fromkeys(name for name, *_ in (*FIELDS, *LIBRARY_FIELDS)), "preloadedDependencies"])


@settings(max_examples=50, deadline=None)
@given(ours=st.dictionaries(FIELD, JSON, max_size=3), theirs=st.dictionaries(FIELD, JSON, max_size=3))
def test_whatever_the_manifests_say_there_is_a_report(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    main = library()
    h5p_json = {**read(package(main)).h5p_json, **theirs}
    files = {**main.files, "library.json": as_bytes({**main.library_json, **ours})}
    members = [(H5P_JSON, as_bytes(h5p_json)), (CONTENT_JSON, b"{}")]
    report = read(zipped([*members, *((f"{main.folder}/{path}", data) for path, data in files.items())]))
    assert (report.is_fine, len(missing_libraries(report, ())) >= 0) == (not report.findings, True)
