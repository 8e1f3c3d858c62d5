"""Templates of certificates in the admin: who sees which, what is refused, previews, files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from academy.people.enums import Role
from academy.people.models import Organisation, User
from courses.certificates.editing import exported, keep_picture
from courses.certificates.models import CertificateTemplate
from tests.factories.certificates import png
from tests.factories.people import grant, make_organisation, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
LIST = "/cms/certificate-templates/"
FILES = "/cms/certificate-template-files/"
NEW = {"name": "Lindenmark", "is_active": "on", "organisation": ""}


@pytest.fixture
def _roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are not tried out by drawing, which takes seconds; that has tests of its own."""
    monkeypatch.setattr("courses.certificates.editing._overflows", lambda template, language: False)


@pytest.fixture
def admin() -> Client:
    return signed_in(make_person(is_superuser=True, is_staff=True))


def organisation_admin(organisation: Organisation) -> Client:
    """An administrator of one organisation who may enter the CMS."""
    person: User = make_person(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    grant(person, Role.ORGANISATION_ADMIN, organisation.units.get(parent=None))
    return signed_in(person)


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.usefixtures("_roomy")
def test_a_template_is_made_with_words_and_pictures(admin: Client) -> None:
    form = NEW | {"closing_nl": " Met dank ", "logo_file": upload(png()), "signatory_name": "Mira Voorbeeld"}
    answer = admin.post(f"{LIST}new/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    template = CertificateTemplate.objects.get()
    assert (template.words, template.is_default) == ({"nl": {"closing": "Met dank"}}, True)
    assert template.logo is not None
    # A folder of files that another test has written to adds some letters.
    assert template.logo.file.name.startswith(f"certificate-pictures/{template.logo.sha256}")
    assert admin.get(LIST).status_code == 200
    page = admin.get(f"{LIST}edit/{template.pk}/")
    assert "Met dank" in page.content.decode()
    # Saved again without a picture it keeps the one that it has; the mark takes it away.
    assert admin.post(f"{LIST}edit/{template.pk}/", NEW).status_code == 302
    assert CertificateTemplate.objects.get().logo == template.logo
    assert admin.post(f"{LIST}edit/{template.pk}/", NEW | {"remove_logo": "on"}).status_code == 302
    assert CertificateTemplate.objects.get().logo is None


@pytest.mark.usefixtures("_roomy")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"completion_de": "{course} wurde {name} bescheinigt"}, "each once"),
        ({"participation_en": "For {name}"}, "each once"),
        ({"completion_en": "{name} and {course} and {more}"}, "each once"),
        ({"closing_fr": "Merci 字"}, "字"),
        ({"signatory_name": "Mira\u202e"}, "No font"),
        ({"closing_en": "x" * 121}, "at most 120"),
    ],
)
def test_what_could_not_be_printed_is_refused_on_its_field(admin: Client, wrong: dict[str, str], words: str) -> None:
    answer = admin.post(f"{LIST}new/", NEW | wrong)
    ((field, errors),) = answer.context["form"].errors.items()
    assert (field, words in str(errors)) == (next(iter(wrong)), True)
    assert not CertificateTemplate.objects.exists()


def test_what_does_not_fit_on_the_sheet_is_refused_on_its_field(admin: Client) -> None:
    tall = {"quality_en": "W" * 60 + " " + "W" * 59, "closing_en": "W " * 60, "signatory_role": "Head " * 24}
    long = tall | {"completion_en": "{name} " + "has taken part " * 9 + "{course}", "region_en": "W" * 60}
    answer = admin.post(
        f"{LIST}new/", NEW | long | {"signatory_name": "M" * 100, "signature_file": upload(png(400, 400))}
    )
    ((field, errors),) = answer.context["form"].errors.items()
    assert (field, "does not fit on one sheet" in str(errors)) == ("completion_en", True)
    usual = {"quality_en": "An advisory board, every year", "closing_en": "Thank you.", "region_en": "Belgium"}
    assert admin.post(f"{LIST}new/", NEW | usual).status_code == 302


@pytest.mark.usefixtures("_roomy")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (b"GIF89a" + bytes(20), "no PNG or JPEG"),
        (png()[:200], "damaged"),
        (png(4001, 1), "4,000 pixels"),
        (png() + bytes(2 * 1024 * 1024), "2 MB"),
    ],
    ids=["svg", "gif", "cut", "wide", "large"],
)
def test_only_sound_pictures_are_taken(admin: Client, content: bytes, words: str) -> None:
    answer = admin.post(f"{LIST}new/", NEW | {"signature_file": upload(content)})
    assert words in str(answer.context["form"].errors["signature_file"])


