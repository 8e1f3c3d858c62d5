"""`manage.py build_fonts`: cuts the type down to the letters of the 24 languages, one small file for each script.

Reads the npm package @fontsource-variable/source-sans-3, writes build/fonts/*.woff2. With `--css` it also writes the
style sheet that names the files (academy/static/academy/css/fonts.css); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Source Sans 3 Variable"
FALLBACK = "Source Sans 3 Fallback"
# The weights that the style sheets use: the rest of the axis is weight on the wire only. Italic is for a word of
# emphasis in running text, so it comes in one weight (a browser thickens it where it stands in a heading).
WEIGHTS = {"normal": (400, 700), "italic": (400, 400)}
STYLES = tuple(WEIGHTS)
FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "lnum", "pnum", "tnum"]
CSS_FILE = Path("academy") / "static" / "academy" / "css" / "fonts.css"
BUDGET_OF_A_LATIN_PAGE = 45_000

# Advance widths of Arial (the same as Helvetica's and Liberation Sans's), thousandths of an em, and how often a letter
# stands in running text: together they give the average width that the fallback is matched to.
ARIAL_WIDTHS = dict(
    zip(
        " abcdefghijklmnopqrstuvwxyz",
        [278, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556,
         500, 722, 500, 500, 500],
        strict=True,
    )
)  # fmt: skip
FREQUENCIES = dict(
    zip(
        " abcdefghijklmnopqrstuvwxyz",
        [180, 67, 12, 23, 35, 104, 18, 17, 50, 57, 1, 6, 33, 20, 57, 62, 16, 1, 49, 52, 74, 23, 8, 19, 1, 16, 1],
        strict=True,
    )
)


@dataclass(frozen=True)
class Script:
    """One file for each style: the source file's name part and the characters that are kept, as CSS writes them."""

    name: str
    css_range: str

    @property
    def characters(self) -> set[int]:
        """All code points of the script."""
        found: set[int] = set()
        for span in self.css_range.replace("U+", "").split(", "):
            first, _, last = span.partition("-")
            found |= set(range(int(first, 16), int(last or first, 16) + 1))
        return found


SCRIPTS = (
    # Danish, Dutch, English, Finnish, French, German, Italian, Portuguese, Spanish, Swedish and Irish need no more.
    Script(
        "latin",
        "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+02C6, U+02DA, U+02DC, U+2010-2015, U+2018-201E, U+2020-2022, "
        "U+2026, U+202F-2030, U+2032-2033, U+2039-203A, U+2044, U+20AC, U+2122, U+2212",
    ),
    # Croatian, Czech, Estonian, Hungarian, Latvian, Lithuanian, Maltese, Polish, Romanian, Slovak, Slovene.
    Script("latin-ext", "U+0100-0130, U+0132-0151, U+0154-017F, U+0218-021B, U+1E9E"),
    Script("greek", "U+0384-038A, U+038C, U+038E-03A1, U+03A3-03CE, U+03D7"),
    # Bulgarian, and the letters of names from its neighbours.
    Script("cyrillic", "U+0400-045F, U+0490-0491, U+2116"),
)


def source_folder() -> Path:
    """Where npm puts the type."""
    return Path(settings.PROJECT_DIR) / "node_modules" / "@fontsource-variable" / "source-sans-3" / "files"


def file_name(script: Script, style: str) -> str:
    """The name of a cut file; the style sheet says the same."""
    return f"source-sans-3-{script.name}-{style}.woff2"


def cut(source: Path, target: Path, characters: set[int], weights: tuple[int, int]) -> int:
    """Write the part of the font that holds these characters and weights. Returns its size in bytes."""
    font = TTFont(source)
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # the licence stays with the font
    options.flavor = "woff2"
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": weights if weights[0] < weights[1] else weights[0]}, inplace=True)
    font.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)
    return target.stat().st_size


