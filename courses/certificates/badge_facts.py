"""What the badge of a certificate says: taken from what was frozen, in the holder's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext

from courses.badges.document import Alignment, BadgeFacts
from courses.badges.enums import AchievementType

from .enums import CertificateKind
from .models import Certificate
from .queries import course_title

FRAMEWORK = "ProcurCompEU"
# The Commission's page about the framework; single competences have no address of their own.
FRAMEWORK_URL = (
    "https://ec.europa.eu/info/policies/public-procurement/support-tools-public-buyers/"
    "professionalisation-public-buyers/procurcompeu-european-competency-framework-public-procurement-professionals_en"
)
KINDS = {
    CertificateKind.COMPLETION: AchievementType.CERTIFICATE,
    CertificateKind.PARTICIPATION: AchievementType.COURSE,
}


def facts_of(certificate: Certificate) -> BadgeFacts:
    """The facts of a certificate's badge. What version 1 did not freeze as such is taken from its texts."""
    language, frozen = certificate.language, certificate.frozen
    texts = frozen["texts"][language]
    with translation.override(language):
        title = course_title(certificate, language).text
        outcomes = frozen.get("outcomes") or [part["text"] for part in texts.get("outcomes", [])]
        assessment = texts.get("assessment", {}).get("text", "")
        return BadgeFacts(
            # One learning item, one achievement: in whatever language and year.
            achievement_id=f"urn:uuid:{certificate.item.key}",
            title=title,
            description=" ".join(map(_sentence, outcomes)) or f"{CertificateKind(certificate.kind).label}: {title}",
            criteria=frozen.get("criteria") or assessment or str(CertificateKind(certificate.kind).label),
            language=language,
            issuer_name=frozen["issuer"],
            holder_name=certificate.holder_name,
            holder_email=certificate.person.email if certificate.person is not None else "",
            valid_from=certificate.issued_at,
            valid_until=_end_of(certificate.valid_until, certificate.person),
            kind=KINDS[CertificateKind(certificate.kind)],
            course_code=frozen["course_code"],
            course_version=frozen.get("curriculum_version", ""),
            alignments=tuple(_alignment(row, language) for row in frozen.get("competences", [])),
        )


def _sentence(outcome: str) -> str:
    """An outcome with the full stop that it has none of in a list."""
    return outcome if outcome.endswith((".", "!", "?")) else f"{outcome}."


def _alignment(row: dict[str, Any], language: str) -> Alignment:
    names = row["name"]
    name = names.get(language) or next(iter(names.values()), row["code"])
    words = gettext("%(name)s, level %(level)s") % {"name": name, "level": row["level"]}
    return Alignment(name=words, url=FRAMEWORK_URL, code=row["code"], framework=FRAMEWORK)


def _end_of(day: date | None, person: Any) -> datetime | None:
    """The last second of the day on which it ends, where its holder is."""
    if day is None:
        return None
    zone = ZoneInfo(person.time_zone) if person is not None else UTC
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
