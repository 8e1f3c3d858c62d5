"""What happens to a learner's data at a download and at an erasure."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from academy.people import registry
from academy.people.rules import erase_person
from courses.attempts.models import Answer, QuizAttempt
from courses.enrolments.models import Enrolment
from courses.progress.models import ItemProgress, LearningEvent, Place
from tests.factories import courses as learning
from tests.factories.people import signed_in


def test_a_learner_who_is_erased_leaves_counts_and_a_certificate(academy: Any) -> None:
    person = learning.make_learner(academy, display_name="Jana Albers")
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    certificate = person.certificates.get()
    signed_in(person).get(academy.lessons[0].url)
    facts = LearningEvent.objects.count()
    erase_person(person=person, by=None, at=timezone.now())
    certificate.refresh_from_db()
    assert (certificate.person, certificate.holder_name) == (None, "Jana Albers")
    assert (Enrolment.objects.count(), QuizAttempt.objects.count(), LearningEvent.objects.count()) == (1, 1, facts)
    assert (Answer.objects.count(), Place.objects.count()) == (0, 0)
    person.refresh_from_db()
    assert person.display_name == ""


def test_a_download_holds_what_a_learner_did_and_nobody_else_s(academy: Any) -> None:
    person, other = learning.make_learner(academy), learning.make_learner(academy)
    learning.finish_lessons(person, academy, 2)
    learning.finish_lessons(other, academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True])
    rows = {entry.model: list(entry.export(person)) for entry in registry.entries() if entry.export is not None}
    assert len(rows[Enrolment]) == 1
    assert [row["fact"] for row in rows[LearningEvent]] == ["enrolled", "completed", "completed"]
    assert len(rows[ItemProgress]) == 3
    assert [row["number"] for row in rows[Answer]] == [1]
