"""Writes to the outbox and to the bell: mails that go at once, news that wait for the next mail, wishes, texts."""

from .notices import News, mark_all_read, mark_read, notify, notify_many, withdraw_notices
from .outbox import AGAIN, RESENT, is_known, queue, resend, wake, withdraw
from .texts import CHANGED, RESET, change_text, reset_text
from .wishes import set_wishes, stop

__all__ = [
    "AGAIN", "CHANGED", "RESENT", "RESET", "News", "change_text", "is_known", "mark_all_read", "mark_read", "notify",
    "notify_many", "queue", "resend", "reset_text", "set_wishes", "stop", "wake", "withdraw", "withdraw_notices",
]  # fmt: skip
