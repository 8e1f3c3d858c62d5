"""Texts of mails in the admin: who may, what is refused, the preview, the way back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from academy.mail.models import MailText
from academy.people.enums import Role
from tests.factories.people import grant, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
LIST = "/cms/mail-texts/"
TEXT = f"{LIST}certificates/ending/nl/"
NEW = {"subject": "Bijna: {title}", "text": "Geldig tot {day}."}


@pytest.fixture
def admin() -> Client:
    return signed_in(make_person(is_superuser=True, is_staff=True))


def editor(*codenames: str) -> Client:
    """Somebody who may enter the CMS."""
    person = make_person(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return signed_in(person)


def test_a_text_is_looked_at_kept_and_set_back(admin: Client) -> None:
    assert "Default text" in admin.get(LIST).content.decode()
    page = admin.get(TEXT).content.decode()
    assert "{day}" in page
    preview = admin.post(TEXT, NEW | {"do": "preview"}).content.decode()
    assert "Geldig tot wo 30 juni 2027." in preview
    assert MailText.objects.count() == 0
    assert admin.post(TEXT, NEW).status_code == 302
    text = MailText.objects.get()
    assert (text.kind, text.language, text.subject, text.text) == ("certificates/ending", "nl", *NEW.values())
    assert "Own text" in admin.get(LIST).content.decode()
    assert admin.post(TEXT, {"do": "reset"}).status_code == 302
    assert MailText.objects.count() == 0


@pytest.mark.parametrize("field", ["subject", "text"])
def test_what_cannot_be_filled_in_is_refused_on_its_field_and_nothing_typed_is_lost(admin: Client, field: str) -> None:
    response = admin.post(TEXT, NEW | {field: "Hallo {score}"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Hallo {score}" in response.content.decode()
    assert MailText.objects.count() == 0


def test_texts_are_there_for_who_may_change_them_and_for_nobody_else() -> None:
    assert [editor().get(address).status_code for address in (LIST, TEXT)] == [404, 404]
    assert editor("change_mailtext").get(TEXT).status_code == 200
    person = make_person(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    grant(person, Role.PLATFORM_ADMIN)
    assert signed_in(person).get(TEXT).status_code == 200


def test_only_kinds_with_words_and_our_languages_have_a_text(admin: Client) -> None:
    for address in ("booking/booked/nl/", "no/such/nl/", "certificates/ending/it/"):
        assert admin.get(f"{LIST}{address}").status_code == 404
