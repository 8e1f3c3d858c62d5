"""Makes people who completed a course, and their certificates."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from wagtail.models import Site

from academy.people.models import User
from academy.website.models import SiteSettings
from courses.certificates import rules
from courses.certificates.models import Certificate, new_code
from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem

AT = datetime(2027, 2, 9, 10, 30, tzinfo=UTC)
_number = count(1)


def make_holder(name: str = "Jana Albers", language: str = "nl", **fields: Any) -> User:
    """A person who may receive a certificate."""
    return User.objects.create_user(
        f"holder-{next(_number)}@example.org", display_name=name, language=language, **fields
    )


def make_completed(course: Any, person: User | None = None, **fields: Any) -> Enrolment:
    """An enrolment in this course page that is completed, without the way there."""
    values = {"rule": {"version": 1, "since": None, "all": []}, "started_at": AT, "completed_at": AT, **fields}
    return Enrolment.objects.create(
        person=person or make_holder(), item=LearningItem.objects.get(key=course.translation_key), **values
    )


def make_certificate(course: Any, person: User | None = None) -> Certificate:
    """An issued certificate, through the rule."""
    return rules.issue(enrolment=make_completed(course, person), at=AT)


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
