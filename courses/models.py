"""Gathers the models of this package for Django; no logic."""

from .attempts.models import (
    Answer,
    AttemptRequest,
    ExtraTime,
    FrozenQuestion,
    HandedIn,
    Mark,
    QuizAttempt,
    Regrade,
    RegradedAttempt,
    Unanswered,
)
from .certificates.models import Certificate, CertificateFile
from .enrolments.models import CourseInterest, Enrolment
from .progress.models import ItemProgress, LearningEvent, Place

__all__ = [
    "Answer", "AttemptRequest", "Certificate", "CertificateFile", "CourseInterest", "Enrolment", "ExtraTime",
    "FrozenQuestion", "HandedIn", "ItemProgress", "LearningEvent", "Mark", "Place", "QuizAttempt", "Regrade",
    "RegradedAttempt", "Unanswered",
]  # fmt: skip
