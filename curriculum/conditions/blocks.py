"""How an editor puts a completion rule together. Pages are named by string: courses ask for lessons, and lessons lie
below courses, so that there is no order in which their classes could name each other."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.snippets.blocks import SnippetChooserBlock


class ScoredBlock(blocks.StructBlock):
    """A quiz or hand-in, and the score that is asked for."""

    quiz = SnippetChooserBlock("curriculum.Quiz", label=_("quiz or assignment"))
    at = blocks.IntegerBlock(
        label=_("per cent to pass"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Leave empty to ask for the quiz's own pass mark."),
    )


class PartsBlock(blocks.StreamBlock):
    """Single parts of a rule."""

    course = blocks.PageChooserBlock("curriculum.CoursePage", label=_("course completed"), icon="folder-open-inverse")
    module = blocks.PageChooserBlock("curriculum.ModulePage", label=_("all lessons of a module"), icon="list-ul")
    lesson = blocks.PageChooserBlock("curriculum.LessonPage", label=_("lesson done"), icon="doc-full")
    quiz = ScoredBlock(label=_("quiz passed"), icon="help")
    hand_in = ScoredBlock(label=_("assignment sufficient"), icon="edit")
    activity = SnippetChooserBlock("curriculum.Activity", label=_("activity done"), icon="play")
    workshop = blocks.PageChooserBlock("curriculum.WorkshopPage", label=_("workshop attended (any date)"), icon="group")


class AllOfBlock(PartsBlock):
    """Parts that belong together within a choice."""


class ChoicesBlock(PartsBlock):
    """What can be chosen from."""

    all_of = AllOfBlock(label=_("all of these together"), icon="folder")


class AnyOfBlock(blocks.StructBlock):
    """So many of several."""

    number = blocks.IntegerBlock(label=_("how many of them"), min_value=1, default=1)
    parts = ChoicesBlock(label=_("to choose from"), min_num=2)

    def clean(self, value: Any) -> Any:
        """Nobody can do more than there is."""
        value = super().clean(value)
        if value["number"] > len(value["parts"]):
            wrong = ValidationError(_("There are fewer parts to choose from."))
            raise blocks.StructBlockValidationError(block_errors={"number": wrong})
        return value


class TestOutBlock(blocks.StructBlock):
    """Whoever knows it all passes the quiz and is done."""

    at = blocks.IntegerBlock(label=_("per cent in the quiz of the course"), min_value=1, max_value=100, default=90)


class PathRuleBlock(PartsBlock):
    """The rule of a path: all that stands in it."""

    any_of = AnyOfBlock(label=_("any so many of"), icon="tick-inverse")


class CourseRuleBlock(PathRuleBlock):
    """The rule of a course: all that stands in it."""

    lessons = blocks.StaticBlock(
        label=_("all lessons of this course"),
        admin_text=_("Every written lesson that is published when somebody starts."),
        icon="list-ul",
    )
    own_quiz = blocks.StaticBlock(
        label=_("the quiz of this course"), admin_text=_("Passed at its own pass mark."), icon="help"
    )
    test_out = TestOutBlock(
        label=_("or: test out"),
        icon="success",
        help_text=_("Instead of all the rest: the quiz passed at so many per cent. At most once in a rule."),
    )

    def clean(self, value: Any) -> Any:
        """There is one way to test out."""
        value = super().clean(value)
        places = [n for n, child in enumerate(value) if child.block_type == "test_out"]
        if len(places) > 1:
            raise StreamBlockValidationError(
                block_errors={places[1]: ValidationError(_("Test out can be chosen only once."))}
            )
        if len(places) == len(value) and places:
            raise StreamBlockValidationError(non_block_errors=[ValidationError(_("Say as well what the full way is."))])
        return value
