"""What templates ask for about certificates."""

from __future__ import annotations

from typing import Any

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from courses.certificates.queries import waits_for_name

register = template.Library()


@register.simple_tag
def qr(address: str) -> SafeString:
    """The address as a QR code, dark on light in every theme, with words for who does not see it."""
    picture = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=4, dark="#000", light="#fff")
    words = format_html('<svg role="img" aria-label="{}" ', gettext("QR code of this address"))
    return mark_safe(picture.replace("<svg ", words, 1))  # noqa: S308  drawn by segno, of nothing but dots


@register.inclusion_tag("courses/partials/confirm_name.html", takes_context=True)
def confirm_name(context: dict[str, Any], *, early: bool = False) -> dict[str, Any]:
    """The box in which a person confirms the name on their certificates, where one waits for it.

    `early`: folded, also where none waits yet. Nothing, and no query, for who has confirmed theirs.
    """
    request = context["request"]
    person = request.user
    if not person.is_authenticated or person.certificate_name_confirmed_at is not None:
        return {"is_shown": False}
    is_waiting = waits_for_name(person)
    return {
        "is_shown": is_waiting or early,
        "is_waiting": is_waiting,
        "name": person.name_for_certificate,
        "csrf_token": context.get("csrf_token"),
        "frame": context.get("frame"),
        "next": request.path if early and not is_waiting else "",
    }
