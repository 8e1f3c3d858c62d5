"""Why something about training from elsewhere is refused, in words for whoever asked for it."""

from django.utils.translation import gettext_lazy as _

from courses.enrolments.errors import Refused


class TrainingUnknown(Refused):
    """There is no such report, or it is not for this person to see."""

    message = _("There is no such report.")


class AnsweredAlready(Refused):
    """It waits no more: somebody has answered, or it was withdrawn."""

    message = _("This report does not wait for an answer any more. Nothing was changed.")


class ChangedMeanwhile(Refused):
    """It is not what the answer was given to."""

    message = _("The report was changed while you read it. Read it again, then answer.")


class ReasonMissing(Refused):
    """A refusal says why."""

    message = _("Say why you do not accept it. The person reads it.")


class TooManyWaiting(Refused):
    """A person's reports wait in large numbers."""

    message = _("Many of your reports wait for an answer. You can report more once some are answered.")
