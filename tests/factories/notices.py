"""News for tests: told of a certificate that ends, which is a kind that can be chosen."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any

from academy.mail.models import Notice
from academy.mail.rules import News, notify

KIND, OTHER = "certificates/ending", "certificates/ended"
_numbers = count(1)


def make_news(person: Any, *, thing: str = "", key: str = "", title: str = "Circular furniture") -> News:
    """News of a thing that nobody else is told of, unless it is named."""
    number = next(_numbers)
    context = {"title": title, "day": date(2027, 6, 30)}
    return News(person, thing or f"thing:{number}", key or f"news:{number}", "/en/my-certificates/", context)


def tell(person: Any, at: datetime, *, kind: str = KIND, **fields: str) -> Notice | None:
    """Tell a person something."""
    news = make_news(person, **fields)
    return notify(person=person, kind=kind, thing=news.thing, key=news.key, context=news.context, url=news.url, at=at)
