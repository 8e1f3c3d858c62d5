"""The demo's dates of workshops, through the same flows as real ones; days count from the day of the first load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from academy.people.models import User
from courses.booking.enums import Approval, BookingState, Presence, SeatMode, Waiting
from courses.booking.models import Booking, Meeting, WorkshopSession
from courses.booking.rules import wishes
from courses.booking.rules.attending import Seen
from courses.booking.rules.plans import MeetingPlan, Plan, QuestionPlan, TrainerPlan
from courses.flows import attend, book_seat, free_seat, plan_date
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

from . import cast
from .people import person_of

PLACE, ONLINE = SeatMode.PLACE.value, SeatMode.ONLINE.value
# What stands with a date is written in its language: page and mail say so to whoever has it read aloud.
HALL_DE: dict[str, Any] = {
    "venue": "Rathaus", "address": "Marktplatz 1", "city": "Lindenmark", "room": "Saal 2.14", "is_step_free": True,
    "access_notes": "Tram 4 bis Marktplatz, zwei Minuten zu Fuß. Der Aufzug ist links vom Eingang.",
}  # fmt: skip
HALL_NL: dict[str, Any] = {
    "venue": "Stadhuis", "address": "Markt 1", "city": "Veldermeer", "room": "Zaal 2.14", "is_step_free": True,
    "access_notes": "Tram 4 tot de Markt, twee minuten lopen. De lift is links van de ingang.",
}  # fmt: skip
HALL_FR: dict[str, Any] = {
    "venue": "Hôtel de ville", "address": "Rue du Marché 1", "city": "Bruxelles", "room": "Salle 3",
    "is_step_free": True,
}  # fmt: skip
# Nobody answers there: the demo's rooms are made up.
ROOM = "https://rooms.demo.example/"
# People of other towns who have found the academy by themselves.
OTHERS = (
    ("ines.costa", "Inês Costa", "fr"), ("luc.duval", "Luc Duval", "fr"), ("mads.eriksen", "Mads Eriksen", "en"),
    ("tom.fischer", "Tom Fischer", "de"), ("anna.gruber", "Anna Gruber", "de"), ("bram.hoekstra", "Bram Hoek", "nl"),
    ("chiara.ion", "Chiara Ion", "en"), ("dirk.jansen", "Dirk Jansen", "nl"), ("elif.kurt", "Elif Kurt", "de"),
    ("femke.laan", "Femke Laan", "nl"), ("gaston.morel", "Gaston Morel", "fr"), ("hanna.nowak", "Hanna Nowak", "en"),
    ("ivo.orsini", "Ivo Orsini", "en"), ("juliette.petit", "Juliette Petit", "fr"), ("karel.quint", "K. Quint", "nl"),
    ("lena.roth", "Lena Roth", "de"), ("miro.sala", "Miro Sala", "en"), ("nina.thoms", "Nina Thoms", "de"),
    ("otto.ulrich", "Otto Ulrich", "de"), ("pia.vogt", "Pia Vogt", "de"),
)  # fmt: skip
# What the first of W1 bring along, and what one of them needs.
BROUGHT = ("Schulmöbel für zwei Grundschulen", "Teppichfliesen im Rathaus", "Tablets für den Außendienst", "Geschirr")
NEEDED = {1: "Einen Platz nahe der Tür, bitte."}
# Useful, clear, pace; what helped; what could be better.
FORMS = (
    (5, 5, 3, "Calculating our own case.", ""),
    (4, 4, 3, "The worked example in small rooms.", "A longer break."),
    (5, 4, 2, "", "More time for the discount rate."),
    (4, 5, 3, "The spreadsheet that we keep.", ""),
    (3, 4, 4, "", "It went a little fast at the end."),
    (5, 5, 3, "Hearing how other towns decide.", ""),
)


@dataclass(frozen=True)
class Stage:
    """What every date of the demo needs."""

    people: dict[str, User]
    now: datetime
    today: date

    @property
    def trainer(self) -> User:
        """Marten."""
        return self.people["trainer"]

    @property
    def crowd(self) -> list[User]:
        """Who books: the others first, then the town's own staff."""
        own = [self.people[member.key] for member in cast.STAFF if member.key != cast.LEARNER]
        return [self.people[key] for key, _name, _language in OTHERS] + own

    def workday(self, days: int) -> date:
        """So many days from today, on the next working day."""
        day = self.today + timedelta(days=days)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    def ago(self, days: int) -> datetime:
        """So many days ago."""
        return self.now - timedelta(days=days)


