"""Makes people who completed a course, and their certificates."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from PIL import Image
from wagtail.models import Site

from academy.people.models import User
from academy.website.models import SiteSettings
from courses.certificates import rules
from courses.certificates.freezing import completed_by, freeze
from courses.certificates.models import Certificate, new_code
from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem

AT = datetime(2027, 2, 9, 10, 30, tzinfo=UTC)
_number = count(1)


def make_holder(name: str = "Jana Albers", language: str = "nl", **fields: Any) -> User:
    """A person who may receive a certificate."""
    fields = {"certificate_name_confirmed_at": AT, **fields}
    return User.objects.create_user(
        f"holder-{next(_number)}@example.org", display_name=name, language=language, **fields
    )


def make_completed(course: Any, person: User | None = None, **fields: Any) -> Enrolment:
    """An enrolment in this course page that is completed, without the way there."""
    values = {"rule": {"version": 1, "since": None, "all": []}, "started_at": AT, "completed_at": AT, **fields}
    return Enrolment.objects.create(
        person=person or make_holder(), item=LearningItem.objects.get(key=course.translation_key), **values
    )


def make_certificate(course: Any, person: User | None = None, **fields: Any) -> Certificate:
    """An issued certificate, through the rule; `fields` are those of the enrolment."""
    certificate = rules.issue(enrolment=make_completed(course, person, **fields), at=AT)
    assert certificate is not None
    return certificate


def frozen_for(enrolment: Enrolment, *, code: str, valid_until: date | None = None, **values: Any) -> dict[str, Any]:
    """What the certificate of a completed enrolment would say; `values` are language, time_zone and at."""
    return freeze(completed_by([enrolment], **values)[enrolment.pk], code=code, valid_until=valid_until)


def sign(operator: str = "Lindenmark Academy", name: str = "Mira Voorbeeld", role: str = "Head of learning") -> None:
    """Say who answers for the site."""
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(
        site=site, defaults={"operator": operator, "signatory_name": name, "signatory_role": role}
    )


def plain_certificate(holder: str = "Jana Albers", language: str = "en", **changes: Any) -> Certificate:
    """A certificate that is not in the database: enough to draw it."""
    code = new_code()

    def words(text: str) -> dict[str, str]:
        return {"text": text, "lang": language}

    texts = {
        "course": words("Circular procurement: the foundations"),
        "outcomes": [words("Explain why a town buys circular"), words("Rank the ten strategies")],
        "competences": [words("PC5 Sustainable procurement, level 1 (basic)")],
        "hours": "2 h 20 min",
        "level": "Starter",
        "assessment": words("Quiz of ten questions; you pass at 70 %."),
        "curriculum": "CPA-1, version 2026.1",
        "language": "English",
        "issued": "Tuesday 9 February 2027",
        "valid_until": None,
        **changes,
    }
    frozen = {
        "version": 1,
        "code": code,
        "check_url": f"https://academy.example.org/c/{code}/",
        "platform": "Circular Procurement Academy",
        "issuer": "Lindenmark Academy",
        "signatory": {"name": "Mira Voorbeeld", "role": "Head of learning"},
        "issued_on": "2027-02-09",
        "course_code": "CPA-1",
        "curriculum_version": "2026.1",
        "rule_version": 1,
        "texts": {language: texts},
    }
    return Certificate(code=code, holder_name=holder, language=language, frozen=frozen, issued_at=AT)


def full_certificate(holder: str = "Jana Albers", language: str = "en", **changes: Any) -> Certificate:
    """A path's certificate that says all that version 2 knows; not in the database. `changes` are of its texts."""
    certificate = plain_certificate(holder, language)

    def words(text: str) -> dict[str, str]:
        return {"text": text, "lang": language}

    courses = ["Circular procurement: the foundations", "Asking for what is needed", "Strategy and leadership"]
    certificate.frozen["texts"][language] |= {
        "course": words("Circular buyer"),
        "parts": [words(title) for title in [*courses, "Functional question clinic", "Market dialogue simulation"]],
        "hours": "16 h",
        "hours_basis": "9 h of lessons, 1 h of quizzes, 6 h of workshops",
        "level": "",
        "assessment": words("6 quizzes, each passed at 70 % or more; 2 assignments, marked by a trainer"),
        "participation": "Online at one's own pace, and in workshops",
        "framework": "Not classified in a qualifications framework (EQF)",
        "quality": words("The issuer's own responsibility, without external accreditation"),
        "region": words("Belgium"),
        "closing": None,
        "sentence": words("This is to certify that {name} has successfully completed the learning path {course}"),
        **changes,
    }
    certificate.frozen |= {"version": 2, "item_kind": "path", "route": "full", "logo": None, "signature": None}
    return certificate


def png(width: int = 600, height: int = 200, colour: str = "#0B5D4B", mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, (width, height), colour).save(target, "PNG")
    return target.getvalue()
