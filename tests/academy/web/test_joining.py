"""Invited, by a link, because of one's address: what people see who are asked, and who asks them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people import rules
from academy.people.enums import Role, Wider
from academy.people.models import Invitation, JoinLink, MailDomain, Membership, RoleGrant, Unit, User
from tests.factories.joining import Town, make_town
from tests.factories.people import LONG_AGO, grant, make_person, make_unit, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def town(site: Any) -> Town:
    return make_town()


@pytest.fixture
def admin(town: Town) -> Client:
    return signed_in(town.admin)


def invite(town: Town, email: str) -> Invitation:
    """Invited by the administrator."""
    signed_in(town.admin).post(town.url("invite/"), {"addresses": email, "unit": town.buying.pk, "job": ""})
    return Invitation.objects.get(email=email)


def units(person: User) -> list[str]:
    return list(Membership.objects.on(timezone.localdate()).filter(person=person).values_list("unit__name", flat=True))


def said(answer: Any) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# -- who asks ---------------------------------------------------------------------------------------------------------
def test_who_invites_sees_the_same_of_addresses_with_and_without_an_account(town: Town, admin: Client) -> None:
    make_person("known@town.example", display_name="Kaja Known")
    answers = {}
    for email in ("known@town.example", "other@town.example"):
        form = {"addresses": email, "unit": town.buying.pk, "job": ""}
        answer = admin.post(town.url("invite/"), form, follow=True)
        text = said(answer).replace(email, "ADDRESS")
        people = said(admin.get(town.url("people/"))) + said(admin.get(town.url()))
        answers[email] = (re.sub(r"/\d+/", "/0/", text), people)
        invitation = Invitation.objects.get(email=email)
        admin.post(town.url(f"invite/{invitation.pk}/"), {"do": "withdraw"}, follow=True)
        Invitation.objects.all().delete()
    assert answers["known@town.example"] == answers["other@town.example"]
    assert "1 address is invited." in answers["known@town.example"][0]
    assert "Kaja" not in str(answers)


def test_what_is_no_address_is_named_and_nothing_typed_is_lost(town: Town, admin: Client) -> None:
    typed = "ann@town.example, ben@town, cem@town.example"
    answer = admin.post(town.url("invite/"), {"addresses": typed, "unit": town.buying.pk, "job": ""})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "addresses": ["This is no e-mail address: ben@town. Correct it or take it out."]
    }
    assert typed in answer.content.decode()
    many = " ".join(f"p{number}@town.example" for number in range(201))
    answer = admin.post(town.url("invite/"), {"addresses": many, "unit": town.buying.pk, "job": ""})
    assert answer.context["form"].errors == {"addresses": ["These are 201 addresses. Invite 200 at a time."]}
    assert (Invitation.objects.count(), OutgoingEmail.objects.count()) == (0, 0)


def test_a_manager_invites_to_units_that_they_lead_and_to_no_other(town: Town) -> None:
    manager, elsewhere = make_person(), make_town()
    grant(manager, Role.DEPUTY, town.buying)
    client = signed_in(manager)
    form = {"addresses": "new@town.example", "job": ""}
    for unit in (town.whole, elsewhere.buying):
        assert client.post("/en/team/invite/", form | {"unit": unit.pk}).status_code == 422
    assert client.post("/en/team/invite/", form | {"unit": town.buying.pk}).status_code == 302
    other = invite(elsewhere, "other@town.example")
    assert client.post(f"/en/team/invite/{other.pk}/", {"do": "withdraw"}).status_code == 404
    until = (timezone.localdate() + timedelta(days=3)).isoformat()
    assert client.post("/en/team/links/", {"unit": town.whole.pk, "expires_on": until}).status_code == 422
    assert (
        client.post("/en/team/links/", {"unit": town.buying.pk, "expires_on": until, "seats": "3"}).status_code == 302
    )
    link = JoinLink.objects.get()
    assert f"http://localhost:8000/en/join/link/{link.token}/" in client.get("/en/team/links/").content.decode()
    RoleGrant.objects.filter(person=manager).update(until_day=timezone.localdate() - timedelta(days=1))
    assert [client.get(f"/en/team/{page}/").status_code for page in ("invite", "links")] == [403, 403]
    assert signed_in(make_person()).get("/en/team/invite/").status_code == 403


def test_an_invitation_is_sent_again_once_a_day(town: Town, admin: Client) -> None:
    invitation = invite(town, "new@town.example")
    again = town.url(f"invite/{invitation.pk}/")
    assert "sent today already" in said(admin.post(again, {"do": "again"}, follow=True))


# -- who is asked -----------------------------------------------------------------------------------------------------
def test_a_stranger_reads_it_signs_in_comes_back_and_says_yes(town: Town) -> None:
    invitation = invite(town, "new@town.example")
    page = f"/en/join/{invitation.token}/"
    assert page in OutgoingEmail.objects.get().text
    answer = Client().get(page)
    assert f'href="/en/account/login/?next={page}"' in answer.content.decode()
    assert "Town of Lindau invites you to the unit Buying." in said(answer)
    assert "Managers never see answers" in said(answer)
    # The mailed code shows that the address is theirs.
    client = Client()
    asked = client.post("/en/account/login/", {"login": "new@town.example", "by_mail": "1", "next": page})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", OutgoingEmail.objects.get(kind="account/login_code").text, re.MULTILINE)
    assert code is not None
    answer = client.post(asked.headers["Location"], {"code": code[0], "next": page})
    assert answer.headers["Location"] == page
    person = User.objects.get(email="new@town.example")
    # The account has no name yet.
    answer = client.post(page, {"do": "accept"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["display_name"])
    answer = client.post(page, {"do": "accept", "display_name": "Nea New"}, follow=True)
    assert "You have joined Town of Lindau." in said(answer)
    person.refresh_from_db()
    invitation.refresh_from_db()
    assert (person.display_name, units(person), invitation.accepted) == ("Nea New", ["Buying"], True)
    assert "has been accepted" in said(client.get(page))


def test_somebody_with_another_address_is_told_so_and_joins_nothing(town: Town) -> None:
    invitation = invite(town, "new@town.example")
    other = make_person("other@town.example")
    client = signed_in(other)
    page = f"/en/join/{invitation.token}/"
    for answer in (client.get(page), client.post(page, {"do": "accept"}), client.post(page, {"do": "decline"})):
        assert "This invitation went to another address than other@town.example." in said(answer)
        assert "new@town.example" not in answer.content.decode()
    invitation.refresh_from_db()
    assert (units(other), invitation.answered_at) == ([], None)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "This invitation is too old."),
        ({"withdrawn_at": timezone.now()}, "This invitation was withdrawn."),
        ({"answered_at": timezone.now()}, "You said no."),
    ],
)
def test_an_invitation_that_holds_no_more_says_why(town: Town, state: Any, words: str) -> None:
    person = make_person()
    invitation = invite(town, person.email)
    Invitation.objects.update(**state)
    client = signed_in(person)
    page = f"/en/join/{invitation.token}/"
    assert words in said(client.get(page))
    assert words in said(client.post(page, {"do": "accept"}))
    assert units(person) == []


def test_no_is_said_without_an_account(town: Town) -> None:
    invitation = invite(town, "new@town.example")
    answer = Client().post(f"/en/join/{invitation.token}/", {"do": "decline"}, follow=True)
    assert "You said no." in said(answer)
    assert Client().get("/en/join/no-such-token/").status_code == 404


def test_what_managers_see_besides_is_said_before_anybody_joins(town: Town) -> None:
    page = f"/en/join/{invite(town, 'new@town.example').token}/"
    assert "of your own accord are yours alone" in said(Client().get(page))
    words = {"reason": "The council has asked for it.", "by": town.admin, "at": timezone.now()}
    rules.open_wider(organisation=town.organisation, what=Wider.VOLUNTARY, **words)
    answer = said(Client().get(page))
    assert "Town of Lindau: Courses and paths that people take of their own accord" in answer
    assert "yours alone" not in answer


def test_a_link_to_a_unit_that_closes_is_refused_in_words(town: Town, admin: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    Unit.objects.filter(pk=town.buying.pk).update(closed_on=tomorrow)
    answer = admin.post(town.url("links/"), {"unit": town.buying.pk, "expires_on": tomorrow.isoformat(), "seats": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["unit"])


def test_a_link_is_followed_until_it_is_full(town: Town, admin: Client) -> None:
    until = (timezone.localdate() + timedelta(days=3)).isoformat()
    admin.post(town.url("links/"), {"unit": town.buying.pk, "expires_on": until, "seats": "1"})
    link = JoinLink.objects.get()
    page = f"/en/join/link/{link.token}/"
    answer = Client().get(page).content.decode()
    assert f"/en/account/signup/?next={page}" in answer
    assert Client().post(page).status_code == 200
    first, second = make_person(), make_person()
    assert "You have joined Town of Lindau." in said(signed_in(first).post(page, follow=True))
    assert "As many people as this link is for have joined." in said(signed_in(second).get(page))
    assert (units(first), units(second)) == (["Buying"], [])
    assert "1 of 1 joined" in said(admin.get(town.url("links/")))
    admin.post(town.url(f"links/{link.pk}/end/"))
    assert "This link holds no more." in said(Client().get(page))


def test_a_domain_offers_once_it_is_verified_and_asks_before_anything_happens(town: Town, admin: Client) -> None:
    wrong = admin.post(town.url("domains/"), {"domain": "web.de", "unit": town.whole.pk})
    assert "Anybody can have an address there." in str(wrong.context["form"].errors)
    admin.post(town.url("domains/"), {"domain": "town.example", "unit": town.whole.pk})
    domain = MailDomain.objects.get()
    person = make_person("ann@town.example")
    client = signed_in(person)
    assert client.post(f"/en/join/offer/{domain.pk}/").status_code == 404
    rules.verify_domain(domain=domain, is_verified=True, by=town.admin, at=timezone.now())
    for page in ("/en/settings/", "/en/settings/work/"):
        assert "An organisation asks whether you work there." in said(client.get(page))
    assert "Your address ends in town.example." in said(client.get("/en/join/"))
    assert units(person) == []
    client.post(f"/en/join/offer/{domain.pk}/")
    assert units(person) == ["Town of Lindau"]
    other = make_town()
    form = {"domain": "town.example", "unit": other.whole.pk}
    assert "belongs to an organisation already" in said(signed_in(other.admin).post(other.url("domains/"), form))


def test_who_works_there_no_more_says_so_and_is_gone_from_the_list(town: Town, admin: Client) -> None:
    person, elsewhere = make_person(display_name="Lea Leaving"), make_unit("Elsewhere")
    for unit in (town.buying, elsewhere):
        rules.join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=timezone.now())
    client = signed_in(person)
    leave = f"/en/settings/work/{town.organisation.slug}/leave/"
    assert leave in client.get("/en/settings/work/").content.decode()
    assert "From tomorrow on its managers do not see your learning any more" in said(client.get(leave))
    client.post(leave)
    rows = Membership.objects.filter(person=person).order_by("pk").values_list("until_day", flat=True)
    assert list(rows) == [timezone.localdate(), None]
    assert signed_in(make_person()).post(leave).status_code == 404
