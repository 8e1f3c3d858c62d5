"""People in the Wagtail admin, who have one name and no user name."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from academy.people.models import User
from tests.factories.people import PASSWORD, make_person, signed_in

pytestmark = pytest.mark.django_db

FORM = {
    "email": "Jana@Example.org",
    "display_name": "Jana Lindner",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "password1": "",
    "password2": "",
}


@pytest.fixture
def admin(site: Any) -> Client:
    return signed_in(make_person("admin@example.org", is_superuser=True, is_staff=True, display_name="Ada Admin"))


def address_of(person: User) -> str:
    return f"/cms/users/edit/{person.pk}/"


def test_the_list_shows_finds_and_sorts(admin: Client) -> None:
    make_person("zoe@example.org", display_name="Zoë Zander")
    make_person("bert@example.org", display_name="Bert Bach")
    page = admin.get("/cms/users/").content.decode()
    assert page.index("Bert Bach") < page.index("Zoë Zander")
    assert "zoe@example.org" in page
    page = admin.get("/cms/users/?ordering=-name").content.decode()
    assert page.index("Zoë Zander") < page.index("Bert Bach")
    for words in ("Zoë", "zoe@"):
        found = admin.get(f"/cms/users/results/?q={words}").content.decode()
        assert "Zoë Zander" in found
        assert "Bert Bach" not in found


def test_a_new_person_has_a_confirmed_address_and_may_do_without_a_password(admin: Client) -> None:
    page = admin.get("/cms/users/new/").content.decode()
    assert "first_name" not in page
    answer = admin.post("/cms/users/new/", FORM)
    assert answer.status_code == 302, answer.context["form"].errors
    person = User.objects.get(email="jana@example.org")
    assert (person.display_name, person.language, person.is_staff) == ("Jana Lindner", "de", False)
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")) == [
        ("jana@example.org", True, True)
    ]


def test_a_taken_address_and_a_weak_password_are_refused(admin: Client) -> None:
    make_person("jana@example.org")
    answer = admin.post("/cms/users/new/", FORM)
    assert "email" in answer.context["form"].errors
    answer = admin.post("/cms/users/new/", FORM | {"email": "b@example.org", "password1": "x", "password2": "x"})
    assert "password2" in answer.context["form"].errors


def test_a_changed_address_is_the_one_that_counts(admin: Client) -> None:
    person = make_person("old@example.org", password=PASSWORD)
    answer = admin.post(address_of(person), FORM | {"is_active": "on"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [
        ("jana@example.org", True)
    ]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_groups_decide_who_enters_the_cms(admin: Client) -> None:
    person = make_person("jana@example.org")
    editors = Group.objects.get(name="Editors")
    admin.post(address_of(person), FORM | {"is_active": "on", "groups": [editors.pk]})
    person.refresh_from_db()
    assert person.is_staff
    admin.post(address_of(person), FORM | {"is_active": "on"})
    person.refresh_from_db()
    assert not person.is_staff


def test_deleting_erases(admin: Client) -> None:
    person = make_person("jana@example.org", display_name="Jana")
    assert admin.get(f"/cms/users/delete/{person.pk}/").status_code == 200
    admin.post(f"/cms/users/delete/{person.pk}/")
    person.refresh_from_db()
    assert (person.erased_at is not None, person.display_name) == (True, "")
    assert "Person without a name" not in admin.get("/cms/users/").content.decode().split("<main")[1]


def test_deleting_many_erases_each_of_them(admin: Client) -> None:
    people = [make_person(display_name=f"Number {number}") for number in range(2)]
    ids = "&".join(f"id={person.pk}" for person in people)
    admin.post(f"/cms/bulk/academy/user/delete/?next=/cms/users/&{ids}")
    assert User.objects.filter(display_name__startswith="Number").count() == 0
    assert User.objects.exclude(erased_at=None).count() == 2


def test_the_page_of_one_s_own_account_asks_for_the_name_we_have(admin: Client) -> None:
    page = admin.get("/cms/account/").content.decode()
    assert "name_email-display_name" in page
    assert "first_name" not in page
    assert 'type="password"' not in page
    answer = admin.post(
        "/cms/account/",
        {
            "name_email-display_name": "Ada Byron",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "locale-preferred_language": "nl",
            "locale-current_time_zone": "",
        },
    )
    assert answer.status_code == 302
    assert User.objects.get(email="admin@example.org").display_name == "Ada Byron"


def test_a_learner_has_no_business_here(site: Any) -> None:
    learner = signed_in(make_person())
    for path in ("/cms/", "/cms/users/", "/cms/account/", "/cms/organisation/", "/cms/unit/"):
        assert learner.get(path).status_code in {302, 403}
