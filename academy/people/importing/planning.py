"""What each line comes to, beside what is there and beside the other lines of the file.

The same words for somebody who is new here and somebody who has an account already: nobody may find out by a list who
has one. So whether there is an account is not even asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from academy.people.enums import Verdict
from academy.people.models import Invitation, Membership, Unit

from .columns import Column
from .lines import Fault, Line
from .snapshot import Member, Snapshot, plain

Places = dict[Column, int]


@dataclass
class Step:
    """A line and what is to be written for it."""

    line: Line
    # The unit below which `missing` are made, each below the one before; without any: the unit itself.
    unit: Unit
    missing: tuple[str, ...] = ()
    member: Member | None = None
    # Where the person works and stays; where from they move.
    stays: Membership | None = None
    moves: Membership | None = None
    new_job: bool = False
    new_end: bool = False
    # The invitation that waits, and whether it is too old.
    invitation: Invitation | None = None
    renews: bool = False
    # Whether this is the line by which the unit gets its manager.
    leads: bool = False
    # Who has left before today is not brought in.
    is_gone: bool = False

    @property
    def is_new(self) -> bool:
        """Whether somebody is invited who neither works here nor was asked to."""
        return self.line.verdict == Verdict.NEW and self.member is None and self.invitation is None

    @property
    def target(self) -> tuple[int, tuple[str, ...]]:
        """Names the unit, whether it is there or not."""
        return self.unit.pk, tuple(map(plain, self.missing))


@dataclass
class Plan:
    """The steps of lines that can be applied, by address."""

    steps: dict[str, Step] = field(default_factory=dict)

    @property
    def new_units(self) -> list[str]:
        """Paths of the units that are made, in the order of the file."""
        found = {step.target: (step.unit, step.missing) for step in self.steps.values() if step.missing}
        return [" / ".join((unit.name, *missing) if unit.parent_id else missing) for unit, missing in found.values()]


def plan(lines: Sequence[Line], snapshot: Snapshot, places: Places) -> Plan:
    """What to do for each line. Those that cannot be applied get their faults and the verdict "refused".

    `lines` are all of the file, or a part of it with the lines of the managers whom it names. Those that are refused
    already are only looked at to say so of managers.
    """
    found = Plan()
    for line in lines:
        if not line.faults and (step := _step(line, snapshot, places)) is not None:
            found.steps[line.email] = step
    _refuse_unknown_managers(found, lines, snapshot, places)
    led: set[tuple[str, tuple[int, tuple[str, ...]]]] = set()
    for step in found.steps.values():
        manager = "" if step.is_gone else step.line.manager
        if manager and (manager, step.target) not in led and _is_to_lead(manager, step, found, snapshot):
            led.add((manager, step.target))
            step.leads = True
            if step.line.verdict == Verdict.SAME:
                step.line.verdict = Verdict.CHANGE
        step.line.changes = _changes(step)
    return found


def _changes(step: Step) -> list[str]:
    """What is written for a line, as codes."""
    is_elsewhere = step.invitation is not None and (bool(step.missing) or step.invitation.unit_id != step.unit.pk)
    joins = step.member is not None and step.stays is None and not step.is_gone
    told = {
        "moves": joins or (step.member is None and is_elsewhere),
        "job": step.new_job,
        "end": step.new_end,
        "leads": step.leads,
        "again": step.renews,
    }
    return [code for code, is_so in told.items() if is_so]


def _step(line: Line, snapshot: Snapshot, places: Places) -> Step | None:
    """The step without its manager; None for a line that is refused."""
    step = _unit_of(line, snapshot, places)
    if step is None:
        return None
    step.is_gone = line.until_day is not None and line.until_day < snapshot.today
    step.member = snapshot.members.get(line.email)
    waiting = snapshot.waiting.get(line.email, [])
    if step.member is not None:
        code = _plan_member(step, step.member, waiting, snapshot)
    elif step.is_gone:
        code = ""
    elif waiting:
        code = _plan_waiting(step, waiting, snapshot)
    elif line.email in snapshot.declined:
        code = "declined"
    else:
        line.verdict, code = Verdict.NEW, ""
    if step.is_gone:
        # Nor is a unit made for them, or led because of them.
        step.missing = ()
    if code:
        column = {"until_first": Column.UNTIL, "declined": Column.EMAIL}.get(code, Column.UNIT)
        _refuse(line, places, column, code)
        return None
    return step


def _unit_of(line: Line, snapshot: Snapshot, places: Places) -> Step | None:
    """Go down the path by name; what is not there is to be made."""
    names = line.unit
    # People write the organisation before its units, or alone.
    if plain(names[0]) == plain(snapshot.root.name) and plain(names[0]) not in snapshot.below.get(snapshot.root.pk, {}):
        names = names[1:]
    unit = snapshot.root
    while names:
        same = snapshot.below.get(unit.pk, {}).get(plain(names[0]), [])
        there = [each for each in same if each.closed_on is None or each.closed_on > snapshot.today]
        if not same:
            break
        if len(there) != 1:
            _refuse(line, places, Column.UNIT, "unit_twice" if there else "unit_closed", same[0].name)
            return None
        unit, names = there[0], names[1:]
    if unit.pk not in snapshot.reach:
        _refuse(line, places, Column.UNIT, "not_yours", " / ".join(line.unit))
        return None
    return Step(line, unit, names)


def _plan_member(step: Step, member: Member, waiting: list[Invitation], snapshot: Snapshot) -> str:
    """Somebody who works here: stays or moves. The code of a fault, or nothing."""
    line = step.line
    there = [each for each in member.memberships if not step.missing and each.unit_id == step.unit.pk]
    staying = [each for each in member.memberships if each.until_day is None]
    if step.is_gone and not there:
        # Whatever unit the line names: who has left has left the one where they worked.
        there = staying or member.memberships
        if len(there) > 1:
            return "several"
        if any(each.unit_id not in snapshot.reach for each in there):
            return "elsewhere"
    changes = False
    if there:
        step.stays = next((each for each in there if each.until_day is None), there[-1])
        step.new_job = bool(line.job) and line.job != (step.stays.job.code if step.stays.job else "")
        step.new_end = line.until_day is not None and line.until_day != step.stays.until_day
        if step.new_end and line.until_day is not None and line.until_day < step.stays.from_day:
            return "until_first"
        changes = step.new_job or step.new_end
    elif not step.is_gone:
        if len(staying) > 1:
            return "several"
        step.moves = staying[0] if staying else None
        if any(each.unit_id not in snapshot.reach for each in member.memberships):
            return "elsewhere"
        changes = True
    if not member.has_signed_in:
        place = step.stays or step.moves
        step.invitation = next((each for each in waiting if place and each.unit_id == place.unit_id), None)
        step.renews = step.invitation is not None and step.invitation.expires_on < snapshot.today and not step.is_gone
    line.verdict = Verdict.CHANGE if changes else Verdict.NEW if step.renews else Verdict.SAME
    return ""


def _plan_waiting(step: Step, waiting: list[Invitation], snapshot: Snapshot) -> str:
    """Somebody who was asked and has not answered. The code of a fault, or nothing."""
    line = step.line
    there = [each for each in waiting if not step.missing and each.unit_id == step.unit.pk]
    if not there and len(waiting) > 1:
        return "several"
    step.invitation = (there or waiting)[0]
    if step.invitation.unit_id not in snapshot.reach:
        return "elsewhere"
    job = step.invitation.job.code if step.invitation.job else ""
    step.new_job = bool(line.job) and line.job != job
    step.renews = step.invitation.expires_on < snapshot.today
    changes = not there or step.new_job
    line.verdict = Verdict.CHANGE if changes else Verdict.NEW if step.renews else Verdict.SAME
    return ""


def _refuse_unknown_managers(found: Plan, lines: Sequence[Line], snapshot: Snapshot, places: Places) -> None:
    """A manager works here or is brought in by a good line; whom that rules out may rule out the next."""
    refused = {line.email: line for line in lines if line.email and line.email not in found.steps}
    more = True
    while more:
        more = False
        for email, step in list(found.steps.items()):
            if step.line.manager and not step.is_gone and (code := _unknown(step, found, refused, snapshot)):
                own = refused.get(step.line.manager)
                _refuse(
                    step.line,
                    places,
                    Column.MANAGER,
                    code,
                    step.line.manager,
                    str(own.number) if own and code == "manager_refused" else "",
                )
                refused[email] = found.steps.pop(email).line
                more = True


def _unknown(step: Step, found: Plan, refused: dict[str, Line], snapshot: Snapshot) -> str:
    """Why the manager whom a line names cannot lead; nothing if they can."""
    manager = step.line.manager
    own, member = found.steps.get(manager), snapshot.members.get(manager)
    if own is not None and own.is_gone:
        return "manager_gone"
    if member is not None:
        leads = not step.missing and (member.pk, step.unit.pk) in snapshot.leading
        return "" if leads or member.units & snapshot.reach else "manager_elsewhere"
    if own is not None or manager in snapshot.waiting:
        return ""
    return "manager_refused" if manager in refused else "manager_unknown"


def _is_to_lead(manager: str, step: Step, found: Plan, snapshot: Snapshot) -> bool:
    """Whether the manager is to be given the unit. Who was asked and has not answered gets it by a later list."""
    member = snapshot.members.get(manager)
    if member is not None:
        return bool(step.missing) or (member.pk, step.unit.pk) not in snapshot.leading
    own = found.steps.get(manager)
    return own is not None and own.is_new


def starts(step: Step, today: date) -> date:
    """The day from which the person works in the unit.

    Lists of staff give the day on which somebody was hired; who moves does so from today then, not in the past.
    """
    first = step.line.from_day or today
    if step.member is not None and first < today and not (step.moves and step.moves.from_day < first):
        return today
    return first


def _refuse(line: Line, places: Places, column: Column, code: str, value: str = "", more: str = "") -> None:
    line.faults.append(Fault(places.get(column, 0), code, value[:60], more))
    line.verdict = Verdict.REFUSED
