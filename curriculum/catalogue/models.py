"""Learning paths, courses and modules as pages. Structure, order and rules come from the source language's tree."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.models import BasePage, HomePage
from curriculum.competences.models import Competence
from curriculum.conditions.blocks import CourseRuleBlock, PathRuleBlock
from curriculum.conditions.enums import Refresher
from curriculum.quizzes.models import Quiz

from .enums import CourseStatus, Level
from .signals import rules_composed


def rules_in_words() -> HelpPanel:
    """Shows an editor the sentences that learners read, and what is wrong with the rules that they say."""
    return HelpPanel(template="curriculum/panel/composed_rules.html", heading=_("What learners read"))


class OutcomesBlock(blocks.StreamBlock):
    """What the learner can do afterwards, one sentence each."""

    outcome = blocks.CharBlock(label=_("outcome"), max_length=160)


class CataloguePage(BasePage):
    """All courses, to be narrowed down by level, path, language and competence."""

    template = "curriculum/catalogue.html"
    parent_page_types = [HomePage]

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")


class CoursePage(BasePage):
    """A course: modules in order, perhaps a quiz, and the rule by which it is completed."""

    code = models.SlugField(_("code"), max_length=40)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.STARTER)
    status = models.CharField(
        _("state"), max_length=20, choices=CourseStatus.choices, default=CourseStatus.IN_PREPARATION
    )
    assessment = models.CharField(_("assessment"), max_length=250, blank=True)
    members_only = models.BooleanField(
        _("members only"), default=False, help_text=_("Only people who are enrolled read beyond the first module.")
    )
    quiz = models.ForeignKey(
        Quiz,
        verbose_name=_("quiz"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    planned_minutes = models.PositiveSmallIntegerField(
        _("planned minutes"), default=0, help_text=_("Shown only while the course is in preparation.")
    )
    curriculum_version = models.CharField(_("curriculum version"), max_length=20, default="2026.1")
    rule = StreamField(
        CourseRuleBlock(),
        verbose_name=_("completed by"),
        blank=True,
        help_text=_("Leave empty to ask for all lessons and the quiz. All that stands here is asked for."),
    )
    advised = StreamField(
        PathRuleBlock(), verbose_name=_("advised"), blank=True, help_text=_("Shown with the course, not asked for.")
    )
    prerequisites = StreamField(
        PathRuleBlock(),
        verbose_name=_("before it can be started"),
        blank=True,
        help_text=_("Who has not done all of this is told so, with links, and cannot start yet."),
    )
    in_order = models.BooleanField(
        _("modules in order"),
        default=False,
        help_text=_("A module can be done once the one before it is. Everybody can read all of it in any case."),
    )
    quiz_after_lessons = models.BooleanField(
        _("quiz after the lessons"), default=False, help_text=_("The quiz opens once all lessons are done.")
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for how many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty if the certificate does not end."),
    )
    refresher = models.CharField(_("to renew it"), max_length=10, choices=Refresher.choices, default=Refresher.ALL)
    law_as_at = models.DateField(_("law as at"), null=True, blank=True)

    template = "curriculum/course.html"
    parent_page_types = [CataloguePage]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("assessment"),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("level"),
                FieldPanel("status"),
                FieldPanel("planned_minutes"),
                FieldPanel("curriculum_version"),
                FieldPanel("law_as_at"),
            ],
            heading=_("About this course"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("quiz"),
                FieldPanel("rule"),
                FieldPanel("advised"),
                FieldPanel("in_order"),
                FieldPanel("quiz_after_lessons"),
                FieldPanel("prerequisites"),
                FieldPanel("members_only"),
            ],
            heading=_("Completion and access"),
        ),
        rules_in_words(),
        MultiFieldPanel([FieldPanel("valid_months"), FieldPanel("refresher")], heading=_("Certificate")),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        TranslatableField("assessment"),
        *(
            SynchronizedField(name)
            for name in (
                "code", "level", "status", "members_only", "quiz", "planned_minutes", "curriculum_version",
                "law_as_at", "rule", "advised", "prerequisites", "in_order", "quiz_after_lessons", "valid_months",
                "refresher",
            )
        ),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def clean(self) -> None:
        """The quiz of a course counts, and its rules can be met."""
        super().clean()
        if self.quiz is not None and self.quiz.formative:
            raise ValidationError({"quiz": _("This quiz is for practice. Choose one that counts.")})
        rules_composed.send(sender=CoursePage, page=self)

    def get_admin_display_title(self) -> str:
        """With its code, so that the tree reads like the curriculum."""
        return f"{self.code} {super().get_admin_display_title()}"


class ModulePage(BasePage):
    """A part of a course with lessons in order."""

    number = models.CharField(_("number"), max_length=10, help_text=_("As in 1.3."))
    outcomes = StreamField(OutcomesBlock(), verbose_name=_("the learner can"), blank=True)
    planned_minutes = models.PositiveSmallIntegerField(_("planned minutes"), default=0)

    template = "curriculum/module.html"
    parent_page_types = [CoursePage]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("number"),
        FieldPanel("outcomes"),
        FieldPanel("planned_minutes"),
        InlinePanel("competences", label=_("competence"), heading=_("Competences it serves")),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("number"),
        SynchronizedField("planned_minutes"),
        SynchronizedField("competences"),
    ]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def get_admin_display_title(self) -> str:
        """With its number, so that the tree reads like the curriculum."""
        return f"{self.number} {super().get_admin_display_title()}"


class ModuleCompetence(Orderable):
    """A competence that a module serves, and up to which level. Read from the source only."""

    module = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="competences")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=[(n, str(n)) for n in range(1, 5)], default=1)

    panels = [FieldPanel("competence"), FieldPanel("level")]

    class Meta(Orderable.Meta):
        verbose_name = _("competence of a module")

    def __str__(self) -> str:
        return f"{self.competence.code}/{self.level}"


class LearningPathPage(BasePage):
    """A path: courses in order for one group of people."""

    code = models.SlugField(_("code"), max_length=20)
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    workshops = models.CharField(_("workshops"), max_length=300, blank=True)
    completion = models.CharField(_("completion in words"), max_length=400, blank=True)
    rule = StreamField(
        PathRuleBlock(),
        verbose_name=_("completed by"),
        blank=True,
        help_text=_("Leave empty to ask for all courses of the path. All that stands here is asked for."),
    )
    advised = StreamField(
        PathRuleBlock(), verbose_name=_("advised"), blank=True, help_text=_("Shown with the path, not asked for.")
    )
    short_rule = StreamField(
        PathRuleBlock(),
        verbose_name=_("short route"),
        blank=True,
        help_text=_("Whoever takes it has a statement of participation at the end. Leave empty if there is none."),
    )
    in_order = models.BooleanField(
        _("in order"), default=False, help_text=_("A step can be started once the one before it is completed.")
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for how many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty if the certificate does not end."),
    )
    curriculum_version = models.CharField(_("curriculum version"), max_length=20, default="2026.1")

    template = "curriculum/path.html"
    parent_page_types = [CataloguePage]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("code"),
        FieldPanel("audience"),
        FieldPanel("workshops"),
        FieldPanel("completion"),
        InlinePanel("courses", label=_("course"), heading=_("Courses in order")),
        MultiFieldPanel(
            [FieldPanel("rule"), FieldPanel("advised"), FieldPanel("short_rule"), FieldPanel("in_order")],
            heading=_("Completion"),
        ),
        rules_in_words(),
        MultiFieldPanel([FieldPanel("curriculum_version"), FieldPanel("valid_months")], heading=_("Certificate")),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("code"),
        SynchronizedField("courses"),
        TranslatableField("audience"),
        TranslatableField("workshops"),
        TranslatableField("completion"),
        *(
            SynchronizedField(name)
            for name in ("rule", "advised", "short_rule", "in_order", "valid_months", "curriculum_version")
        ),
    ]

    class Meta:
        verbose_name = _("learning path")
        verbose_name_plural = _("learning paths")

    def clean(self) -> None:
        """Its rules can be met."""
        super().clean()
        rules_composed.send(sender=LearningPathPage, page=self)


class PathCourse(Orderable):
    """A course on a path. Read from the source only."""

    path = ParentalKey(LearningPathPage, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("course")]

    class Meta(Orderable.Meta):
        verbose_name = _("course on a path")

    def __str__(self) -> str:
        return str(self.course)
