"""What the player's page is given: load order, addresses, H5PIntegration."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Library, LibraryRevision, Package
from curriculum.h5p.playing import CannotPlay, Player, find, load_order, player
from curriculum.h5p.serving import library_file
from curriculum.h5p.wording import player_words
from tests import factories
from tests.factories.h5p import Lib, library
from tests.factories.h5p_played import installed, make_activity, ready_package

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

Reference = tuple[str, int, int]
BUNDLE = configured.PROJECT_DIR / "node_modules" / "h5p-standalone" / "dist" / "frame.bundle.js"


@pytest.fixture(autouse=True)
def _own_files(site: factories.Site, tmp_path: Path, settings: Settings) -> None:
    settings.PRIVATE_ROOT = tmp_path


def scripts(name: str, *depends: Lib, patch: int = 0, **more: Any) -> Lib:
    """A library with a script and a style sheet of its own name."""
    files = {f"{name}.js": f"// {patch}", f"{name}.css": ""}
    return library(f"H5P.{name}", patch=patch, files=files, depends=depends, **more)


def play(package: Package, **changes: Any) -> Player:
    """As the page asks for it."""
    found = find(package.public_id)
    assert found is not None
    return player(found, **{"libraries": "/h5p/l", "content": "/h5p/c/token", "keeps": True, **changes})


def names(paths: Sequence[str]) -> list[str]:
    """Names of files."""
    return [path.rpartition("/")[2] for path in paths]


def test_libraries_load_behind_those_that_they_need() -> None:
    joubel = scripts("JoubelUI")
    question = scripts("Question", joubel)
    image = scripts("Image")
    main = scripts("Main", question, image)
    found = play(ready_package(make_activity(), main, libraries=[joubel, question, image]))
    assert names(found.scripts) == ["JoubelUI.js", "Question.js", "Image.js", "Main.js"]
    assert names(found.styles) == ["JoubelUI.css", "Question.css", "Image.css", "Main.css"]


def test_what_h5p_json_leaves_out_is_found_through_the_libraries() -> None:
    joubel = scripts("JoubelUI")
    question = scripts("Question", joubel)
    main = scripts("Main", question)
    package = ready_package(make_activity(), main, libraries=[joubel, question], preloadedDependencies=[main.reference])
    assert names(play(package).scripts) == ["JoubelUI.js", "Question.js", "Main.js"]


def test_only_preloaded_needs_are_loaded() -> None:
    editor, dynamic = scripts("Editor"), scripts("Dynamic")
    main = scripts("Main", editorDependencies=[editor.reference], dynamicDependencies=[dynamic.reference])
    package = ready_package(make_activity(), main, libraries=[editor, dynamic], preloadedDependencies=[main.reference])
    assert names(play(package).scripts) == ["Main.js"]


def revision(name: str, minor: int = 0, *needs: Reference) -> LibraryRevision:
    """A revision in memory."""
    wanted = [{"machineName": n, "majorVersion": str(major), "minorVersion": lesser} for n, major, lesser in needs]
    return LibraryRevision(
        library=Library(machine_name=name, major=1, minor=minor), library_json={"preloadedDependencies": wanted}
    )


@pytest.mark.parametrize(
    ("wanted", "installed", "expected"),
    [
        pytest.param(["A"], {"A": []}, ["A"], id="one"),
        pytest.param(["A"], {"A": ["B", "C"], "B": ["D"], "C": ["D"], "D": []}, ["D", "B", "C", "A"], id="diamond"),
        pytest.param(["A"], {"A": ["B"], "B": ["A"]}, ["B", "A"], id="circle"),
        pytest.param(["B", "A"], {"A": ["B"], "B": []}, ["B", "A"], id="once"),
        pytest.param(["A"], {"A": ["gone"]}, ["A"], id="gone"),
        pytest.param(["A", "B"], {"A": [], "B": ["C"], "C": []}, ["A", "C", "B"], id="two"),
    ],
)
def test_the_order_is_depth_first(wanted: list[str], installed: dict[str, list[str]], expected: list[str]) -> None:
    rows = {(name, 1, 0): revision(name, 0, *((n, 1, 0) for n in needs)) for name, needs in installed.items()}
    order = load_order([(name, 1, 0) for name in wanted], rows)
    assert [each.library.machine_name for each in order] == expected


def test_of_two_minors_the_one_that_is_met_first_is_loaded_as_h5p_core_does() -> None:
    rows = {
        ("Q", 1, 4): revision("Q", 4),
        ("Q", 1, 5): revision("Q", 5),
        ("A", 1, 0): revision("A", 0, ("Q", 1, 5)),
        ("B", 1, 0): revision("B", 0, ("Q", 1, 4)),
    }
    order = load_order([("A", 1, 0), ("B", 1, 0)], rows)
    assert [(each.library.machine_name, each.library.minor) for each in order] == [("Q", 5), ("A", 0), ("B", 0)]


def test_a_newer_patch_plays_and_brings_what_it_needs() -> None:
    package = ready_package(make_activity(), scripts("Main"))
    before = play(package).scripts
    new = scripts("New")
    installed(new)
    installed(scripts("Main", new, patch=4))
    after = play(package)
    assert names(after.scripts) == ["New.js", "Main.js"]
    assert before[0] != after.scripts[1]
    assert re.fullmatch(r"H5P\.Main-1\.0/4-[0-9a-f]{12}", after.integration["libraryDirectories"]["H5P.Main-1.0"])


def test_names_of_files_are_quoted() -> None:
    main = library("H5P.Main", files={"a b.js": "", "ü#?.js": ""})
    assert names(play(ready_package(make_activity(), main)).scripts) == ["a%20b.js", "%C3%BC%23%3F.js"]


@pytest.mark.parametrize("path", ["js/main.js", "./js/main.js", "/js/main.js", "js\\main.js", "js//./main.js"])
def test_a_script_is_asked_for_where_it_lies_however_library_json_writes_its_path(path: str) -> None:
    main = library("H5P.Main", files={"js/main.js": "1;"}, preloadedJs=[{"path": path}])
    (script,) = play(ready_package(make_activity(), main)).scripts
    folder, stamp, rest = script.split("/", 2)
    assert (rest, library_file(folder, stamp, rest).path.read_text()) == ("js/main.js", "1;")


def test_core_is_told_what_it_reads(settings: Settings) -> None:
    settings.BASE_URL = "https://academy.test"
    package = ready_package(make_activity(), scripts("Main"), content={"text": "</script>"}, license="CC BY")
    found = play(package)
    (shown,) = found.integration["contents"].values()
    assert list(found.integration["contents"]) == [f"cid-{package.pk}"]
    assert found.content_id == str(package.pk)
    assert json.loads(shown["jsonContent"]) == {"text": "</script>"}
    assert {key: shown[key] for key in ("library", "contentUrl", "url", "title", "metadata")} == {
        "library": "H5P.Main 1.0",
        "contentUrl": "/h5p/c/token",
        "url": f"https://academy.test/h5p/p/{package.public_id}",
        "title": "Activity ladder",
        "metadata": {"title": "Activity ladder", "license": "CC BY"},
    }
    assert set(shown["displayOptions"].values()) == {False}
    assert found.integration["loadedJs"] == [f"/h5p/l/{path}" for path in found.scripts]


@pytest.mark.parametrize(("keeps", "expected"), [(True, (10, True)), (False, (False, False))])
def test_whoever_only_looks_has_no_state_to_keep(keeps: bool, expected: tuple[Any, bool]) -> None:
    found = play(ready_package(make_activity(), scripts("Main")), keeps=keeps)
    assert (found.integration["saveFreq"], "user" in found.integration) == expected


def test_no_word_that_core_asks_for_is_missing() -> None:
    asked = set(re.findall(r'\.t\("(\w+)"', BUNDLE.read_text(encoding="utf-8")))
    assert len(asked) > 40
    assert asked - set(player_words()) == set()


def test_the_player_speaks_the_language_of_the_package() -> None:
    found = play(ready_package(make_activity(), scripts("Main"), language="nl"))
    assert found.language == "nl"


def test_a_page_costs_as_many_queries_for_many_libraries_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one = ready_package(make_activity("one"), scripts("Main"))
    chain: list[Lib] = []
    for number in range(30):
        chain.append(scripts(f"L{number}", *chain[-2:]))
    many = ready_package(make_activity("many"), scripts("Other", *chain[-2:]), libraries=chain)
    for package in (one, many):
        with django_assert_num_queries(4):
            play(package)


@pytest.mark.parametrize("what", ["not ready", "no files", "library gone"])
def test_what_cannot_be_played_says_so(what: str) -> None:
    package = ready_package(make_activity(), scripts("Main"))
    if what == "not ready":
        Package.objects.update(state=PackageState.WAITING, is_current=False)
    elif what == "no files":
        Package.objects.update(public_id="5f0c8a34-6b1e-4f35-9f4b-0d8f3c1b2a90")
        package.refresh_from_db()
    else:
        Library.objects.update(current=None)
    with pytest.raises(CannotPlay):
        play(package)
