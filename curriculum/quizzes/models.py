"""Quizzes and their questions, authored as snippets. Correct answers and points are read from the source only."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import DraftStateMixin, Orderable, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from .enums import Counts, QuestionKind


class Question(TranslatableMixin, ClusterableModel):
    """One question in one language. Kind, points and which options are right hold for all languages: the source's."""

    code = models.SlugField(_("code"), max_length=80, help_text=_("A name for lists: cpa-1-first-question."))
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind.choices, default=QuestionKind.SINGLE)
    text = models.TextField(_("question"))
    points = models.PositiveSmallIntegerField(_("points"), default=1, validators=[MinValueValidator(1)])
    feedback = models.TextField(_("feedback"), blank=True, help_text=_("Shown after every answer to this question."))
    # By key, not by foreign key: quizzes stand below lessons and know nothing of them.
    read_again_key = models.UUIDField(_("lesson to read again"), null=True, blank=True)

    panels = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("text"),
        FieldPanel("points"),
        InlinePanel("choices", label=_("option"), heading=_("Options"), min_num=2),
        FieldPanel("feedback"),
    ]
    override_translatable_fields = [
        SynchronizedField("code"),
        SynchronizedField("kind"),
        SynchronizedField("points"),
        SynchronizedField("read_again_key"),
        TranslatableField("text"),
        TranslatableField("feedback"),
        TranslatableField("choices"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.text[:80]


class Choice(TranslatableMixin, Orderable):
    """One option of a question. `correct` is read from the source language only."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("text"), max_length=400)
    correct = models.BooleanField(_("right"), default=False)
    feedback = models.TextField(_("feedback"), blank=True, help_text=_("Shown to those who chose it."))

    panels = [FieldPanel("text"), FieldPanel("correct"), FieldPanel("feedback")]
    override_translatable_fields = [
        TranslatableField("text"),
        TranslatableField("feedback"),
        SynchronizedField("correct"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return self.text[:80]


class Quiz(DraftStateMixin, RevisionMixin, TranslatableMixin, ClusterableModel):
    """A chosen row of questions with its rules. Placed in a course by reference."""

    code = models.SlugField(_("code"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    intro = models.TextField(_("introduction"), blank=True)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=70, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=3, help_text=_("How often it may be taken. 0: as often as wanted.")
    )
    counts = models.CharField(_("which attempt counts"), max_length=10, choices=Counts.choices, default=Counts.BEST)

    panels = [
        FieldPanel("code"),
        FieldPanel("title"),
        FieldPanel("intro"),
        FieldPanel("pass_mark"),
        FieldPanel("attempts"),
        FieldPanel("counts"),
        InlinePanel("places", label=_("question"), heading=_("Questions")),
    ]
    override_translatable_fields = [
        SynchronizedField("code"),
        SynchronizedField("pass_mark"),
        SynchronizedField("attempts"),
        SynchronizedField("counts"),
        TranslatableField("title"),
        TranslatableField("intro"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class QuizQuestion(Orderable):
    """The place of a question in a quiz; read from the source quiz only."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="places")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+", verbose_name=_("question"))

    panels = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        verbose_name = _("question in a quiz")

    def __str__(self) -> str:
        return str(self.question)
