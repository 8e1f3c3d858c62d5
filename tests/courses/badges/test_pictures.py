"""The picture: every letter inside the ring, none as an empty box, open where somebody attended."""

from __future__ import annotations

import io
from math import cos, radians, sin

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from courses.badges import document, pictures
from courses.badges.enums import AchievementType
from courses.badges.models import SignedCredential
from tests.factories.badges import CODE, badge

TITLES = [
    "Circular procurement: the foundations",
    "Zirkuläre Beschaffung: Grundlagen für Beschaffungsverantwortliche in Gemeinden",
    "Ő ł ș ħ ŵ Ġ Ķ",
    "Κυκλικές προμήθειες",
    "Кръгови обществени поръчки",
    "R",
]


def baked(**changes: object) -> SignedCredential:
    return SignedCredential(code=CODE, credential=document.as_text(badge(**changes)))


def colour_at(png: bytes, x: int, y: int) -> tuple[int, ...]:
    with Image.open(io.BytesIO(png)) as image:
        return image.getpixel((x, y))  # type: ignore[return-value]  # RGBA


@pytest.mark.parametrize("title", TITLES)
def test_every_line_lies_inside_the_ring(title: str) -> None:
    points, lines = pictures.layout(title)
    assert " ".join(line.text for line in lines) == title
    for line in lines:
        for x in (line.x, line.x + pictures.width(line.text) * points):
            for y in (line.y - points * 0.75, line.y):
                assert ((x - pictures.MIDDLE) ** 2 + (y - pictures.CENTRE) ** 2) ** 0.5 < pictures.INNER


@pytest.mark.parametrize("title", ["Buy 😀 well", "中文", "W" * 80, " "])
def test_a_title_that_cannot_be_drawn_is_left_out(title: str) -> None:
    assert pictures.layout(title) == (pictures.SMALLEST, ())


def test_the_ring_is_closed_for_who_was_assessed_and_open_for_who_attended() -> None:
    # Middle of the ring, 67 and 22 degrees above the right: in the open eighth, and beside it.
    radius = pictures.RADIUS - pictures.RING * 0.75
    in_the_gap, beside = (
        (round(pictures.MIDDLE + radius * cos(radians(angle))), round(pictures.CENTRE - radius * sin(radians(angle))))
        for angle in (67, 22)
    )
    closed, opened = (
        pictures.baked_png(baked(kind=kind)) for kind in (AchievementType.CERTIFICATE, AchievementType.COURSE)
    )
    green, paper = (11, 93, 75, 255), (251, 250, 246, 255)
    assert [colour_at(each, *in_the_gap) for each in (closed, opened)] == [green, paper]
    assert [colour_at(each, *beside) for each in (closed, opened)] == [green, green]


def test_the_svg_says_its_title_and_needs_no_font() -> None:
    root = fromstring(pictures.baked_svg(baked(title="Buy & <sell>")))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Buy & <sell>"
    assert names == {"svg", "title", "credential", "circle", "path"}
