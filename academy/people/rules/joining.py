"""Writes about how people come to work in a unit: invitations, links, mail domains. Each answer is the person's own.

Who is invited and has no account gets one, and stands in the unit at once: whoever leads it can require learning
before the first sign-in. Who has an account is only asked. Nobody who invites is told which of the two it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from wagtail.log_actions import log

from academy.people.addresses import is_public, read_domain
from academy.people.errors import (
    DomainRefused,
    DomainTaken,
    InvitationOver,
    LinkFull,
    LinkOver,
    NoOffer,
    OtherAddress,
    UnitClosed,
)
from academy.people.models import Invitation, JobRole, JoinLink, MailDomain, Membership, Unit, User
from academy.people.signals import staff_changed
from academy.people.workplaces import offers_for, today_at

from . import bulk
from .staff import join, leave

LASTS = timedelta(days=30)


@transaction.atomic
def invite(
    *, unit: Unit, emails: Iterable[str], by: User, at: datetime, job: JobRole | None = None
) -> list[Invitation]:
    """Ask these addresses to join the unit, each within 30 days; one that waits already waits anew.

    Who works in the unit is passed over. `academy.people.joining.invite` sends the mails as well. Raises UnitClosed.
    """
    # Under a lock: a form that is sent twice at one moment invites nobody twice.
    unit = Unit.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=unit.pk)
    today = today_at(unit.organisation, at)
    if unit.closed_on is not None and unit.closed_on <= today:
        raise UnitClosed
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
    rows = Invitation.objects.filter(unit=unit, email__in=wanted, answered_at=None, withdrawn_at=None)
    waiting = {invitation.email: invitation for invitation in rows.select_related("unit")}
    fresh = [email for email in wanted if email not in waiting]
    made = _accounts(fresh, unit, by, at)
    joinings = [bulk.Joining(person, unit, job, today) for person in made.values()]
    bulk.join_many(joinings=joinings, by=by, at=at)
    there = Membership.objects.on(today).filter(unit=unit, person__email__in=set(fresh) - set(made))
    members = set(there.values_list("person__email", flat=True))
    asking = [bulk.Asking(unit, email, made.get(email), job) for email in fresh if email not in members]
    asked = bulk.ask_many(asking=asking, expires_on=today + LASTS, by=by, at=at)
    rows.filter(pk__in=[invitation.pk for invitation in waiting.values()]).update(expires_on=today + LASTS)
    for invitation in waiting.values():
        invitation.expires_on = today + LASTS
    if made:
        staff_changed.send(sender=Membership, organisation_id=unit.organisation_id)
    found = waiting | {invitation.email: invitation for invitation in asked}
    return [found[email] for email in wanted if email in found]


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    """It holds for 30 days from now on. Raises InvitationOver if it was answered or withdrawn."""
    fresh = _open(invitation)
    log(instance=fresh, action="wagtail.edit", user=by, timestamp=at)
    return _renewed(fresh, today_at(fresh.unit.organisation, at))


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    """It holds no more; an account that was made for it works in the unit no more. Raises InvitationOver."""
    fresh = _open(invitation)
    fresh.withdrawn_at = at
    fresh.save(update_fields=["withdrawn_at"])
    log(instance=fresh, action="wagtail.edit", user=by, timestamp=at)
    _leave_again(fresh, by=by, at=at)
    return fresh


@transaction.atomic
def accept_invitation(*, invitation: Invitation, person: User, at: datetime) -> Membership:
    """The person works in the unit from today on. Raises InvitationOver, OtherAddress."""
    fresh = _open(invitation)
    today = today_at(fresh.unit.organisation, at)
    if fresh.expires_on < today:
        raise InvitationOver
    if not may_answer(person, fresh):
        raise OtherAddress
    try:
        membership = join(person=person, unit=fresh.unit, from_day=today, by=person, at=at, job=fresh.job)
    except UnitClosed as error:
        raise InvitationOver from error
    _answer(fresh, person, accepted=True, at=at)
    return membership


@transaction.atomic
def decline_invitation(*, invitation: Invitation, person: User | None, at: datetime) -> None:
    """No; an account that was made for the invitation works in the unit no more.

    Who has the link may say no without signing in (then `person` is None): it was mailed to nobody else. Raises
    InvitationOver, and OtherAddress for somebody with other addresses.
    """
    fresh = _open(invitation)
    if person is not None and not may_answer(person, fresh):
        raise OtherAddress
    _leave_again(fresh, by=person, at=at)
    _answer(fresh, person or fresh.person, accepted=False, at=at)


def may_answer(person: User, invitation: Invitation) -> bool:
    """Whether the invitation went to an address that is shown to be the person's."""
    return EmailAddress.objects.filter(user=person, email__iexact=invitation.email, verified=True).exists()


# -- links ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def make_link(*, unit: Unit, expires_on: date, seats: int | None, by: User, at: datetime) -> JoinLink:
    """A link by which people join the unit until a day, the day included, at most so many. Raises UnitClosed."""
    if unit.closed_on is not None:
        raise UnitClosed
    link = JoinLink.objects.create(unit=unit, expires_on=expires_on, seats=seats, by=by, at=at)
    log(instance=link, action="wagtail.create", user=by, timestamp=at)
    return link


