"""What import-linter cannot see: where foreign keys point, and that every sub-domain stands in a contract."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

PROJECT = Path(__file__).resolve().parent.parent
ORDER = {"academy": 0, "curriculum": 1, "courses": 2}
OURS = set(ORDER)


def models() -> list[type]:
    """All models of our three packages."""
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def test_every_foreign_key_points_down_or_stays_inside_its_package() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField)
        and field.related_model._meta.app_label in OURS
        and ORDER[field.related_model._meta.app_label] > ORDER[model._meta.app_label]
    ]
    assert upward == []


def test_no_foreign_key_names_its_class_by_a_string() -> None:
    allowed = {'"self"', "settings.AUTH_USER_MODEL"}
    by_string = []
    for package in sorted(OURS):
        for path in sorted((PROJECT / package).glob("*/models.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for word in ("ForeignKey(", "ManyToManyField(", "OneToOneField(", "ParentalKey("):
                    _, found, rest = line.partition(word)
                    if found and rest.startswith('"') and not any(rest.startswith(name) for name in allowed):
                        by_string.append(f"{path.relative_to(PROJECT)}:{number}")
    assert by_string == []


def test_every_sub_domain_with_models_stands_in_the_contract_for_sub_domains() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    held = next(contract for contract in contracts if contract["name"] == "inside every sub-domain")["containers"]
    with_models = {
        f"{package}.{path.parts[len((PROJECT / package).parts)]}"
        for package in OURS
        for pattern in ("*/models.py", "*/models/__init__.py")
        for path in (PROJECT / package).glob(pattern)
    }
    assert sorted(with_models - set(held)) == []


def test_every_model_lives_in_a_sub_domain_and_is_gathered_by_its_package() -> None:
    # <package>.<sub-domain>.models, a module or a package of modules.
    outside = [model._meta.label for model in models() if model.__module__.split(".")[2:3] != ["models"]]
    assert outside == []


def test_no_source_file_grows_far_past_400_lines() -> None:
    long = {
        str(path.relative_to(PROJECT)): lines
        for package in sorted(OURS)
        for path in sorted((PROJECT / package).rglob("*.py"))
        if "migrations" not in path.parts
        for lines in [path.read_text(encoding="utf-8").count("\n")]
        if lines > 440
    }
    assert long == {}
