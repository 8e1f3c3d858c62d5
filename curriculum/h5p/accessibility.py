"""What is known of content types before anybody tries them: who can work with them, and which send no result.

Where this is from. H5P keeps a list of its content types' accessibility on h5p.org; no copy of it could be had when
this was written (22 November 2026), so nothing here is quoted from it. What stands here was read in the published code
and in the issues of the types' repositories (github.com/h5p) that day, where a comment says so; the rest follows from
what a type asks for. Versions differ, and so does content (a picture without words, a film without captions): an
"accessible" type can still hold an exercise that is not.

Machine names may come with a version ("H5P.Blanks 1.14").
"""

from __future__ import annotations

import re
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

_VERSION = re.compile(r"[ -]\d+\.\d+(?:\.\d+)?\Z", re.ASCII)


class Standing(StrEnum):
    """Whether people who use a keyboard or a screen reader can do what a content type asks for."""

    ACCESSIBLE = "accessible"
    PARTLY = "partly"
    NOT_ACCESSIBLE = "not_accessible"
    UNKNOWN = "unknown"


# Read in the code: real buttons and fields, or roles with a name, a state and keys.
_ACCESSIBLE = frozenset(
    {
        "H5P.Blanks",
        "H5P.CircularLadder",  # our own
        "H5P.MultiChoice",
        "H5P.QuestionSet",
        "H5P.SingleChoiceSet",
        "H5P.TrueFalse",
        # Text and form fields alone.
        "H5P.Accordion",
        "H5P.AdvancedText",
        "H5P.ArithmeticQuiz",
        "H5P.DocumentationTool",
        "H5P.Essay",
        "H5P.Summary",
        "H5P.Table",
        "H5P.Text",
    }
)
_PARTLY = frozenset(
    {
        # Dragging, with keys since 2017 (h5p-course-presentation, issue 45), which are hard to follow by ear.
        "H5P.DragQuestion",
        "H5P.DragText",
        "H5P.MarkTheWords",
        "H5P.SortParagraphs",
        # Pictures without words of their own: h5p-flashcards, issue 6; h5p-image-hotspots, issue 5 and pull request 2;
        # h5p-memory-game, issue 13, and the empty alt in its card.js. All open on that day.
        "H5P.Flashcards",
        "H5P.ImageHotspots",
        "H5P.MemoryGame",
        # As good as what is put in them, and as its captions.
        "H5P.BranchingScenario",
        "H5P.Column",
        "H5P.CoursePresentation",
        "H5P.InteractiveBook",
        "H5P.InteractiveVideo",
        "H5P.Audio",
        "H5P.Video",
        # Made to be looked at, with keys to move on.
        "H5P.Agamotto",
        "H5P.Chart",
        "H5P.Collage",
        "H5P.Crossword",
        "H5P.Dialogcards",
        "H5P.Dictation",
        "H5P.GuessTheAnswer",
        "H5P.ImageJuxtaposition",
        "H5P.ImagePair",
        "H5P.ImageSequencing",
        "H5P.ImageSlider",
        "H5P.MultiMediaChoice",
        "H5P.ThreeImage",
        "H5P.Timeline",
    }
)
_NOT_ACCESSIBLE = frozenset(
    {
        # Read in the code: the answer is a click on a spot of a picture without words, no key does the same.
        "H5P.ImageHotspotQuestion",
        "H5P.ImageMultipleHotspotQuestion",
        # A line drawn over a grid of letters; a space to look around in; a camera; a voice.
        "H5P.ARScavenger",
        "H5P.FindTheWords",
        "H5P.ImpressPresentation",
        "H5P.SpeakTheWords",
        "H5P.SpeakTheWordsSet",
    }
)
# They never send a result. Tried (shared/design/H5P.md, section 2): Accordion, Dialogcards without repetition. Read in
# the code: all of them. Not here: types that say "consumed" as soon as they are opened, such as Collage.
_SILENT = frozenset(
    {
        "H5P.Accordion",
        "H5P.Chart",
        "H5P.Dialogcards",
        "H5P.GuessTheAnswer",
        "H5P.IFrameEmbed",
        "H5P.ImageSlider",
        "H5P.Timeline",
    }
)
# They send points: questions, by H5P's contract for question types. Which of them can be scored again here is for
# `scoring.can_rescore` to say.
_SCORING = frozenset(
    {
        "H5P.ArithmeticQuiz",
        "H5P.Blanks",
        "H5P.CircularLadder",
        "H5P.Crossword",
        "H5P.Dictation",
        "H5P.DragQuestion",
        "H5P.DragText",
        "H5P.Essay",
        "H5P.Flashcards",
        "H5P.ImageHotspotQuestion",
        "H5P.ImageMultipleHotspotQuestion",
        "H5P.ImagePair",
        "H5P.ImageSequencing",
        "H5P.MarkTheWords",
        "H5P.MultiChoice",
        "H5P.MultiMediaChoice",
        "H5P.QuestionSet",
        "H5P.SingleChoiceSet",
        "H5P.SortParagraphs",
        "H5P.SpeakTheWords",
        "H5P.SpeakTheWordsSet",
        "H5P.Summary",
        "H5P.TrueFalse",
    }
)

_WARNINGS = {
    Standing.PARTLY: _(
        "Some people who use a keyboard or a screen reader cannot work with this content type, or only with parts of "
        "it. If the activity counts, offer an equivalent."
    ),
    Standing.NOT_ACCESSIBLE: _(
        "People who use a keyboard or a screen reader cannot work with this content type. If the activity counts, an "
        "equivalent is needed."
    ),
    Standing.UNKNOWN: _(
        "It is not known whether people who use a keyboard or a screen reader can work with this content type. Try it "
        "without a mouse before it counts."
    ),
}
_NEVER_COMPLETED = _(
    "This content type sends no result, so nobody would ever complete the activity. Choose “Opened” or “Worked with” "
    "instead."
)


def known(library: str) -> Standing:
    """Who can work with this content type, as far as is known; see the top of this module for how much that is."""
    name = _name(library)
    if name in _ACCESSIBLE:
        return Standing.ACCESSIBLE
    if name in _PARTLY:
        return Standing.PARTLY
    return Standing.NOT_ACCESSIBLE if name in _NOT_ACCESSIBLE else Standing.UNKNOWN


def warning(library: str) -> str:
    """What an editor is told about it, in the language of the moment; "" where there is nothing to tell."""
    return str(_WARNINGS.get(known(library), ""))


def scores_itself(library: str) -> bool:
    """Whether this content type is known to send points."""
    return _name(library) in _SCORING


def emits_nothing(library: str) -> bool:
    """Whether this content type is known to send no result: it can be opened and worked with, never completed."""
    return _name(library) in _SILENT


def rule_warning(library: str, rule: str) -> str:
    """What an editor is told who makes an activity of this content type done by this rule, "" if that can work.

    `rule` is a value of `enums.Rule`: completed and passed need a result.
    """
    return str(_NEVER_COMPLETED) if rule in ("completed", "passed") and emits_nothing(library) else ""


def _name(library: str) -> str:
    return _VERSION.sub("", library)
