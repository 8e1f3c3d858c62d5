"""The badge as a picture with the signed text inside ("baked"): PNG and SVG, drawn from the same measures."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from fontTools.misc.transform import Transform
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from .enums import AchievementType
from .models import SignedCredential

KEYWORD = "openbadgecredential"  # Open Badges 3.0, baked badges
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
FONT = "source-serif/TTF/SourceSerif4Display-Semibold.ttf"
SIZE, SCALE = 512, 4  # the PNG is drawn four times as large, then reduced: smooth edges
PAPER, INK, GREEN, OCHRE = "#FBFAF6", "#16231F", "#0B5D4B", "#A14A0B"
MIDDLE, CENTRE, RADIUS, RING = SIZE / 2, SIZE * 0.52, SIZE * 0.47, SIZE * 0.06
INNER = RADIUS - RING
DOT, TOP = RING * 0.8, CENTRE - RADIUS + RING / 2
LARGEST, SMALLEST, STEP = 60, 12, 1.25
# Who attended keeps the circle open by an eighth, as on the statement of participation. Degrees, from the right.
OPEN_FROM, OPEN_TO = -90, -45


@dataclass(frozen=True)
class Line:
    """One line of the title: its words, and where it begins on its baseline."""

    text: str
    x: float
    y: float


def baked_png(credential: SignedCredential) -> bytes:
    """The picture with the signed text in it, to the byte."""
    info = PngImagePlugin.PngInfo()
    info.add_itxt(KEYWORD, credential.credential, zip=False)  # the standard asks for uncompressed text
    target = io.BytesIO()
    _drawn(*_about(credential)).save(target, "PNG", pnginfo=info)
    return target.getvalue()


def baked_svg(credential: SignedCredential) -> bytes:
    """The same in lines, for any size. Letters are outlines: no font is needed to see them."""
    title, kind = _about(credential)
    points, lines = layout(title)
    # `as_text` sees to it that the text holds no end of a CDATA section.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{NAMESPACE}" role="img"'
        f' viewBox="0 0 {SIZE} {SIZE}">'
        f"<title>{escape(title)}</title>"
        f"<openbadges:credential><![CDATA[{credential.credential}]]></openbadges:credential>"
        f'<circle cx="{MIDDLE}" cy="{CENTRE}" r="{RADIUS - RING / 2:.2f}" fill="{PAPER}"/>{_ring(kind)}'
        f'<circle cx="{MIDDLE}" cy="{TOP:.2f}" r="{DOT * 0.9:.2f}" fill="{OCHRE}" stroke="{PAPER}"'
        f' stroke-width="{RING * 0.2:.2f}"/>'
        f'<path fill="{INK}" d="{outlines(points, lines)}"/></svg>'
    ).encode()


def _about(credential: SignedCredential) -> tuple[str, str]:
    """The title, and whether it was assessed or attended."""
    achievement: dict[str, Any] = json.loads(credential.credential)["credentialSubject"]["achievement"]
    return achievement["name"], achievement["achievementType"]


def _ring(kind: str) -> str:
    radius, stroke = RADIUS - RING / 2, f'fill="none" stroke="{GREEN}" stroke-width="{RING:.2f}"'
    if kind != AchievementType.COURSE:
        return f'<circle cx="{MIDDLE}" cy="{CENTRE}" r="{radius:.2f}" {stroke}/>'
    begin, end = (_on_ring(radius, angle) for angle in (OPEN_TO, OPEN_FROM))
    return f'<path d="M{begin} A{radius:.2f} {radius:.2f} 0 1 1 {end}" {stroke}/>'


def _on_ring(radius: float, angle: float) -> str:
    return f"{MIDDLE + radius * cos(radians(angle)):.2f} {CENTRE + radius * sin(radians(angle)):.2f}"


@lru_cache(maxsize=16)
def _drawn(title: str, kind: str) -> Image.Image:
    image = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), "#00000000")
    pen = ImageDraw.Draw(image)

    def circle(y: float, radius: float, **colours: Any) -> None:
        pen.circle((MIDDLE * SCALE, y * SCALE), radius * SCALE, **colours)

    circle(CENTRE, RADIUS - RING / 2, fill=PAPER)
    if kind == AchievementType.COURSE:
        box = [SCALE * (middle + side * RADIUS) for side in (-1, 1) for middle in (MIDDLE, CENTRE)]
        pen.arc(box, OPEN_TO, OPEN_FROM, fill=GREEN, width=round(RING * SCALE))
    else:
        circle(CENTRE, RADIUS, outline=GREEN, width=round(RING * SCALE))
    circle(TOP, DOT, fill=OCHRE, outline=PAPER, width=round(RING * 0.2 * SCALE))
    points, lines = layout(title)
    font = ImageFont.truetype(Path(settings.FONTS_DIR) / FONT, points * SCALE, layout_engine=ImageFont.Layout.BASIC)
    for line in lines:
        pen.text((MIDDLE * SCALE, line.y * SCALE), line.text, INK, font, "ms")
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


# -- the title --------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=64)
def layout(title: str) -> tuple[int, tuple[Line, ...]]:
    """Large, in few lines, and every line inside the ring.

    A title with a sign that the font has not, or too long for it, is left out: an empty seal, never an empty box.
    """
    words = title.split()
    if not words or any(ord(sign) not in _letters() for word in words for sign in word):
        return SMALLEST, ()
    best: tuple[float, int, list[str]] | None = None
    for share in (1.0, 1.15, 1.3, 1.45, 1.6, 1.75):
        for points in range(LARGEST, SMALLEST - 1, -1):
            lines = _wrapped(words, points, INNER * share)
            if _fits(lines, points):
                best = max(best or (0.0, 0, []), (points / (len(lines) + 4), points, lines))
                break
    if best is None:
        return SMALLEST, ()
    _worth, points, lines = best
    return points, tuple(
        Line(line, MIDDLE - width(line) * points / 2, CENTRE + (n - (len(lines) - 1) / 2) * points * STEP + points / 3)
        for n, line in enumerate(lines)
    )


def _wrapped(words: list[str], points: int, room: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        joined = f"{lines[-1]} {word}"
        lines = [*lines[:-1], joined] if width(joined) * points <= room else [*lines, word]
    return lines


def _fits(lines: list[str], points: int) -> bool:
    """Whether each line keeps within the circle at its own height."""
    for n, line in enumerate(lines):
        top = (n - len(lines) / 2) * points * STEP
        reach = max(abs(top), abs(top + points * STEP)) / (INNER * 0.88)
        if width(line) * points > 1.76 * INNER * max(0, 1 - reach * reach) ** 0.5:
            return False
    return True


def width(text: str) -> float:
    """How wide it is at one point, without kerning."""
    letters = _letters()
    return sum(letters[ord(sign)][1] for sign in text)


def outlines(points: int, lines: tuple[Line, ...]) -> str:
    """The title as one path."""
    font = _font()
    glyphs, scale = font.getGlyphSet(), points / font["head"].unitsPerEm
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.1f}".removesuffix(".0"))
    for line in lines:
        x = line.x
        for sign in line.text:
            name, advance = _letters()[ord(sign)]
            glyphs[name].draw(TransformPen(pen, Transform(scale, 0, 0, -scale, x, line.y)))
            x += advance * points
    return pen.getCommands()


@lru_cache(maxsize=1)
def _font() -> TTFont:
    return TTFont(Path(settings.FONTS_DIR) / FONT)


@lru_cache(maxsize=1)
def _letters() -> dict[int, tuple[str, float]]:
    """Of each sign that the font has: its glyph, and how wide it is at one point."""
    font = _font()
    return {sign: (name, font["hmtx"][name][0] / font["head"].unitsPerEm) for sign, name in font.getBestCmap().items()}