def load(people: dict[str, User], now: datetime, today: date) -> None:
    """All dates, once: where there is one already, or no content yet, nothing is done."""
    items = {item.code: item for item in LearningItem.objects.filter(kind=ItemKind.WORKSHOP, retired_at=None)}
    if WorkshopSession.objects.exists() or not {"W1", "W2", "W3", "W4", "W6"} <= set(items):
        return
    for key, name, language in OTHERS:
        people[key] = person_of(f"{key}@{cast.DOMAIN}", name, language, now - timedelta(days=120))
    stage = Stage(people, now, today)
    past(stage, items["W3"])
    soon(stage, items["W3"])
    next_week(stage, items["W3"])
    full(stage, items["W1"])
    too_few(stage, items["W2"])
    hybrid(stage, items["W4"])
    for person in stage.crowd[:9]:
        wishes.want(person=person, item_key=items["W6"].key, at=stage.ago(12))
    # What the clock would do first thing: nobody is mailed a dozen reminders at the first start.
    free_seat.settle_due(at=now)
    plan_date.remind_due(at=now)


def past(stage: Stage, item: LearningItem) -> None:
    """One date with attendance and six forms of feedback, one whose attendance nobody has noted yet."""
    day = stage.workday(-24)
    session = make(stage, item, online(stage, [part(day, time(10), 180)]), planned=60)
    came = stage.crowd[3:11]
    book(session, came, stage.ago(40))
    meeting = Meeting.objects.select_related("session").get(session=session)
    bookings = list(Booking.objects.filter(session=session).order_by("arrival").values_list("pk", flat=True))
    seen = {pk: Seen(Presence.FULL) for pk in bookings[:-1]} | {bookings[-1]: Seen(Presence.PART, "Left at 12:00")}
    attend.note_attendance(meeting=meeting, seen=seen, by=stage.trainer, at=meeting.ends_at)
    for person, (useful, clear, pace, liked, better) in zip(came, FORMS, strict=False):
        attend.give_feedback(
            person=person, session_id=session.public_id, useful=useful, clear=clear, pace=pace, liked=liked,
            better=better, at=meeting.ends_at + timedelta(days=1),
        )  # fmt: skip
    open_one = make(stage, item, online(stage, [part(stage.workday(-9), time(10), 180)]), planned=50)
    book(open_one, stage.crowd[10:16], stage.ago(30))


def soon(stage: Stage, item: LearningItem) -> None:
    """Starts in twenty minutes, so that attendance is open and the online room too."""
    start = (stage.now + timedelta(minutes=20)).astimezone(ZoneInfo(cast.ZONE)).replace(second=0, microsecond=0)
    meeting = MeetingPlan(start.date(), start.time(), 180, cast.ZONE, fold=start.fold)
    session = make(stage, item, online(stage, [meeting]), planned=35)
    book(session, stage.crowd[:6], stage.ago(20))
    plan_date.go_ahead(public_id=session.public_id, by=stage.trainer, at=stage.ago(6))


def next_week(stage: Stage, item: LearningItem) -> None:
    """Jana has a seat here."""
    session = make(stage, item, online(stage, [part(stage.workday(5), time(10), 180)]), planned=35)
    book(session, [stage.people[cast.LEARNER], *stage.crowd[6:19]], stage.ago(15))
    plan_date.go_ahead(public_id=session.public_id, by=stage.trainer, at=stage.ago(3))


