"""Twenty at once: one attempt is graded once, one course completed once, one certificate issued."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from academy.mail.models import OutgoingEmail
from academy.people.models import User
from courses.attempts.models import QuizAttempt
from courses.certificates import rules as certificates
from courses.certificates.models import Certificate
from courses.certificates.rules import issuing
from courses.enrolments.errors import Refused
from courses.enrolments.models import Enrolment
from courses.flows.complete_lesson import complete_lesson
from courses.flows.confirm_name import confirm_name
from courses.flows.enrol import enrol
from courses.progress.models import LearningEvent
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course, make_site

MANY = 20

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(story: Callable[[], Any]) -> list[Any]:
    """What each of twenty got who began at the same moment: an answer, or the reason why not."""
    gate = Barrier(MANY)

    def one(_: int) -> Any:
        try:
            gate.wait(timeout=30)
            return story()
        except Refused as why:
            return type(why).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.fixture(params=["with the lock", "without it"])
def maybe_locked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is for good manners; what the database refuses is the guard (architecture rule 4)."""
    if request.param == "without it":
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows)


@pytest.fixture
def made() -> Any:
    """A small course, committed."""
    make_site()
    return make_course()


def test_one_of_twenty_hand_ins_is_accepted(made: Any, maybe_locked: None) -> None:
    person = learning.make_learner(made)
    learning.finish_lessons(person, made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True, True, True])
    answers = at_once(lambda: learning.hand_in(person, attempt))
    assert [answer for answer in answers if isinstance(answer, str)] == ["SubmittedAlready"] * (MANY - 1)
    assert QuizAttempt.objects.filter(state="submitted", passed=True).count() == 1
    assert LearningEvent.objects.filter(fact="passed").count() == 1
    assert LearningEvent.objects.filter(fact="finished").count() == 1
    assert Certificate.objects.count() == 1


def test_the_last_lesson_completed_twenty_times_at_once_completes_the_course_once(made: Any) -> None:
    person = learning.make_learner(made)
    learning.pass_quiz(person, made)
    learning.finish_lessons(person, made, 2)
    key = made.lessons[2].translation_key
    answers = at_once(lambda: complete_lesson(person=person, lesson_key=key, by=person, at=AT))
    assert sorted(answer.changed for answer in answers) == [False] * (MANY - 1) + [True]
    assert LearningEvent.objects.filter(fact="completed", item__key=key).count() == 1
    assert Certificate.objects.count() == 1


def test_two_last_parts_done_at_the_same_moment_complete_the_course(made: Any) -> None:
    """Each sees the other's fact or waits for it: a course is never left open with everything done."""
    person = learning.make_learner(made)
    learning.finish_lessons(person, made, 2)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True, True, True])
    last = made.lessons[2].translation_key
    turns = iter(range(MANY))

    def story() -> Any:
        if next(turns) % 2:
            return learning.hand_in(person, attempt)
        return complete_lesson(person=person, lesson_key=last, by=person, at=AT)

    at_once(story)
    assert Enrolment.objects.get().completed_at is not None
    assert Certificate.objects.count() == 1


def test_twenty_starts_make_one_enrolment(made: Any, maybe_locked: None) -> None:
    person = learning.make_learner()
    key = made.course.translation_key
    answers = at_once(lambda: enrol(person=person, course_key=key, by=person, at=AT))
    assert sum(answer.is_new for answer in answers) == 1
    assert Enrolment.objects.count() == 1
    assert LearningEvent.objects.filter(fact="enrolled").count() == 1


def test_twenty_starts_of_the_quiz_make_one_attempt(made: Any, maybe_locked: None) -> None:
    person = learning.make_learner(made)
    answers = at_once(lambda: learning.begin_quiz(person, made).pk)
    assert len(set(answers)) == 1
    assert QuizAttempt.objects.count() == 1


def test_twenty_completions_at_once_make_one_certificate_and_one_mail(made: Any, maybe_locked: None) -> None:
    person = learning.make_learner(made)
    learning.pass_quiz(person, made)
    learning.finish_lessons(person, made, 2)
    key = made.lessons[2].translation_key
    at_once(lambda: complete_lesson(person=person, lesson_key=key, by=person, at=AT))
    assert Certificate.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="certificates/issued").count() == 1


def test_twenty_confirmations_of_the_name_issue_what_waits_once(made: Any, maybe_locked: None) -> None:
    person = learning.make_learner(made, certificate_name_confirmed_at=None)
    learning.pass_quiz(person, made)
    learning.finish_lessons(person, made)
    answers = at_once(lambda: confirm_name(person=person, name="Jana Albers", by=person, at=AT))
    assert {certificate.pk for issued in answers for certificate in issued} == {Certificate.objects.get().pk}
    assert OutgoingEmail.objects.filter(kind="certificates/issued").count() == 1


def test_a_name_confirmed_while_the_course_is_completed_leaves_nothing_waiting(made: Any) -> None:
    """Either the completion sees the name, or the confirmation sees the completion."""
    person = learning.make_learner(made, certificate_name_confirmed_at=None)
    learning.pass_quiz(person, made)
    learning.finish_lessons(person, made, 2)
    turns, last = iter(range(MANY)), made.lessons[2].translation_key

    def story() -> Any:
        if next(turns) % 2:
            return confirm_name(person=User.objects.get(pk=person.pk), name="Jana Albers", by=person, at=AT)
        return complete_lesson(person=person, lesson_key=last, by=person, at=AT)

    at_once(story)
    assert Certificate.objects.get().holder_name == "Jana Albers"


@pytest.fixture
def blind(made: Any, monkeypatch: pytest.MonkeyPatch) -> Enrolment:
    """A completed course; everybody who issues its certificate looks before anybody has written: the worst of cases."""
    person = learning.make_learner(made, certificate_name_confirmed_at=None)
    learning.pass_quiz(person, made)
    learning.finish_lessons(person, made)
    User.objects.filter(pk=person.pk).update(certificate_name_confirmed_at=AT)
    looked, look = local(), issuing._standing_one

    def blind_at_first(enrolment: Enrolment) -> Certificate | None:
        if not hasattr(looked, "once"):
            looked.once = True
            return None
        return look(enrolment)

    monkeypatch.setattr(issuing, "_standing_one", blind_at_first)
    return Enrolment.objects.get()


def issue(enrolment: Enrolment) -> Certificate | None:
    """As the flows do it, without the lock that keeps them apart."""
    return certificates.issue(enrolment=Enrolment.objects.get(pk=enrolment.pk), at=AT)


def test_the_constraint_alone_keeps_it_to_one_certificate_and_one_mail(blind: Enrolment) -> None:
    answers = at_once(lambda: issue(blind))
    assert set(answers) == {Certificate.objects.get()}
    assert OutgoingEmail.objects.filter(kind="certificates/issued").count() == 1


def test_without_the_constraint_there_are_twenty(blind: Enrolment) -> None:
    """The control of the test above: looking first is no guard."""
    constraint = next(each for each in Certificate._meta.constraints if each.name == "certificate_once_for_enrolment")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Certificate, constraint)
    at_once(lambda: issue(blind))
    assert Certificate.objects.count() == MANY
