"""The kinds of mail about required learning, and which words they may be filled with (see academy.mail.kinds).

Essential is the answer to what somebody asked for. Everything else is at most a part of one mail a day.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.mail.enums import Rhythm
from academy.mail.kinds import Kind, register
from courses.assignments import emails

from .notification_kinds import SAMPLE_DAY, SAMPLE_TITLE, TEACHING, TITLE

REQUIRED = pgettext_lazy("group of notifications", "Required learning")
# What each word stands for, and what the preview shows for it.
WORDS: dict[str, tuple[Any, Any]] = {
    "title": (TITLE, SAMPLE_TITLE),
    "by": (_("Who requires it, or who answered"), "Sofia Lind (Town of Lindau)"),
    "organisation": (_("Name of the organisation"), "Town of Lindau"),
    "due": (_("The day on which it is due"), SAMPLE_DAY),
    "effort": (_("How long it takes"), "6 h 30 min"),
    "name": (_("Who asks"), "Jana Novak"),
    "wanted": (_("The day until which time is asked for"), SAMPLE_DAY),
    "note": (_("What was written with the answer, or nothing"), _("They write: Agreed.")),
    "news": (
        _("What waits, in sections; sections without anything are left out"),
        _("Reserved seats without a name: 2"),
    ),
}
LEARNER = ("title", "by", "organisation", "due", "effort")
LEADER = ("name", "title", "due", "wanted")


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for code, label, words in (
        (emails.ASSIGNED, _("Something is required of you"), LEARNER),
        (emails.DATE_CHANGED, _("It is due on another day"), LEARNER),
        (emails.REMINDER, _("Reminders of what is due"), LEARNER),
        (emails.OVERDUE, _("Reminders of what is overdue"), LEARNER),
        (emails.NOT_REQUIRED, _("Something is not required of you any more"), LEARNER),
    ):
        _register(code, label, REQUIRED, words, essential=False)
    for code, label in (
        (emails.MORE_TIME_GRANTED, _("You have more time")),
        (emails.MORE_TIME_DENIED, _("You have not been given more time")),
    ):
        _register(code, label, REQUIRED, (*LEARNER, "note"), essential=True)
    _register(emails.MORE_TIME_ASKED, _("Somebody asks for more time"), TEACHING, LEADER, essential=False)
    _register(
        emails.TEAM_DIGEST,
        _("What waits for you in your team, once a week"),
        TEACHING,
        ("organisation", "news"),
        essential=False,
        default=Rhythm.WEEKLY,
        # The board shows it all, as it is by now.
        in_bell=False,
    )


def _register(code: str, label: Any, group: Any, words: tuple[str, ...], **how: Any) -> None:
    register(
        Kind(
            code,
            label=label,
            group=group,
            placeholders={word: WORDS[word][0] for word in words},
            samples={word: WORDS[word][1] for word in words},
            for_staff=group is TEACHING,
            **how,
        )
    )
