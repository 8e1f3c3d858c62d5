"""Entries of the privacy registry for dates of workshops, activities, notes and training from elsewhere: what is
exported, erased and kept, and until when."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people import registry
from academy.people.models import User
from courses.assignments.models import Assignment, Duty, DutyEvent, Extension, SavedFilter
from courses.attempts.models import ActivityAttempt, ActivityState, ActivityStatement
from courses.booking.models import (
    Attendance,
    AttendanceChange,
    Booking,
    BookingChange,
    CalendarFeed,
    Reservation,
    SessionChange,
    SessionMessage,
    SessionTrainer,
    SignUpAnswer,
    Unavailability,
    WorkshopInterest,
    WorkshopSession,
)
from courses.booking.rules.booking import leave_all
from courses.flows.tell import tell
from courses.notes.models import Bookmark, LessonNote
from courses.outside.models import OutsideTraining
from courses.outside.rules import forget as forget_outside

COUNTS = _("Counts of participants need it. It says nothing about you: the account behind it has no name.")
OF_THE_DATE = _("It belongs to the date; it points to an account that has no name any more.")
RECORDS = _("as long as the organisation's records are kept, ten years after the learning was due")
TEN_YEARS = _("as long as the records of the date are kept, ten years after it")


def leave_dates(person: User) -> None:
    """Seats to come go to those who wait, who are told; what was stays, with an account that has no name."""
    at = timezone.now()
    tell(leave_all(person=person, at=at), at)
    BookingChange.objects.filter(booking__person=person).update(reason="")


def forget_notes(person: User) -> None:
    """Who was there is a number; what a trainer noted beside it goes."""
    Attendance.objects.filter(booking__person=person).update(note="")


def register() -> None:
    """Called once, when the app is ready."""
    _assignments()
    _activities()
    registry.register(
        Booking,
        what=_("Your seats and waiting places at workshops"),
        export=registry.rows(
            Booking, "person", "session__item__title", "session__starts_at", "pool__mode", "state", "joined_at",
            "booked_at", "ended_at", "ended",
        ),
        erase=leave_dates,
        keep_reason=COUNTS,
        until=TEN_YEARS,
    )  # fmt: skip
    registry.register(
        BookingChange,
        what=_("What happened to your bookings, and when"),
        export=registry.rows(
            BookingChange, "booking__person", "booking__session__item__title", "after", "why", "reason", "at"
        ),
        erase=None,
        keep_reason=COUNTS,
        until=TEN_YEARS,
    )
    registry.register(
        SignUpAnswer,
        what=_("What you answered when you booked"),
        export=registry.rows(
            SignUpAnswer, "booking__person", "booking__session__item__title", "question__text", "value", "erased_at"
        ),
        erase=registry.delete(SignUpAnswer, "booking__person"),
    )
    registry.register(
        Attendance,
        what=_("Workshops that you attended"),
        export=registry.rows(
            Attendance, "booking__person", "booking__session__item__title", "meeting__day", "presence", "note", "at"
        ),
        erase=forget_notes,
        keep_reason=COUNTS,
        until=TEN_YEARS,
    )
    registry.register(
        AttendanceChange,
        what=_("Corrections of your attendance"),
        export=registry.rows(AttendanceChange, "attendance__booking__person", "before", "after", "at"),
        erase=None,
        keep_reason=COUNTS,
        until=TEN_YEARS,
    )
    registry.register(
        WorkshopInterest,
        what=_("Workshops of which you want to be told a date"),
        export=registry.rows(WorkshopInterest, "person", "item__title", "asked_at", "told_at"),
        erase=registry.delete(WorkshopInterest, "person"),
    )
    registry.register(
        Unavailability,
        what=_("Times at which you give no workshops"),
        export=registry.rows(Unavailability, "person", "starts_at", "ends_at"),
        erase=registry.delete(Unavailability, "person"),
    )
    registry.register(
        CalendarFeed,
        what=_("Your private calendar address"),
        export=registry.rows(CalendarFeed, "person", "made_at"),
        erase=registry.delete(CalendarFeed, "person"),
    )
    registry.register(
        SessionTrainer,
        what=_("Dates that you give as a trainer"),
        export=registry.rows(SessionTrainer, "person", "session__item__title", "session__starts_at"),
        erase=None,
        keep_reason=OF_THE_DATE,
        until=TEN_YEARS,
    )
    registry.register(
        Reservation,
        what=_("Seats that you reserved for others"),
        export=registry.rows(Reservation, "by", "session__item__title", "unit__name", "return_on", "made_at"),
        erase=None,
        keep_reason=OF_THE_DATE,
        until=TEN_YEARS,
    )
    registry.register(
        SessionMessage,
        what=_("Messages that you sent to people of a date"),
        export=registry.rows(SessionMessage, "by", "session__item__title", "words", "count", "at"),
        erase=registry.unset(SessionMessage, "by"),
    )
    for model, what in ((WorkshopSession, _("Dates of workshops")), (SessionChange, _("Changes of dates"))):
        registry.register(
            model,
            what=what,
            export=None,
            erase=None,
            keep_reason=OF_THE_DATE,
            until=TEN_YEARS,
            about_person=False,
        )
    register_own()


def register_own() -> None:
    """What people keep for themselves, and training from elsewhere: nobody else's record needs it, so it all goes."""
    registry.register(
        LessonNote,
        what=_("Your notes on lessons"),
        export=registry.rows(LessonNote, "person", "item__title", "text", "updated_at"),
        erase=registry.delete(LessonNote, "person"),
    )
    registry.register(
        Bookmark,
        what=_("Your bookmarks"),
        export=registry.rows(Bookmark, "person", "item__title", "made_at"),
        erase=registry.delete(Bookmark, "person"),
    )
    registry.register(
        OutsideTraining,
        what=_("Training from elsewhere that you reported"),
        export=registry.rows(
            OutsideTraining, "person", "title", "provider", "on", "minutes", "competence", "description", "file_name",
            "state", "asked_at", "decided_at", "reason",
        ),
        erase=forget_outside,
    )  # fmt: skip


