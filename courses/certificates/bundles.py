"""Certificates of many people as one ZIP, for an auditor: asked for, made in the background, deleted after a week."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.jobs.enums import JobState
from academy.jobs.models import Job
from academy.jobs.rules import enqueue
from academy.kernel.spreadsheet import cell
from academy.people.access import units_below
from academy.people.models import Membership, Unit

from .enums import CertificateStatus
from .errors import DocumentRefused, NotValid
from .models import Certificate, CertificateBundle, CertificateFile
from .queries import course_title, is_expired
from .rules import pdf_file

MAKE = "certificates.bundle"
ASKED = "courses.certificate.bundle"
KEPT_FOR = timedelta(days=7)
# Well within the lease of a job (academy.jobs.tasks.LEASE): what is not drawn by then is drawn by the next run.
SECONDS_A_RUN = 240
COLUMNS = ("code", "kind", "title", "holder", "issued", "valid_until", "status", "file", "sha256")
# What the holder took back, or a corrected one replaced, tells nobody its name.
TOLD = (CertificateStatus.VALID, CertificateStatus.REVOKED)


@transaction.atomic
def ask(
    *, unit: Unit | None, items: list[int], from_day: date | None, until_day: date | None, by: Any, at: datetime
) -> CertificateBundle:
    """Have a bundle made: of people of a unit and below (None: of everybody), issued in these days (both included).

    Whether the person may ask for it is the door's matter (access.can_bundle).
    """
    bundle = CertificateBundle.objects.create(
        asked_by=by,
        scope={
            "unit": unit.pk if unit else None,
            "from": from_day.isoformat() if from_day else None,
            "until": until_day.isoformat() if until_day else None,
            "items": sorted(items),
        },
        asked_at=at,
        expires_at=at + KEPT_FOR,
    )
    enqueue(key=bundle.job_key, kind=MAKE, payload={"bundle": bundle.pk})
    log(bundle, ASKED, user=by, data={"scope": bundle.scope})
    return bundle


def certificates_of(bundle: CertificateBundle) -> QuerySet[Certificate]:
    """What belongs in it, oldest first: of a unit those whose holders worked there on the day of issue."""
    scope = bundle.scope
    found = Certificate.objects.filter(status__in=TOLD, issued_at__lte=bundle.asked_at)
    if scope["items"]:
        found = found.filter(item__in=scope["items"])
    days = found.annotate(day=TruncDate("issued_at"))
    if scope["from"]:
        days = days.filter(day__gte=date.fromisoformat(scope["from"]))
    if scope["until"]:
        days = days.filter(day__lte=date.fromisoformat(scope["until"]))
    if scope["unit"] is not None:
        units = units_below(*Unit.objects.filter(pk=scope["unit"]))
        there = Membership.objects.filter(
            Q(until_day=None) | Q(until_day__gte=OuterRef("day")),
            person=OuterRef("person"),
            unit__in=units,
            from_day__lte=OuterRef("day"),
        )
        days = days.filter(Exists(there))
    return days.order_by("issued_at", "pk")


def make(*, bundle: int) -> None:
    """The job behind MAKE: draw what was not drawn yet, then pack. Takes several runs where that takes long."""
    found = CertificateBundle.objects.filter(pk=bundle, made_at=None).first()
    if found is None:
        return
    certificates = list(certificates_of(found).values_list("pk", flat=True))
    until = time.monotonic() + SECONDS_A_RUN
    for number, pk in enumerate(certificates):
        _file_of(Certificate.objects.get(pk=pk))
        _say_progress(found, number * 95 // len(certificates))
        if time.monotonic() > until and number + 1 < len(certificates):
            enqueue(key=found.job_key, kind=MAKE, payload={"bundle": bundle})
            return
    _pack(found, certificates)


def progress_of(bundle: CertificateBundle) -> tuple[int, bool]:
    """How far the making is, in per cent, and whether it has failed for good."""
    job = Job.objects.filter(key=bundle.job_key).order_by("-pk").first()
    if job is None:
        return 0, False
    return job.progress, job.state == JobState.FAILED


def forget_expired(*, at: datetime) -> int:
    """Delete bundles whose days are over, files first; how many."""
    return sum(_delete(bundle) for bundle in CertificateBundle.objects.filter(expires_at__lt=at))


@transaction.atomic
def forget_of(person: Any) -> None:
    """Delete what this person asked for."""
    for bundle in CertificateBundle.objects.filter(asked_by=person):
        _delete(bundle)


@transaction.atomic
def _delete(bundle: CertificateBundle) -> int:
    stored = bundle.file
    bundle.delete()
    if stored:
        # Bytes cannot be rolled back: they go only once the row is gone for good.
        transaction.on_commit(partial(stored.delete, save=False))
    return 1


def _say_progress(bundle: CertificateBundle, percent: int) -> None:
    Job.objects.filter(key=bundle.job_key, state=JobState.QUEUED, progress__lt=percent).update(progress=percent)


def _file_of(certificate: Certificate) -> CertificateFile | None:
    """The document in the holder's language; None for one that is no longer printed, or cannot be."""
    try:
        return pdf_file(certificate=certificate, language=certificate.language)
    except (NotValid, DocumentRefused):
        return None