@pytest.mark.usefixtures("_roomy")
def test_there_is_one_template_in_use_for_everybody_and_one_for_each_organisation(admin: Client) -> None:
    lindau = make_organisation()
    assert admin.post(f"{LIST}new/", NEW).status_code == 302
    assert "Change that one" in str(admin.post(f"{LIST}new/", NEW).context["form"].errors)
    assert admin.post(f"{LIST}new/", NEW | {"organisation": lindau.pk}).status_code == 302
    assert "Change that one" in str(admin.post(f"{LIST}new/", NEW | {"organisation": lindau.pk}).context["form"].errors)
    assert sorted(CertificateTemplate.objects.values_list("is_default", "organisation")) == [
        (False, lindau.pk),
        (True, None),
    ]


@pytest.mark.usefixtures("_roomy")
def test_an_administrator_of_an_organisation_sees_and_makes_only_its_own() -> None:
    lindau, other = make_organisation(), make_organisation("Town of Ostheim")
    ours = CertificateTemplate.objects.create(name="Ours", organisation=lindau)
    theirs = CertificateTemplate.objects.create(name="Theirs", organisation=other)
    everybodys = CertificateTemplate.objects.create(name="Everybody's", is_default=True)
    client = organisation_admin(lindau)
    page = client.get(LIST).content.decode()
    assert [template.name in page for template in (ours, theirs, everybodys)] == [True, False, False]
    for template in (theirs, everybodys):
        for address in ("edit", "delete", "history", "usage"):
            assert client.get(f"{LIST}{address}/{template.pk}/").status_code == 404, address
        assert client.post(f"{LIST}edit/{template.pk}/", NEW).status_code == 404
        assert client.get(f"{FILES}preview/{template.pk}/").status_code == 404
        assert client.get(f"{FILES}{template.pk}/export/").status_code == 404
    assert client.get(f"{LIST}edit/{ours.pk}/").status_code == 200
    for wanted in (other.pk, ""):
        answer = client.post(f"{LIST}new/", NEW | {"organisation": wanted})
        assert "organisation" in answer.context["form"].errors
    assert CertificateTemplate.objects.count() == 3


def test_who_administers_nothing_sees_no_templates() -> None:
    person: User = make_person(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = signed_in(person)
    assert [client.get(address).status_code for address in (LIST, f"{LIST}new/", f"{FILES}import/")] == [302] * 3


@pytest.mark.usefixtures("_roomy")
def test_what_was_typed_is_shown_without_being_saved(admin: Client) -> None:
    answer = admin.post(f"{FILES}preview/", NEW | {"signatory_name": "Mira Voorbeeld", "closing_en": "Well done"})
    assert answer.status_code == 302
    assert not CertificateTemplate.objects.exists()
    page = admin.get(answer["Location"])
    assert page.status_code == 200
    sheet = admin.get(f"{answer['Location']}sheet.png?kind=path&language=nl&name=greek")
    assert (sheet.status_code, sheet["Content-Type"]) == (200, "image/png")
    assert sheet.content.startswith(b"\x89PNG")
    stranger = signed_in(make_person(is_superuser=True, is_staff=True))
    assert stranger.get(f"{answer['Location']}sheet.png").status_code == 404
    wrong = admin.post(f"{FILES}preview/", NEW | {"closing_en": "字"})
    assert (wrong.status_code, "字" in wrong.content.decode()) == (422, True)


@pytest.mark.usefixtures("_roomy")
def test_a_template_travels_as_a_file(admin: Client) -> None:
    template = CertificateTemplate.objects.create(
        name="Ours",
        is_default=True,
        signatory_name="Mira",
        words={"en": {"closing": "Well done"}},
        logo=keep_picture(png()),
    )
    download = admin.get(f"{FILES}{template.pk}/export/")
    assert download["Content-Disposition"] == 'attachment; filename="ours.json"'
    answer = admin.post(f"{FILES}import/", {"file": upload(download.content, "ours.json"), "organisation": ""})
    assert answer.status_code == 302, answer.context["form"].errors
    copy = CertificateTemplate.objects.exclude(pk=template.pk).get()
    assert (copy.name, copy.signatory_name, copy.words, copy.logo) == ("Ours", "Mira", template.words, template.logo)
    assert (copy.is_active, copy.is_default) == (False, True)


@pytest.mark.usefixtures("_roomy")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "something else"}, "not a file that was exported"),
        ({"version": 9}, "later version"),
        ({"logo": "!!"}, "damaged"),
        ({"logo": "R0lGODlh"}, "no PNG or JPEG"),
        ({"name": ""}, "required"),
        ({"name": 7}, "damaged"),
        ({"words": {"en": {"completion": "For {name}"}}}, "each once"),
    ],
)
def test_a_wrong_file_writes_nothing(admin: Client, changes: dict[str, Any], words: str) -> None:
    content = json.loads(exported(CertificateTemplate(name="Ours"))) | changes
    answer = admin.post(f"{FILES}import/", {"file": upload(json.dumps(content).encode(), "x.json"), "organisation": ""})
    assert (answer.status_code, words in str(answer.context["form"].errors["file"])) == (422, True)
    assert not CertificateTemplate.objects.exists()
