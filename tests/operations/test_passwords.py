"""The password that the demo prints on the screen opens nothing elsewhere."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from academy.people.models import User

from .test_production_settings import start

KNOWN = "circular-demo"


def test_production_refuses_it() -> None:
    assert start({}, "p.REFUSED_PASSWORDS").stdout.strip() == f"['{KNOWN}']"


@pytest.mark.django_db
def test_an_account_that_has_it_stays_shut(settings: Settings) -> None:
    person = User.objects.create_user("learner@demo.example", KNOWN)
    assert authenticate(None, email=person.email, username=person.email, password=KNOWN) == person
    settings.REFUSED_PASSWORDS = [KNOWN]
    assert authenticate(None, email=person.email, username=person.email, password=KNOWN) is None


def test_nobody_can_choose_it(settings: Settings) -> None:
    settings.REFUSED_PASSWORDS = [KNOWN]
    with pytest.raises(ValidationError, match="Everybody knows this password"):
        validate_password(KNOWN)
    settings.REFUSED_PASSWORDS = []
    validate_password(KNOWN)
