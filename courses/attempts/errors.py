"""Why something at a quiz is refused, in words for the learner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.templatetags.academy import moment
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
    """What was posted is no answer to this question; `field` is the field that is wrong."""

    message = _("This is no answer to the question. Choose from the options shown.")

    def __init__(self, field: str = "", why: Any = "") -> None:
        super().__init__()
        self.field = field
        self.why = why

    def __str__(self) -> str:
        return str(self.why or self.message)


class OtherQuestion(Refused):
    """The form belongs to another question or attempt."""

    message = _("This form belongs to another question. Nothing was changed.")


class TimeOver(Refused):
    """The deadline has passed."""

    message = _("The time is over. What you had saved before counts; this answer came too late.")


class TimeLeft(Refused):
    """The clock wants to hand in an attempt that has time again. Nobody is shown this."""


class WaitsForMarking(Refused):
    """A trainer is to read the attempt before there can be another."""

    message = _("Your last attempt waits to be marked. You can try again once you have the result.")


class NotOpenYet(Refused):
    """The quiz opens later."""

    message = _("This quiz is not open yet.")


class Closed(Refused):
    """The quiz has closed."""

    message = _("This quiz has closed.")


class MustWait(Refused):
    """There is a wait between two attempts."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until

    def __str__(self) -> str:
        return str(_("You can try again from %(when)s.") % {"when": moment(self.until)})


class NoMoreTime(Refused):
    """The time cannot be extended."""

    message = _("The time of this attempt cannot be extended any more.")


class NotAskedFor(Refused):
    """No further attempt can be asked for."""

    message = _("You cannot ask for another attempt at the moment.")


class DocumentMissing(Refused):
    """No document was chosen."""

    message = _("Choose a document first.")


class NotMarkedYet(Refused):
    """A trainer gives an attempt back before all of it is marked."""

    message = _("Mark every answer first. Your drafts are kept.")


class NothingToRegrade(Refused):
    """No attempt would change."""

    message = _("No attempt would change. Nothing was done.")


class ActivityUnknown(Refused):
    """There is no such activity in the lesson, or no such attempt at one, or it is someone else's."""

    message = _("This activity does not exist any more.")


class NoPlayer(Refused):
    """The activity has no package that can be played."""

    message = _("This activity cannot be played yet. Do it without the player.")


class NoQuestions(Refused):
    """The activity's package has no questions that can be asked as a form."""

    message = _("This activity cannot be done as a form.")


class BadAnswers(Refused):
    """The form holds an answer that it does not offer."""

    message = _("These are no answers to the questions. Choose from the options shown.")


class TextIsNotEnough(Refused):
    """A score is asked for, or there is no text."""

    message = _("Reading the text is not enough for this activity. Nothing was changed.")


class StatementKnown(Refused):
    """The same statement came before. Nobody is shown this: the player has what it wants."""

    message = _("This was saved before. Nothing was changed.")


class TooMuch(Refused):
    """More was sent than anybody does by hand, and more is not taken."""

    message = _("Nothing more of this is saved. Open the page again to go on.")


class TooFast(Refused):
    """More was sent in a minute than anybody does by hand."""

    message = _("Too much was sent at once. Wait a minute and go on.")
