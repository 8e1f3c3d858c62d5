"""The kinds of mail about learning (see academy.mail.kinds): what each is called, which cannot be turned off.

Essential is what answers something that the person did, or what they must act on in time. A reminder of a seat is that
as well: who cannot come has to give it back.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.mail.kinds import Kind, register
from courses.attempts import emails as attempts
from courses.booking import emails as booking
from courses.certificates import emails as certificates
from courses.enrolments import emails as enrolments
from courses.flows import saved_filters
from courses.outside import emails as outside

COURSES = pgettext_lazy("group of notifications", "Courses and quizzes")
WORKSHOPS = pgettext_lazy("group of notifications", "Workshops")
CERTIFICATES = pgettext_lazy("group of notifications", "Certificates")
OUTSIDE = pgettext_lazy("group of notifications", "Training from elsewhere")
TEACHING = pgettext_lazy("group of notifications", "Teaching and looking after people")

ESSENTIAL: dict[Any, dict[str, Any]] = {
    COURSES: {
        attempts.GRANTED: _("You have another attempt"),
        attempts.MARKED: _("Your answers were read"),
    },
    WORKSHOPS: {
        booking.BOOKED: _("You have a seat"),
        booking.WAITING: _("You are on the waiting list"),
        booking.OFFERED: _("A seat is kept for you"),
        booking.LAPSED: _("A seat is not kept for you any more"),
        booking.ASKED: _("Your request waits for approval"),
        booking.REFUSED: _("Your request was not approved"),
        booking.CANCELLED: _("Your seat is cancelled"),
        booking.MOVED: _("Time or place have changed"),
        booking.SESSION_CANCELLED: _("A workshop is cancelled"),
        booking.REMINDER: _("Reminder of your seat"),
        booking.DATE_SET: _("A date that you asked for"),
        booking.MESSAGE: _("Messages from trainers"),
    },
    CERTIFICATES: {
        certificates.ISSUED: _("Your certificate"),
        certificates.PARTICIPATION: _("Your statement of participation"),
        certificates.NAME: _("A certificate waits for your name"),
        certificates.REVOKED: _("A certificate was revoked"),
        certificates.DECLINED: _("A correction that you asked for was declined"),
    },
    OUTSIDE: {
        outside.ACCEPTED: _("Your training was accepted"),
        outside.REFUSED: _("Your training was not accepted"),
    },
    TEACHING: {
        attempts.ASKED: _("Somebody asks for another attempt"),
        booking.TRAINER: _("A workshop that you give"),
        booking.DECIDE: _("Run a workshop or cancel it"),
        booking.TO_APPROVE: _("Somebody asks for a seat"),
        booking.RETURNED: _("Seats that you reserved"),
        certificates.ASKED: _("Somebody asks for a correction of a certificate"),
        outside.REPORTED: _("Somebody reports training from elsewhere"),
        outside.CHANGED: _("A report of training was changed"),
        outside.WITHDRAWN: _("A report of training was withdrawn"),
    },
}
TITLE = _("Title of the course or path")
SAMPLE_TITLE = _("Circular procurement in practice")
SAMPLE_DAY = date(2027, 6, 30)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for group, labels in ESSENTIAL.items():
        for code, label in labels.items():
            register(Kind(code, label=label, group=group, essential=True, for_staff=group is TEACHING))
    register(
        Kind(
            enrolments.COURSE_OPEN,
            label=_("A course that you asked for is ready"),
            group=COURSES,
            essential=False,
            placeholders={"title": TITLE},
            samples={"title": SAMPLE_TITLE},
        )
    )
    # Built with the lists attached, so its words cannot be edited; each list has its own rhythm.
    register(Kind(saved_filters.KIND, label=_("Lists of your team that you saved"), group=COURSES, essential=False))
    for code, label, day in (
        (certificates.ENDING, _("A certificate ends soon"), _("The last day on which it is valid")),
        (certificates.ENDED, _("A certificate has ended"), _("The last day on which it was valid")),
    ):
        register(
            Kind(
                code,
                label=label,
                group=CERTIFICATES,
                essential=False,
                placeholders={"title": TITLE, "day": day},
                samples={"title": SAMPLE_TITLE, "day": SAMPLE_DAY},
            )
        )