def forget_open(person: User) -> None:
    """An attempt without an end is no evidence; of the others what was said goes by itself (statements, states)."""
    ActivityAttempt.objects.filter(person=person, finished_at=None).delete()


def _activities() -> None:
    registry.register(
        ActivityAttempt,
        what=_("Your attempts at activities"),
        export=registry.rows(
            ActivityAttempt, "person", "activity__title", "placement__title", "number", "way", "reached", "started_at",
            "finished_at", "raw", "max", "claimed", "trust", "seconds",
        ),
        erase=forget_open,
        keep_reason=_(
            "Counts of participants and results need it. It says nothing about you: the account behind it has no name."
        ),
        until=_("as long as the course's records are kept, ten years after the course ends"),
    )  # fmt: skip
    registry.register(
        ActivityStatement,
        what=_("What you did in activities, step by step"),
        export=registry.rows(
            ActivityStatement, "attempt__person", "attempt__activity__title", "attempt__number", "verb", "statement",
            "received_at",
        ),
        erase=registry.delete(ActivityStatement, "attempt__person"),
    )  # fmt: skip
    registry.register(
        ActivityState,
        what=_("Where you left off in activities"),
        export=registry.rows(
            ActivityState, "attempt__person", "attempt__activity__title", "data_type", "value", "saved_at"
        ),
        erase=registry.delete(ActivityState, "attempt__person"),
    )


def _assignments() -> None:
    registry.register(
        Duty,
        what=_("Learning that is required of you"),
        export=registry.rows(
            Duty, "person", "organisation__name", "item__title", "given_at", "due_on", "completed_at", "ended_at"
        ),
        erase=None,
        keep_reason=COUNTS,
        until=RECORDS,
    )
    registry.register(
        Extension,
        what=_("More time that you asked for"),
        export=registry.rows(
            Extension, "duty__person", "duty__item__title", "wanted_on", "why", "asked_at", "state", "answer"
        ),
        erase=registry.delete(Extension, "duty__person"),
    )
    registry.register(
        SavedFilter,
        what=_("Lists of your team that you saved"),
        export=registry.rows(SavedFilter, "person", "name", "query", "rhythm", "format", "last_sent_on"),
        erase=registry.delete(SavedFilter, "person"),
    )
    registry.register(
        DutyEvent,
        what=_("What happened with learning that is required of you"),
        export=registry.rows(DutyEvent, "person", "fact", "at", "data"),
        erase=registry.unset(DutyEvent, "by"),
        keep_reason=COUNTS,
        until=RECORDS,
    )
    registry.register(
        Assignment,
        what=_("Learning that you assigned to others"),
        export=None,
        erase=registry.unset(Assignment, "by"),
        keep_reason=_("It belongs to the organisation; it points to an account that has no name any more."),
        until=RECORDS,
        about_person=False,
    )
