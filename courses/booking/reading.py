"""Reads the join and leave times that a video tool writes as CSV, and finds whose they are. Pure: nothing is kept.

Understood are tables with a name or an e-mail address, a time of joining and one of leaving, under headings in English,
Dutch, German or French, between commas, semicolons or tabs; what stands above or below (a summary of the meeting) is
passed over. Where a file lists first and last times and single stays, the single stays count.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from .errors import FileUnread

MOST_BYTES = 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
NAMES = {
    "name", "full name", "participant", "participant name", "attendee", "user name", "username", "display name",
    "naam", "volledige naam", "deelnemer", "naam deelnemer",
    "vollstandiger name", "teilnehmer", "teilnehmername", "name des teilnehmers",
    "nom", "nom complet", "nom du participant", "participante", "prenom et nom",
}  # fmt: skip
EMAILS = {
    "email", "e mail", "user email", "email address", "e mail address", "participant email", "attendee email",
    "participant id", "upn",
    "e mailadres", "emailadres", "e mail gebruiker", "e mailadres van gebruiker",
    "e mail adresse", "benutzer e mail", "mail", "e mail adresse des benutzers",
    "adresse e mail", "courriel", "adresse courriel", "e mail de l utilisateur", "adresse de messagerie",
}  # fmt: skip
JOINS = {
    "join time", "join", "joined", "joined at", "time joined", "join date", "entered",
    "deelnametijd", "tijdstip van deelname", "toegetreden", "tijd van toetreding", "binnengekomen",
    "beitrittszeit", "beitritt", "beigetreten", "teilnahmezeit", "uhrzeit des beitritts", "beitritt um",
    "heure d arrivee", "heure de connexion", "heure d entree", "arrivee", "entree", "rejoint",
}  # fmt: skip
LEAVES = {
    "leave time", "leave", "left", "left at", "time left", "leave date",
    "vertrektijd", "tijdstip van vertrek", "verlaten", "tijd van vertrek", "vertrokken",
    "austrittszeit", "verlassen", "austritt", "uhrzeit des verlassens", "verlassen um", "zeit des verlassens",
    "heure de depart", "heure de sortie", "heure de deconnexion", "depart", "sortie", "quitte",
}  # fmt: skip
FIRST_JOINS = {"first join", "first join time", "eerste deelname", "eerste keer deelgenomen", "erster beitritt",
               "erste teilnahme", "premiere connexion", "premiere participation", "premiere arrivee"}  # fmt: skip
LAST_LEAVES = {"last leave", "last leave time", "laatste vertrek", "laatst verlaten", "letztes verlassen",
               "letzter austritt", "dernier depart", "derniere sortie", "derniere deconnexion"}  # fmt: skip
# Nothing was met outside of these, and what lies far out overflows when it changes zones.
YEARS = range(1970, 2200)
CLOCK = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
ZONED = r"\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?"
YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:t|,?\s+){CLOCK}{ZONED}")
YEAR_LAST = re.compile(rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}}),?\s+{CLOCK}{ZONED}")
TIME_ALONE = re.compile(rf"{CLOCK}{ZONED}")


@dataclass(frozen=True)
class Around:
    """The meeting that a file is read for; `zone` is that of the times that name none."""

    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(frozen=True)
class Stay:
    """Somebody was in the online room from then to then."""

    name: str
    email: str
    joined_at: datetime
    left_at: datetime


@dataclass(frozen=True)
class Listed:
    """Somebody with a seat, by whatever key the caller has."""

    key: int
    name: str
    email: str


@dataclass(frozen=True)
class Found:
    """Minutes of the meeting by key of who was matched, and names (or addresses) of those who were not."""

    minutes: dict[int, float]
    unmatched: list[tuple[str, float]]


@dataclass(frozen=True)
class _Row:
    line: int
    name: str
    email: str
    joined: str
    left: str


@dataclass(frozen=True)
class _Columns:
    name: int | None
    email: int | None
    join: int
    leave: int
    is_coarse: bool


def read(content: bytes, around: Around) -> list[Stay]:
    """The stays that a file lists, at most as long as they were. Raises FileUnread, which says what is wrong where."""
    rows = _rows(_text(content))
    stays = {order: list(_stays(rows, around, order)) for order in ("dmy", "mdy") if _reads(rows, around, order)}
    if not stays:
        # Read again for the words: the first line that says no time.
        list(_stays(rows, around, "dmy"))
    # 3/4 is a day in March or in April: the one on which the meeting was.
    return max(stays.values(), key=lambda found: sum(_within(stay, around) for stay in found))


def match(stays: Iterable[Stay], listed: Sequence[Listed], around: Around) -> Found:
    """Whose stays these are: by e-mail address, else by a name that one person alone has. Stays may overlap."""
    by_email = {person.email.casefold(): person.key for person in listed if person.email}
    by_name: dict[str, set[int]] = {}
    for person in listed:
        by_name.setdefault(plain_name(person.name), set()).add(person.key)
    theirs: dict[int, list[Stay]] = {}
    others: dict[str, list[Stay]] = {}
    for stay in stays:
        keys = by_name.get(plain_name(stay.name), set()) if plain_name(stay.name) else set()
        key = by_email.get(stay.email.casefold()) if stay.email else None
        if key is None and len(keys) == 1:
            key = next(iter(keys))
        if key is not None:
            theirs.setdefault(key, []).append(stay)
        else:
            others.setdefault(stay.name or stay.email, []).append(stay)
    return Found(
        {key: minutes_there(found, around) for key, found in theirs.items()},
        sorted((name, minutes_there(found, around)) for name, found in others.items()),
    )


def minutes_there(stays: Iterable[Stay], around: Around) -> float:
    """Minutes of the meeting that these stays cover together: what overlaps counts once."""
    total, reached = timedelta(0), around.starts_at
    for stay in sorted(stays, key=lambda stay: stay.joined_at):
        begins, ends = max(stay.joined_at, reached), min(stay.left_at, around.ends_at)
        if ends > begins:
            total += ends - begins
            reached = ends
    return total.total_seconds() / 60


def plain_name(name: str) -> str:
    """A name for comparing: `Albers, Jána (Guest)` and `jana albers` are the same."""
    return " ".join(sorted(_plain(re.sub(r"\(.*?\)|\[.*?\]", " ", name)).split()))


def _text(content: bytes) -> str:
    """The characters of a text file. Raises FileUnread for what is too large or no text."""
    if len(content) > MOST_BYTES:
        raise FileUnread(_("The file is larger than 1 MB. A list of join times is much smaller."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\r\n\f" for sign in text):
            break
        if not text.strip():
            raise FileUnread(_("The file is empty."))
        return text
    raise FileUnread(_("This is not a text file. Save the list of join times as CSV and choose that file."))


def _rows(text: str) -> list[_Row]:
    """Lines of the tables that say who joined and left when; single stays rather than first and last times."""
    for delimiter in (",", ";", "\t"):
        fine: list[_Row] = []
        coarse: list[_Row] = []
        was_found = False
        columns: _Columns | None = None
        try:
            for cells in (reader := csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
                if reader.line_num > MOST_ROWS:
                    raise FileUnread(_("The file has more than 20,000 lines. A list of join times is much shorter."))
                values = [cell.strip() for cell in cells[:MOST_COLUMNS]]
                if not any(values):
                    columns = None
                elif (heading := _columns(values)) is not None:
                    columns, was_found = heading, True
                elif columns is not None and (row := _row(reader.line_num, values, columns)) is not None:
                    (coarse if columns.is_coarse else fine).append(row)
        except csv.Error as error:
            raise FileUnread(
                _("This file cannot be read as CSV: one field has no end. Look for a lone quotation mark.")
            ) from error
        if fine or coarse:
            return fine or coarse
        if was_found:
            raise FileUnread(_("The file has headings, but nobody stands below them."))
    raise FileUnread(
        _("No headings were found. The file needs columns for the name or e-mail address, joining and leaving.")
    )


def _columns(values: Sequence[str]) -> _Columns | None:
    """Which column is which, if this is a line of headings."""
    headings = [_plain(re.sub(r"\(.*?\)", " ", value)) for value in values]

    def place(words: set[str]) -> int | None:
        return next((n for n, heading in enumerate(headings) if heading in words), None)

    name, email = place(NAMES), place(EMAILS)
    join, leave = place(JOINS), place(LEAVES)
    is_coarse = join is None or leave is None
    if is_coarse:
        join, leave = place(FIRST_JOINS), place(LAST_LEAVES)
    if join is None or leave is None or (name is None and email is None):
        return None
    return _Columns(name, email, join, leave, is_coarse)


def _row(line: int, values: Sequence[str], columns: _Columns) -> _Row | None:
    """What a line says of somebody; None for one that names nobody (a total, a title)."""

    def value(place: int | None) -> str:
        return values[place] if place is not None and place < len(values) else ""

    row = _Row(line, value(columns.name), value(columns.email), value(columns.join), value(columns.leave))
    email = row.email if "@" in row.email else ""
    if not (row.name or email) or not (row.joined or row.left):
        return None
    return _Row(line, row.name[:150], email[:254], row.joined, row.left)


def _reads(rows: Sequence[_Row], around: Around, order: str) -> bool:
    try:
        list(_stays(rows, around, order))
    except FileUnread:
        return False
    return True


def _stays(rows: Sequence[_Row], around: Around, order: str) -> Iterator[Stay]:
    """The rows with their times, days before months or after. Raises FileUnread for the first that says none."""
    for row in rows:
        joined = _moment(row.joined, around, order)
        # Who was still there when the list was written has no time of leaving.
        left = _moment(row.left, around, order) if row.left else around.ends_at
        if joined is None or left is None:
            wrong = row.joined if joined is None else row.left
            raise FileUnread(
                _("Line %(line)s: “%(text)s” is no date and time.") % {"line": row.line, "text": wrong[:40]}
            )
        if left < joined and row.left:
            raise FileUnread(_("Line %(line)s: the time of leaving lies before that of joining.") % {"line": row.line})
        yield Stay(row.name, row.email, joined, max(left, joined))


def _moment(text: str, around: Around, order: str) -> datetime | None:
    """The instant that a cell says, by the zone that it names or else the one the file is in; None if it says none."""
    text = " ".join(unicodedata.normalize("NFKC", text).split()).lower()
    local: tzinfo = ZoneInfo(around.zone)
    if (said := YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day = int(said["y"]), int(said["m"]), int(said["d"])
    elif (said := YEAR_LAST.fullmatch(text)) is not None:
        year = int(said["y"]) + (2000 if len(said["y"]) == 2 else 0)
        day, month = (int(said["a"]), int(said["b"])) if order == "dmy" else (int(said["b"]), int(said["a"]))
    elif (said := TIME_ALONE.fullmatch(text)) is not None:
        here = around.starts_at.astimezone(local)
        year, month, day = here.year, here.month, here.day
    else:
        return None
    if year not in YEARS:
        return None
    hour, half = int(said["hour"]), (said["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        at = datetime.combine(date(year, month, day), time(hour, int(said["minute"]), int(said["second"] or 0)))
        return at.replace(tzinfo=_zone(said["zone"], local)).astimezone(UTC)
    except ValueError:
        return None


def _zone(said: str | None, local: tzinfo) -> tzinfo:
    if not said:
        return local
    if said in ("z", "utc", "gmt"):
        return UTC
    zone = datetime.strptime(said.replace(":", ""), "%z").tzinfo
    return zone or UTC


def _within(stay: Stay, around: Around) -> float:
    return minutes_there([stay], around)


def _plain(text: str) -> str:
    """Lower-case letters and digits, accents off, everything else a space."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())
