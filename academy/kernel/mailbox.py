"""The demo's mail: printed in the terminal and kept as files in a folder, never sent."""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_lock = threading.Lock()
RULE = "-" * 72


def as_text(message: EmailMessage) -> str:
    """What the terminal shows of a mail: head, words, names of what is attached."""
    attached = [str(item[0]) if isinstance(item, tuple) else item.get_filename() or "" for item in message.attachments]
    lines = [
        RULE,
        f"Mail to {', '.join(message.recipients())}",
        f"Subject: {message.subject}",
        "",
        str(message.body).rstrip(),
        *([f"Attached: {', '.join(attached)}"] if attached else []),
        RULE,
    ]
    return "\n".join(lines) + "\n"


class MailboxBackend(BaseEmailBackend):
    """Keeps each mail as an .eml file in MAILBOX_DIR and prints it. Several processes may write at once."""

    # Off while the demo's data is loaded: nobody reads a hundred mails of people who were made up a second ago.
    prints = True

    def __init__(self, fail_silently: bool = False, stream: TextIO | None = None, **kwargs: object) -> None:
        super().__init__(fail_silently=fail_silently)
        self.stream = stream

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep and print. Returns how many."""
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:6]}.eml"
            draft = folder / f".{name}"
            draft.write_bytes(message.message().as_bytes())
            # Renamed when complete: who reads the folder sees whole mails only.
            draft.rename(folder / name)
            if not self.prints:
                continue
            with _lock:
                stream = self.stream or sys.stdout
                stream.write(as_text(message))
                stream.flush()
        return len(email_messages)
