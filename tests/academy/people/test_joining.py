"""How people come to work in a unit: invited, by a link, because of their mail domain. And how they leave."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.utils import IntegrityError

from academy.mail.models import OutgoingEmail
from academy.people import joining, logos, rules
from academy.people.access import has_role, realm_of, units_reached
from academy.people.addresses import Pasted, read_addresses, read_domain
from academy.people.enums import Role, StaffFact
from academy.people.errors import (
    DomainRefused,
    DomainTaken,
    InvitationOver,
    LastAdministrator,
    LinkFull,
    LinkOver,
    LogoRefused,
    OtherAddress,
)
from academy.people.models import Centre, JoinLink, Membership, RoleGrant, StaffEvent, User
from academy.people.workplaces import Logo, invited, offers_for, roles_and_logo, working
from tests.factories.joining import Town, make_town, picture
from tests.factories.people import AT, LONG_AGO, grant, make_person, make_unit

TODAY = date(2027, 2, 1)


def units_of(person: User) -> list[str]:
    return list(Membership.objects.on(TODAY).filter(person=person).values_list("unit__name", flat=True))


# -- addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "addresses", "faults"),
    [
        ("jana@town.example, tom@town.example;eva@town.example\n", ("jana", "tom", "eva"), ()),
        ('"Albers, Jana" <Jana@Town.example>\tTom tom@town.example.', ("jana", "tom"), ()),
        ("jana@town.example JANA@town.example mailto:jana@town.example", ("jana",), ()),
        ("jana@@town.example tom@town eva@town.example", ("eva",), ("jana@@town.example", "tom@town")),
        ("nobody here", (), ()),
    ],
)
def test_addresses_are_found_whatever_stands_between_them(text: str, addresses: Any, faults: Any) -> None:
    assert read_addresses(text) == Pasted(tuple(f"{name}@town.example" for name in addresses), faults)


@pytest.mark.parametrize(
    ("text", "domain"),
    [("@Town.Example", "town.example"), ("jana@town.example", "town.example"), ("town", ""), ("a b.example", "")],
)
def test_a_domain_is_what_stands_behind_the_at(text: str, domain: str) -> None:
    assert read_domain(text) == domain


# -- invitations ------------------------------------------------------------------------------------------------------
@pytest.mark.one_database
@pytest.mark.django_db
def test_who_has_no_account_gets_one_and_who_has_one_is_only_asked() -> None:
    town, known = make_town(), make_person("known@town.example")
    joining.invite(unit=town.buying, emails=["New@town.example", "known@town.example"], by=town.admin, at=AT)
    new = User.objects.get(email="new@town.example")
    assert (units_of(new), units_of(known)) == (["Buying"], [])
    # Who invites sees the same of both.
    assert [(row.email, row.expires_on) for row in invited({town.buying.pk})] == [
        ("known@town.example", date(2027, 3, 3)),
        ("new@town.example", date(2027, 3, 3)),
    ]
    assert not working({town.buying.pk}, TODAY).exists()
    mails = OutgoingEmail.objects.filter(kind="people/invited").order_by("to")
    assert [mail.to for mail in mails] == ["known@town.example", "new@town.example"]
    texts = [mail.text for mail in mails]
    assert [
        text.replace(known.display_name, "new@town.example").count("Town of Lindau (Buying)") for text in texts
    ] == [1, 1]
    assert all(f"/en/join/{row.token}/" in texts[place] for place, row in enumerate(invited({town.buying.pk})))


@pytest.mark.one_database
@pytest.mark.django_db
def test_one_mail_to_an_address_and_one_a_day() -> None:
    town = make_town()
    first = joining.invite(unit=town.buying, emails=["new@town.example"], by=town.admin, at=AT)
    joining.invite(unit=town.buying, emails=["new@town.example"], by=town.admin, at=AT)
    assert not joining.invite_again(invitation=first[0], by=town.admin, at=AT)
    assert OutgoingEmail.objects.count() == 1
    assert joining.invite_again(invitation=first[0], by=town.admin, at=AT + timedelta(days=1))
    assert OutgoingEmail.objects.count() == 2
    both = rules.invite(unit=town.whole, emails=["two@town.example"], by=town.admin, at=AT)
    both += rules.invite(unit=town.buying, emails=["two@town.example"], by=town.admin, at=AT)
    assert joining.tell_invited(both, AT) == 1
    assert "(Town of Lindau, Buying)" in OutgoingEmail.objects.get(to="two@town.example").text


@pytest.mark.django_db
def test_telling_many_costs_as_much_as_telling_one(django_assert_max_num_queries: Any) -> None:
    town = make_town()
    found = rules.invite(unit=town.buying, emails=[f"p{n}@town.example" for n in range(150)], by=town.admin, at=AT)
    with django_assert_max_num_queries(16):
        assert joining.tell_invited(found, AT) == 150


@pytest.mark.one_database
@pytest.mark.django_db
def test_yes_is_the_invited_persons_alone_and_holds_for_thirty_days() -> None:
    town, known, other = make_town(), make_person("known@town.example"), make_person()
    (invitation,) = joining.invite(unit=town.buying, emails=[known.email], by=town.admin, at=AT)
    with pytest.raises(OtherAddress):
        joining.accept(invitation=invitation, person=other, at=AT)
    with pytest.raises(InvitationOver):
        joining.accept(invitation=invitation, person=known, at=AT + timedelta(days=31))
    joining.accept(invitation=invitation, person=known, at=AT + timedelta(days=30))
    with pytest.raises(InvitationOver):
        joining.decline(invitation=invitation, person=known, at=AT)
    membership = Membership.objects.get(person=known)
    assert (membership.unit, membership.from_day) == (town.buying, date(2027, 3, 3))
    facts = StaffEvent.objects.filter(person=known, fact=StaffFact.JOINED).values_list("unit_ref", "by")
    assert list(facts) == [(town.buying.pk, known.pk)]


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("how", ["declined", "withdrawn"])
def test_an_account_that_was_made_for_it_leaves_the_unit_again(how: str) -> None:
    town = make_town()
    (invitation,) = joining.invite(unit=town.buying, emails=["new@town.example"], by=town.admin, at=AT)
    if how == "declined":
        joining.decline(invitation=invitation, person=None, at=AT)
    else:
        joining.withdraw(invitation=invitation, by=town.admin, at=AT)
    membership = Membership.objects.get(person__email="new@town.example")
    assert (membership.until_day, list(invited({town.buying.pk}))) == (TODAY, [])


@pytest.mark.one_database
@pytest.mark.django_db
def test_who_has_come_is_not_made_to_leave_by_whoever_else_has_the_link() -> None:
    town = make_town()
    (invitation,) = joining.invite(unit=town.buying, emails=["new@town.example"], by=town.admin, at=AT)
    User.objects.filter(email="new@town.example").update(last_login=AT)
    joining.decline(invitation=invitation, person=None, at=AT)
    assert Membership.objects.get(person__email="new@town.example").until_day is None


# -- links ------------------------------------------------------------------------------------------------------------
@pytest.mark.one_database
@pytest.mark.django_db
def test_a_link_ends_and_fills_and_takes_nobody_twice() -> None:
    town, ann, ben = make_town(), make_person(), make_person()
    link = rules.make_link(unit=town.buying, expires_on=TODAY, seats=1, by=town.admin, at=AT)
    with pytest.raises(LinkOver):
        rules.use_link(link=link, person=ann, at=AT + timedelta(days=1))
    for _ in range(2):
        rules.use_link(link=link, person=ann, at=AT)
    with pytest.raises(LinkFull):
        rules.use_link(link=link, person=ben, at=AT)
    rules.end_link(link=link, by=town.admin, at=AT)
    with pytest.raises(LinkOver):
        rules.use_link(link=link, person=ben, at=AT)
    assert (units_of(ann), units_of(ben), JoinLink.objects.get().taken) == (["Buying"], [], 1)


def _counted_before_it_was_written(link: JoinLink, person: User) -> None:
    """The control: look whether there is room, then write."""
    fresh = JoinLink.objects.get(pk=link.pk)
    if fresh.seats is not None and fresh.taken >= fresh.seats:
        raise LinkFull
    GATE.wait(timeout=30)
    JoinLink.objects.filter(pk=link.pk).update(taken=F("taken") + 1)


GATE = Barrier(20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["the rule", "the control"])
def test_of_twenty_at_once_five_find_the_five_places(way: str) -> None:
    town = make_town()
    people = [make_person() for _ in range(20)]
    link = rules.make_link(unit=town.buying, expires_on=TODAY, seats=5, by=town.admin, at=AT)
    start = Barrier(20)

    def one(person: User) -> str:
        try:
            start.wait(timeout=30)
            if way == "the rule":
                rules.use_link(link=link, person=person, at=AT)
            else:
                _counted_before_it_was_written(link, person)
        except (LinkFull, IntegrityError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(one, people))
    if way == "the rule":
        assert answers == ["LinkFull"] * 15 + ["joined"] * 5
        assert Membership.objects.filter(unit=town.buying).count() == 5
    else:
        # All of them saw room; the constraint is what stopped the sixth.
        assert answers == ["IntegrityError"] * 15 + ["joined"] * 5
    assert JoinLink.objects.get().taken == 5


# -- mail domains -----------------------------------------------------------------------------------------------------
@pytest.mark.one_database
@pytest.mark.django_db
def test_a_domain_opens_once_it_is_verified_to_confirmed_addresses_of_who_does_not_work_there() -> None:
    town, ann = make_town(), make_person("ann@town.example")
    stranger = User.objects.create_user("eve@town.example")  # never confirmed
    make_person("ben@under.town.example")
    with pytest.raises(DomainRefused):
        rules.name_domain(unit=town.buying, domain="gmail.com", by=town.admin, at=AT)
    domain = rules.name_domain(unit=town.buying, domain="@Town.example", by=town.admin, at=AT)
    with pytest.raises(DomainTaken):
        rules.name_domain(unit=make_unit(), domain="town.example", by=town.admin, at=AT)
    assert list(offers_for(ann, AT)) == []
    rules.verify_domain(domain=domain, is_verified=True, by=town.admin, at=AT)
    offers = [person.email for person in User.objects.all() if offers_for(person, AT).exists()]
    assert (offers, list(offers_for(stranger, AT))) == (["ann@town.example"], [])
    rules.accept_offer(domain=domain, person=ann, at=AT)
    assert (units_of(ann), list(offers_for(ann, AT))) == (["Buying"], [])


# -- leaving, roles ---------------------------------------------------------------------------------------------------
def _two(town: Town) -> User:
    person = make_person()
    for unit in (town.whole, town.buying):
        rules.join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    grant(person, Role.MANAGER, town.buying)
    return person


@pytest.mark.one_database
@pytest.mark.django_db
def test_who_leaves_leaves_every_unit_and_every_role_there_and_none_elsewhere() -> None:
    town, elsewhere = make_town(), make_unit("Elsewhere")
    person = _two(town)
    rules.join(person=person, unit=elsewhere, from_day=LONG_AGO, by=None, at=AT)
    rules.leave_organisation(person=person, organisation=town.organisation, last_day=TODAY, by=person, at=AT)
    ends = dict(Membership.objects.filter(person=person).values_list("unit__name", "until_day"))
    assert ends == {"Town of Lindau": TODAY, "Buying": TODAY, "Elsewhere": None}
    assert RoleGrant.objects.get(person=person).until_day == TODAY


@pytest.mark.one_database
@pytest.mark.django_db
def test_the_last_administrator_stays_unless_the_platform_says_otherwise() -> None:
    town = make_town()
    role = RoleGrant.objects.get(person=town.admin)
    for by in (town.admin, make_person()):
        with pytest.raises(LastAdministrator):
            rules.end_role_in_organisation(grant=role, last_day=TODAY, by=by, at=AT)
    with pytest.raises(LastAdministrator):
        rules.leave_organisation(
            person=town.admin, organisation=town.organisation, last_day=TODAY, by=town.admin, at=AT
        )
    assert units_of(town.admin) == ["Town of Lindau"]
    # One whose role ends soon is no other.
    grant(make_person(), Role.ORGANISATION_ADMIN, town.whole, until_day=date(2027, 3, 1))
    assert rules.is_last_administrator(role, TODAY)
    grant(make_person(), Role.ORGANISATION_ADMIN, town.whole)
    rules.end_role_in_organisation(grant=role, last_day=TODAY, by=town.admin, at=AT)
    other = RoleGrant.objects.get(role=Role.ORGANISATION_ADMIN, until_day=None)
    rules.end_role_in_organisation(grant=other, last_day=TODAY, by=make_person(is_superuser=True), at=AT)
    assert not RoleGrant.objects.filter(until_day=None).exists()


@pytest.mark.one_database
@pytest.mark.django_db
def test_a_role_for_a_centre_reaches_its_organisations_and_no_other() -> None:
    near, far = make_town(), make_town()
    centre = Centre.objects.create(name="North", slug="north")
    centre.organisations.add(near.organisation)
    person = make_person()
    rules.grant_role(person=person, role=Role.TRAINER, centre=centre, by=None, at=AT, from_day=LONG_AGO)
    assert units_reached(person, (Role.TRAINER,), TODAY) == {near.whole.pk, near.buying.pk}
    assert [has_role(person, Role.TRAINER, unit, TODAY) for unit in (near.buying, far.buying)] == [True, False]


@pytest.mark.one_database
@pytest.mark.django_db
def test_who_administers_a_part_has_that_part() -> None:
    town = make_town()
    part = make_person()
    grant(part, Role.ORGANISATION_ADMIN, town.buying)
    realms = [realm_of(person, town.organisation, TODAY) for person in (town.admin, part, make_person())]
    assert [realm and (realm.units, realm.is_whole) for realm in realms] == [
        ({town.whole.pk, town.buying.pk}, True),
        ({town.buying.pk}, False),
        None,
    ]


# -- logos ------------------------------------------------------------------------------------------------------------
def test_a_logo_is_drawn_anew_small_and_without_what_it_brought() -> None:
    kept = logos.clean(picture("JPEG", comment=b"secret") + b"<script>").read()
    assert kept.startswith(b"\x89PNG")
    assert b"script" not in kept
    assert b"secret" not in kept


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (picture("GIF"), "no PNG"),
        (picture()[:60], "damaged"),
        (b"\x89PNG" + b"0" * logos.MEGABYTE, "larger than 1 MB"),
        (picture(size=(5000, 10)), "4,000 pixels"),
    ],
)
def test_what_is_no_picture_for_a_logo_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(LogoRefused, match=words):
        logos.clean(content)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    with pytest.raises(LogoRefused, match="4,000 pixels"):
        logos.clean(bomb)


@pytest.mark.django_db
def test_roles_and_logo_come_in_one_query(django_assert_num_queries: Any) -> None:
    town = make_town()
    assert roles_and_logo(town.admin, TODAY) == ({Role.ORGANISATION_ADMIN}, None)
    rules.change_organisation(organisation=town.organisation, fields={"logo": "logos/a.png"}, by=None, at=AT)
    with django_assert_num_queries(1):
        found = roles_and_logo(town.admin, TODAY)
    assert found == ({Role.ORGANISATION_ADMIN}, Logo("Town of Lindau", "logos/a.png"))
    assert roles_and_logo(make_person(), TODAY) == (set(), None)
