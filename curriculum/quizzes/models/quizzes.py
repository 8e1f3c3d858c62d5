"""Quizzes: chosen questions and random draws, with the rules of taking them."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.models import DraftStateMixin, Orderable, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from curriculum.competences.models import Competence
from curriculum.quizzes.enums import Counts, Difficulty, When
from curriculum.quizzes.forms import FOLLOWS_CHOICES, FoldedPanel, lesson_select, shown_if

from .questions import Question


class Quiz(DraftStateMixin, RevisionMixin, TranslatableMixin, ClusterableModel):
    """A row of questions and draws with its rules. Placed in a course or a lesson by reference."""

    code = models.SlugField(_("code"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    intro = models.TextField(_("introduction"), blank=True)
    formative = models.BooleanField(
        _("for practice"),
        default=False,
        help_text=_("Feedback at once, as often as wanted, no record of failure. To be placed in lessons."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=70, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=3, help_text=_("How often it may be taken. 0: as often as wanted.")
    )
    counts = models.CharField(_("which attempt counts"), max_length=10, choices=Counts.choices, default=Counts.BEST)
    wait_minutes = models.PositiveIntegerField(
        _("wait between attempts (minutes)"), default=0, help_text=_("1440 is a day.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    time_limit = models.PositiveSmallIntegerField(
        _("time limit (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty for none: reading time differs between people and languages."),
    )
    time_is_part = models.BooleanField(
        _("time is part of the test"),
        default=False,
        help_text=_("Learners cannot extend the time themselves. Extra time set on a person still counts."),
    )
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=False)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)
    show_marks = models.CharField(
        _("score and what was right"), max_length=10, choices=When.choices, default=When.SUBMITTED
    )
    show_feedback = models.CharField(
        pgettext_lazy("what is shown", "feedback"), max_length=10, choices=When.choices, default=When.SUBMITTED
    )
    show_right = models.CharField(_("the right answers"), max_length=10, choices=When.choices, default=When.LAST)
    pretest = models.BooleanField(
        _("can be tried before the course"),
        default=False,
        help_text=_("The same questions before and after: learners see what they gained. It never counts."),
    )
    anonymous_marking = models.BooleanField(
        _("hide names while marking"), default=False, help_text=_("Trainers see answers without names.")
    )

    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("code"), FieldPanel("formative")]),
            FieldPanel("intro"),
            InlinePanel("places", label=_("question or draw"), heading=_("Questions")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("attempts")]),
                    FieldRowPanel([FieldPanel("counts"), FieldPanel("wait_minutes")]),
                    FieldPanel("pretest"),
                    FieldPanel("anonymous_marking"),
                ],
                heading=_("Passing"),
                attrs=shown_if("formative", ticked=False),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                    FieldRowPanel([FieldPanel("time_limit"), FieldPanel("time_is_part")]),
                ],
                heading=pgettext_lazy("heading", "Time"),
                classname="collapsed",
                attrs=shown_if("formative", ticked=False),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("show_marks"),
                    FieldPanel("show_feedback"),
                    FieldPanel("show_right"),
                    FieldRowPanel([FieldPanel("shuffle_questions"), FieldPanel("shuffle_options")]),
                ],
                heading=_("What is shown when"),
                classname="collapsed",
            ),
            InlinePanel(
                "bands",
                label=_("band"),
                heading=_("Feedback by score"),
                help_text=_("What somebody reads whose score reaches this per cent, until the next band."),
                classname="collapsed",
            ),
        ],
        attrs=FOLLOWS_CHOICES,
    )
    override_translatable_fields = [
        *(
            SynchronizedField(name, overridable=False)
            for name in (
                "code", "formative", "pass_mark", "attempts", "counts", "wait_minutes", "opens_at", "closes_at",
                "time_limit", "time_is_part", "shuffle_questions", "shuffle_options", "show_marks", "show_feedback",
                "show_right", "pretest", "anonymous_marking",
            )
        ),
        TranslatableField("title"),
        TranslatableField("intro"),
        TranslatableField("bands"),
    ]  # fmt: skip

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Dates in order; what is shown while answering is for practice."""
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("The quiz closes before it opens.")})
        if not self.formative:
            shown = {name: getattr(self, name) for name in ("show_marks", "show_feedback", "show_right")}
            wrong = [name for name, when in shown.items() if when == When.DURING]
            if wrong:
                raise ValidationError(dict.fromkeys(wrong, _("Only a quiz for practice can show this at once.")))


class QuizQuestion(Orderable):
    """The place of a question in a quiz, or of a draw from the bank; read from the source quiz only."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="places")
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("question")
    )
    draw_count = models.PositiveSmallIntegerField(_("or draw so many"), default=0)
    draw_topic = models.CharField(_("by topic"), max_length=120, blank=True)
    draw_competence = models.ForeignKey(
        Competence, verbose_name=_("by competence"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    draw_difficulty = models.CharField(_("by difficulty"), max_length=10, choices=Difficulty.choices, blank=True)

    panels = [
        FieldPanel("question"),
        FoldedPanel(
            [
                FieldRowPanel([FieldPanel("draw_count"), FieldPanel("draw_topic")]),
                FieldRowPanel([FieldPanel("draw_competence", widget=forms.Select), FieldPanel("draw_difficulty")]),
            ],
            heading=_("Or draw questions from the bank"),
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("question in a quiz")
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=False, draw_count=0) | Q(question=None, draw_count__gte=1),
                name="place_is_question_or_draw",
                violation_error_message=_("Choose a question, or say how many to draw."),
            )
        ]

    def __str__(self) -> str:
        return str(self.question) if self.question_id else str(_("Random draw"))

    def clean(self) -> None:
        """A draw says by what."""
        super().clean()
        if not self.question_id and not (self.draw_topic or self.draw_competence_id or self.draw_difficulty):
            raise ValidationError(_("Choose a question, or a topic, competence or difficulty to draw by."))


class QuizBand(TranslatableMixin, Orderable):
    """What somebody reads whose score reaches this per cent, until the next band."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="bands")
    from_percent = models.PositiveSmallIntegerField(_("from (%)"), default=0, validators=[MaxValueValidator(100)])
    text = models.TextField(_("text"))
    read_again_key = models.UUIDField(_("lesson to read again"), null=True, blank=True)

    panels = [FieldPanel("from_percent"), FieldPanel("text"), FieldPanel("read_again_key", widget=lesson_select())]
    override_translatable_fields = [
        TranslatableField("text"),
        SynchronizedField("from_percent", overridable=False),
        SynchronizedField("read_again_key", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("band of scores")
        verbose_name_plural = _("bands of scores")

    def __str__(self) -> str:
        return f"{self.from_percent} %"
