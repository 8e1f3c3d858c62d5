"""A course is changed while hundreds are under way: nothing that somebody has is taken away, unless it is said so."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry, PageLogEntry

from academy.jobs.models import Job
from academy.jobs.registry import find
from courses.booking.errors import ReasonMissing
from courses.certificates.models import Certificate
from courses.certificates.rules import issue
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.flows.apply_rule import APPLIED, apply_rule, apply_to_all, preview
from courses.flows.enrol import leave, start_path
from courses.progress.errors import RuleChangedMeanwhile
from courses.progress.models import ItemProgress, LearningEvent
from courses.progress.queries import course_standing
from courses.progress.rebuilding import differences
from curriculum.catalogue.models import CoursePage, LearningPathPage, PathCourse
from curriculum.completion.rules import note_versions
from curriculum.conditions.enums import Route
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import course_outline
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.crowd import make_crowd
from tests.factories.curriculum import make_course, make_quiz, published, unindexed
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def percents(made: Any) -> dict[int, int]:
    """What each person sees, by enrolment."""
    outline = course_outline(made.course.translation_key, "en")
    assert outline is not None
    rows: dict[int, list[ItemProgress]] = {}
    for row in ItemProgress.objects.all():
        rows.setdefault(row.person_id, []).append(row)
    found = Enrolment.objects.filter(item__key=made.course.translation_key, left_at=None)
    return {each.pk: course_standing(each, outline, rows.get(each.person_id, [])).percent for each in found}


def completions() -> dict[int, Any]:
    """When each completed enrolment was completed."""
    return dict(Enrolment.objects.exclude(completed_at=None).values_list("pk", "completed_at"))


def certificates() -> list[Any]:
    """All that was issued."""
    return list(Certificate.objects.order_by("pk").values("pk", "code", "status", "frozen", "valid_until"))


def change(made: Any) -> LessonPage:
    """A lesson is added, one withdrawn, one moved to the front; the pass mark is raised. The new lesson."""
    added = made.modules[1].add_child(instance=LessonPage(**published("New", "new"), summary="New."))
    LessonPage.objects.get(pk=made.lessons[1].pk).unpublish()
    LessonPage.objects.get(pk=made.lessons[3].pk).move(made.modules[0], pos="first-child")
    made.quiz.pass_mark = 90
    made.quiz.save_revision().publish()
    return LessonPage.objects.get(pk=added.pk)


def swap_quiz(made: Any, **fields: Any) -> Any:
    """Another quiz takes the place of the course's."""
    page = CoursePage.objects.get(pk=made.course.pk)
    page.quiz = make_quiz("another", languages=("en",), **fields)
    page.save_revision().publish()
    return page.quiz


def waive_what_is_gone() -> None:
    """Run the jobs that the changes have queued for who is under way."""
    for job in Job.objects.filter(kind__startswith="courses.waive", state="queued"):
        work = find(job.kind)
        assert work is not None
        work(**job.payload)


@pytest.mark.one_database
@translation.override("en")
def test_500_learners_keep_what_they_have_until_the_new_rule_is_applied(site: Any) -> None:
    with unindexed():
        made = make_course(modules=2, lessons=2, questions=1, languages=("en",))
        crowd = make_crowd(made, 500)
        for enrolment in [each for each in crowd.enrolments if each.completed_at][:3]:
            issue(enrolment=enrolment, at=AT)
        seen, earned, issued = percents(made), completions(), certificates()
        assert (len(seen), len(earned), len(issued)) == (455, 135, 3)
        added = change(made)
        quiz = swap_quiz(made, pass_mark=90)

    # At once, and once the background has waived what is gone.
    for _moment in range(2):
        now = percents(made)
        assert {pk: (seen[pk], now[pk]) for pk in seen if now[pk] < seen[pk]} == {}
        assert completions().items() >= earned.items()
        assert certificates()[:3] == issued
        waive_what_is_gone()

    fresh = learning.take(make_person(), made)
    rule = rule_of(fresh)
    assert {part.key for part in rule.parts} == {
        *(lesson.translation_key for lesson in (made.lessons[0], *made.lessons[2:], added)),
        quiz.translation_key,
    }
    assert rule.quiz is not None
    assert (rule.quiz.at, fresh.rule_version) == (90, 2)

    _apply_shows_what_it_does(made, fresh)


def _apply_shows_what_it_does(made: Any, fresh: Enrolment) -> None:
    before, earned, issued, shown = Enrolment.objects.in_bulk(), completions(), certificates(), percents(made)
    under_way = {pk for pk, each in before.items() if each.is_running}
    found = preview(made.course.translation_key)
    assert found is not None
    foretold = {each.enrolment.pk: (each.before, each.after) for each in found.touched}
    assert foretold.keys() == under_way - {fresh.pk}
    assert {pk: percent for pk, (percent, _after) in foretold.items()} == {pk: shown[pk] for pk in foretold}
    assert (found.completed, found.left, found.hold_it) == (len(earned), 45, 1)
    fallen = Counter((each.before, each.after) for each in found.falling)
    assert sum(count for _from, _to, count in found.bands) == sum(fallen.values()) > 0

    by = make_person()
    job = apply_to_all(page=made.course, route=Route.FULL, number=2, reason="A new law.", by=by, at=timezone.now())
    assert apply_rule(**job.payload) == len(foretold)
    assert apply_rule(**job.payload) == 0

    after = Enrolment.objects.in_bulk()
    assert {pk for pk in after if after[pk].rule_version != before[pk].rule_version} == foretold.keys()
    now = percents(made)
    assert {pk: now[pk] for pk in foretold} == {pk: percent for pk, (_before, percent) in foretold.items()}
    assert completions() == earned
    assert certificates() == issued
    facts = LearningEvent.objects.filter(fact="rule_changed")
    assert facts.count() == len(foretold)
    assert facts.values_list("data", "by").first() == ({"cycle": 1, "from": 1, "to": 2}, by.pk)
    entry = PageLogEntry.objects.get(action=APPLIED)
    assert (entry.user_id, entry.data["reason"], entry.data["touched"]) == (by.pk, "A new law.", len(foretold))
    assert list(differences(repair=False, at=timezone.now())) == []


