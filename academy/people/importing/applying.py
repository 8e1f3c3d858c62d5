"""The background work: some lines in one transaction, the next ones after that. A kill costs the lines of one chunk,
which the next run does again; a line is done wholly or not at all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from academy.mail.rules import withdraw_notices
from academy.people import joining
from academy.people.enums import ImportState, Role, Verdict
from academy.people.models import Invitation, JobRole, Membership, RoleGrant, StaffImport, Unit, User
from academy.people.rules import add_unit, bulk, end_role, is_last_administrator
from academy.people.rules.bulk import Asking, Joining, Leading, NewPerson
from academy.people.rules.joining import LASTS
from academy.people.signals import staff_changed
from academy.people.workplaces import today_at

from .access import reach
from .lines import Line
from .planning import Step, plan, starts
from .rules import go_on, places_of
from .snapshot import Snapshot, plain, take

# Well within the lease of a job (academy.jobs.tasks.LEASE): what is not done by then is done by the next run.
SECONDS_A_RUN = 240


def apply(*, staff_import: int) -> None:
    """The job behind rules.APPLY. Safe to run twice, and at the same moment."""
    until = time.monotonic() + SECONDS_A_RUN
    while True:
        found = StaffImport.objects.filter(pk=staff_import, state=ImportState.APPLYING).first()
        if found is None:
            return
        if time.monotonic() > until:
            go_on(staff_import=found)
            return
        _apply_next(found, timezone.now())


@transaction.atomic
def _apply_next(found: StaffImport, at: datetime) -> None:
    """One chunk, and that it is done, together. The last one tells the packages above that staff has changed."""
    mine = StaffImport.objects.filter(pk=found.pk, state=ImportState.APPLYING, position=found.position)
    # The write locks the row: whoever else is at the same chunk finds it done.
    if not mine.update(position=found.position + 1):
        return
    done: Counter[str] = Counter(found.done)
    late: list[Any] = list(found.late)
    if found.position < len(found.chunks):
        work = _Work(found, at)
        kind, keys = found.chunks[found.position]
        done.update(
            work.lines(keys) if kind == "lines" else work.leave(keys) if kind == "people" else work.take_back(keys)
        )
        late += work.late
    values: dict[str, Any] = {"done": dict(done), "late": late}
    if found.position + 1 >= len(found.chunks):
        values |= {"state": ImportState.DONE, "done_at": at, "position": len(found.chunks)}
        staff_changed.send(sender=Membership, organisation_id=found.organisation_id)
    StaffImport.objects.filter(pk=found.pk).update(**values)


class _Work:
    """What one chunk writes."""

    def __init__(self, found: StaffImport, at: datetime) -> None:
        self.found, self.at, self.by = found, at, found.by
        self.organisation = found.organisation
        self.today = today_at(self.organisation, at)
        # Asked anew each time: a role that has ended opens nothing any more.
        self.reach = reach(self.by, self.organisation, self.today)
        self.late: list[list[Any]] = []
        self.made: dict[tuple[int, tuple[str, ...]], Unit] = {}

    def lines(self, places: Sequence[int]) -> Counter[str]:
        """Apply these lines of the file; how many of each verdict."""
        kept = [self.found.lines[place] for place in places]
        lines = [Line.from_dict(line) for line in kept if line.get("e")]
        emails = {line.email for line in lines} | {line.manager for line in lines}
        snapshot = take(self.organisation, self.today, self.reach, emails - {""})
        steps = list(plan(lines, snapshot, places_of(self.found)).steps.values())
        self.late = [[line.number, [fault.as_list() for fault in line.faults]] for line in lines if line.faults]
        self._write([step for step in steps if step.line.verdict != Verdict.SAME], snapshot)
        return Counter(line.verdict for line in lines)

    def leave(self, people: Sequence[int]) -> Counter[str]:
        """These people have left, as far as whoever brought the list reaches."""
        rows = Membership.objects.filter(person__in=people, unit__in=self.reach, until_day=None)
        memberships = list(rows.select_related("unit", "job", "person"))
        last_day = self.found.last_day or self.today
        bulk.leave_many(leaving=[(each, last_day) for each in memberships], by=self.by, at=self.at)
        left = {each.person_id for each in memberships}
        self._end_roles(dict.fromkeys(left, last_day))
        return Counter(left=len(left))

    def take_back(self, invitations: Sequence[int]) -> Counter[str]:
        """These invitations hold no more."""
        rows = Invitation.objects.filter(pk__in=invitations, unit__in=self.reach, answered_at=None, withdrawn_at=None)
        found = list(rows.select_related("unit"))
        for invitation in found:
            invitation.withdrawn_at = self.at
        withdraw_notices(*map(joining.thing, found), at=self.at)
        bulk.change_invitations(invitations=found, by=self.by, at=self.at)
        # Accounts that were made for them are counted with the people.
        return Counter(left=sum(each.person_id is None for each in found))

    # -- lines --------------------------------------------------------------------------------------------------------
    def _write(self, steps: Sequence[Step], snapshot: Snapshot) -> None:
        jobs = JobRole.objects.in_bulk({step.line.job for step in steps if step.line.job}, field_name="code")
        units = {step.line.email: self._unit(step) for step in steps}
        people = self._make_people([step for step in steps if step.is_new])
        moving = [(step.moves, starts(step, self.today) - timedelta(days=1)) for step in steps if step.moves]
        ending = [(step.stays, step.line.until_day) for step in steps if step.stays and step.new_end]
        leaving = [(one, day) for one, day in [*moving, *ending] if one is not None and day is not None]
        bulk.leave_many(leaving=leaving, by=self.by, at=self.at)
        joins = []
        for step in steps:
            person = people.get(step.line.email)
            if step.member is not None and step.stays is None:
                person = step.member.memberships[0].person
            if person is not None:
                line = step.line
                old = step.moves.job if step.moves else None
                job = jobs.get(line.job, old)
                joins.append(Joining(person, units[line.email], job, starts(step, self.today), line.until_day))
        joined = bulk.join_many(joinings=joins, by=self.by, at=self.at)
        changes = [(step.stays, jobs[step.line.job]) for step in steps if step.stays and step.new_job]
        bulk.change_jobs(changes=changes, by=self.by, at=self.at)
        self._ask(steps, people, units, jobs)
        self._end_roles(self._over(steps))
        self._lead(steps, snapshot, units, people, joined)

    def _unit(self, step: Step) -> Unit:
        """The unit of a line, made where it is missing."""
        unit = step.unit
        for count, name in enumerate(step.missing, 1):
            key = (step.unit.pk, tuple(map(plain, step.missing[:count])))
            if key not in self.made:
                self.made[key] = add_unit(
                    organisation=self.organisation, name=name, parent=unit, from_day=self.today, by=self.by, at=self.at
                )
            unit = self.made[key]
        return unit

    def _make_people(self, steps: Sequence[Step]) -> dict[str, User]:
        """Accounts for those who have none; whoever has one is asked first."""
        emails = [step.line.email for step in steps]
        known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        # An address that somebody has confirmed beside the one of their account.
        known |= set(EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", flat=True))
        new = [
            NewPerson(step.line.email, step.line.name, step.line.language or self.found.language)
            for step in steps
            if step.line.email not in known
        ]
        return bulk.make_people(people=new, time_zone=self.organisation.time_zone, by=self.by, at=self.at)

    def _ask(
        self, steps: Sequence[Step], people: dict[str, User], units: dict[str, Unit], jobs: dict[str, JobRole]
    ) -> None:
        """Invitations: new ones, and those that wait for another unit or job, or were too old."""
        expires_on = self.today + LASTS
        asking = [
            Asking(units[step.line.email], step.line.email, people.get(step.line.email), jobs.get(step.line.job))
            for step in steps
            if step.is_new
        ]
        new = bulk.ask_many(asking=asking, expires_on=expires_on, by=self.by, at=self.at)
        changed = []
        for step in steps:
            if step.invitation is not None and not step.is_gone:
                step.invitation.unit = units[step.line.email]
                step.invitation.job = jobs.get(step.line.job, step.invitation.job)
                if step.renews:
                    step.invitation.expires_on = expires_on
                changed.append(step.invitation)
        bulk.change_invitations(invitations=changed, by=self.by, at=self.at)
        renewed = [step.invitation for step in steps if step.invitation is not None and step.renews]
        joining.tell_invited([*new, *renewed], self.at)

    def _over(self, steps: Sequence[Step]) -> dict[int, date]:
        """Whose last day in the organisation was told, by person: nothing holds them there any longer."""
        told = {
            step.member.pk: step.line.until_day
            for step in steps
            if step.member and step.new_end and step.line.until_day
        }
        rows = Membership.objects.filter(person__in=told, unit__organisation=self.organisation)
        stay = set(rows.filter(until_day=None).values_list("person_id", flat=True))
        return {pk: day for pk, day in told.items() if pk not in stay}

    def _end_roles(self, last_days: dict[int, date]) -> None:
        """Who has left leads nobody there any more; but somebody has to administer the organisation."""
        grants = RoleGrant.objects.filter(person__in=last_days, unit__in=self.reach).select_related("unit", "person")
        for grant in grants:
            day = last_days[grant.person_id]
            if (grant.until_day is None or grant.until_day > day) and not is_last_administrator(grant, day):
                end_role(grant=grant, last_day=day, by=self.by, at=self.at)

    def _lead(
        self,
        steps: Sequence[Step],
        snapshot: Snapshot,
        units: dict[str, Unit],
        people: dict[str, User],
        joined: Sequence[Membership],
    ) -> None:
        """Units get their managers, as long as these work here."""
        where: dict[int, list[Membership]] = {}
        for membership in [*joined, *(one for each in snapshot.members.values() for one in each.memberships)]:
            where.setdefault(membership.person_id, []).append(membership)
        leading = []
        for step in steps:
            member = snapshot.members.get(step.line.manager)
            person = member.memberships[0].person if member else people.get(step.line.manager)
            if not step.leads or person is None:
                continue
            ends = [membership.until_day for membership in where[person.pk]]
            leading.append(
                Leading(
                    person,
                    units[step.line.email],
                    max(self.today, min(membership.from_day for membership in where[person.pk])),
                    None if None in ends else max(day for day in ends if day is not None),
                )
            )
        bulk.grant_many(leading=leading, role=Role.MANAGER, by=self.by, at=self.at)