def average_width(widths: dict[str, float]) -> float:
    """Width of running text for each character, in the unit of `widths`."""
    return sum(widths[letter] * often for letter, often in FREQUENCIES.items()) / sum(FREQUENCIES.values())


def fallback_metrics(font: Any) -> dict[str, float]:
    """What the system's Arial must be adjusted by to take the room of this font; per cent (CSS Fonts 5)."""
    em = font["head"].unitsPerEm
    cmap, metrics = font.getBestCmap(), font["hmtx"]
    ours = average_width({letter: metrics[cmap[ord(letter)]][0] / em * 1000 for letter in FREQUENCIES})
    size = ours / average_width({letter: float(width) for letter, width in ARIAL_WIDTHS.items()})
    return {
        "size-adjust": size * 100,
        "ascent-override": font["hhea"].ascent / em / size * 100,
        "descent-override": -font["hhea"].descent / em / size * 100,
        "line-gap-override": font["hhea"].lineGap / em / size * 100,
    }


def style_sheet(metrics: dict[str, float]) -> str:
    """The @font-face rules for the cut files and for the fallback of matched width."""
    rules = [
        "/* Written by `manage.py build_fonts --css`: change the command, not this file.\n"
        "   Each file loads only where a page has its letters; until then the fallback takes the same room. */"
    ]
    for style in STYLES:
        for script in SCRIPTS:
            first, last = WEIGHTS[style]
            rules.append(
                "@font-face {\n"
                f'  font-family: "{FAMILY}";\n'
                f"  font-style: {style};\n"
                f"  font-weight: {first if first == last else f'{first} {last}'};\n"
                "  font-display: swap;\n"
                f'  src: url("../../vendor/fonts/{file_name(script, style)}") format("woff2");\n'
                f"  unicode-range: {script.css_range};\n"
                "}"
            )
    adjusted = "\n".join(f"  {name}: {value:.2f}%;" for name, value in metrics.items())
    rules.append(
        "@font-face {\n"
        f'  font-family: "{FALLBACK}";\n'
        '  src: local("Arial"), local("Liberation Sans"), local("Helvetica Neue"), local("Helvetica");\n'
        f"{adjusted}\n"
        "}"
    )
    return "\n\n".join(rules) + "\n"


def build(target: Path, styles: Iterable[str] = STYLES) -> dict[str, int]:
    """Cut all files into a folder. Returns file names with sizes in bytes.

    Raises CommandError where the npm package is missing or a Latin page would load more than its budget.
    """
    source = source_folder()
    if not source.is_dir():
        raise CommandError(f"The type is missing ({source}): run `npm ci` or `make setup` first.")
    sizes = {}
    for style in styles:
        for script in SCRIPTS:
            name = file_name(script, style)
            original = source / f"source-sans-3-{script.name}-wght-{style}.woff2"
            sizes[name] = cut(original, target / name, script.characters, WEIGHTS[style])
    latin = sum(size for name, size in sizes.items() if "-latin-normal" in name or "-latin-italic" in name)
    if latin > BUDGET_OF_A_LATIN_PAGE:
        raise CommandError(f"The type of a Latin page weighs {latin} bytes, over its {BUDGET_OF_A_LATIN_PAGE}.")
    return sizes


class Command(BaseCommand):
    """Builds the font files."""

    help = "Cut the type down to the letters of the 24 languages (build/fonts/*.woff2)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--css", action="store_true", help="also write academy/static/academy/css/fonts.css")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Path(settings.PROJECT_DIR)
        sizes = build(project / "build" / "fonts")
        for name, size in sizes.items():
            self.stdout.write(f"{size / 1000:6.1f} kB  {name}")
        if options["css"]:
            font = TTFont(source_folder() / "source-sans-3-latin-wght-normal.woff2")
            (project / CSS_FILE).write_text(style_sheet(fallback_metrics(font)), encoding="utf-8")
            self.stdout.write(f"Wrote {CSS_FILE}.")
