"""A course with activities, among them one that means harm. Each story has a person and a lesson of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curriculum.h5p.enums import Rule
from tests.factories import activities, h5p, h5p_types
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import make_person

from .signing_in import PASSWORD

PLAYER = "petra@lindenmark.example"
LOOKED_AT = "lotte@lindenmark.example"
VICTIM = "vera@lindenmark.example"
LOST = "lars@lindenmark.example"
KEYBOARD = "kaja@lindenmark.example"
BUSY = "bea@lindenmark.example"
NAMES = {
    PLAYER: "Petra Player",
    LOOKED_AT: "Lotte Looker",
    VICTIM: "Vera Victim",
    LOST: "Lars Lost",
    KEYBOARD: "Kaja Keyboard",
    BUSY: "Bea Busy",
}
COURSE = "/en/courses/cpa-84/"
# One activity in each lesson but the last.
SET, EVIL, LINKS, CONTRACT, NONE = (f"{COURSE}module-1/lesson-1-{number}/" for number in (1, 2, 3, 4, 5))
# One grey point.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
EVIL_SCRIPT = Path(__file__).with_name("evil.js")
EVIL_LIBRARY = h5p.library("H5P.Evil", files={"evil.js": EVIL_SCRIPT.read_bytes()})
LINKS_SCRIPT = """
H5P.Links = function (params, id) {
  H5P.EventDispatcher.call(this);
  this.attach = function ($container) {
    $container.html('<p><a href="https://example.org/more">More</a> <a href="#here">Here</a></p>' +
      '<h2 id="here">Part</h2>' +
      '<button type="button">Longer</button><img alt="" src="' + H5P.getPath("images/dot.png", id) + '">');
    $container.find("button").on("click", function () { $container.append('<p style="height: 900px">Long</p>'); });
  };
};
"""


def fill() -> None:
    """The course, its activities, and who takes it."""
    made = make_course("CPA-84", lessons=5, quiz=False, languages=["en", "nl"])
    put(made, 0, h5p_types.questions(), title="True or false?", rule=Rule.COMPLETED, counts=True, alternative="Read.")
    put(made, 1, h5p.package(EVIL_LIBRARY), title="Means harm", rule=Rule.COMPLETED)
    links = h5p.library("H5P.Links", files={"links.js": LINKS_SCRIPT})
    put(made, 2, h5p.package(links, media={"images/dot.png": DOT}), title="With links", rule=Rule.INTERACTED)
    put(made, 3, contract_package(), title="What core promises", rule=Rule.VIEWED)
    for address, name in NAMES.items():
        learning.take(make_person(address, password=PASSWORD, display_name=name), made)


def contract_package() -> bytes:
    """The library that looks at what it is given, with another one that it needs, and files of its own."""
    part = (
        "H5P.Part = function () { H5P.EventDispatcher.call(this); this.says = () => 'here'; this.attach = () => {}; };"
    )
    needed = h5p.library("H5P.Part", files={"part.js": part})
    files: dict[str, bytes | str] = {
        "scripts/contract.js": Path(__file__).with_name("contract.js").read_bytes(),
        "styles/contract.css": ".contract-dot { width: 9px; height: 9px; background: url('../images/dot.png') }",
        "images/dot.png": DOT,
        "scripts/data.json": '{"word": "beside"}',
        "data.json": '{"word": "of its own"}',
    }
    main = h5p.library(
        "H5P.Contract",
        files=files,
        depends=[needed],
        preloadedJs=[{"path": "scripts/contract.js"}],
        preloadedCss=[{"path": "styles/contract.css"}],
    )
    media = {"words.json": b'{"word": "of the content"}'}
    return h5p.package(main, libraries=[needed], media=media, content={"text": "Words & <b>more</b>"})


def put(made: Any, index: int, data: bytes, **fields: Any) -> None:
    """An activity with this package into one of the lessons."""
    what = activities.activity(**fields)
    activities.package(what, data)
    activities.activity_in_lesson(made.lessons[index], what)
