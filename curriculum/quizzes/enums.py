"""Kinds of questions and which attempt counts."""

from django.db import models
from django.utils.translation import pgettext_lazy


class QuestionKind(models.TextChoices):
    """How a question is answered. Further kinds come with the full engine."""

    SINGLE = "single", pgettext_lazy("question", "Single choice")
    MULTIPLE = "multiple", pgettext_lazy("question", "Multiple choice")
    TRUE_FALSE = "true_false", pgettext_lazy("question", "True or false")


class Counts(models.TextChoices):
    """Which of several attempts counts."""

    BEST = "best", pgettext_lazy("attempt", "The best attempt counts")
    LAST = "last", pgettext_lazy("attempt", "The last attempt counts")


# Study time of a quiz: reading, thinking and reading the feedback.
MINUTES_PER_QUESTION = 2
