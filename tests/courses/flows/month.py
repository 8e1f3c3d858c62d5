"""A month of a few teams, played hour by hour at random, and what may be said of every mail of it.

Whatever people do, each of them gets one mail a day at most that is not essential, by the calendar of their own zone;
nothing is mailed of what is done or called off; and each step of each reminder is told on its day, whatever the clocks
do in that night. What is expected is computed here by arithmetic alone, not by the ladder.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from academy.mail import kinds
from academy.mail.enums import Rhythm
from academy.mail.models import Notice, OutgoingEmail
from academy.mail.posting import post
from academy.mail.queries import Wish
from academy.mail.rules import mark_read, set_wishes
from academy.people import rules as people
from academy.people.enums import Role
from academy.people.models import Pause, User
from courses.assignments import emails, rules
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Assignment, Duty, Extension
from courses.flows import assign_learning, change_duty, extend_time, remind_duties, team_digest, tell_duties
from tests.factories.people import grant, make_person
from tests.factories.teams import Team, make_item, make_team

ZONES = ("Europe/Brussels", "Europe/Lisbon", "Europe/Helsinki", "America/New_York")
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# In spring and autumn the clocks change in the middle: in Europe on 30 March and 26 October, in New York on
# 9 March and 2 November. Months that are over: a real worker sends by the real clock.
SPRING, AUTUMN = date(2025, 3, 5), date(2025, 10, 12)


@dataclass
class Posted:
    """A mail as it was written: to whom, when, and which news are in it."""

    key: str
    person_id: int | None
    at: datetime
    essential: bool
    news: list[str]


@dataclass
class Month:
    """The world, its clock, and what was seen."""

    teams: list[Team]
    dice: random.Random
    now: datetime
    # How often mails are made of what waits.
    every: timedelta = QUARTER
    # Things that people do in an hour of a working day, on average.
    pace: float = 4.0
    posted: list[Posted] = field(default_factory=list)
    told: dict[str, datetime] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    last_mail: int = 0
    last_notice: int = 0

    # -- the clock ----------------------------------------------------------------------------------------------------
    def play_day(self) -> None:
        """24 real hours, on each of which the hourly work runs."""
        for _hour in range(24):
            remind_duties.remind(at=self.now)
            self.see_news()
            self.check_steps()
            team_digest.send(at=self.now)
            ends = self.now + HOUR
            while self.now < ends:
                post(at=self.now)
                self.see_mails()
                self.act(self.every)
                self.now += self.every

    def act(self, stretch: timedelta) -> None:
        """What people do until the clock strikes again."""
        is_day = 7 <= self.now.hour < 18
        share = self.pace * (stretch / HOUR) * (1 if is_day else 0.1)
        number = int(share) + (self.dice.random() < share % 1)
        moments = sorted(self.dice.sample(range(1, int(stretch.total_seconds())), number))
        for seconds in moments:
            what = self.dice.choices([name for name, _weight in WAYS], [weight for _name, weight in WAYS])[0]
            at = self.now + timedelta(seconds=seconds)
            self.did[what.__name__] += what(self, at)
            self.see_mails()

    # -- what is seen -------------------------------------------------------------------------------------------------
    def see_news(self) -> None:
        """Which steps were told just now."""
        rows = Notice.objects.filter(pk__gt=self.last_notice).order_by("pk")
        for pk, key, kind in rows.values_list("pk", "key", "kind"):
            self.last_notice = pk
            if kind in emails.OF_DATE:
                self.told[key] = self.now

    def see_mails(self) -> None:
        """Mails that were written since the last look; none may speak of what is done or called off."""
        for mail in OutgoingEmail.objects.filter(pk__gt=self.last_mail).order_by("pk").prefetch_related("notices"):
            self.last_mail = mail.pk
            news = list(mail.notices.all())
            keys = [one.key for one in news]
            self.posted.append(Posted(mail.key, mail.person_id, mail.created_at, mail.essential, keys))
            ids = [int(one.thing.partition(":")[2]) for one in news if one.kind in emails.WHILE_OPEN]
            over = Duty.objects.filter(pk__in=ids).exclude(completed_at=None, ended_at=None)
            if over.exists():
                self.wrong.append(f"{mail.key} speaks of what is done")
            if any(one.kind in emails.OF_DATE for one in news) and self.is_away(mail, ids):
                self.wrong.append(f"{mail.key} reminds somebody who is away")

    def is_away(self, mail: OutgoingEmail, duties: Collection[int]) -> bool:
        """Whether whoever gets it is away that day from everybody who requires these of them."""
        asking = {duty.organisation for duty in Duty.objects.filter(pk__in=duties).select_related("organisation")}
        return all(
            Pause.objects.on(mail.created_at.astimezone(ZoneInfo(one.time_zone)).date())
            .filter(person=mail.person_id, organisation=one)
            .exists()
            for one in asking
        )

    def check_steps(self) -> None:
        """Each step whose day it is has been told, an hour after the day began where its person is at the latest."""
        away: dict[tuple[int, int], list[tuple[date, date | None]]] = {}
        for pause in Pause.objects.all():
            away.setdefault((pause.person_id, pause.organisation_id), []).append((pause.from_day, pause.until_day))
        rows = Duty.objects.filter(completed_at=None, ended_at=None, due_on__isnull=False)
        for pk, due, agreed, person, zone, there, org in rows.values_list(
            "pk", "due_on", "agreed_on", "person_id", "person__time_zone", "organisation__time_zone", "organisation_id"
        ):
            days = [self.now.astimezone(ZoneInfo(one)).date() for one in (zone, there)]
            today, left = min(days), (due - min(days)).days
            if any(
                first <= days[1] and (last is None or days[1] <= last) for first, last in away.get((person, org), ())
            ):
                continue
            is_step = left in (30, 7, 1) or (left < 0 and -left % 7 == 1)
            if is_step and (today - agreed).days >= 2 and f"duty:{pk}:due:{due}:{left}" not in self.told:
                self.wrong.append(f"duty {pk}: step {left} of {due} was skipped at {self.now}")

    # -- what is to be said of it in the end --------------------------------------------------------------------------
    def per_day(self) -> Counter[tuple[int | None, date]]:
        """How many mails that are not essential somebody got on a day of their own calendar."""
        zones = dict(User.objects.values_list("pk", "time_zone"))
        optional = [mail for mail in self.posted if not mail.essential]
        return Counter(
            (mail.person_id, mail.at.astimezone(ZoneInfo(zones[mail.person_id or 0])).date()) for mail in optional
        )

    def judged(self) -> list[str]:
        """What is not as it should be, of all that was written."""
        wrong = list(self.wrong)
        if often := [key for key, number in self.per_day().items() if number > 1]:
            wrong.append(f"more than one mail a day: {len(often)} times")
        news = Counter(key for mail in self.posted for key in mail.news)
        if twice := [key for key, number in news.items() if number > 1]:
            wrong.append(f"news in two mails: {twice[:3]}")
        zones = dict(User.objects.values_list("pk", "time_zone"))
        for mail in self.posted:
            hour = mail.at.astimezone(ZoneInfo(zones[mail.person_id or 0])).time()
            if not mail.essential and not time(7) <= hour < time(20):
                wrong.append(f"{mail.key} was written at {hour}")
        return wrong


# -- the people in it --------------------------------------------------------------------------------------------------
def make_month(first: date, *, size: int, seed: int, **fields: Any) -> Month:
    """Two towns in two zones with a manager and a deputy each, and people in four zones; it begins at midnight UTC."""
    dice = random.Random(seed)
    half = size // 4
    teams = [make_team({"Buying": half, "Works": half}, name=f"Town {zone}", time_zone=zone) for zone in ZONES[:2]]
    for number, team in enumerate(teams):
        deputy = make_person()
        grant(deputy, Role.DEPUTY, team.whole, until_day=first + DAY * 12)
        for position, person in enumerate([team.manager, deputy, *team.everybody]):
            person.time_zone = ZONES[(position + number) % len(ZONES)]
            person.language = dice.choice(["en", "nl", "de", "fr"])
            person.save(update_fields=["time_zone", "language"])
    now = datetime.combine(first, time(0), UTC)
    month = Month(teams, dice, now, **fields)
    # Where a month went before this one.
    month.last_mail = OutgoingEmail.objects.aggregate(last=Max("pk"))["last"] or 0
    month.last_notice = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    for team in teams:
        for code in ("CPA-1", "CPA-2", "CPA-3"):
            # Everybody begins with something, so that each day of the month has steps of somebody.
            for start in range(0, len(team.everybody), 3):
                give(month, team, team.everybody[start : start + 3], code, now - DAY * 3)
    month.see_mails()
    month.see_news()
    return month


def give(month: Month, team: Team, picked: Collection[User], code: str, at: datetime) -> None:
    """The manager picks people and a day."""
    due_on = at.date() + DAY * month.dice.randint(-2, 45) if month.dice.random() < 0.95 else None
    assign_learning.assign(
        organisation=team.organisation, unit=team.whole, item=make_item(code), by=team.manager, at=at,
        picked=[person.pk for person in picked], due_on=due_on,
    )  # fmt: skip


# -- what people do; how often it was done ----------------------------------------------------------------------------
def _one(month: Month, rows: Any) -> Any:
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.get(pk=month.dice.choice(found)) if found else None


def _open_duty(month: Month) -> Duty | None:
    duties = Duty.objects.filter(completed_at=None, ended_at=None)
    return _one(month, duties.select_related("person", "organisation"))


def _team_of(month: Month, organisation_id: int) -> Team:
    return next(team for team in month.teams if team.organisation.pk == organisation_id)


def assigns(month: Month, at: datetime) -> int:
    """A manager requires something of a few people."""
    team = month.dice.choice(month.teams)
    give(month, team, month.dice.sample(team.everybody, 3), f"CPA-{month.dice.randint(4, 40)}", at)
    return 1


def completes(month: Month, at: datetime) -> int:
    """Somebody completes something."""
    duty = _open_duty(month)
    if duty is None:
        return 0
    with transaction.atomic():
        done = rules.note_completed(person_id=duty.person_id, completed={duty.item_id: at}, at=at)
        tell_duties.over(done, at=at)
    return 1


def asks(month: Month, at: datetime) -> int:
    """Somebody asks for more time."""
    duty = _open_duty(month)
    waits = Extension.objects.filter(duty=duty, state=ExtensionState.ASKED)
    if duty is None or duty.due_on is None or waits.exists():
        return 0
    wanted = duty.due_on + DAY * month.dice.randint(1, 20)
    extend_time.ask(duty=duty, wanted_on=wanted, why="", by=duty.person, at=at)
    return 1


def answers(month: Month, at: datetime) -> int:
    """A manager grants it, or does not, or the learner takes it back."""
    one = _one(month, Extension.objects.filter(state=ExtensionState.ASKED).select_related("duty__organisation"))
    if one is None:
        return 0
    manager = _team_of(month, one.duty.organisation_id).manager
    how = month.dice.random()
    if how < 0.2:
        extend_time.take_back(extension=one, by=one.duty.person, at=at)
    elif one.duty.is_open:
        is_later = one.duty.due_on is not None and one.wanted_on > one.duty.due_on
        granted_on = one.wanted_on if how < 0.8 and is_later else None
        extend_time.answer(extension=one, granted_on=granted_on, words="", by=manager, at=at)
    return 1


def pauses(month: Month, at: datetime) -> int:
    """Somebody is away from today or soon, until a day or until further notice."""
    team = month.dice.choice(month.teams)
    since = at.date() + DAY * month.dice.randint(0, 4)
    until = since + DAY * month.dice.randint(0, 9) if month.dice.random() < 0.8 else None
    try:
        people.pause(
            person=month.dice.choice(team.everybody), organisation=team.organisation, from_day=since,
            until_day=until, by=team.manager, at=at,
        )  # fmt: skip
    except ValueError:
        # They are away in those days already.
        return 0
    return 1


def returns(month: Month, at: datetime) -> int:
    """Somebody is back sooner than they thought."""
    pause = _one(month, Pause.objects.on(at.date()))
    if pause is None:
        return 0
    people.change_pause(pause=pause, until_day=at.date() - DAY, by=None, at=at)
    return 1


def changes_date(month: Month, at: datetime) -> int:
    """A manager sets another date for one person, or for everybody in an assignment."""
    duty = _open_duty(month)
    if duty is None:
        return 0
    manager = _team_of(month, duty.organisation_id).manager
    due_on = at.date() + DAY * month.dice.randint(0, 40)
    if month.dice.random() < 0.5:
        change_duty.change_date(duty=duty, due_on=due_on, by=manager, at=at)
    elif duty.assignment.is_open:
        assign_learning.change_date(assignment=duty.assignment, due_on=due_on, due_days=None, by=manager, at=at)
    return 1


def calls_off(month: Month, at: datetime) -> int:
    """A manager withdraws an assignment, or spares one person."""
    if month.dice.random() < 0.5:
        duty = _open_duty(month)
        if duty is not None:
            change_duty.spare(duty=duty, by=_team_of(month, duty.organisation_id).manager, at=at)
        return int(duty is not None)
    assignment = _one(month, Assignment.objects.filter(ended_at=None))
    if assignment is not None:
        assign_learning.withdraw(assignment=assignment, by=None, at=at)
    return int(assignment is not None)


def wishes(month: Month, at: datetime) -> int:
    """Somebody wants to be told of something in another rhythm, or no more, or again."""
    person = month.dice.choice(month.dice.choice(month.teams).everybody)
    kind = kinds.find(month.dice.choice(emails.WHILE_OPEN))
    assert kind is not None
    wanted = Wish(kind, month.dice.choice(list(Rhythm)), month.dice.random() < 0.8)
    set_wishes(person=person, wishes=[wanted], by=person, at=at)
    return 1


def reads(month: Month, at: datetime) -> int:
    """Somebody opens news in their bell."""
    notice = _one(month, Notice.objects.filter(read_at=None, in_bell=True))
    if notice is not None:
        mark_read(notice=notice, at=at)
    return int(notice is not None)


WAYS: list[tuple[Callable[[Month, datetime], int], float]] = [
    (assigns, 3), (completes, 4), (asks, 3), (answers, 4), (pauses, 1), (returns, 0.5), (changes_date, 1),
    (calls_off, 0.7), (wishes, 2), (reads, 4),
]  # fmt: skip
