"""Whatever comes, checking a package takes little memory: measured in a process of its own."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.h5p import as_bytes
from tests.factories.h5p_hostile import MIB, Lie, bomb, extra, honest, package_with, packed, raw_zip

# Growth of the largest amount of memory that the process ever had, in MiB; then the codes that were found.
MEMORY = """
import json, re, sys
from pathlib import Path
# The resource module's figure would still be that of the process that started this one.
at = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
"""
CHECK = f"""{MEMORY}
from curriculum.h5p.limits import Limits
from curriculum.h5p.reading import read_package
before = at()
codes = [sorted({{str(each.code) for each in read_package(path, Limits()).findings}}) for path in sys.argv[1:]]
sys.stdout.write(json.dumps([at() - before, codes]))
"""
CONTROL = f"""{MEMORY}
import zipfile
before = at()
with zipfile.ZipFile(sys.argv[1]) as archive:
    read = len(archive.read("content/bomb.txt"))
sys.stdout.write(json.dumps([at() - before, read]))
"""
MOST, CONTROLLED = 200, 230


def measured(program: str, *files: Path) -> tuple[int, object]:
    """Run it on these files: MiB, and what it says."""
    done = subprocess.run([sys.executable, "-c", program, *map(str, files)], capture_output=True, check=True)
    grown, said = json.loads(done.stdout)
    return grown, said


def with_content(raw: bytes) -> bytes:
    """A package with these parameters."""
    others = [each for each in honest() if each.name != "content/content.json"]
    return raw_zip([*others, packed("content/content.json", raw)])


def with_names() -> bytes:
    """Names and further fields of 64 KB each, as many as fit."""
    return raw_zip([Lie("content/" + "x" * 60_000, extra=extra(9, bytes(60_000))) for _ in range(200)])


def with_semantics() -> bytes:
    """Twelve libraries with a text of 5 MiB each."""
    text = b'["' + b"x" * (5 * MIB) + b'"]'
    one = packed("", text)
    return package_with(*(dataclasses.replace(one, name=f"H5P.L{number}-1.0/semantics.json") for number in range(12)))


PACKAGES: list[tuple[Callable[[], bytes], list[str]]] = [
    (lambda: package_with(bomb(mib=120)), ["bomb"]),
    (lambda: package_with(bomb(mib=CONTROLLED, size=100)), ["damaged"]),
    (lambda: raw_zip([bomb("h5p.json", CONTROLLED, size=100)]), ["damaged", "missing_file"]),
    (lambda: with_content(b'{"a":[' + b'{"":{}},' * (MIB - 9) + b"{}]}"), ["json_too_large"]),
    (lambda: with_content(b'{"a":' + b"[" * (4 * MIB)), ["json_too_deep"]),
    (lambda: with_content(b'{"' + b'\\"' * (3 * MIB) + b"[" * MIB), ["json_invalid"]),
    (lambda: with_content(as_bytes({"a": "😀" + "x" * (7 * MIB)})), []),
    (with_names, ["duplicate", "path_too_long"]),
    (with_semantics, ["json_too_large", "missing_file"]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the packages lie."""
    return tmp_path_factory.mktemp("packages")


def test_no_package_makes_the_process_grow(folder: Path) -> None:
    paths = [folder / f"{number}.h5p" for number in range(len(PACKAGES))]
    for path, (build, _) in zip(paths, PACKAGES, strict=True):
        path.write_bytes(build())
    grown, said = measured(CHECK, *paths)
    assert said == [codes for _, codes in PACKAGES]
    assert grown < MOST


def test_control_reading_a_member_whole_grows_as_the_bomb_does(folder: Path) -> None:
    file = folder / "control.h5p"
    file.write_bytes(package_with(bomb(mib=CONTROLLED)))
    grown, read = measured(CONTROL, file)
    assert (grown > MOST, read) == (True, CONTROLLED * MIB)
