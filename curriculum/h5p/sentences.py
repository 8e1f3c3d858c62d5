"""What keeps an activity from counting, in sentences for its editor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from . import equivalents, storage
from .accessibility import rule_warning
from .enums import Rule
from .models import Activity, Package


def problems(activity: Activity, packages: Iterable[Package]) -> tuple[str, ...]:
    """Why people could not do this activity if it counted; nothing where they could.

    `activity` is the source with the rule as it would be; `packages` are those that are played, one a language, with
    their main libraries loaded (one query each if not).
    """
    return tuple(dict.fromkeys(_problems(activity, [package for package in packages if package.is_ready])))


def _problems(activity: Activity, packages: list[Package]) -> Iterator[str]:
    is_passed = activity.rule == Rule.PASSED
    has_quiz = activity.alternative_quiz_id is not None
    # Reading is no passing.
    has_other_way = has_quiz or (bool(activity.alternative) and not is_passed)
    if not packages and not has_other_way:
        yield _("There is no file yet that could be played, and nothing to do instead.")
    for package in packages:
        library = package.main_library
        if library is None:
            continue
        name = library.title
        if is_passed and not (package.can_rescore or activity.trusts_player or has_quiz):
            yield _(
                "Scores of “%(type)s” cannot be checked, so nobody could pass. Choose a quiz instead, or another rule."
            ) % {"type": name}
        warning = rule_warning(library.machine_name, activity.rule)
        if warning and not has_other_way:
            yield warning
        # Of every type: whoever has no scripts, or cannot use this player, must be able to do what counts.
        if not (has_other_way or _has_form(package)):
            yield _(
                "Some people cannot work with “%(type)s” by keyboard or by ear. Add a text alternative, or a quiz "
                "instead."
            ) % {"type": name}


def _has_form(package: Package) -> bool:
    """Whether its questions can be asked as a plain form."""
    params: Any
    try:
        params = storage.read_params(package)
    except (OSError, ValueError):
        return False
    return equivalents.questions(str(package.main_library), params) is not None
