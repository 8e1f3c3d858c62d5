"""Which template a certificate follows, what of it is frozen, and that nothing issued changes with it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest

from academy.people.models import Membership, Organisation
from courses.certificates import editing, rules
from courses.certificates.document import document_data, render_pdf
from courses.certificates.errors import DocumentRefused
from courses.certificates.models import Certificate, CertificateAsset, CertificateTemplate
from courses.certificates.pictures import clean
from courses.certificates.queries import claims
from courses.certificates.templates import default_sentence, has_places, sentence_for, template_for
from tests.factories.certificates import AT, make_certificate, make_holder, png, sign
from tests.factories.curriculum import Course
from tests.factories.people import make_organisation, make_unit

DAY = date(2027, 2, 9)
database = pytest.mark.django_db


def make_template(organisation: Organisation | None = None, **fields: Any) -> CertificateTemplate:
    """A template in use."""
    name = organisation.name if organisation else "Everybody"
    return CertificateTemplate.objects.create(
        name=name, organisation=organisation, is_default=organisation is None, **fields
    )


def working_at(*organisations: Organisation, **days: Any) -> Any:
    """Somebody who has worked at these, at the first one longest."""
    person = make_holder()
    for number, organisation in enumerate(organisations):
        unit = make_unit(organisation=organisation)
        values = {"from_day": date(2020 + number, 1, 1), **days}
        Membership.objects.create(person=person, unit=unit, **values)
    return person


@database
def test_the_oldest_membership_of_that_day_decides() -> None:
    plain, first, second = make_organisation("Plain"), make_organisation("First"), make_organisation("Second")
    of_first, of_second = make_template(first), make_template(second)
    everybody = make_template()
    assert template_for(working_at(second, first), DAY) == of_second
    assert template_for(working_at(plain, first), DAY) == of_first
    assert template_for(working_at(plain), DAY) == everybody
    assert template_for(working_at(first, until_day=DAY - timedelta(days=1)), DAY) == everybody
    assert template_for(working_at(first, from_day=DAY + timedelta(days=1)), DAY) == everybody
    CertificateTemplate.objects.update(is_active=False)
    assert template_for(working_at(first), DAY) is None


@database
def test_what_a_template_says_and_shows_is_frozen_and_the_rest_comes_from_the_settings(academy: Course) -> None:
    sign()
    organisation = make_organisation()
    words = {
        "en": {"region": "Germany", "completion": "{name} has finished {course}, with our thanks"},
        "nl": {"closing": "Met dank", "quality": "Adviesraad"},
    }
    logo, signature = editing.keep_picture(png()), editing.keep_picture(png(colour="#A14A0B"))
    make_template(organisation, issuer="Town of Lindau", words=words, logo=logo, signature=signature)
    frozen = make_certificate(academy.course, working_at(organisation)).frozen
    # The picture of a signature belongs to the name beside it, and this template names nobody.
    assert {name: frozen[name] for name in ("issuer", "signatory", "logo", "signature")} == {
        "issuer": "Town of Lindau",
        "signatory": {"name": "Mira Voorbeeld", "role": "Head of learning"},
        "logo": logo.sha256,
        "signature": None,
    }
    english, dutch = frozen["texts"]["en"], frozen["texts"]["nl"]
    # What is said in one language stands in the others with its own; the sentence is the usual one there.
    assert dutch["region"] == {"text": "Germany", "lang": "en"}
    assert english["closing"] == {"text": "Met dank", "lang": "nl"}
    assert english["quality"] == {"text": "Adviesraad", "lang": "nl"}
    assert english["sentence"]["text"] == "{name} has finished {course}, with our thanks"
    assert "{name}" in dutch["sentence"]["text"] != english["sentence"]["text"]


@database
def test_deleting_template_and_organisation_changes_nothing_that_was_issued(academy: Course) -> None:
    organisation = make_organisation()
    person = working_at(organisation)
    logo = editing.keep_picture(png())
    template = make_template(
        organisation,
        issuer="Town of Lindau",
        signatory_name="Mira",
        logo=logo,
        signature=editing.keep_picture(png(90, 90)),
    )
    certificate = make_certificate(academy.course, person)
    before = claims(certificate, "nl"), document_data(certificate, "nl")
    pdf = render_pdf(before[1])
    Membership.objects.all().delete()
    organisation.units.filter(parent__isnull=False).delete()
    organisation.units.all().delete()
    organisation.delete()
    template.refresh_from_db()
    assert (template.organisation, template.is_default) == (None, False)
    assert template_for(person, DAY) is None
    template.delete()
    assert editing.forget_unused_pictures(at=AT + timedelta(days=4000)) == 0
    certificate = Certificate.objects.get()
    assert (claims(certificate, "nl"), document_data(certificate, "nl")) == before
    assert render_pdf(document_data(certificate, "nl")) == pdf


@database
def test_pictures_that_nothing_shows_are_deleted_after_a_day() -> None:
    used, unused = editing.keep_picture(png()), editing.keep_picture(png(colour="#000000"))
    make_template(logo=used)
    assert editing.keep_picture(png()) == used
    name, storage = str(unused.file.name), unused.file.storage
    assert editing.forget_unused_pictures(at=unused.made_at + timedelta(hours=1)) == 0
    assert editing.forget_unused_pictures(at=unused.made_at + timedelta(days=2)) == 1
    assert (CertificateAsset.objects.get(), storage.exists(name)) == (used, False)


@database
@pytest.mark.one_database
def test_a_lost_or_changed_picture_is_not_left_out_in_silence(academy: Course) -> None:
    logo = editing.keep_picture(png(333, 111))
    make_template(logo=logo)
    certificate = make_certificate(academy.course)
    with open(logo.file.path, "r+b") as file:
        file.seek(60)
        file.write(b"x")
    with pytest.raises(DocumentRefused, match="changed"):
        document_data(certificate, "en")
    logo.file.storage.delete(str(logo.file.name))
    with pytest.raises(DocumentRefused, match="lost"):
        document_data(certificate, "en")


@database
@pytest.mark.one_database
def test_a_certificate_of_the_first_version_still_says_and_prints_what_it_did(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    texts = certificate.frozen["texts"]["en"]
    kept = ("course", "outcomes", "competences", "hours", "level", "assessment", "curriculum", "language", "issued")
    old = {name: certificate.frozen[name] for name in ("code", "check_url", "platform", "issuer", "signatory")}
    old |= {"issued_on": "2027-02-09", "course_code": "CPA-9", "curriculum_version": "2026.1", "rule_version": 1}
    certificate.frozen = old | {
        "version": 1,
        "texts": {"en": {name: texts[name] for name in kept} | {"valid_until": None}},
    }
    assert [claim.key for claim in claims(certificate, "en")] == [
        "holder", "course", "issued", "level", "outcomes", "curriculum", "language", "issuer", "code",
    ]  # fmt: skip
    assert render_pdf(document_data(certificate, "en")).startswith(b"%PDF")


@database
@pytest.mark.one_database
def test_the_document_is_drawn_with_its_pictures_after_the_commit(academy: Course) -> None:
    make_template(signatory_name="Mira", logo=editing.keep_picture(png()), signature=editing.keep_picture(png(80, 40)))
    stored = rules.pdf_file(certificate=make_certificate(academy.course), language="en")
    with stored.file.open("rb") as file:
        page = pypdf.PdfReader(file).pages[0]
        assert len(list(page.images)) >= 2


def test_sentences_have_both_places_in_order_and_no_other_braces() -> None:
    right = ["{name} has {course}", "For {name}: {course}."]
    wrong = ["", "{name}", "{course} {name}", "{name} {name} {course}", "{name} {course} {", "{name} {course} {x}"]
    assert [has_places(text) for text in right + wrong] == [True] * 2 + [False] * 6
    usual = [default_sentence(kind, is_path=path) for kind in ("completion", "participation") for path in (True, False)]
    assert all(has_places(text) for text in [*usual, default_sentence("participation", is_short=True)])


def test_a_sentence_without_its_places_gives_way_to_the_usual_one() -> None:
    template = CertificateTemplate(words={"en": {"completion": "Well done"}})
    part = sentence_for(template, "completion", "en", is_path=False)
    assert part == {"text": default_sentence("completion"), "lang": "en"}


def test_a_picture_is_drawn_anew_without_what_came_with_it() -> None:
    content = png(2000, 100) + b"<?php hidden ?>"
    kept = clean(content)
    assert (b"hidden" in kept.content, kept.content_type) == (False, "image/png")
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()
    assert clean(content) == kept
    assert int.from_bytes(kept.content[16:20], "big") == 1000  # no wider than it is drawn
