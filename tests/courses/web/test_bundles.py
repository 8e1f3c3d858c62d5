"""The pages of bundles: the form, the progress, the download, and that they are not there for others."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from academy.people.enums import Role
from courses.certificates import bundles
from courses.certificates.models import CertificateBundle
from tests.factories.certificates import AT
from tests.factories.people import grant, make_organisation, make_person, make_unit, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
PAGE = "/en/certificates/bundles/"


@pytest.fixture
def top() -> Any:
    return make_organisation().units.get(parent=None)


@pytest.fixture
def admin(top: Any) -> Client:
    person = make_person()
    grant(person, Role.ORGANISATION_ADMIN, top)
    return signed_in(person)


def test_from_asking_to_fetching(admin: Client, top: Any) -> None:
    assert admin.get(PAGE).status_code == 200
    answer = admin.post(PAGE, {"unit": top.pk, "from_day": "2027-01-01", "until_day": "2027-12-31"})
    assert answer.status_code == 302
    bundle = CertificateBundle.objects.get()
    assert bundle.scope == {"unit": top.pk, "from": "2027-01-01", "until": "2027-12-31", "items": []}
    page = admin.get(answer["Location"])
    assert ("0 per cent done" in page.content.decode(), page["Cache-Control"].split(", ")[-1]) == (True, "private")
    assert admin.get(f"{PAGE}{bundle.public_id}/certificates.zip").status_code == 404
    bundles.make(bundle=bundle.pk)
    assert "certificates.zip" in admin.get(answer["Location"]).content.decode()
    download: Any = admin.get(f"{PAGE}{bundle.public_id}/certificates.zip")
    assert (download.status_code, download["Content-Type"]) == (200, "application/zip")
    assert b"".join(download.streaming_content).startswith(b"PK")
    assert "Not ready yet" not in admin.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_day": "2027-02-01", "until_day": "2027-01-01"}, "until_day"),
        ({"from_day": "yesterday"}, "from_day"),
        ({"unit": ""}, "unit"),
        ({"items": ["7"]}, "items"),
    ],
)
def test_what_is_wrong_stands_on_its_field(admin: Client, top: Any, wrong: dict[str, Any], field: str) -> None:
    answer = admin.post(PAGE, {"unit": top.pk, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_another_organisation_cannot_be_chosen(admin: Client) -> None:
    elsewhere = make_unit()
    assert list(admin.post(PAGE, {"unit": elsewhere.pk}).context["form"].errors) == ["unit"]
    assert not CertificateBundle.objects.exists()


def test_to_others_the_pages_are_not_there(admin: Client, top: Any) -> None:
    bundle = bundles.ask(unit=top, items=[], from_day=None, until_day=None, by=make_person(), at=AT)
    manager, other = make_person(), make_person()
    grant(manager, Role.MANAGER, top)
    grant(other, Role.ORGANISATION_ADMIN, top)
    for client in (signed_in(manager), signed_in(make_person())):
        for address in (PAGE, f"{PAGE}{bundle.public_id}/", f"{PAGE}{bundle.public_id}/certificates.zip"):
            assert client.get(address).status_code == 404
    # Who asked fetches; a colleague asks for one of their own.
    assert signed_in(other).get(f"{PAGE}{bundle.public_id}/").status_code == 404
    assert Client().get(PAGE).status_code == 302
