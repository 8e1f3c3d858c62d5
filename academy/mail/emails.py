"""Builds mails: subject, text and HTML from templates, and the message for the mail server. Sends nothing.

Words stand in `templates/email/<kind>/{subject.txt,body.txt,body.html}`, where `kind` is "<sub-domain>/<name>". Texts
extend `email/layout.txt` and `email/layout.html`. `body.html` may be missing: then the text is shown as HTML.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation

from .models import OutgoingEmail
from .tokens import stop_address


def build(
    kind: str, language: str, context: Mapping[str, Any], *, time_zone: str | None = None
) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail in one language, its times in one IANA zone (default: the site's).

    The templates see `context` and besides it `language`, `base_url` and `site_name`.
    """
    with translation.override(language), timezone.override(ZoneInfo(time_zone or settings.DEFAULT_TIME_ZONE)):
        values = {
            "language": language,
            "base_url": settings.BASE_URL,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "contact_email": settings.CONTACT_EMAIL,
            **context,
        }
        subject = one_line(_text(f"email/{kind}/subject.txt", values))
        # What templates leave out leaves its blank lines behind.
        text = re.sub(r"\n{3,}", "\n\n", _text(f"email/{kind}/body.txt", values)).strip() + "\n"
        values |= {"subject": subject}
        try:
            html = get_template(f"email/{kind}/body.html").render(values)
        except TemplateDoesNotExist:
            html = html_from_text(subject, text, language)
    return subject, text, html


def html_from_text(subject: str, text: str, language: str) -> str:
    """A text as a simple accessible HTML mail: paragraphs and working links, nothing fetched from elsewhere."""
    with translation.override(language):
        values = {"subject": subject, "text": text, "language": language, "base_url": settings.BASE_URL}
        return get_template("email/from_text.html").render(values)


def one_line(text: str) -> str:
    """A subject on one line (a line break in a header would be an injection), at most 250 characters."""
    return " ".join(text.split())[:250]


def message_id(key: str) -> str:
    """The Message-ID of the mail with this key. Always the same one: a mail sent twice after a crash is shown once."""
    domain = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, f'{settings.BASE_URL}/mail/{key}')}@{domain}>"


def message(mail: OutgoingEmail) -> EmailMultiAlternatives:
    """The row as a message that Django can send."""
    built = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.created_at),
            "Content-Language": mail.language,
            # RFC 3834: answering machines keep quiet.
            "Auto-Submitted": "auto-generated",
            **_stop(mail),
        },
    )
    if mail.html:
        built.attach_alternative(mail.html, "text/html")
    for part in mail.attachments:
        content = base64.b64decode(part["base64"]) if "base64" in part else part["text"]
        if part.get("as") == "alternative":
            # Another form of the mail itself, as an invitation is for calendar programs.
            built.attach_alternative(content, part["type"])
        else:
            built.attach(part["name"], content, part["type"])
    return built


def _stop(mail: OutgoingEmail) -> dict[str, str]:
    """RFC 8058: mail programs show a button that stops mails like this one."""
    if mail.essential or not mail.unsubscribes or mail.person is None:
        return {}
    address = stop_address(mail.person, mail.unsubscribes)
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _text(name: str, values: Mapping[str, Any]) -> str:
    """A plain-text template: nothing is escaped, or names such as O'Neill come out as O&#x27;Neill."""
    template: Any = get_template(name)  # the backend's wrapper; its own `render` would escape
    return str(template.template.render(Context(dict(values), autoescape=False)))
