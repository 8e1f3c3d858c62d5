"""Gathers the models of this package for Django; no logic."""

from .attempts.models import Answer, FrozenQuestion, QuizAttempt
from .certificates.models import Certificate, CertificateFile
from .enrolments.models import CourseInterest, Enrolment
from .progress.models import ItemProgress, LearningEvent, Place

__all__ = [
    "Answer", "Certificate", "CertificateFile", "CourseInterest", "Enrolment", "FrozenQuestion", "ItemProgress",
    "LearningEvent", "Place", "QuizAttempt",
]  # fmt: skip
