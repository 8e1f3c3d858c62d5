"""Doing an activity: by which rule it is done, what score counts, where one goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.attempts.errors import BadAnswers, NoPlayer, NoQuestions, StatementKnown, TextIsNotEnough
from courses.attempts.models import ActivityAttempt, ActivityStatement
from courses.attempts.queries.activities import best_percent
from courses.attempts.statements import BadStatement
from courses.enrolments.errors import NotEnrolled
from courses.enrolments.models import Enrolment
from courses.flows import play_activity
from courses.flows.submit_attempt import start_practice
from curriculum.h5p.equivalents import questions
from curriculum.h5p.models import Activity, Package
from curriculum.items.queries import ids_by_key
from tests.courses.playing import CHOICE, LATER, PARTS, QUESTIONS, begin, body, facts, pack, played, send, statement
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
OTHER = "H5P.Unheard"


def learner(made: Any) -> Any:
    """Somebody who takes the course."""
    return learning.make_learner(made.course)


# -- by which rule ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "done_after"),
    [("viewed", "begin"), ("interacted", "interacted"), ("completed", "completed")],
)
def test_an_activity_is_done_once_by_its_rule(rule: str, done_after: str) -> None:
    made = played(OTHER, {}, rule=rule)
    person = learner(made)
    seen = {}
    playing = begin(person, made)
    seen["begin"] = playing.done
    for verb in ("attempted", "interacted", "progressed", "completed", "completed"):
        seen.setdefault(verb, send(person, playing, verb).done)
    order = ["begin", "attempted", "interacted", "progressed", "completed"]
    assert [seen[each] for each in order] == [order.index(each) >= order.index(done_after) for each in order]
    assert facts(person, made) == [("completed", None, "client")]


def test_what_was_consumed_to_the_end_is_completed() -> None:
    made = played(OTHER, {})
    person = learner(made)
    playing = begin(person, made)
    assert not send(person, playing, "consumed").done
    assert send(person, playing, "consumed", completion=True).done


def test_done_in_one_enrolment_is_not_done_in_one_taken_anew() -> None:
    made = played(OTHER, {})
    person = learner(made)
    send(person, begin(person, made), "completed")
    since = LATER + timedelta(days=1)
    enrolment = Enrolment.objects.get(person=person)
    Enrolment.objects.update(rule=enrolment.rule | {"since": since.isoformat()})
    playing = begin(person, made, since)
    assert (playing.done, playing.best, playing.attempt.number) == (False, None, 2)
    assert send(person, playing, "completed", at=since).done
    assert facts(person, made) == [("completed", None, "client")] * 2


def test_an_open_attempt_from_before_the_course_was_taken_anew_is_not_gone_on_with() -> None:
    made = played(OTHER, {})
    person = learner(made)
    first = begin(person, made).attempt
    since = LATER + timedelta(days=1)
    enrolment = Enrolment.objects.get(person=person)
    Enrolment.objects.update(rule=enrolment.rule | {"since": since.isoformat()})
    second = begin(person, made, since).attempt
    first.refresh_from_db()
    assert (second.number, second.since, first.finished_at, first.reached) == (2, since, since, "viewed")


def test_a_better_score_is_noted_though_the_activity_is_done_and_a_worse_one_is_not() -> None:
    made = played(rule="completed")
    person = learner(made)
    playing = begin(person, made)
    send(person, playing, "answered", score=(0, 1), response="0")
    send(person, playing, "answered", score=(1, 1), response="1")
    send(person, playing, "answered", score=(0, 1), response="0")
    send(person, playing, "answered", score=(1, 1), response="1")
    assert facts(person, made) == [("completed", 0, "rescored"), ("completed", 100, "rescored")]


# -- what score counts ------------------------------------------------------------------------------------------------
def test_a_right_answer_passes_and_a_wrong_one_does_not() -> None:
    made = played(rule="passed", pass_mark=70)
    person = learner(made)
    playing = begin(person, made)
    wrong = send(person, playing, "answered", score=(0, 1), response="0", success=False)
    right = send(person, playing, "answered", score=(1, 1), response="1", success=True)
    assert (wrong.done, wrong.attempt.percent, right.done, right.attempt.percent) == (False, 0, True, 100)
    assert facts(person, made) == [("failed", 0, "rescored"), ("passed", 100, "rescored")]
    assert best_percent(person, playing.shown.item_id, None) == 100


def test_an_inflated_score_is_corrected_and_marked() -> None:
    made = played(rule="passed", pass_mark=70)
    person = learner(made)
    taken = send(person, begin(person, made), "answered", score=(1, 1), response="0", success=True)
    attempt = taken.attempt
    assert (attempt.raw, attempt.max, attempt.claimed, attempt.success) == (0, 1, 1, False)
    assert (attempt.trust, attempt.is_corrected, taken.done) == ("rescored", True, False)
    assert facts(person, made) == [("failed", 0, "rescored")]


def test_a_set_of_questions_is_scored_again_from_its_parts() -> None:
    made = played("H5P.QuestionSet", QUESTIONS, rule="passed", pass_mark=60)
    person = learner(made)
    playing = begin(person, made)
    send(person, playing, "answered", part=PARTS[0], score=(1, 1), response="1")
    send(person, playing, "answered", part=PARTS[1], score=(1, 2), response="0")
    attempt = send(person, playing, "completed", score=(3, 3), success=True).attempt
    assert (attempt.raw, attempt.max, attempt.claimed, attempt.percent, attempt.trust) == (2, 3, 3, 66, "rescored")
    assert facts(person, made) == [("passed", 66, "rescored")]


def test_the_score_of_a_part_is_not_that_of_the_whole() -> None:
    made = played(OTHER, {})
    person = learner(made)
    taken = send(person, begin(person, made), "answered", part=PARTS[0], score=(5, 5))
    assert (taken.attempt.raw, taken.attempt.finished_at, taken.done, taken.attempt.reached) == (
        None, None, False, "interacted",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "total", "trust"),
    [([(1, 1), (1, 2)], (2, 3), "consistent"), ([(1, 1), (0, 2)], (2, 3), "client"), ([], (2, 3), "client")],
    ids=["it adds up", "it does not", "nothing to add"],
)
def test_a_score_that_cannot_be_worked_out_again_adds_up_or_not(parts: Any, total: Any, trust: str) -> None:
    made = played(OTHER, {}, rule="passed", pass_mark=50)
    person = learner(made)
    playing = begin(person, made)
    for part, score in zip(PARTS, parts, strict=False):
        send(person, playing, "answered", part=part, score=score)
    taken = send(person, playing, "completed", score=total)
    assert (taken.attempt.percent, taken.attempt.trust, taken.done) == (66, trust, False)
    # Whoever reached the mark hears that it does not count; who did not reach it hears nothing.
    assert taken.unreliable
    assert not send(person, playing, "completed", score=(1, 3)).unreliable
    assert facts(person, made) == []


def test_a_score_of_the_player_passes_where_an_administrator_allowed_it() -> None:
    made = played(OTHER, {}, rule="passed", pass_mark=50, trusts_player=True)
    person = learner(made)
    assert send(person, begin(person, made), "completed", score=(2, 3)).done
    assert facts(person, made) == [("passed", 66, "client")]


def test_a_player_whose_files_are_gone_is_as_good_as_its_word(settings: Any, tmp_path: Any) -> None:
    made = played(rule="passed")
    person = learner(made)
    playing = begin(person, made)
    settings.PRIVATE_ROOT = tmp_path
    taken = send(person, playing, "answered", score=(1, 1), response="1")
    assert (taken.attempt.trust, taken.done) == ("consistent", False)


def test_nobody_has_to_pass_what_they_were_promised_to_finish() -> None:
    made = played(OTHER, {}, rule="completed", counts=True)
    person = learner(made)
    Activity.objects.update(rule="passed")
    made.activity.refresh_from_db()
    made.activity.save()
    playing = begin(person, made)
    assert playing.attempt.mark == 0
    assert send(person, playing, "completed", score=(0, 3)).done
    assert facts(person, made) == [("completed", 0, "client")]


# -- going on ---------------------------------------------------------------------------------------------------------
def test_two_browsers_go_on_with_one_attempt_and_what_was_left_off() -> None:
    made = played()
    person = learner(made)
    first = begin(person, made)
    play_activity.keep_state(
        person=person,
        public_id=first.attempt.public_id,
        data_type="state",
        sub_content_id="",
        value='{"answers":[1]}',
        by=person,
        at=LATER,
    )
    second = begin(person, made, LATER)
    assert (first.state, second.state) == ({}, {"0": {"state": '{"answers":[1]}'}})
    assert (second.attempt, second.note, ActivityAttempt.objects.count()) == (first.attempt, "", 1)


def test_a_finished_attempt_goes_on_as_the_next_only_with_what_begins_one() -> None:
    made = played()
    person = learner(made)
    playing = begin(person, made)
    send(person, playing, "answered", score=(0, 1), response="0")
    assert send(person, playing, "interacted").attempt.number == 1
    assert send(person, playing, "attempted").attempt.number == 2
    assert send(person, playing, "interacted").attempt.number == 2
    assert send(person, playing, "answered", score=(1, 1), response="1").attempt.number == 2
    assert send(person, playing, "answered", score=(0, 1), response="0").attempt.number == 3
    kept = ActivityStatement.objects.order_by("pk").values_list("attempt__number", "verb")
    assert list(kept) == [
        (1, "answered"), (1, "interacted"), (2, "attempted"), (2, "interacted"), (2, "answered"), (3, "answered"),
    ]  # fmt: skip


def test_what_is_kept_says_of_which_attempt_and_by_whom_and_nothing_that_the_browser_said_of_that() -> None:
    made = played()
    person = learner(made)
    playing = begin(person, made)
    send(person, playing, "answered", score=(0, 1), response="0")
    following = send(person, playing, "attempted").attempt
    kept = ActivityStatement.objects.order_by("pk").last()
    assert kept is not None
    said = kept.statement
    assert said["object"]["id"].endswith(f"/h5p/a/{following.public_id}/")
    assert said["context"] == {"registration": str(following.public_id), "platform": "Circular Procurement Academy"}
    assert set(said["actor"]["account"]) == {"homePage", "name"}
    assert "somebody" not in str(said).lower()
    assert said["timestamp"] == said["stored"] == LATER.isoformat()


def test_a_renewed_activity_starts_afresh_and_says_so() -> None:
    made = played()
    person = learner(made)
    first = begin(person, made)
    send(person, first, "interacted")
    pack(made.activity, content=CHOICE)
    second = begin(person, made)
    assert second.attempt != first.attempt
    assert second.note == "The activity was renewed; you start afresh. Your results stay."
    # Who still has it open comes to the end with what they began, and goes no further.
    assert send(person, first, "answered", score=(1, 1), response="1").attempt == first.attempt
    assert send(person, first, "attempted").attempt == first.attempt


def test_half_finished_work_in_another_language_stays_there_and_results_count_in_all() -> None:
    made = played()
    pack(made.activity, content=CHOICE, language="nl")
    person = learner(made)
    with translation.override("nl"):
        dutch = begin(person, made, language="nl")
        send(person, dutch, "interacted")
    english = begin(person, made)
    assert english.note == "Your half-finished work is in Dutch; results count in all languages."
    # A player keeps where one stands as soon as it is looked at.
    place = {"data_type": "state", "sub_content_id": "", "value": "{}"}
    play_activity.keep_state(person=person, public_id=english.attempt.public_id, by=person, at=AT, **place)
    assert begin(person, made).note == english.note
    assert send(person, english, "answered", score=(1, 1), response="1").done
    assert begin(person, made, language="nl").done


# -- who, and where ---------------------------------------------------------------------------------------------------
def test_who_does_not_take_the_course_leaves_nothing() -> None:
    made = played()
    with pytest.raises(NotEnrolled):
        begin(learning.make_learner(), made)
    assert ActivityAttempt.objects.count() == 0


def test_without_a_package_there_is_no_player() -> None:
    made = played()
    Package.objects.update(is_current=False)
    made.activity.save()
    with pytest.raises(NoPlayer):
        begin(learner(made), made)


def test_a_statement_under_a_known_name_is_refused_whichever_attempt_it_is_sent_to() -> None:
    made = played()
    mine, other = learner(made), learner(made)
    playing = begin(mine, made)
    send(mine, playing, "attempted", name="one")
    theirs = begin(other, made)
    for person, each in ((mine, playing), (other, theirs)):
        with pytest.raises(StatementKnown):
            send(person, each, "answered", name="one", score=(1, 1), response="1")
    assert ActivityStatement.objects.count() == 1


def test_a_statement_about_an_attempt_at_something_else_of_ones_own_is_refused() -> None:
    made = played()
    person = learner(made)
    other = played(course=make_course("CPA-8", lessons=1, quiz=False), code="other")
    learning.take(person, other.course)
    mine, elsewhere = begin(person, made), begin(person, other)
    with pytest.raises(BadStatement):
        play_activity.take_statement(
            person=person,
            public_id=mine.attempt.public_id,
            body=body(statement(elsewhere.attempt, "attempted"), PARTS[0]),
            by=person,
            at=LATER,
        )


# -- without the player -----------------------------------------------------------------------------------------------
def test_the_same_questions_as_a_form_do_it_with_a_score_of_ours() -> None:
    made = played(rule="passed")
    person = learner(made)
    place = {"person": person, "lesson_key": made.lesson_key, "activity_key": made.key, "language": "en"}
    (asked,) = questions("H5P.MultiChoice", CHOICE) or ()
    right = next(option.value for option in asked.options if option.label == "Answer 1")
    done = play_activity.answer_questions(**place, answers={asked.name: [right]}, by=person, at=AT)
    assert (done.done, done.attempt.way, done.attempt.percent, done.attempt.trust) == (True, "questions", 100, "server")
    assert facts(person, made) == [("passed", 100, "server")]
    with pytest.raises(BadAnswers):
        play_activity.answer_questions(**place, answers={asked.name: ["never offered"]}, by=person, at=AT)
    for nothing in ({}, {asked.name: [""]}):
        with pytest.raises(BadAnswers):
            play_activity.answer_questions(**place, answers=nothing, by=person, at=AT)
    assert ActivityAttempt.objects.count() == 1


def test_an_activity_without_a_package_has_no_questions() -> None:
    made = played()
    Package.objects.update(is_current=False)
    made.activity.save()
    person = learner(made)
    place = {"person": person, "lesson_key": made.lesson_key, "activity_key": made.key, "language": "en"}
    with pytest.raises(NoQuestions):
        play_activity.answer_questions(**place, answers={}, by=person, at=AT)


def test_the_text_alternative_does_it_unless_a_score_is_asked_for() -> None:
    made = played(OTHER, {}, alternative="<p>The same in words.</p>")
    person = learner(made)
    place = {"person": person, "lesson_key": made.lesson_key, "activity_key": made.key, "language": "en"}
    done = play_activity.confirm_text(**place, by=person, at=AT)
    assert (done.done, done.attempt.way, done.attempt.percent) == (True, "text", None)
    assert facts(person, made) == [("completed", None, "client")]
    for fields in ({"rule": "passed"}, {"rule": "completed", "alternative": " "}):
        Activity.objects.update(**fields)
        made.activity.refresh_from_db()
        made.activity.save()
        with pytest.raises(TextIsNotEnough):
            play_activity.confirm_text(**place, by=person, at=AT)


def test_the_quiz_instead_is_an_attempt_at_the_activity_for_who_takes_the_course() -> None:
    quiz = make_quiz("instead", questions=2, formative=True)
    made = played(OTHER, {}, rule="passed", pass_mark=80, alternative_quiz=quiz)
    for person, expected in ((learner(made), [("passed", 100, "server")]), (learning.make_learner(), [])):
        attempt = start_practice(
            person=person, lesson_key=made.lesson_key, quiz_key=quiz.translation_key, by=person, at=AT
        )
        learning.answer(person, attempt, [True, True])
        learning.hand_in(person, attempt)
        assert facts(person, made) == expected


def test_a_quiz_can_be_handed_in_when_no_more_attempts_at_its_activity_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quiz = make_quiz("instead", questions=2, formative=True)
    made = played(OTHER, {}, rule="passed", pass_mark=80, alternative_quiz=quiz)
    person = learner(made)
    attempt = start_practice(person=person, lesson_key=made.lesson_key, quiz_key=quiz.translation_key, by=person, at=AT)
    learning.answer(person, attempt, [True, True])
    monkeypatch.setattr("courses.attempts.rules.activities.MOST_ATTEMPTS", 0)
    learning.hand_in(person, attempt)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.percent, facts(person, made)) == ("submitted", 100, [])


# -- any sequence -----------------------------------------------------------------------------------------------------
SAID = st.lists(
    st.tuples(
        st.sampled_from(["attempted", "interacted", "progressed", "answered", "completed"]),
        st.sampled_from(["", *PARTS]),
        st.integers(0, 4),
    ),
    max_size=6,
)


@pytest.fixture
def any_played() -> Any:
    """One activity for all examples: each is by somebody else."""
    return played(OTHER, {})


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAID, again=st.data())
def test_the_best_is_the_best_of_the_finished_attempts_and_saying_it_again_changes_nothing(
    any_played: Any, said: Any, again: Any
) -> None:
    made = any_played
    person = learner(made)
    playing = begin(person, made)
    expected: list[int] = []
    for number, (verb, part, raw) in enumerate(said):
        taken = send(person, playing, verb, name=f"{person.pk}:{number}", part=part, score=(raw, 4))
        if verb in ("answered", "completed") and not part:
            expected.append(raw * 25)
            assert taken.attempt.percent == raw * 25
    item = ids_by_key([made.key])[made.key]
    assert best_percent(person, item, None) == max(expected, default=None)
    finished = ActivityAttempt.objects.filter(person=person, finished_at__isnull=False)
    assert sorted(each.percent for each in finished) == sorted(expected)
    before = list(ActivityAttempt.objects.filter(person=person).order_by("pk").values())
    for number in again.draw(st.lists(st.integers(0, len(said) - 1), max_size=3)) if said else []:
        verb, part, raw = said[number]
        with pytest.raises(StatementKnown):
            send(person, playing, verb, name=f"{person.pk}:{number}", part=part, score=(raw, 4))
    assert list(ActivityAttempt.objects.filter(person=person).order_by("pk").values()) == before
