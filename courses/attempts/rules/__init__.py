"""Writes of attempts: start, answer, hand in, mark, ask for another, regrade."""

from .answering import (
    FORGET_AT_ONCE,
    Checked,
    Posted,
    Saved,
    check,
    drop_document,
    drop_open,
    forget_answers,
    keep_document,
    remove_document,
    save_answer,
)
from .asking import ask_for_attempt, grant_attempt
from .marking import give_back, save_mark
from .regrading import Change, Preview, preview, regrade
from .starting import start, start_practice, start_pretest
from .submitting import Submitted, submit
from .time import extend_time, set_extra_time

__all__ = [
    "FORGET_AT_ONCE", "Change", "Checked", "Posted", "Preview", "Saved", "Submitted", "ask_for_attempt", "check",
    "drop_document", "drop_open", "extend_time", "forget_answers", "give_back", "grant_attempt", "keep_document",
    "preview", "regrade", "remove_document", "save_answer", "save_mark", "set_extra_time", "start", "start_practice",
    "start_pretest", "submit",
]  # fmt: skip
