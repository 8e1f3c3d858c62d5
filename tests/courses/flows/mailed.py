"""What was mailed about dates, as tests read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import icalendar
import vobject

from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail


def mails(to: str = "", *, unsent: bool = False) -> list[OutgoingEmail]:
    """Mails about dates, all or to one address, in the order in which they were caused."""
    rows = OutgoingEmail.objects.filter(kind__startswith="booking/").order_by("pk")
    if unsent:
        rows = rows.filter(state=MailState.QUEUED)
    return list(rows.filter(to=to) if to else rows)


def send_all() -> None:
    """Everything that waits goes out."""
    OutgoingEmail.objects.update(state=MailState.SENT)


def entries(mail: OutgoingEmail) -> list[tuple[str, int, str, datetime]]:
    """UID, SEQUENCE, METHOD and beginning of each file of a mail, as two parsers read them."""
    found = []
    for part in mail.attachments:
        first = icalendar.Calendar.from_ical(part["text"])
        [entry] = first.walk("VEVENT")
        second: Any = vobject.readOne(part["text"])
        read = (str(entry["uid"]), int(entry["sequence"]), str(first["method"]), entry.decoded("dtstart"))
        assert read == (
            second.vevent.uid.value,
            int(second.vevent.sequence.value),
            second.method.value,
            second.vevent.dtstart.value.astimezone(UTC),
        )
        assert part["type"] == f"text/calendar; method={first['method']}"
        if part.get("as") != "alternative":
            found.append(read)
    uids = [read[0] for read in found]
    assert len(uids) == len(set(uids)), "one entry for each UID"
    return found
