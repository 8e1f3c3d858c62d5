"""How far a lesson is written."""

from django.db import models
from django.utils.translation import pgettext_lazy


class LessonStatus(models.TextChoices):
    """A summary says honestly that the lesson is still to be written."""

    WRITTEN = "written", pgettext_lazy("lesson", "Written")
    SUMMARY = "summary", pgettext_lazy("lesson", "Summary")


# Study time follows from the text, nobody states it by hand (curriculum/content/README.md): reading to learn, for many
# in a second language.
WORDS_PER_MINUTE = 120
