"""All addresses of the site, and a concrete one for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

_CONVERTER = re.compile(r"<(?:[^>:]+:)?(\w+)>")
_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>")


class Json(dict[str, Any]):
    """Data that a script sends as JSON; other data is that of a form."""


@dataclass(frozen=True)
class Route:
    """One address pattern: `cms/pages/<int:page_id>/edit/`, and the dotted path of what answers it."""

    pattern: str
    view: str
    callback: Any


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Route]:
    """Every pattern of the site, in the order of the resolver. Language prefixes are written as `<language>/`."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + _text(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern)
        elif isinstance(entry, URLPattern):
            callback = entry.callback
            view = getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback
            yield Route(pattern, f"{view.__module__}.{view.__qualname__}", callback)


def _text(pattern: Any) -> str:
    if isinstance(pattern, LocalePrefixPattern):
        return "<language>/"
    if isinstance(pattern, RoutePattern):
        return str(pattern)
    assert isinstance(pattern, RegexPattern)
    return str(pattern).removeprefix("^").removesuffix("$").replace("\\Z", "")


def address(route: Route, samples: dict[str, dict[str, Any]]) -> str:
    """A concrete address for a pattern. `samples` maps the beginning of a pattern to values by argument name;
    the longest beginning that fits wins, and "" holds what fits everywhere. Raises KeyError for an unknown argument.
    """
    values: dict[str, Any] = {}
    for beginning in sorted(samples, key=len):
        if route.pattern.startswith(beginning):
            values |= samples[beginning]
    text = values.get("=", route.pattern)
    text = text.replace("<language>/", "en/")
    text = _CONVERTER.sub(lambda match: str(values[match[1]]), text) if "(?P<" not in text else text
    # Regular expressions of Wagtail: named groups, then what is left of quantifiers and optional parts.
    while match := _NAMED_GROUP.search(text):
        end, depth = match.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0) if text[end - 1] != "\\" else 0
            end += 1
        text = text[: match.start()] + str(values[match[1]]) + text[end:]
    return "/" + text.replace("\\.", ".")
