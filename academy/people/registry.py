"""The privacy registry: for every model with a path to a person what is exported, erased, kept and until when.

Each package registers its models when it is ready (`<package>/receivers.py`):

    registry.register(
        Enrolment,
        what=_("Courses that you take"),
        export=registry.rows(Enrolment, "person", "item__title", "started_at", "completed_at"),
        erase=None,
        keep_reason=_("Counts of participants; your account behind it has no name any more."),
        until=_("with the course's records, ten years"),
    )

`erase=registry.delete(Place, "person")` deletes the person's rows; a function of one's own takes the person before
anything was changed. Where a foreign key is PROTECT the row stays and points to the pseudonym that the account becomes.
`tests/test_privacy_registry.py` fails for a model that is not registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model

from .models import User

Row = Mapping[str, Any]
Export = Callable[[User], Iterable[Row]]
Erase = Callable[[User], None]


@dataclass(frozen=True)
class Entry:
    """What is done with one model."""

    model: type[Model]
    what: Any
    export: Export | None
    erase: Erase | None
    keep_reason: Any
    until: Any
    about_person: bool


_entries: dict[type[Model], Entry] = {}


def register(
    model: type[Model],
    *,
    what: Any,
    export: Export | None,
    erase: Erase | None,
    keep_reason: Any = "",
    until: Any = "",
    about_person: bool = True,
) -> None:
    """Say what is done with a model.

    `what`: words for the person, translated lazily ("Courses that you take"). `export`: rows for "Download my data",
    None where the rows say nothing that is not elsewhere in the download. `erase`: None keeps the rows; then
    `keep_reason` says why and `until` until when (say it as well where an erasure keeps a part). `about_person=False`:
    a mere stamp of who made or changed a thing, so that models that point to this one need no entry of their own.
    An entry holds for the models that inherit from this one too.
    """
    if erase is None and not (keep_reason and until):
        raise ValueError(f"{model.__name__}: say why it is kept and until when, or how it is erased")
    _entries[model] = Entry(model, what, export, erase, keep_reason, until, about_person)


def entries() -> list[Entry]:
    """All entries; the account itself stands last, because it is erased last."""
    return sorted(_entries.values(), key=lambda entry: (entry.model is User, entry.model._meta.label))


def entries_about(person: User) -> list[Entry]:
    """The entries that concern this person: those with rows of theirs, and those whose rows are not told."""
    return [entry for entry in entries() if entry.export is None or any(True for _row in entry.export(person))]


def find(model: type[Model]) -> Entry | None:
    """The entry of a model or of the nearest model that it inherits from, None if nobody registered one."""
    return next((_entries[parent] for parent in model.__mro__ if parent in _entries), None)


def rows(model: type[Model], person: str, *fields: str) -> Export:
    """An export of these fields (paths as in `values()`) of the rows whose field `person` leads to the person."""

    def export(of: User) -> Iterator[Row]:
        return model._default_manager.filter(**{person: of.pk}).order_by("pk").values(*fields).iterator()

    return export


def delete(model: type[Model], person: str) -> Erase:
    """An erasure that deletes the rows whose field `person` leads to the person."""

    def erase(of: User) -> None:
        model._default_manager.filter(**{person: of.pk}).delete()

    return erase


def unset(model: type[Model], person: str) -> Erase:
    """An erasure that keeps the rows and empties their field `person`."""

    def erase(of: User) -> None:
        model._default_manager.filter(**{person: of.pk}).update(**{person: None})

    return erase


def label(model: type[Model], path: str) -> str:
    """What a field is called in the readable download: the last field's own name on the path `a__b`."""
    current: Any = model
    field: Any = None
    for part in path.split("__"):
        try:
            field = current._meta.get_field(part)
        except FieldDoesNotExist:
            return part.replace("_", " ")
        current = field.related_model or current
    name = field.verbose_name if isinstance(field, Field) else path
    return str(name)[:1].upper() + str(name)[1:]
