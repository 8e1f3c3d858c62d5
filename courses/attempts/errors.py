"""Why something at a quiz is refused, in words for the learner."""

from django.utils.translation import gettext_lazy as _

from courses.enrolments.errors import Refused


class AttemptUnknown(Refused):
    """There is no such attempt, or it is someone else's."""

    message = _("There is no such quiz attempt.")


class NoQuiz(Refused):
    """The course has no quiz that can be given."""

    message = _("This course has no quiz at the moment.")


class NoAttemptsLeft(Refused):
    """All attempts of this cycle are used."""

    message = _("You have used all attempts at this quiz. You can start the course anew to try again.")


class SubmittedAlready(Refused):
    """An attempt is submitted once."""

    message = _("This attempt was handed in before. Nothing was changed.")


class AttemptEnded(Refused):
    """The enrolment that the attempt belongs to is not running any more."""

    message = _("You do not take this course at the moment, so the quiz cannot be answered. Nothing was changed.")


class BadAnswer(Refused):
    """What was posted is no answer to this question."""

    message = _("This is no answer to the question. Choose from the options shown.")
