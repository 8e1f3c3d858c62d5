"""Template tags that every template may use (a builtin library)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext, ngettext, pgettext

from academy.kernel.static import JOINED_STYLE_SHEET, STYLE_SHEETS

register = template.Library()
NO_BREAK = "\N{NO-BREAK SPACE}"


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """A drawing from templates/components/icons, decoration only: words stand beside it."""
    return render_to_string(f"components/icons/{name}.html", {"css": css})


@register.simple_tag
def style_sheets() -> list[str]:
    """Addresses of the site's style sheets: one where they are joined, else each of them."""
    joined = getattr(staticfiles_storage, "has_joined_style_sheet", False)
    return [static(name) for name in ((JOINED_STYLE_SHEET,) if joined else STYLE_SHEETS)]


@register.filter
def duration(minutes: int | None) -> str:
    """Minutes as people say them: `2 h 20 min`. Without minutes: nothing."""
    if not minutes:
        return ""
    hours, rest = divmod(int(minutes), 60)
    if hours and rest:
        words = pgettext("duration", "%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    elif hours:
        words = pgettext("duration", "%(hours)s h") % {"hours": hours}
    else:
        words = pgettext("duration", "%(minutes)s min") % {"minutes": rest}
    return words.replace(" ", NO_BREAK)


@register.filter
def percent(number: float | None) -> str:
    """`70 %` in the way of the language."""
    if number is None:
        return ""
    words = pgettext("percentage", "%(number)s %%") % {"number": formats.localize(round(number))}
    return words.replace(" ", NO_BREAK)


@register.filter
def day(value: date | datetime | None) -> str:
    """`Tue 9 February 2027`, in the current time zone."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    # Translators: a date with its weekday, in the format letters of Django's `date` filter.
    return formats.date_format(value, pgettext("date format", "D j F Y"))


@register.filter
def plain_day(value: date | None) -> str:
    """`9 February 2027`: a date of a document, whose weekday helps nobody."""
    # Translators: a date without its weekday, in the format letters of Django's `date` filter.
    return formats.date_format(value, pgettext("date format", "j F Y")) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`Tue 9 February 2027, 10:00`, in the current time zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local)}, {formats.date_format(local, 'H:i')}"


@register.filter
def zoned(value: datetime | None) -> str:
    """`Tue 9 February 2027, 10:00 (Brussels time)`, in the current time zone: a limit beside times of other zones."""
    if value is None:
        return ""
    called = gettext("%(zone)s time") % {"zone": zone_name(timezone.get_current_timezone_name())}
    return f"{moment(value)} ({called})"


@register.filter
def zone_name(zone: str) -> str:
    """`Brussels` for `Europe/Brussels`: the zone database's own name."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime, zone: str = "") -> str:
    """`Tue 9 February 2027, 10:00-13:00 (Brussels time)`, in a zone (default: the current one).

    In the hour that comes twice the offset from UTC stands behind the name, or nobody would know which one is meant.
    """
    name = zone or timezone.get_current_timezone_name()
    start, end = (moment.astimezone(ZoneInfo(name)) for moment in (starts_at, ends_at))
    until = formats.date_format(end, "H:i") if start.date() == end.date() else f"{day(end.date())}, {end:%H:%M}"
    called = gettext("%(zone)s time") % {"zone": zone_name(name)}
    if start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset():
        called += f", UTC{start:%z}"
    return f"{day(start.date())}, {start:%H:%M}\N{EN DASH}{until} ({called})"


@register.simple_tag
def words(text: str, language: str | None = "") -> str:
    """Words that may be in another language than the page (`language` empty: the page's), marked if they are."""
    if not language or language == get_language():
        return conditional_escape(text)
    return format_html('<bdi lang="{}">{}</bdi>', language, text)


@register.filter
def language_name(code: str) -> str:
    """A language's own name: `Deutsch`."""
    name: str = get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]


@register.filter
def standing(standings: Mapping[Any, str] | None, key: Any) -> str:
    """How the person stands with an item. Empty for a stranger; `not_started` where nothing is known."""
    if not standings and standings != {}:
        return ""
    return str(standings.get(key) or standings.get(str(key)) or "not_started")


@register.filter
def dashed(state: str) -> str:
    """A state as a class name: `in_progress` is `in-progress`."""
    return str(state).replace("_", "-")


@register.filter
def lookup(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """The value under a key, or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def at(things: Sequence[Any] | None, place: int) -> Any:
    """The thing at this place, from 0; nothing where there is none."""
    return things[place] if things is not None and 0 <= place < len(things) else None


@register.filter
def share(part: float, whole: float) -> int:
    """Whole per cent that `part` is of `whole`, 0 to 100, for a ring."""
    return max(0, min(100, round(100 * part / whole))) if whole else 0


@register.filter
def rest(number: int) -> int:
    """What is left to 100."""
    return 100 - number


@register.filter
def unlocalized(number: float | None) -> str:
    """A number for an attribute, never with a language's separators."""
    return formats.localize(number, use_l10n=False) if number is not None else ""


@register.filter
def lesson_count(number: int) -> str:
    """`3 lessons`."""
    return ngettext("%(count)s lesson", "%(count)s lessons", number) % {"count": number}


@register.simple_tag
def setting(name: str) -> Any:
    """A setting that may be shown: the demo's flag and the contact address, no other."""
    if name not in {"DEMO", "CONTACT_EMAIL"}:
        raise ValueError(f"{name} is not for templates")
    return getattr(settings, name)
