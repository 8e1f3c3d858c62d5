"""What the clock starts on the site."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.website.models import Feedback
from academy.website.tasks import MESSAGES, forget_messages

pytestmark = pytest.mark.django_db


def test_messages_to_the_operator_go_after_two_years() -> None:
    moment = timedelta(minutes=1)
    for message, age in (("old", MESSAGES + moment), ("new", MESSAGES - moment)):
        Feedback.objects.create(page_code="x", message=message, language="en", created_at=timezone.now() - age)
    forget_messages()
    assert list(Feedback.objects.values_list("message", flat=True)) == ["new"]
