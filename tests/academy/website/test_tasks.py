"""What the clock starts on the site."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page, Revision

from academy.website.models import Feedback
from academy.website.tasks import MESSAGES, forget_messages, publish_scheduled
from curriculum.quizzes.models import Quiz

pytestmark = pytest.mark.django_db


def test_messages_to_the_operator_go_after_two_years() -> None:
    moment = timedelta(minutes=1)
    for message, age in (("old", MESSAGES + moment), ("new", MESSAGES - moment)):
        Feedback.objects.create(page_code="x", message=message, language="en", created_at=timezone.now() - age)
    forget_messages()
    assert list(Feedback.objects.values_list("message", flat=True)) == ["new"]


def test_a_page_that_cannot_be_published_any_more_holds_up_no_other(academy: Any) -> None:
    then = timezone.now() - timedelta(minutes=5)
    for page in (academy.course, academy.lessons[0]):
        page.title = f"{page.title}, anew"
        page.save_revision(approved_go_live_at=then)
    # What the course asks for has become a quiz for practice since it was scheduled.
    Quiz.objects.filter(pk=academy.quiz.pk).update(formative=True)
    publish_scheduled()
    titles = [Page.objects.get(pk=page.pk).title for page in (academy.course, academy.lessons[0])]
    assert titles == ["Course CPA-9", "Lesson 1.1, anew"]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
