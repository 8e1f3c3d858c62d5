"""Reads of quizzes as authored, and of attempts as they were given."""

from .attempts import (
    ANSWERS_KEPT,
    EXTENSIONS,
    Score,
    answers_by_number,
    answers_forgotten,
    attempt_of,
    attempts_in_window,
    deadline,
    extension,
    extra_time_of,
    frozen_question,
    gain,
    granted,
    is_running,
    may_extend,
    next_number,
    open_attempt,
    overdue,
    pretest_of,
    question_count,
    seed_of,
    title_in,
    waiting_request,
)
from .authored import AuthoredQuestion, AuthoredQuiz, authored_questions, authored_quiz, drawn_keys, quiz_intro
from .given import Given, Pair
from .items import Item, ItemReport, QuizLine, item_report, quiz_lines
from .regradings import past_regradings, question_sources, question_words
from .results import (
    QuestionResult,
    Seen,
    band_of,
    given_words,
    practised,
    results,
    score_of,
    seen_by_learner,
    wanted_words,
)
from .shown import (
    OptionShown,
    QuestionShown,
    Words,
    all_shown,
    frozen_questions,
    left_sides,
    right_sides,
    show,
    shuffled,
    token_of,
)

__all__ = [
    "ANSWERS_KEPT", "EXTENSIONS", "AuthoredQuestion", "AuthoredQuiz", "Given", "Item", "ItemReport", "OptionShown",
    "Pair", "QuestionResult", "QuestionShown", "QuizLine", "Score", "Seen", "Words", "all_shown", "answers_by_number",
    "answers_forgotten", "attempt_of", "attempts_in_window", "authored_questions", "authored_quiz", "band_of",
    "deadline", "drawn_keys", "extension", "extra_time_of", "frozen_question", "frozen_questions", "gain",
    "given_words", "granted", "is_running", "item_report", "left_sides", "may_extend", "next_number", "open_attempt",
    "overdue", "past_regradings", "practised", "pretest_of", "question_count", "question_sources", "question_words",
    "quiz_intro", "quiz_lines", "results", "right_sides", "score_of", "seed_of", "seen_by_learner", "show",
    "shuffled", "title_in", "token_of", "waiting_request", "wanted_words",
]  # fmt: skip