def end_link(*, link: JoinLink, by: User, at: datetime) -> None:
    """Nobody joins by it any more. Safe to do twice."""
    if JoinLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=at):
        log(instance=link, action="wagtail.edit", user=by, timestamp=at)


@transaction.atomic
def use_link(*, link: JoinLink, person: User, at: datetime) -> Membership:
    """The person joins by the link; who works there already takes no place of it. Raises LinkOver, LinkFull."""
    today = today_at(link.unit.organisation, at)
    there = Membership.objects.on(today).filter(person=person, unit=link.unit).select_related("unit")
    open_links = JoinLink.objects.filter(pk=link.pk, ended_at=None, expires_on__gte=today, unit__closed_on=None)
    # The write locks the row before anything is counted or asked: of twenty at once, five find five places, and a
    # second click of one person finds the first.
    if not open_links.update(taken=F("taken")):
        raise LinkOver
    if (known := there.first()) is not None:
        return known
    if not open_links.filter(Q(seats=None) | Q(taken__lt=F("seats"))).update(taken=F("taken") + 1):
        raise LinkFull
    return join(person=person, unit=link.unit, from_day=today, by=person, at=at)


# -- mail domains -----------------------------------------------------------------------------------------------------
@transaction.atomic
def name_domain(*, unit: Unit, domain: str, by: User, at: datetime) -> MailDomain:
    """Say that addresses of a domain belong to the unit's people. It opens nothing before it is verified.

    Raises DomainRefused, DomainTaken, UnitClosed.
    """
    if unit.closed_on is not None:
        raise UnitClosed
    found = read_domain(domain)
    if not found or is_public(found):
        raise DomainRefused
    if MailDomain.objects.filter(domain__iexact=found).exists():
        raise DomainTaken
    row = MailDomain.objects.create(unit=unit, domain=found, by=by, at=at)
    log(instance=row, action="wagtail.create", user=by, timestamp=at)
    return row


@transaction.atomic
def verify_domain(*, domain: MailDomain, is_verified: bool, by: User, at: datetime) -> MailDomain:
    """Somebody who answers for the platform has checked whose domain it is, or doubts it again."""
    if (domain.verified_at is not None) != is_verified:
        domain.verified_at = at if is_verified else None
        domain.save(update_fields=["verified_at"])
        log(instance=domain, action="wagtail.edit", user=by, timestamp=at)
    return domain


@transaction.atomic
def remove_domain(*, domain: MailDomain, by: User, at: datetime) -> None:
    """Nobody joins by it any more; who has joined stays."""
    log(instance=domain, action="wagtail.delete", user=by, timestamp=at)
    domain.delete()


@transaction.atomic
def accept_offer(*, domain: MailDomain, person: User, at: datetime) -> Membership:
    """The person joins because of the domain of a confirmed address. Raises NoOffer."""
    offer = offers_for(person, at).filter(pk=domain.pk).first()
    if offer is None:
        raise NoOffer
    try:
        today = today_at(offer.unit.organisation, at)
        return join(person=person, unit=offer.unit, from_day=today, by=person, at=at)
    except UnitClosed as error:
        raise NoOffer from error


# ---------------------------------------------------------------------------------------------------------------------
def _accounts(emails: Sequence[str], unit: Unit, by: User, at: datetime) -> dict[str, User]:
    """New accounts for those of the addresses that have none, by address."""
    zone = unit.organisation.time_zone

    def make() -> dict[str, User]:
        known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        people = [bulk.NewPerson(email, "", by.language) for email in emails if email not in known]
        return bulk.make_people(people=people, time_zone=zone, by=by, at=at)

    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        # Somebody else invited one of them at this moment: there is an account by now.
        return make()


def _renewed(invitation: Invitation, today: date) -> Invitation:
    invitation.expires_on = today + LASTS
    invitation.save(update_fields=["expires_on"])
    return invitation


def _open(invitation: Invitation) -> Invitation:
    """The row under a lock, as long as it waits."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("unit__organisation", "job", "person")
    fresh = rows.get(pk=invitation.pk)
    if fresh.answered_at is not None or fresh.withdrawn_at is not None:
        raise InvitationOver
    return fresh


def _answer(invitation: Invitation, person: User | None, *, accepted: bool, at: datetime) -> None:
    invitation.person, invitation.answered_at, invitation.accepted = person, at, accepted
    invitation.save(update_fields=["person", "answered_at", "accepted"])


def _leave_again(invitation: Invitation, *, by: User | None, at: datetime) -> None:
    """The account that was made for an invitation leaves the unit, if nobody has signed in with it since."""
    if invitation.person is None:
        return
    if invitation.person.last_login is not None and by != invitation.person:
        # Somebody works there by now: whoever else has the link, or invited, does not make them leave.
        return
    today = today_at(invitation.unit.organisation, at)
    there = Membership.objects.filter(person=invitation.person, unit=invitation.unit, until_day=None)
    for membership in there.select_related("unit", "person", "job"):
        leave(membership=membership, last_day=max(membership.from_day, today), by=by, at=at)