def test_who_has_all_that_a_smaller_rule_asks_for_completes_by_it(academy: Any) -> None:
    learner = learning.make_learner(academy)
    learning.finish_lessons(learner, academy)
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = [("lessons", None)]
    page.save_revision().publish()
    note_versions()
    found = preview(page.translation_key)
    assert found is not None
    assert [(each.enrolment.person, each.before, each.after) for each in found.completing] == [(learner, 75, 100)]
    assert found.falling == []
    job = apply_to_all(page=page, route=Route.FULL, number=2, reason="No quiz.", by=None, at=timezone.now())
    assert apply_rule(**job.payload) == 1
    assert Certificate.objects.filter(person=learner).count() == 1
    assert list(differences(repair=False, at=timezone.now())) == []


@pytest.mark.one_database
def test_nothing_is_applied_without_a_reason_or_after_another_change(academy: Any) -> None:
    learning.make_learner(academy)
    key = academy.course.translation_key
    swap_quiz(academy)
    assert preview(key) is None
    note_versions()
    with pytest.raises(ReasonMissing):
        apply_to_all(page=academy.course, route=Route.FULL, number=2, reason=" ", by=None, at=timezone.now())
    with pytest.raises(RuleChangedMeanwhile):
        apply_to_all(page=academy.course, route=Route.FULL, number=1, reason="Law.", by=None, at=timezone.now())
    assert Job.objects.filter(kind="courses.apply_rule").count() == 0
    assert ModelLogEntry.objects.filter(action=APPLIED).count() == 0


def test_who_left_meanwhile_is_not_touched(academy: Any) -> None:
    learner = learning.make_learner(academy)
    swap_quiz(academy)
    note_versions()
    job = apply_to_all(page=academy.course, route=Route.FULL, number=2, reason="Law.", by=None, at=timezone.now())
    leave(person=learner, course_key=academy.course.translation_key, by=learner, at=timezone.now())
    assert apply_rule(**job.payload) == 0


@pytest.mark.one_database
def test_an_open_attempt_at_a_quiz_that_is_no_longer_asked_for_is_dropped(academy: Any) -> None:
    attempt = learning.begin_quiz(learning.make_learner(academy), academy)
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = [("lessons", None)]
    page.save_revision().publish()
    note_versions()
    job = apply_to_all(page=page, route=Route.FULL, number=2, reason="No quiz.", by=None, at=timezone.now())
    assert apply_rule(**job.payload) == 1
    assert type(attempt).objects.filter(pk=attempt.pk).exists() is False


def test_of_a_path_what_is_done_of_its_courses_counts(academy: Any) -> None:
    other = make_course("CPA-8", languages=("en",))
    path = LearningPathPage(**published("Buyer", "buyer", code="P1"))
    path.courses = [PathCourse(course=academy.course)]
    path = academy.catalogue.add_child(instance=path)
    learner = make_person()
    start_path(person=learner, path_key=path.translation_key, by=learner, at=AT)
    learning.finish_lessons(learner, academy, count=2)
    path.rule = [("course", academy.course), ("course", other.course)]
    path.save_revision().publish()
    note_versions()
    found = preview(path.translation_key)
    assert found is not None
    assert [(each.before, each.after, each.completes) for each in found.touched] == [(50, 25, False)]
    assert found.bands == (((50, 74), (25, 49), 1),)
    job = apply_to_all(page=path, route=Route.FULL, number=2, reason="More.", by=None, at=timezone.now())
    assert apply_rule(**job.payload) == 1


@pytest.mark.one_database
def test_what_was_waived_stays_waived_under_the_new_rule(academy: Any) -> None:
    learning.make_learner(academy)
    lesson = LessonPage.objects.get(pk=academy.lessons[0].pk)
    lesson.unpublish()
    waive_what_is_gone()
    lesson.refresh_from_db()
    lesson.save_revision().publish()
    swap_quiz(academy)
    note_versions()
    found = preview(academy.course.translation_key)
    assert found is not None
    assert [(each.before, each.after) for each in found.touched] == [(50, 25)]
    job = apply_to_all(page=academy.course, route=Route.FULL, number=2, reason="Law.", by=None, at=timezone.now())
    assert apply_rule(**job.payload) == 1
    assert list(percents(academy).values()) == [25]


@pytest.mark.one_database
def test_what_takes_too_long_is_gone_on_with_in_another_run(academy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _person in range(2):
        learning.make_learner(academy)
    swap_quiz(academy)
    note_versions()
    job = apply_to_all(page=academy.course, route=Route.FULL, number=2, reason="Law.", by=None, at=timezone.now())
    monkeypatch.setattr("courses.flows.apply_rule.SECONDS_A_RUN", -1)
    assert [apply_rule(**job.payload) for _run in range(3)] == [1, 1, 0]
    assert (Job.objects.get(pk=job.pk).state, Job.objects.get(pk=job.pk).progress) == ("queued", 50)
