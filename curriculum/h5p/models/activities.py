"""What people learn from: an activity, in one language. Its rule holds for all languages: the source's."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from academy.website.blocks import TEXT_FEATURES
from curriculum.h5p.enums import Rule
from curriculum.quizzes.models import Quiz


class Activity(DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model):
    """Something to do inside a lesson, played from an H5P package: one item of the spine in all languages.

    Each language has its own packages (`Package.activity` is the source, `Package.locale` the language).
    """

    code = models.SlugField(_("code"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    about = models.TextField(_("what to do"), blank=True, help_text=_("One or two sentences above the activity."))
    rule = models.CharField(_("done when"), max_length=12, choices=Rule.choices, default=Rule.COMPLETED)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (%)"),
        default=70,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("For activities that are done when they are passed."),
    )
    counts = models.BooleanField(
        _("counts"),
        default=False,
        help_text=_("Whoever starts the course is asked for it, and its lesson is done only with it."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5)
    alternative = RichTextField(
        _("text alternative"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("The same in words, for whoever cannot use the player."),
    )
    alternative_quiz = models.ForeignKey(
        Quiz,
        verbose_name=_("quiz instead"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"formative": True},
        help_text=_(
            "A quiz for practice that does the same. Needed where a score is asked for that cannot be checked."
        ),
    )
    trusts_player = models.BooleanField(
        _("a score that cannot be checked counts"),
        default=False,
        help_text=_(
            "Any learner can claim any score: only for administrators to allow, and not for certificates of weight."
        ),
    )

    override_translatable_fields = [
        *(
            SynchronizedField(name, overridable=False)
            for name in ("code", "rule", "pass_mark", "counts", "minutes", "alternative_quiz", "trusts_player")
        ),
        *(TranslatableField(name) for name in ("title", "about", "alternative")),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("code",)
        permissions = [("trust_h5p_player", "Can let scores count that cannot be checked")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """What a form cannot see field by field."""
        super().clean()
        if self.alternative_quiz is not None and not self.alternative_quiz.formative:
            raise ValidationError({"alternative_quiz": _("Choose a quiz for practice.")})
