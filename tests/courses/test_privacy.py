"""What happens to a learner's data at a download and at an erasure."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from academy.people import registry
from academy.people.rules import erase_person
from courses.attempts.models import Answer, QuizAttempt
from courses.certificates import rules as certificates
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


def test_a_name_that_was_corrected_goes_with_its_documents_when_the_person_is_erased(
    academy: Any, django_capture_on_commit_callbacks: Any
) -> None:
    person = learning.make_learner(academy, display_name="Old Name")
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    old = person.certificates.get()
    stored = certificates.pdf_file(certificate=old, language="en")
    certificates.replace(
        certificate=old, holder_name="New Name", reason="Old Name is wrong", by=person, at=timezone.now()
    )
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=person, by=None, at=timezone.now())
    old.refresh_from_db()
    # Its page keeps the name to itself: nobody needs it any more. The one that counts stays as it is.
    assert (old.status, old.holder_name, old.status_reason, old.files.count()) == ("replaced", "", "", 0)
    assert not stored.file.storage.exists(stored.file.name)
    assert (old.replaced_by.status, old.replaced_by.holder_name) == ("valid", "New Name")
