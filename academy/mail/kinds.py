"""The kinds of mail that exist: what each is called, whether it is essential, which words it may be filled with.

Each package registers its kinds when it is ready (academy/receivers.py, courses/web/notification_kinds.py):

    kinds.register(
        Kind(
            "duties/due",
            label=_("Reminders of due dates"),
            group=REQUIRED_LEARNING,
            essential=False,
            placeholders={"title": _("What is due"), "day": _("The day it is due")},
        )
    )

`code` is "<sub-domain>/<name>" of the templates in `templates/email/`. Essential is what somebody has to know or has
asked for (their account, answers, what they must act on): it goes out at once and cannot be turned off. Everything
else is at most one mail a day, in the rhythm that its reader chose. tests/academy/mail/test_kinds.py fails for a
template without a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .enums import Rhythm


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    `label` and `group`: words for people, translated lazily. `placeholders`: what the words of `notify` may be filled
    with, each with a lazy description; kinds that have them have `words.txt` in place of `body.txt` and can be edited
    in the CMS. `samples`: values for the preview, by placeholder. `in_bell`: the academy's own pages show it too.
    `is_listed`: it stands in the settings of the person; `for_staff`: only of those who hold a role.
    """

    code: str
    label: Any
    group: Any
    essential: bool
    default: Rhythm = Rhythm.NOW
    placeholders: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)
    in_bell: bool = True
    is_listed: bool = True
    for_staff: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Say that this kind of mail exists; registered again, the last one counts."""
    _kinds[kind.code] = kind


def find(code: str) -> Kind | None:
    """The kind with this code, None for one that nobody registered (any more)."""
    return _kinds.get(code)


def kinds() -> list[Kind]:
    """All kinds, in the order in which they were registered."""
    return list(_kinds.values())


def label_of(code: str) -> str:
    """What a kind is called in the current language; its code where nobody knows it any more."""
    kind = find(code)
    return str(kind.label) if kind is not None else code
