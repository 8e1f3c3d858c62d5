"""Questions of every kind for property tests, in the one form that both formats are read to."""

from __future__ import annotations

import io
from decimal import Decimal

from hypothesis import strategies as st
from PIL import Image

from curriculum.exchange.items import ImportedChoice, ImportedQuestion, Picture, label, one_line, path, settled, tidy
from curriculum.exchange.to_moodle_xml import TYPES
from curriculum.quizzes.enums import QuestionKind

# What either format, HTML or XML gives a meaning to, blanks of all sorts, and letters from elsewhere.
SIGNS = "~=#{}:\\%[]<>&\"'$*/-|`_^.()0 \t\n\r\u00a0\u2028\u200b\x0b\x00aénß漢🌍"
PIECES = [
    "\\(x^2\\)",
    "\\[\\frac{a}{b}\\]",
    "->",
    "[html]",
    "::",
    "//",
    "####",
    "&amp;",
    "&#32;",
    "<b>",
    "]]>",
    "$$x$$",
]
PIECES += ["@@PLUGINFILE@@/x.png", "%50%", "T", "TRUE", "$CATEGORY: x", "\\n", "\n\n", "  ", "{", "}", "<script>", "- "]
typed = st.lists(st.text(SIGNS, max_size=6) | st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).map("".join)
texts = typed.map(tidy)
some_text = texts.filter(bool)
lines = typed.map(one_line)
labels = typed.map(label)
numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
widths = st.decimals(min_value=0, max_value=1000, places=3)
# Shares that Moodle offers, and that add up.
partial = st.sampled_from(
    [Decimal(n) for n in ("90", "75", "50", "33.33333", "14.28571", "5", "-10", "-50", "-100", "0")]
)


def picture_file(colour: int = 0, kind: str = "PNG", size: tuple[int, int] = (3, 2)) -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", size, (colour, 90, 60)).save(file, kind)
    return file.getvalue()


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """A picture with a name that a file system takes, and a description."""
    stem = draw(st.text("abc é%+&'#()0-_", min_size=1, max_size=8).map(one_line).filter(bool))
    alt = draw(lines.map(lambda line: line[:200].strip()).filter(bool))
    return Picture(f"{stem}.png", picture_file(draw(st.integers(0, 255))), alt)


def options(draw: st.DrawFn, kind: str) -> tuple[ImportedChoice, ...]:
    """Options that earn by the rule, or shares that add up."""
    count = draw(st.integers(2, 5))
    if kind == QuestionKind.SINGLE:
        shares: list[Decimal | None] = [Decimal(100), *(draw(partial) for _ in range(count - 1))]
        right = [share == 100 for share in shares]
    else:
        number = draw(st.integers(1, count))
        right = [n < number for n in range(count)]
        part = (Decimal(100) / number).quantize(Decimal("0.00001"))
        shares = [part if n < number else min(draw(partial), Decimal(0)) for n in range(count)]
    if draw(st.booleans()):
        shares = [None] * count
    order = draw(st.permutations(range(count)))
    return tuple(
        ImportedChoice(text=draw(some_text), feedback=draw(texts), correct=right[n], share=shares[n]) for n in order
    )


def answers(draw: st.DrawFn, kind: str) -> tuple[ImportedChoice, ...]:
    """Numbers or words that are looked for; the first earns everything."""
    found = []
    for n in range(draw(st.integers(1, 4))):
        share = None if n == 0 else draw(st.none() | partial)
        correct = n == 0 or (share is None and draw(st.booleans()))
        if kind == QuestionKind.NUMERIC:
            rest = {"number": draw(numbers), "tolerance": draw(widths)}
        else:
            rest = {"words": tuple(draw(st.lists(lines.filter(bool), min_size=1, max_size=3)))}
        found.append(ImportedChoice(feedback=draw(texts), correct=correct, share=share, **rest))
    return tuple(found)


@st.composite
def questions(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(TYPES)) -> ImportedQuestion:
    """A question that can be given, of one of these kinds."""
    kind = draw(st.sampled_from(kinds))
    choices: tuple[ImportedChoice, ...] = ()
    if kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        choices = options(draw, kind)
    elif kind in {QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT}:
        choices = answers(draw, kind)
    elif kind == QuestionKind.TRUE_FALSE:
        right = draw(st.booleans())
        choices = (
            ImportedChoice(text="true", correct=right, feedback=draw(texts)),
            ImportedChoice(text="false", correct=not right, feedback=draw(texts)),
        )
    elif kind == QuestionKind.ORDERING:
        choices = tuple(
            ImportedChoice(text=draw(some_text), feedback=draw(texts)) for _ in range(draw(st.integers(2, 4)))
        )
    elif kind == QuestionKind.MATCHING:
        pairs = [ImportedChoice(text=draw(some_text), match=draw(some_text)) for _ in range(draw(st.integers(2, 4)))]
        extra = [ImportedChoice(match=draw(some_text)) for _ in range(draw(st.integers(0, 2)))]
        choices = tuple(draw(st.permutations([*pairs, *extra])))
    return settled(
        ImportedQuestion(
            kind=kind,
            text=draw(some_text),
            name=draw(lines),
            code=draw(labels),
            points=draw(st.decimals(min_value=Decimal("0.01"), max_value=99, places=2)),
            must_pass=draw(st.booleans()),
            feedback=draw(texts),
            feedback_right=draw(texts),
            feedback_wrong=draw(texts),
            unit=draw(lines.map(lambda line: line[:40].strip())) if kind == QuestionKind.NUMERIC else "",
            picture=draw(st.none() | pictures()),
            topic=draw(typed.map(path)),
            tags=tuple(draw(st.lists(labels.filter(bool), max_size=3))),
            choices=choices,
        )
    )