def _pack(bundle: CertificateBundle, certificates: list[int]) -> None:
    """Write the ZIP to disk, certificate by certificate, then keep it; made twice, the first one stays."""
    rows: list[dict[str, str]] = []
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(target, "w") as archive:
            for pk in certificates:
                rows.append(_add(archive, Certificate.objects.get(pk=pk)))
            archive.writestr("index.csv", "\ufeff" + "".join(_csv(rows)), zipfile.ZIP_DEFLATED)
            archive.writestr("README.txt", _words(bundle, len(rows)), zipfile.ZIP_DEFLATED)
        target.seek(0)
        bundle.file.save(f"{bundle.public_id}.zip", File(target), save=False)
    now = timezone.now()
    # Its days count from now on, so that somebody who waited has them all.
    changed = {"file": bundle.file.name, "count": len(rows), "made_at": now, "expires_at": now + KEPT_FOR}
    if not CertificateBundle.objects.filter(pk=bundle.pk, made_at=None).update(**changed):
        bundle.file.delete(save=False)


def _add(archive: zipfile.ZipFile, certificate: Certificate) -> dict[str, str]:
    """Put the document into the archive; its line of the list."""
    stored = _file_of(certificate)
    name = ""
    if stored is not None:
        code = certificate.frozen["course_code"] or "certificate"
        name = f"certificates/{code}-{certificate.code}-{stored.language}.pdf"
        # A PDF is packed already.
        with stored.file.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w") as goal:
            shutil.copyfileobj(source, goal)
    status = str(certificate.status)
    return {
        "code": certificate.code,
        "kind": str(certificate.kind),
        "title": course_title(certificate, certificate.language).text,
        "holder": certificate.holder_name,
        "issued": certificate.frozen["issued_on"],
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else "",
        "status": "expired" if status == CertificateStatus.VALID and is_expired(certificate) else status,
        "file": name,
        "sha256": stored.sha256 if stored else "",
    }


def _csv(rows: list[dict[str, str]]) -> Iterator[str]:
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS)
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    yield target.getvalue()


def _words(bundle: CertificateBundle, count: int) -> str:
    """What is in the archive and how to check it, in the language of who asked."""
    unit = Unit.objects.filter(pk=bundle.scope["unit"]).first() if bundle.scope["unit"] else None
    with translation.override(bundle.asked_by.language):
        context = {
            "whose": unit.name if unit else gettext("everybody"),
            "bundle": bundle,
            "count": count,
            "from_day": date.fromisoformat(bundle.scope["from"]) if bundle.scope["from"] else None,
            "until_day": date.fromisoformat(bundle.scope["until"]) if bundle.scope["until"] else None,
            "columns": ", ".join(COLUMNS),
        }
        return render_to_string("courses/bundles/readme.txt", context)
