"""Why a fact is refused, in words for the learner."""

from django.utils.translation import gettext_lazy as _

from courses.enrolments.errors import Refused
from curriculum.completion.sentences import before_tick, first_do
from curriculum.conditions.nodes import Node


class LessonUnknown(Refused):
    """There is no such lesson, or it was withdrawn."""

    message = _("This lesson does not exist any more.")


class LessonNotWritten(Refused):
    """A summary cannot be completed."""

    message = _("This lesson is still being written. You can mark it as done once it is there.")


class LessonDoneByAttending(Refused):
    """Attendance at a workshop does this lesson, as long as the workshop is published."""

    message = _("This lesson is done by attending the workshop.")


class NotOpenYetBecause(Refused):
    """Something else comes first: the rule says what (`first`)."""

    def __init__(self, first: Node) -> None:
        super().__init__()
        self.first = first

    def __str__(self) -> str:
        return first_do(self.first)


class ActivityFirst(Refused):
    """An activity in the lesson that counts is not done yet: `first` says which."""

    def __init__(self, first: Node) -> None:
        super().__init__()
        self.first = first

    def __str__(self) -> str:
        return before_tick(self.first)


class CourseCompletedStays(Refused):
    """A completion is never taken away."""

    message = _("You have completed this course. Its lessons stay done.")


class NotCorrectable(Refused):
    """An administrator chose something that the person does not take, or that cannot be noted by hand."""

    message = _("This is nothing that can be corrected for this person. Choose from the list.")


class NotWrittenYet(Refused):
    """A summary cannot be noted as done for anybody."""

    message = _("This lesson is still being written, so nobody can have done it.")


class OwnRecord(Refused):
    """Nobody gives themselves a certificate."""

    message = _("You cannot correct what is noted about yourself. Ask another administrator.")


class CompletionStays(Refused):
    """A completion is never taken away, by an administrator neither."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def __str__(self) -> str:
        said = _("%(title)s is completed and asked for this. What a completed course or path asked for stays done.")
        return str(said % {"title": self.title})


class AttendedInFull(Refused):
    """What was attended is corrected where attendance is kept."""

    message = _("This person attended the workshop in full. Correct the attendance instead.")


class RuleChangedMeanwhile(Refused):
    """What was looked at is not the newest version of the rule any more."""

    message = _("The rule has changed since you looked. Nothing was applied: look at it again.")
