"""The words of a notice: the default of the template or what stands in for it, with {placeholders} filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .errors import KindUnknown, PlaceholderMissing, TextRefused
from .kinds import Kind, find
from .models import MailText

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Words:
    """Subject and text of a kind in one language, with their {placeholders}."""

    subject: str
    text: str


def editable(code: str) -> Kind:
    """A kind whose words are filled in; raises KindUnknown for any other."""
    kind = find(code)
    if kind is None or not kind.placeholders:
        raise KindUnknown(code)
    return kind


def default(code: str, language: str) -> Words:
    """What the template says in this language."""
    with translation.override(language):
        subject, text = (_rendered(f"email/{code}/{name}.txt") for name in ("subject", "words"))
    return Words(" ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", text).strip())


def overrides(codes: Iterable[str], languages: Iterable[str]) -> dict[tuple[str, str], Words]:
    """What editors wrote in place of the defaults, by kind and language. One query."""
    rows = MailText.objects.filter(kind__in=set(codes), language__in=set(languages))
    return {(row.kind, row.language): Words(row.subject, row.text) for row in rows}


def problem(text: str, allowed: Iterable[str]) -> str:
    """What is wrong with the placeholders of a text, in words that say what to do; empty where nothing is."""
    known = sorted(allowed)
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            return _("{%(name)s} is not known here. You can use: %(known)s.") % {
                "name": name, "known": ", ".join(f"{{{one}}}" for one in known)
            }  # fmt: skip
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        return _("A brace stands alone. Write placeholders as {name}, and no other braces.")
    return ""


def check(kind: Kind, words: Words) -> None:
    """Raises TextRefused where a text cannot be filled in."""
    for name in ("subject", "text"):
        found = problem(getattr(words, name), kind.placeholders)
        if found:
            raise TextRefused(name, found)


def filled(kind: Kind, words: Words, context: Mapping[str, Any]) -> Words:
    """The words with their values, in the current language and zone.

    Values are words, lazy words, days or moments. Raises PlaceholderMissing where a value is not given.
    """
    missing = {*_PLACEHOLDER.findall(words.subject), *_PLACEHOLDER.findall(words.text)} - set(context)
    if missing:
        raise PlaceholderMissing(f"{kind.code}: {', '.join(sorted(missing))}")
    values = {name: _said(value) for name, value in context.items()}

    def value(match: re.Match[str]) -> str:
        # In one pass: a title with braces in it is nobody's placeholder.
        return values[match[1]]

    # What has nothing to say leaves its blank lines behind.
    text = re.sub(r"\n{3,}", "\n\n", _PLACEHOLDER.sub(value, words.text)).strip()
    return Words(" ".join(_PLACEHOLDER.sub(value, words.subject).split())[:250], text)


def preview(kind: Kind, words: Words) -> Words:
    """The words with sample values, in the current language."""
    return filled(kind, words, {name: kind.samples.get(name, f"[{name}]") for name in kind.placeholders})


def usable(kind: Kind, words: Words | None) -> Words | None:
    """Edited words, unless they ask for what the kind does not know any more: then the default stands."""
    if words is None or problem(words.subject, kind.placeholders) or problem(words.text, kind.placeholders):
        return None
    return words


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{_said(local.date())}, {formats.date_format(local, 'H:i')}"
    if isinstance(value, date):
        # As everywhere on the site (academy.templatetags).
        return formats.date_format(value, pgettext("date format", "D j F Y"))
    return str(value)


def _rendered(name: str) -> str:
    template: Any = get_template(name)  # the backend's wrapper; its own `render` would escape
    return str(template.template.render(Context({}, autoescape=False)))
