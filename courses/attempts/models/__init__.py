"""What learners tried: quizzes and hand-ins, and activities."""

from .activities import ActivityAttempt, ActivityState, ActivityStatement
from .quizzes import (
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
    private_storage,
)

__all__ = [
    "ActivityAttempt", "ActivityState", "ActivityStatement", "Answer", "AttemptRequest", "ExtraTime", "FrozenQuestion",
    "HandedIn", "Mark", "QuizAttempt", "Regrade", "RegradedAttempt", "Unanswered", "private_storage",
]  # fmt: skip
