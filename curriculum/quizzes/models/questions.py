"""Questions and their options. Decision 6: right answers, points and tolerances are read from the source only."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.models import AcademyDocument, AcademyImage
from curriculum.competences.models import Competence
from curriculum.quizzes.enums import BY_HAND_KINDS, Difficulty, QuestionKind
from curriculum.quizzes.forms import (
    FOLLOWS_CHOICES,
    FoldedPanel,
    PartsPanel,
    PlainNumber,
    QuestionForm,
    UntitledInlinePanel,
    hint,
    lesson_select,
    not_shown_for,
    shown_for,
)

from .rubrics import Rubric


class Question(TranslatableMixin, ClusterableModel):
    """One question of the bank, in one language. All but the words holds for all languages: the source's.

    A scenario is a question whose parts are questions that name it as their parent; it is asked through them.
    """

    code = models.SlugField(_("code"), max_length=80, help_text=_("A name for lists: cpa-1-first-question."))
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind.choices, default=QuestionKind.SINGLE)
    text = models.TextField(_("question"), help_text=_("Formulas stand between \\( and \\), as in TeX."))
    points = models.DecimalField(
        _("points"), max_digits=6, decimal_places=2, default=1, validators=[MinValueValidator(0.01)]
    )
    must_pass = models.BooleanField(
        _("must be right"), default=False, help_text=_("The quiz is passed only if this question is answered rightly.")
    )
    feedback = models.TextField(_("feedback"), blank=True, help_text=_("Shown after every answer to this question."))
    feedback_right = models.TextField(_("feedback to a right answer"), blank=True)
    feedback_wrong = models.TextField(
        _("feedback to a wrong answer"), blank=True, help_text=_("Shown where no option says more.")
    )
    image = models.ForeignKey(
        AcademyImage, verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    image_alt = models.CharField(_("what the picture shows"), max_length=400, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("Stands behind the field of a number."))
    topic = models.CharField(_("topic"), max_length=120, blank=True, db_index=True)
    competence = models.ForeignKey(
        Competence, verbose_name=_("competence"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices, blank=True)
    rubric = models.ForeignKey(
        Rubric, verbose_name=_("rubric"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    template = models.ForeignKey(
        AcademyDocument,
        verbose_name=_("template to download"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of the scenario"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        limit_choices_to={"kind": QuestionKind.SCENARIO},
    )
    sort_order = models.PositiveSmallIntegerField(_("place in the scenario"), default=0)
    # By key, not by foreign key: quizzes stand below lessons and know nothing of them.
    read_again_key = models.UUIDField(_("lesson to read again"), null=True, blank=True)

    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("kind", help_text=_("The form shows what it needs.")), FieldPanel("code")]),
            FieldPanel("text"),
            MultiFieldPanel(
                [FieldPanel("image"), FieldPanel("image_alt")], heading=_("Picture"), classname="collapsed"
            ),
            MultiFieldPanel(
                [
                    hint(_("Write all options and tick the right one."), QuestionKind.SINGLE),
                    hint(_("Write all options and tick each one that is right."), QuestionKind.MULTIPLE),
                    hint(_("Write two options, True and False, and tick the right one."), QuestionKind.TRUE_FALSE),
                    hint(_("Write the items in the right order. Learners see them shuffled."), QuestionKind.ORDERING),
                    hint(
                        _("Write pairs: a text and what belongs to it. A pair without a text belongs to nothing."),
                        QuestionKind.MATCHING,
                    ),
                    hint(
                        _("Write the right number. Add typical wrong numbers, not ticked, to give each its feedback."),
                        QuestionKind.NUMERIC,
                    ),
                    hint(
                        _("Write the accepted words. Add typical wrong words, not ticked, to give each its feedback."),
                        QuestionKind.SHORT_TEXT,
                    ),
                    UntitledInlinePanel("choices", label=_("option")),
                ],
                heading=_("Options"),
                attrs=not_shown_for(*BY_HAND_KINDS, QuestionKind.SCENARIO),
            ),
            MultiFieldPanel(
                [FieldPanel("rubric", widget=forms.Select), FieldPanel("template")],
                heading=_("Marked by a trainer"),
                attrs=shown_for(*BY_HAND_KINDS),
            ),
            PartsPanel(heading=_("Questions of this scenario"), attrs=shown_for(QuestionKind.SCENARIO)),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [
                            FieldPanel("points", widget=PlainNumber),
                            FieldPanel("unit", attrs=shown_for(QuestionKind.NUMERIC)),
                        ]
                    ),
                    FieldPanel("must_pass"),
                ],
                heading=_("Points"),
                attrs=not_shown_for(QuestionKind.SCENARIO),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("feedback"),
                    FieldPanel("feedback_right", attrs=not_shown_for(*BY_HAND_KINDS)),
                    FieldPanel("feedback_wrong", attrs=not_shown_for(*BY_HAND_KINDS)),
                    FieldPanel("read_again_key", widget=lesson_select()),
                ],
                heading=_("Feedback to the question as a whole"),
                classname="collapsed",
                attrs=not_shown_for(QuestionKind.SCENARIO),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("topic"), FieldPanel("difficulty")]),
                    FieldPanel("competence", widget=forms.Select),
                ],
                heading=_("For lists and random draws"),
                classname="collapsed",
            ),
            MultiFieldPanel(
                [FieldPanel("parent", widget=forms.Select), FieldPanel("sort_order")],
                heading=_("Part of a scenario"),
                classname="collapsed",
                attrs=not_shown_for(QuestionKind.SCENARIO),
            ),
        ],
        attrs=FOLLOWS_CHOICES,
    )
    override_translatable_fields = [
        *(
            SynchronizedField(name, overridable=False)
            for name in (
                "code", "kind", "points", "must_pass", "image", "topic", "competence", "difficulty", "rubric", "parent",
                "sort_order", "read_again_key",
            )
        ),
        SynchronizedField("template"),
        *(
            TranslatableField(name)
            for name in ("text", "feedback", "feedback_right", "feedback_wrong", "image_alt", "unit", "choices")
        ),
    ]  # fmt: skip
    base_form_class = QuestionForm

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("code",)

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)

    def clean(self) -> None:
        """What a form cannot see field by field."""
        super().clean()
        if self.parent_id and self.kind == QuestionKind.SCENARIO:
            raise ValidationError({"parent": _("A scenario cannot be part of a scenario.")})
        if self.image_id and not self.image_alt.strip():
            raise ValidationError({"image_alt": _("Say what the picture shows, for those who cannot see it.")})


class Choice(TranslatableMixin, Orderable):
    """One option of a question, an item to order, a pair to match, or an answer that is looked for."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.TextField(_("text"), blank=True)
    correct = models.BooleanField(_("right"), default=False)
    match = models.TextField(_("what belongs to it"), blank=True)
    number = models.DecimalField(
        pgettext_lazy("quantity", "number"), max_digits=30, decimal_places=10, null=True, blank=True
    )
    tolerance = models.DecimalField(
        _("tolerance"), max_digits=30, decimal_places=10, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    words = models.TextField(
        _("accepted words"),
        blank=True,
        help_text=_("One on each line, in all languages. * stands for any letters."),
    )
    share = models.DecimalField(
        _("share of the points (%)"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        help_text=_("What an answer with this option is worth. Leave empty to count by the usual rule."),
    )
    feedback = models.TextField(_("feedback"), blank=True, help_text=_("Shown to those who chose it."))

    panels = [
        FieldPanel("text", attrs=not_shown_for(QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT)),
        FieldPanel("match", attrs=shown_for(QuestionKind.MATCHING)),
        FieldRowPanel(
            [FieldPanel("number", widget=PlainNumber), FieldPanel("tolerance", widget=PlainNumber)],
            attrs=shown_for(QuestionKind.NUMERIC),
        ),
        FieldPanel("words", attrs=shown_for(QuestionKind.SHORT_TEXT)),
        FieldPanel("correct", attrs=not_shown_for(QuestionKind.ORDERING, QuestionKind.MATCHING)),
        FieldPanel("feedback", attrs=not_shown_for(QuestionKind.ORDERING)),
        FoldedPanel(
            [FieldPanel("share", widget=PlainNumber)],
            heading=_("Part of the points"),
            attrs=not_shown_for(QuestionKind.TRUE_FALSE, QuestionKind.ORDERING, QuestionKind.MATCHING),
        ),
    ]
    override_translatable_fields = [
        TranslatableField("text"),
        TranslatableField("match"),
        TranslatableField("feedback"),
        *(
            SynchronizedField(name, overridable=False)
            for name in ("correct", "number", "tolerance", "words", "share")
        ),
    ]  # fmt: skip

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)
