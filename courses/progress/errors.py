"""Why a fact is refused, in words for the learner."""

from django.utils.translation import gettext_lazy as _

from courses.enrolments.errors import Refused


class LessonUnknown(Refused):
    """There is no such lesson, or it was withdrawn."""

    message = _("This lesson does not exist any more.")


class LessonNotWritten(Refused):
    """A summary cannot be completed."""

    message = _("This lesson is still being written. You can mark it as done once it is there.")


class CourseCompletedStays(Refused):
    """A completion is never taken away."""

    message = _("You have completed this course. Its lessons stay done.")
