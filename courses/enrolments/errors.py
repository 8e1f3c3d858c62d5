"""Why something a learner asked for is refused, in words for the learner."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Nothing was changed; `message` says why and what to do, in the language of the reader."""

    message: str | Promise = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)


class CourseUnknown(Refused):
    """There is no such course, or it was withdrawn."""

    message = _("This course does not exist any more.")


class CourseInPreparation(Refused):
    """The course cannot be taken yet."""

    message = _("This course is still being prepared. You can have us tell you when it is ready.")


class CourseOpenAlready(Refused):
    """Asked to be told when a course opens that is open."""

    message = _("This course is open. You can start it now.")


class CourseCompletedAlready(Refused):
    """Taking a completed course again is a choice of its own."""

    message = _("You have completed this course. To take it again, start it anew from the course page.")


class NotEnrolled(Refused):
    """What was asked for needs a running enrolment."""

    message = _("Start the course first. Nothing was changed.")
