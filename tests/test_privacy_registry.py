"""Every model with a path to a person says what is exported, erased, kept and until when (issue 2, Foundations)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model

from academy.people import registry
from academy.people.models import User
from academy.website.models import Feedback
from courses.badges.models import SignedCredential

# Models that hold something about people without a foreign key to an account.
WITHOUT_KEY = {Session, Feedback, SignedCredential}


def points_to(model: type[Model]) -> set[type[Model]]:
    """Models that a row of this model points to, through foreign keys, one-to-one and many-to-many fields."""
    found = set()
    for field in model._meta.get_fields():
        target = field.related_model
        if field.is_relation and not field.auto_created and isinstance(target, type):
            found.add(target)
    return found


def with_a_path_to_a_person() -> set[type[Model]]:
    """All models from which foreign keys lead to a person.

    The way ends where a model only bears the stamp of who made it (about_person=False): a page is not about its author,
    nor is what belongs to the page. Tables that Django makes for a many-to-many field go with the field's model.
    """
    models = [model for model in apps.get_models() if not model._meta.abstract]
    found: set[type[Model]] = {User}
    while True:
        about = {model for model in found if (entry := registry.find(model)) is None or entry.about_person}
        more = {model for model in models if model not in found and points_to(model) & about}
        if not more:
            return found | WITHOUT_KEY
        found |= more


@pytest.mark.parametrize("model", sorted(with_a_path_to_a_person(), key=lambda model: model._meta.label), ids=str)
def test_a_model_with_a_path_to_a_person_is_classified(model: type[Model]) -> None:
    assert registry.find(model) is not None, (
        f"{model._meta.label} leads to a person: say in academy.people.registry what is exported, erased, kept and why"
    )


def test_what_is_kept_says_why_and_until_when() -> None:
    silent = [
        entry.model._meta.label
        for entry in registry.entries()
        if entry.erase is None and not (str(entry.keep_reason) and str(entry.until))
    ]
    assert silent == []


def test_every_entry_has_words_for_the_person() -> None:
    assert [entry.model for entry in registry.entries() if not str(entry.what)] == []


def test_the_account_is_erased_last() -> None:
    assert registry.entries()[-1].model is User
