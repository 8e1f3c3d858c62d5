"""Fixed lists about questions and quizzes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", pgettext_lazy("question", "Single choice")
    MULTIPLE = "multiple", pgettext_lazy("question", "Multiple choice")
    TRUE_FALSE = "true_false", pgettext_lazy("question", "True or false")
    ORDERING = "ordering", pgettext_lazy("question", "Ordering")
    MATCHING = "matching", pgettext_lazy("question", "Matching")
    NUMERIC = "numeric", pgettext_lazy("question", "Number")
    SHORT_TEXT = "short_text", pgettext_lazy("question", "Short text")
    OPEN_TEXT = "open_text", pgettext_lazy("question", "Open text")
    HAND_IN = "hand_in", pgettext_lazy("question", "Document to hand in")
    SCENARIO = "scenario", pgettext_lazy("question", "Scenario with several questions")


# Options are chosen; the place of an option in the list means nothing.
CHOICE_KINDS = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE})
# A person reads the answer and decides.
BY_HAND_KINDS = frozenset({QuestionKind.OPEN_TEXT, QuestionKind.HAND_IN})


class Difficulty(models.TextChoices):
    """How hard the author thinks that a question is."""

    EASY = "easy", pgettext_lazy("difficulty", "Easy")
    MEDIUM = "medium", pgettext_lazy("difficulty", "Medium")
    HARD = "hard", pgettext_lazy("difficulty", "Hard")


class Counts(models.TextChoices):
    """Which of several attempts counts."""

    BEST = "best", pgettext_lazy("attempt", "The best attempt counts")
    LAST = "last", pgettext_lazy("attempt", "The last attempt counts")
    FIRST = "first", pgettext_lazy("attempt", "The first attempt counts")
    AVERAGE = "average", pgettext_lazy("attempt", "The average of all attempts counts")


class When(models.TextChoices):
    """From when on a learner sees something of the result."""

    DURING = "during", pgettext_lazy("review", "At once, after each answer")
    SUBMITTED = "submitted", pgettext_lazy("review", "After handing in")
    LAST = "last", pgettext_lazy("review", "After passing, or after the last attempt")
    CLOSED = "closed", pgettext_lazy("review", "After the quiz has closed")
    NEVER = "never", pgettext_lazy("review", "Never")


class Level(models.IntegerChoices):
    """How well a line of a rubric is met (CURRICULUM.md, rubrics R1 and R2)."""

    INSUFFICIENT = 0, _("Insufficient")
    SUFFICIENT = 1, _("Sufficient")
    GOOD = 2, _("Good")


# Study time of a quiz: reading, thinking and reading the feedback.
MINUTES_PER_QUESTION = 2
