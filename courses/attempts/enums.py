"""States and purposes of an attempt."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AttemptState(models.TextChoices):
    """An attempt is open until it is handed in; where a person has to read answers, it has no score until then."""

    OPEN = "open", pgettext_lazy("attempt", "Open")
    MARKING = "marking", pgettext_lazy("attempt", "Waits to be marked")
    SUBMITTED = "submitted", pgettext_lazy("attempt", "Handed in")


class Purpose(models.TextChoices):
    """What an attempt is for. Only one that counts leaves a fact."""

    COUNTS = "counts", pgettext_lazy("attempt", "Counts")
    PRACTICE = "practice", pgettext_lazy("attempt", "Practice")
    PRETEST = "pretest", pgettext_lazy("attempt", "Before the course")


class Way(models.TextChoices):
    """How an attempt at an activity was made."""

    PLAYER = "player", pgettext_lazy("activity", "In the player")
    QUESTIONS = "questions", pgettext_lazy("activity", "The same questions as a form")
    TEXT = "text", pgettext_lazy("activity", "By the text alternative")
    QUIZ = "quiz", pgettext_lazy("activity", "By the quiz instead")


class Reached(models.TextChoices):
    """How far an attempt at an activity came; each includes those before it."""

    VIEWED = "viewed", pgettext_lazy("activity", "Opened")
    INTERACTED = "interacted", pgettext_lazy("activity", "Worked with")
    COMPLETED = "completed", pgettext_lazy("activity", "Worked through to the end")


class Trust(models.TextChoices):
    """How far a score of an activity can be relied on. Staff see it; what a certificate hangs on needs the last two."""

    CLIENT = "client", pgettext_lazy("trust", "As the player says")
    CONSISTENT = "consistent", pgettext_lazy("trust", "As the player says, and it adds up")
    RESCORED = "rescored", pgettext_lazy("trust", "Worked out again from the answers")
    SERVER = "server", pgettext_lazy("trust", "Marked by the academy")


# What passes somebody, and what a certificate may hang on. Facts keep the same words.
RELIABLE = frozenset({Trust.RESCORED, Trust.SERVER})
