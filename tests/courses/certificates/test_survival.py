"""Certificates outlive everything: course, path, template, organisation, unit and learner are deleted for real."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from academy.people import rules as people_rules
from academy.people.models import Membership, Organisation, Unit, User
from courses.badges.reading import verify
from courses.certificates import rules
from courses.certificates.models import Certificate, CertificateTemplate
from courses.certificates.queries import claims, revoked_indexes
from curriculum.catalogue.models import LearningPathPage
from curriculum.items.models import LearningItem
from tests.factories import people
from tests.factories.certificates import AT, make_completed, make_holder, sign
from tests.factories.curriculum import Course, published

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def holder(site: Any) -> User:
    """Jana, who works in a unit of an organisation that has a template of its own."""
    sign()
    unit = people.make_unit()
    person = make_holder("Jana Albers", language="en")
    people_rules.join(person=person, unit=unit, from_day=people.LONG_AGO, by=None, at=AT)
    CertificateTemplate.objects.create(
        organisation=unit.organisation, name="Town", issuer="Town of Lindau", signatory_name="Mayor May"
    )
    return person


@pytest.fixture
def issued(holder: User, academy: Course) -> list[Certificate]:
    """A certificate of a course and one of a path, each with its PDF."""
    path = academy.catalogue.add_child(instance=LearningPathPage(**published("Path P9", "p9", code="P9")))
    item = LearningItem.objects.get(key=path.translation_key)
    enrolment = make_completed(academy.course, holder)
    of_path = make_completed(academy.course, holder, cycle=2)
    of_path.item = item
    of_path.save(update_fields=["item"])
    found = [rules.issue(enrolment=each, at=AT) for each in (enrolment, of_path)]
    certificates = [certificate for certificate in found if certificate is not None]
    for certificate in certificates:
        rules.pdf_file(certificate=certificate, language="en")
    assert [certificate.frozen["issuer"] for certificate in certificates] == ["Town of Lindau"] * 2
    return certificates


def everything(client: Client, certificate: Certificate) -> dict[str, Any]:
    """All that strangers get to see of a certificate: page, PDF, badge, and what the check of a file says."""
    page = client.get(f"/c/{certificate.code}/", {"lang": "en"})
    pdf: Any = client.get(f"/c/{certificate.code}/certificate.pdf", {"lang": "en"})
    document = b"".join(pdf.streaming_content)
    badge = client.get(f"/c/{certificate.code}/badge.json").content
    checked = client.post("/c/file/?lang=en", {"file": SimpleUploadedFile("x", document)})
    signed = client.post("/c/file/?lang=en", {"file": SimpleUploadedFile("x", badge)})
    return {
        "page": (page.status_code, page.context["state"], page.context["claims"], page.context["title"]),
        "pdf": document,
        "badge": badge,
        "outcome": str(verify(badge.decode()).outcome),
        "files": [(each.context["finding"].worth, each.context["state"]) for each in (checked, signed)],
    }


def test_they_answer_as_before_when_all_else_is_gone(
    issued: list[Certificate], holder: User, academy: Course, client: Client
) -> None:
    before = [everything(client, certificate) for certificate in issued]
    assert [(each["page"][:2], each["outcome"]) for each in before] == [((200, "valid"), "signed")] * 2

    LearningPathPage.objects.get(code="P9").delete()
    academy.course.delete()
    CertificateTemplate.objects.all().delete()
    people_rules.erase_person(person=holder, by=None, at=AT)
    Membership.objects.all().delete()
    for unit in Unit.objects.order_by("-pk"):
        unit.delete()
    Organisation.objects.all().delete()

    assert (Organisation.objects.count(), Unit.objects.count(), User.objects.get(pk=holder.pk).display_name) == (
        0,
        0,
        "",
    )
    assert [everything(client, Certificate.objects.get(pk=each.pk)) for each in issued] == before
    # A language that nobody had asked for is still drawn from what was frozen.
    late = rules.pdf_file(certificate=Certificate.objects.get(pk=issued[0].pk), language="fr")
    assert late.language == "fr"
    assert claims(Certificate.objects.get(pk=issued[0].pk), "fr")[0].key == "holder"
    assert revoked_indexes() == set()


@pytest.mark.one_database
def test_what_the_learner_had_withdrawn_keeps_nothing_of_them(issued: list[Certificate], holder: User) -> None:
    rules.withdraw(certificate=issued[0], by=holder, at=AT)
    people_rules.erase_person(person=holder, by=None, at=AT)
    gone = Certificate.objects.select_related("badge").get(pk=issued[0].pk)
    assert gone.badge is not None
    assert (gone.holder_name, gone.person, gone.badge.credential, gone.files.count()) == ("", None, "", 0)
    assert revoked_indexes() == {gone.badge.status_index}
