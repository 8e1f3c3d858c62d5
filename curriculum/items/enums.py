"""Kinds of things that people learn."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ItemKind(models.TextChoices):
    """What a learner record can point to (architecture decision 8 names the vocabulary from the start)."""

    PATH = "path", pgettext_lazy("kind", "Path")
    COURSE = "course", pgettext_lazy("kind", "Course")
    MODULE = "module", pgettext_lazy("kind", "Module")
    LESSON = "lesson", pgettext_lazy("kind", "Lesson")
    QUIZ = "quiz", pgettext_lazy("kind", "Quiz")
    ACTIVITY = "activity", pgettext_lazy("kind", "Activity")
    WORKSHOP = "workshop", pgettext_lazy("kind", "Workshop")
    HAND_IN = "hand_in", pgettext_lazy("kind", "Hand-in")
