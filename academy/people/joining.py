"""Invitations with the mails that tell of them: the rules write, the outbox sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from academy.mail.rules import News, notify_many, withdraw_notices

from . import rules
from .models import Invitation, JobRole, Membership, Unit, User

INVITED = "people/invited"
CHUNK = 500


@transaction.atomic
def invite(
    *, unit: Unit, emails: Iterable[str], by: User, at: datetime, job: JobRole | None = None
) -> list[Invitation]:
    """Invite these addresses to a unit and tell them; see rules.invite. Raises UnitClosed."""
    found = rules.invite(unit=unit, emails=emails, by=by, at=at, job=job)
    tell_invited(found, at)
    return found


@transaction.atomic
def invite_again(*, invitation: Invitation, by: User, at: datetime) -> bool:
    """The invitation holds for 30 days from now on, and is mailed once more; False: it was mailed today already.

    Raises InvitationOver.
    """
    return bool(tell_invited([rules.renew_invitation(invitation=invitation, by=by, at=at)], at))


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, at: datetime) -> None:
    """The invitation holds no more, and is not mailed any more. Raises InvitationOver."""
    rules.withdraw_invitation(invitation=invitation, by=by, at=at)
    withdraw_notices(thing(invitation), at=at)


@transaction.atomic
def accept(*, invitation: Invitation, person: User, at: datetime) -> Membership:
    """Yes; it stands in the bell as read. Raises InvitationOver, OtherAddress."""
    membership = rules.accept_invitation(invitation=invitation, person=person, at=at)
    withdraw_notices(thing(invitation), at=at)
    return membership


@transaction.atomic
def decline(*, invitation: Invitation, person: User | None, at: datetime) -> None:
    """No; see rules.decline_invitation. Raises InvitationOver, OtherAddress."""
    rules.decline_invitation(invitation=invitation, person=person, at=at)
    withdraw_notices(thing(invitation), at=at)


def tell_invited(invitations: Sequence[Invitation], at: datetime) -> int:
    """Mail these invitations, in the transaction that makes them: one mail to an address, whatever it is invited to.

    Told twice on one day, the first mail stands: its key names the invitation and how long it holds. A constant number
    of statements for each 500. How many were told; accounts that are closed are not.
    """
    told = 0
    for chunk in _by_address(invitations):
        people = {person.email: person for person in User.objects.filter(email__in=list(chunk), is_active=True)}
        units = Unit.objects.select_related("organisation").in_bulk(
            {invitation.unit_id for some in chunk.values() for invitation in some}
        )
        names = User.objects.in_bulk({some[0].by_id for some in chunk.values() if some[0].by_id})
        news = [
            _news(people[email], some, units, names.get(some[0].by_id or 0))
            for email, some in chunk.items()
            if email in people
        ]
        told += notify_many(kind=INVITED, news=news, at=at)
    return told


def thing(invitation: Invitation) -> str:
    """What names an invitation in notices."""
    return f"invitation:{invitation.pk}"


def _by_address(invitations: Sequence[Invitation]) -> Iterator[dict[str, list[Invitation]]]:
    """The invitations of up to 500 addresses at a time."""
    found: dict[str, list[Invitation]] = {}
    for invitation in invitations:
        found.setdefault(invitation.email.lower(), []).append(invitation)
    emails = list(found)
    for start in range(0, len(emails), CHUNK):
        yield {email: found[email] for email in emails[start : start + CHUNK]}


def _news(person: User, invitations: list[Invitation], units: dict[int, Unit], by: User | None) -> News:
    first = invitations[0]
    organisation = units[first.unit_id].organisation.name
    wanted = dict.fromkeys(units[invitation.unit_id].name for invitation in invitations)
    with override(person.language):
        url = reverse("join", args=[first.token])
    return News(
        person=person,
        thing=thing(first),
        key=f"{thing(first)}:{first.expires_on}",
        url=url,
        context={
            "organisation": organisation,
            "units": ", ".join(wanted),
            "inviter": by.display_name if by is not None and by.display_name else organisation,
            "address": person.email,
            "until": first.expires_on,
        },
    )
