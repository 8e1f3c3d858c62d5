"""A lesson is marked as done when the activities in it are that somebody was promised; what is withdrawn is waived."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from academy.jobs.models import Job
from academy.templatetags.academy import percent
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.flows.complete_lesson import complete_lesson, undo_lesson
from courses.flows.play_activity import confirm_text
from courses.flows.record_fact import record_fact
from courses.flows.waive_removed import waive_removed
from courses.flows.waive_withdrawn import waive_withdrawn
from courses.progress.enums import Fact
from courses.progress.errors import ActivityFirst
from courses.progress.models import LearningEvent
from courses.progress.rebuilding import differences
from curriculum.conditions.enums import Route
from curriculum.h5p.models import Activity
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.asked import make_asked, play, put_in
from tests.factories.courses import AT
from tests.factories.curriculum import make_course
from tests.factories.people import make_person


def tick(person: Any, lesson: Any) -> Any:
    """Mark a lesson as done."""
    return complete_lesson(person=person, lesson_key=lesson.translation_key, by=person, at=AT)


def item_of(thing: Any) -> LearningItem:
    """The item that stands for something."""
    return LearningItem.objects.get(key=thing.translation_key)


def waivers() -> list[tuple[Any, ...]]:
    """Person, item and details of all waivers."""
    return list(LearningEvent.objects.filter(fact="waived").order_by("pk").values_list("person_id", "item_id", "data"))


def test_a_lesson_waits_for_its_activity_and_the_course_for_both(academy: Any) -> None:
    score = make_asked("score", rule="passed", pass_mark=70)
    put_in(academy.lessons[0], score)
    person = learning.make_learner(academy)
    learning.pass_quiz(person, academy)
    for lesson in academy.lessons[1:]:
        tick(person, lesson)
    with pytest.raises(ActivityFirst) as refused:
        tick(person, academy.lessons[0])
    assert str(refused.value) == (
        f"Before you mark this lesson as done: the activity “Activity score” with at least {percent(70)}."
    )
    play(person, score, Fact.FAILED, percent=60)
    with pytest.raises(ActivityFirst):
        tick(person, academy.lessons[0])
    play(person, score, Fact.PASSED, percent=80, trust="rescored")
    assert Certificate.objects.count() == 0
    marked = tick(person, academy.lessons[0])
    assert [each.item for each in marked.consequences.completed] == [item_of(academy.course)]
    assert Certificate.objects.get().person == person
    assert list(differences(repair=False, at=timezone.now())) == []


def test_the_activity_may_be_what_completes_the_course(academy: Any) -> None:
    before, later = learning.make_learner(academy), learning.make_learner()
    ladder = make_asked()
    put_in(academy.lessons[0], ladder)
    learning.take(later, academy)
    for person in (before, later):
        learning.pass_quiz(person, academy)
    # Who began before it was there is asked for nothing more.
    learning.finish_lessons(before, academy)
    assert list(Certificate.objects.values_list("person", flat=True)) == [before.pk]
    # An administrator noted the lesson, say: the activity is still asked for, and ends the course.
    item = item_of(academy.lessons[0])
    record_fact(person=later, item_id=item.pk, item_key=item.key, fact=Fact.COMPLETED, by=None, at=AT)
    for lesson in academy.lessons[1:]:
        tick(later, lesson)
    completed = play(later, ladder).completed
    assert [(each.person, each.item) for each in completed] == [(later, item_of(academy.course))]


def test_a_tick_can_be_taken_back_whatever_its_activity(academy: Any) -> None:
    ladder = make_asked()
    put_in(academy.lessons[0], ladder)
    person = learning.make_learner(academy)
    play(person, ladder)
    tick(person, academy.lessons[0])
    key = academy.lessons[0].translation_key
    assert undo_lesson(person=person, lesson_key=key, by=person, at=AT).changed
    assert tick(person, academy.lessons[0]).changed


def test_on_a_short_route_the_lesson_waits_too(site: Any) -> None:
    made, ladder = make_course("CPA-1", lessons=2, quiz=False, languages=["en"]), make_asked()
    put_in(made.lessons[0], ladder)
    path, person = paths.make_path(courses=[made], short_rule=[("module", made.modules[0])]), make_person()
    paths.start(person, path, route=Route.SHORT)
    assert paths.missing(person, path) == (
        "Still missing: 2 lessons of the module “1.1 Module 1” and the activity “Activity ladder”."
    )
    with pytest.raises(ActivityFirst):
        tick(person, made.lessons[0])
    play(person, ladder)
    tick(person, made.lessons[0])
    assert [each.item for each in tick(person, made.lessons[1]).consequences.completed] == [item_of(path)]


def test_an_activity_by_itself_on_a_short_route_is_done_in_its_lesson(academy: Any) -> None:
    ladder = make_asked(alternative="<p>Read this.</p>")
    lesson = put_in(academy.lessons[0], ladder)
    path, person = paths.make_path(courses=[academy], short_rule=[("activity", ladder)]), make_person()
    paths.start(person, path, route=Route.SHORT)
    keys = {"lesson_key": lesson.translation_key, "activity_key": ladder.translation_key}
    with pytest.raises(ActivityFirst):
        tick(person, lesson)
    done = confirm_text(person=person, **keys, language="en", by=person, at=AT)
    assert [each.item for each in done.consequences.completed] == [item_of(path)]


def test_an_activity_that_was_withdrawn_is_waived(academy: Any) -> None:
    ladder = make_asked()
    put_in(academy.lessons[0], ladder)
    person = learning.make_learner(academy)
    learning.pass_quiz(person, academy)
    Activity.objects.get(pk=ladder.pk).unpublish()
    assert Job.objects.get(kind="courses.waive_withdrawn").payload == {"item_id": item_of(ladder).pk}
    learning.finish_lessons(person, academy)
    assert (waive_withdrawn(item_of(ladder).pk), waive_withdrawn(item_of(ladder).pk)) == (1, 0)
    assert waivers() == [(person.pk, item_of(ladder).pk, {})]
    assert Enrolment.objects.get(person=person).completed_at is not None
    assert list(differences(repair=False, at=timezone.now())) == []


def run(made: Any) -> int:
    """Run the job that waives what was taken out, which must be waiting."""
    assert Job.objects.get(kind="courses.waive_removed").payload == {"item_id": item_of(made.course).pk}
    return waive_removed(item_of(made.course).pk)


def test_one_that_was_taken_out_of_its_lesson_is_waived(academy: Any) -> None:
    ladder = make_asked()
    put_in(academy.lessons[0], ladder)
    person = learning.make_learner(academy)
    # Published as it is, nothing is taken out.
    LessonPage.objects.get(pk=academy.lessons[0].pk).save_revision().publish()
    assert (run(academy), waivers()) == (0, [])
    page = LessonPage.objects.get(pk=academy.lessons[0].pk)
    page.body.pop()
    page.save_revision().publish()
    assert run(academy) == 1
    own = Enrolment.objects.get(person=person)
    assert waivers() == [(person.pk, item_of(ladder).pk, {"enrolment": own.pk})]
    assert own.waived == [str(ladder.translation_key)]


def test_one_that_counts_no_more_is_waived_and_one_in_an_unpublished_lesson_is_not(academy: Any) -> None:
    ladder, other = make_asked("ladder"), make_asked("other")
    put_in(academy.lessons[0], ladder)
    put_in(academy.lessons[1], other)
    person = learning.make_learner(academy)
    LessonPage.objects.get(pk=academy.lessons[1].pk).unpublish()
    page = Activity.objects.get(pk=ladder.pk)
    page.counts = False
    page.save_revision().publish()
    assert run(academy) == 1
    assert [item for _person, item, _data in waivers()] == [item_of(ladder).pk]
    assert tick(person, academy.lessons[0]).changed


def test_nothing_is_queued_when_a_lesson_is_published_where_there_are_no_activities(academy: Any) -> None:
    learning.make_learner(academy)
    LessonPage.objects.get(pk=academy.lessons[0].pk).save_revision().publish()
    assert Job.objects.filter(kind="courses.waive_removed").count() == 0
