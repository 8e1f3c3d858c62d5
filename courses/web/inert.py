"""A page's words as somebody sees them, with nothing in it that does anything: for the eyes of others."""

from __future__ import annotations

from html.parser import HTMLParser

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CONTROLS = {"button", "input", "select", "textarea"}
LEFT_OUT = {"script", "style"}
# What leads somewhere or starts something; besides every attribute of htmx and every handler of an event.
ACTIVE = {"href", "action", "formaction", "method", "target", "ping", "autofocus", "accesskey", "contenteditable"}


def inert(html: str) -> SafeString:
    """The same page: links lead nowhere, forms are groups, controls are disabled, scripts are gone.

    Unlike the attribute `inert`, which hides its content from screen readers, this stays readable for everybody.
    """
    parser = _Inert()
    parser.feed(html)
    parser.close()
    return mark_safe("".join(parser.out))  # noqa: S308  our own template's output, each attribute escaped again


class _Inert(HTMLParser):
    """Writes down what it reads, without what is active."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag without its active attributes; a form becomes a group."""
        if tag in LEFT_OUT:
            self._left_out += 1
            return
        kept = [(name, value) for name, value in attrs if not self._is_active(tag, name)]
        if tag in CONTROLS and "disabled" not in dict(kept):
            kept.append(("disabled", None))
        words = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in kept)
        self.out.append(f"<{_shown(tag)}{words}>")

    def handle_endtag(self, tag: str) -> None:
        """The end of a tag."""
        if tag in LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
            return
        if tag == "br":
            # The end of `<br/>`, which browsers would take for another one.
            return
        self.out.append(f"</{_shown(tag)}>")

    def handle_data(self, data: str) -> None:
        """Words, as they were."""
        if not self._left_out:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        """A named sign."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A numbered sign."""
        self.handle_data(f"&#{name};")

    @staticmethod
    def _is_active(tag: str, name: str) -> bool:
        # Drawings refer to their own parts with `href`.
        if name == "href" and tag != "a":
            return False
        return name in ACTIVE or name.startswith(("on", "hx-", "data-hx-", "popover"))


def _shown(tag: str) -> str:
    return "div" if tag == "form" else tag
