"""The download of everything that is kept about a person: one archive, for programs and for people."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone, translation

from . import registry
from .models import User


@dataclass(frozen=True)
class Section:
    """What one model knows about a person: rows of (name of the field, value), and what happens to them."""

    model: str
    what: str
    rows: list[dict[str, Any]]
    labels: dict[str, str]
    keep_reason: str
    until: str


def data_of(person: User) -> list[Section]:
    """Everything that the academy keeps about a person, by the privacy registry; the account itself comes first."""
    sections = []
    for entry in registry.entries():
        if entry.export is None:
            continue
        rows = [dict(row) for row in entry.export(person)]
        names = {name: registry.label(entry.model, name) for row in rows for name in row}
        sections.append(
            Section(entry.model._meta.label, str(entry.what), rows, names, str(entry.keep_reason), str(entry.until))
        )
    return sorted(sections, key=lambda section: (section.model != User._meta.label, not section.rows, section.what))


def export_archive(person: User, at: datetime) -> bytes:
    """A ZIP archive with `data.json` and `data.html`, in the person's language and time zone."""
    with translation.override(person.language), timezone.override(person.time_zone):
        sections = data_of(person)
        page = render_to_string(
            "academy/settings/download.html",
            {
                "sections": [readable(section) for section in sections if section.rows],
                "empty": [section.what for section in sections if not section.rows],
                "at": at,
                "language": person.language,
                "site_name": settings.WAGTAIL_SITE_NAME,
                "base_url": settings.BASE_URL,
            },
        )
        data = {
            "site": settings.BASE_URL,
            "made_at": at,
            "data": [{"model": section.model, "what": section.what, "rows": section.rows} for section in sections],
        }
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", text)
        archive.writestr("data.html", page)
    return target.getvalue()


def readable(section: Section) -> dict[str, Any]:
    """A section with values as people read them."""
    rows = [[(section.labels[name], _words(value)) for name, value in row.items()] for row in section.rows]
    return {"what": section.what, "rows": rows, "keep_reason": section.keep_reason, "until": section.until}


def _words(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return value