def full(stage: Stage, item: LearningItem) -> None:
    """Sixteen of sixteen; a seat that was given back is kept for the first of the list, five wait, Jana is second."""
    plan = Plan(
        meetings=(part(stage.workday(14), time(10), 240),), seats={PLACE: 16}, language="de", minimum=8,
        trainers=(TrainerPlan(person=stage.trainer), TrainerPlan(name="Karin Maas")), waiting=Waiting.OFFER,
        offer_hours=29,
        questions=(
            QuestionPlan("Welche Beschaffung bringen Sie mit?"),
            QuestionPlan("Was brauchen Sie, um gut teilnehmen zu können?", is_sensitive=True, erase_after_days=14),
        ), **HALL_DE,
    )  # fmt: skip
    session = make(stage, item, plan, planned=30)
    crowd = stage.crowd
    brings, needs = session.questions.order_by("number").values_list("pk", flat=True)
    answers = [{brings: words} | ({needs: NEEDED[n]} if n in NEEDED else {}) for n, words in enumerate(BROUGHT)]
    book(session, crowd[:16], stage.ago(21), answers)
    waiting = [crowd[16], crowd[17], stage.people[cast.LEARNER], *crowd[18:21]]
    book(session, waiting, stage.ago(8))
    plan_date.go_ahead(public_id=session.public_id, by=stage.trainer, at=stage.ago(7))
    left = Booking.objects.filter(session=session, state=BookingState.BOOKED).order_by("arrival").last()
    if left is not None:
        free_seat.cancel(booking_id=left.public_id, by=left.person, at=stage.now - timedelta(hours=2))


def too_few(stage: Stage, item: LearningItem) -> None:
    """Seven of the twelve that it needs; the decision is in three days. Booking needs the manager's word."""
    plan = Plan(
        meetings=(part(stage.workday(11), time(9, 30), 390),), seats={PLACE: 24}, language="nl", minimum=12,
        decide_on=stage.today + timedelta(days=3), trainers=(TrainerPlan(person=stage.trainer),),
        approval=Approval.MANAGER, interpreting=("de",), **HALL_NL,
    )  # fmt: skip
    session = make(stage, item, plan, planned=40)
    staff = [stage.people[member.key] for member in cast.STAFF if member.key != cast.LEARNER]
    for number, person in enumerate(staff[:8]):
        step = book_seat.book(
            session_id=session.public_id, person=person, mode=PLACE, by=person, at=stage.ago(10 - number),
            accepts_overlap=True,
        )  # fmt: skip
        if number < 7:
            by = stage.people["manager"]
            book_seat.approve(booking_id=step.booking.public_id, by=by, at=stage.ago(9 - number))


def hybrid(stage: Stage, item: LearningItem) -> None:
    """Full on site, free online."""
    plan = Plan(
        meetings=(part(stage.workday(25), time(16), 90),), seats={PLACE: 8, ONLINE: 4}, language="fr", minimum=5,
        trainers=(TrainerPlan(person=stage.trainer),), has_captions=True, join_url=f"{ROOM}w4",
        **HALL_FR,
    )  # fmt: skip
    session = make(stage, item, plan, planned=30)
    book(session, stage.crowd[2:10], stage.ago(12))
    plan_date.go_ahead(public_id=session.public_id, by=stage.trainer, at=stage.ago(2))


def make(stage: Stage, item: LearningItem, plan: Plan, *, planned: int) -> WorkshopSession:
    """A date, planned so many days ago by its trainer."""
    # Marten gives several: where two of the demo's days fall on one, he has said why.
    return plan_date.create(
        item=item, plan=plan, by=stage.trainer, at=stage.ago(planned), reason="A colleague takes the other one."
    )


def part(day: date, start: time, minutes: int) -> MeetingPlan:
    """One meeting in the town's zone."""
    return MeetingPlan(day, start, minutes, cast.ZONE)


def online(stage: Stage, meetings: list[MeetingPlan]) -> Plan:
    """A date online, in English, with captions."""
    return Plan(
        meetings=tuple(meetings), seats={ONLINE: 20}, language="en", minimum=6, has_captions=True,
        join_url=f"{ROOM}w3", trainers=(TrainerPlan(person=stage.trainer),),
    )  # fmt: skip


def book(
    session: WorkshopSession, people: Iterable[Any], since: datetime, answers: Sequence[dict[int, str]] = ()
) -> None:
    """They book one after another, some minutes apart; the first of them answer what is asked at sign-up."""
    mode = PLACE if session.pools.filter(mode=PLACE).exists() else ONLINE
    for number, person in enumerate(people):
        at = since + timedelta(minutes=7 * number)
        book_seat.book(
            session_id=session.public_id, person=person, mode=mode, by=person, at=at, accepts_overlap=True,
            answers=answers[number] if number < len(answers) else None,
        )  # fmt: skip
