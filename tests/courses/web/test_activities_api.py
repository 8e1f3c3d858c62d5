"""What the script of an activity asks for and sends: whose it is, what is refused, what it costs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.attempts.models import ActivityAttempt, ActivityState, ActivityStatement
from courses.attempts.queries import activities as limits
from courses.enrolments.models import Enrolment
from courses.progress.models import LearningEvent
from curriculum.catalogue.models import CoursePage
from curriculum.h5p.models import Package
from tests.courses.playing import NAMES, PARTS, begin, body, everything, facts, iri, pack, played, statement
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
JSON = "application/json"
# With the person's, and the session's where it is not in the cache.
USUAL = 4
# The transaction's two are a savepoint's in a test. Finishing with a fact, in a course that it does not complete.
FINISHING = 14


def play(made: Any, language: str = "en") -> str:
    """Where the player is asked for."""
    with translation.override(language):
        return reverse("activity_play", args=[made.lesson_key, made.key])


def statements_of(attempt: ActivityAttempt) -> str:
    """Where statements about an attempt go."""
    return reverse("activity_statements", args=[attempt.public_id])


def state_of(attempt: ActivityAttempt) -> str:
    """Where it says how far it is."""
    return reverse("activity_state", args=[attempt.public_id])


def named(name: str) -> UUID:
    """The same name for the same words."""
    return uuid5(NAMES, name)


def now() -> datetime:
    """After all that factories did."""
    return timezone.now()


@pytest.fixture
def made(site: Any) -> Any:
    """A course with an activity whose answers are scored again, done when it is passed."""
    return played(rule="passed", pass_mark=70)


@pytest.fixture
def person(made: Any) -> Any:
    """Somebody who takes the course."""
    return learning.make_learner(made.course)


@pytest.fixture
def attempt(made: Any, person: Any) -> ActivityAttempt:
    """Their open attempt, a while old."""
    return begin(person, made, now() - timedelta(minutes=5)).attempt


# -- asking for the player --------------------------------------------------------------------------------------------
def test_who_takes_the_course_is_given_an_attempt(made: Any, person: Any) -> None:
    answer = signed_in(person).post(play(made), {}, content_type=JSON).json()
    attempt = ActivityAttempt.objects.get()
    frame, nonce = answer.pop("frame"), answer.pop("nonce")
    assert frame.startswith("/h5p/frame/")
    assert len(nonce) > 16
    assert answer == {
        "attempt": str(attempt.public_id),
        "statements": statements_of(attempt),
        "state_url": state_of(attempt),
        "iri": iri(attempt),
        "state": {},
        "best": None,
        "done": False,
        "note": "",
        "language": "en",
        "content_language": "en",
    }
    assert str(person.public_id) not in frame
    assert signed_in(person).get(frame).status_code == 200


def test_strangers_and_others_may_look_and_leave_nothing(made: Any) -> None:
    other = learning.make_learner()
    for client in (Client(), signed_in(other)):
        answer = client.get(play(made)).json()
        assert (answer["attempt"], answer["statements"], answer["state"]) == (None, "", {})
        assert client.get(answer["frame"]).status_code == 200
    refused = signed_in(other).post(play(made), {}, content_type=JSON)
    assert (refused.status_code, refused.json()) == (403, {"error": "Start the course first. Nothing was changed."})
    assert ActivityAttempt.objects.count() == 0


def test_beyond_the_first_module_of_a_course_for_members_only_members_look() -> None:
    course = make_course("CPA-8", modules=2, lessons=1, quiz=False, members_only=True)
    course.lessons = course.lessons[1:]
    made = played(course=course)
    assert Client().get(play(made)).status_code == 403
    assert signed_in(learning.make_learner()).get(play(made)).status_code == 403
    assert signed_in(learning.make_learner(course)).get(play(made)).status_code == 200


def test_an_activity_elsewhere_or_without_a_package_is_not_played(made: Any, person: Any) -> None:
    client = signed_in(person)
    lesson = made.course.lessons[1].translation_key
    for address in (
        reverse("activity_play", args=[lesson, made.key]),
        reverse("activity_play", args=[made.lesson_key, made.lesson_key]),
        reverse("activity_play", args=[made.key, made.key]),
    ):
        assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    Package.objects.update(is_current=False)
    made.activity.save()
    answers = [client.get(play(made)), client.post(play(made))]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json() == {"error": "This activity cannot be played yet. Do it without the player."}


def test_the_player_is_that_of_the_language_of_the_page(made: Any, person: Any) -> None:
    pack(made.activity, language="nl")
    answer = signed_in(person).post(play(made, "nl"), {}, content_type=JSON).json()
    assert (answer["language"], answer["content_language"]) == ("nl", "nl")
    assert ActivityAttempt.objects.get().package.locale.language_code == "nl"


def test_a_lesson_that_is_not_open_yet_is_not_played(made: Any, person: Any) -> None:
    enrolment = Enrolment.objects.get(person=person)
    first = {"kind": "lesson", "key": str(made.course.lessons[1].translation_key)}
    Enrolment.objects.update(rule=enrolment.rule | {"locks": {str(made.lesson_key): first}})
    assert signed_in(person).post(play(made), {}, content_type=JSON).status_code == 403
    assert ActivityAttempt.objects.count() == 0


# -- statements -------------------------------------------------------------------------------------------------------
def test_a_statement_is_kept_and_the_answer_says_how_things_stand(made: Any, person: Any, attempt: Any) -> None:
    client = signed_in(person)
    said = statement(attempt, "answered", score=(1, 1), response="1", success=True)
    answer = client.post(statements_of(attempt), body(said, named("a")), content_type=JSON)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "attempt": str(attempt.public_id),
            "done": True,
            "percent": 100,
            "trust": "rescored",
            "reached": "completed",
            "note": "",
            "certificate": None,
        },
    )
    again = statement(attempt, "attempted")
    following = client.post(statements_of(attempt), body(again, named("b")), content_type=JSON).json()
    assert following["attempt"] == str(ActivityAttempt.objects.get(number=2).public_id)
    assert (following["done"], following["percent"]) == (True, None)
    # A page goes on under either address, and with either name.
    for name, address in ((attempt, following["attempt"]), (UUID(following["attempt"]), attempt.public_id)):
        url = reverse("activity_statements", args=[address])
        more = body(statement(name, "interacted"), named(str(address)))
        assert client.post(url, more, content_type=JSON).json()["attempt"] == following["attempt"]


def test_the_last_part_of_a_course_brings_its_certificate(person: Any, made: Any, attempt: Any) -> None:
    part = {"kind": "activity", "key": str(made.key), "at": 70}
    enrolment = Enrolment.objects.get(person=person)
    Enrolment.objects.update(rule=enrolment.rule | {"root": part})
    said = statement(attempt, "answered", score=(1, 1), response="1")
    answer = signed_in(person).post(statements_of(attempt), body(said, named("a")), content_type=JSON).json()
    assert answer["certificate"] == f"/c/{person.certificates.get().code}/"


def below_its_own_part(said: dict[str, Any]) -> dict[str, Any]:
    """The whole as a part of one of its parts."""
    part = {"id": f"{said['object']['id']}?subContentId={PARTS[0]}"}
    return said | {"context": {"contextActivities": {"parent": [part]}}}


FORGED: dict[str, tuple[int, Any]] = {
    "NaN": (400, lambda said: body(said, named("f")).replace(b'"raw": 1', b'"raw": NaN')),
    "Infinity": (400, lambda said: body(said, named("f")).replace(b'"raw": 1', b'"raw": Infinity')),
    "infinite by its digits": (400, lambda said: body(said, named("f")).replace(b'"raw": 1', b'"raw": 1e999')),
    "raw above max": (400, lambda said: body(said, named("f")).replace(b'"raw": 1', b'"raw": 2')),
    "a max of one's own": (400, lambda said: body(said, named("f")).replace(b'"max": 1', b'"max": 9')),
    "a foreign object": (400, lambda said: body(said | {"object": {"id": "https://evil.example/"}}, named("f"))),
    "another's attempt as the object": (
        400, lambda said: body(said | {"object": {"id": iri(named("nobody"))}}, named("f")),
    ),
    "a child as the parent": (400, lambda said: body(below_its_own_part(said), named("f"))),
    "an unknown verb": (400, lambda said: body(said | {"verb": {"id": "http://x/mastered"}}, named("f"))),
    "a score in words": (400, lambda said: body(said | {"result": {"score": "1/1"}}, named("f"))),
    "success in words": (400, lambda said: body(said | {"result": {"success": "yes"}}, named("f"))),
    "a replay": (409, lambda said: body(said, named("known"))),
    "no id": (400, lambda said: json.dumps({"statement": said}).encode()),
    "no JSON": (400, lambda said: b"attempted"),
    "no UTF-8": (400, lambda said: b'{"id": "\xff"}'),
    "nothing": (400, lambda said: b""),
    "nested deep": (400, lambda said: b"[" * 10_000),
    "33 KB": (413, lambda said: body(said | {"more": "x" * 33_000}, named("f"))),
    "one megabyte": (413, lambda said: body(said | {"more": "x" * 1_000_000}, named("f"))),
    "six megabytes": (413, lambda said: body(said | {"more": "x" * 6_000_000}, named("f"))),
}  # fmt: skip


@pytest.mark.parametrize(("status", "forge"), FORGED.values(), ids=FORGED.keys())
def test_what_is_forged_is_refused_and_changes_nothing(
    made: Any, person: Any, attempt: Any, status: int, forge: Any
) -> None:
    client = signed_in(person)
    client.post(statements_of(attempt), body(statement(attempt, "attempted"), named("known")), content_type=JSON)
    before = everything()
    said = statement(attempt, "answered", score={"raw": 1, "max": 1}, response="1", success=True)
    answer = client.post(statements_of(attempt), forge(said), content_type=JSON)
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
    assert everything() == before


def test_a_score_that_does_not_fit_the_answer_is_corrected_and_marked(made: Any, person: Any, attempt: Any) -> None:
    said = statement(attempt, "answered", score=(1, 1), response="0", success=True)
    answer = signed_in(person).post(statements_of(attempt), body(said, named("a")), content_type=JSON).json()
    attempt.refresh_from_db()
    assert (answer["percent"], answer["trust"], answer["done"]) == (0, "rescored", False)
    assert (attempt.raw, attempt.claimed, attempt.is_corrected) == (0, 1, True)
    assert facts(person, made) == [("failed", 0, "rescored")]


def test_another_learner_s_attempt_is_not_there(made: Any, attempt: Any) -> None:
    other = signed_in(learning.make_learner(made.course))
    before = everything()
    answers = [
        other.post(statements_of(attempt), body(statement(attempt, "attempted"), named("a")), content_type=JSON),
        other.post(state_of(attempt), {"dataType": "state", "subContentId": "0", "value": "x"}, content_type=JSON),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert everything() == before


def test_who_is_signed_out_is_told_so_as_json(made: Any, attempt: Any) -> None:
    before = everything()
    for url in (statements_of(attempt), state_of(attempt), play(made)):
        answer = Client().post(url, b"{}", content_type=JSON)
        assert (answer.status_code, set(answer.json())) == (403, {"error"})
    assert everything() == before


def test_a_page_of_another_site_cannot_send(made: Any, person: Any, attempt: Any) -> None:
    client = signed_in(person)
    client.handler.enforce_csrf_checks = True
    before = everything()
    said = body(statement(attempt, "attempted"), named("a"))
    for url in (statements_of(attempt), state_of(attempt), play(made)):
        answer = client.post(url, said, content_type=JSON)
        assert (answer.status_code, set(answer.json())) == (403, {"error"})
    assert everything() == before
    # A form of another site cannot say that it is JSON, and as a form nothing is read.
    client.handler.enforce_csrf_checks = False
    assert client.post(statements_of(attempt), said, content_type="text/plain").status_code == 400
    assert everything() == before


def test_more_than_anybody_does_by_hand_is_refused(
    made: Any, person: Any, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(person)

    def said(name: str, verb: str = "interacted") -> Any:
        posted = body(statement(attempt, verb), named(name))
        return client.post(statements_of(attempt), posted, content_type=JSON)

    monkeypatch.setattr("courses.attempts.rules.activities.MOST_IN_A_MINUTE", 3)
    answers = [said(name) for name in "abcd"]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert (answers[-1]["Retry-After"], ActivityStatement.objects.count()) == ("60", 3)
    ActivityStatement.objects.update(received_at=now() - timedelta(seconds=61))
    assert said("d").status_code == 201
    monkeypatch.setattr("courses.attempts.rules.activities.MOST_IN_A_MINUTE", 100)
    monkeypatch.setattr("courses.attempts.rules.activities.MOST_STATEMENTS", 4)
    refused = said("e")
    assert (refused.status_code, refused.has_header("Retry-After")) == (429, False)
    # Coming to an end is always possible.
    assert said("f", "completed").json()["reached"] == "completed"


def test_attempts_are_not_without_end(made: Any, person: Any, attempt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.attempts.rules.activities.MOST_ATTEMPTS", 2)
    client = signed_in(person)
    statuses = [
        client.post(statements_of(attempt), body(statement(attempt, "completed"), named(name)), content_type=JSON)
        for name in "abc"
    ]
    assert [answer.status_code for answer in statuses] == [201, 201, 429]
    assert (ActivityAttempt.objects.count(), ActivityStatement.objects.count()) == (2, 2)


def test_the_limits_are_those_that_were_promised() -> None:
    assert (limits.MOST_STATEMENTS, limits.MOST_IN_A_MINUTE) == (500, 120)


# -- what it costs ----------------------------------------------------------------------------------------------------
def test_a_usual_statement_costs_at_most_four_queries_however_many_there_are(
    made: Any, person: Any, attempt: Any, django_assert_num_queries: Any
) -> None:
    client = signed_in(person)

    def send(name: str, part: str = "") -> None:
        posted = body(statement(attempt, "interacted", part=part), named(name))
        assert client.post(statements_of(attempt), posted, content_type=JSON).status_code == 201

    send("first")
    for name in "ab":
        cache.clear()
        with django_assert_num_queries(USUAL):
            send(name, PARTS[0])
    ActivityStatement.objects.bulk_create(
        ActivityStatement(attempt=attempt, statement_id=named(str(n)), verb="interacted", statement={})
        for n in range(100)
    )
    with django_assert_num_queries(USUAL - 1):
        send("c")


def test_finishing_with_a_fact_costs_what_a_fact_costs(
    made: Any, person: Any, attempt: Any, django_assert_num_queries: Any
) -> None:
    client = signed_in(person)
    posted = body(statement(attempt, "answered", score=(1, 1), response="1"), named("a"))
    client.get(play(made))
    with django_assert_num_queries(FINISHING):
        client.post(statements_of(attempt), posted, content_type=JSON)
    assert LearningEvent.objects.filter(fact="passed").count() == 1


# -- where somebody left off ------------------------------------------------------------------------------------------
def test_where_somebody_left_off_is_kept_replaced_and_taken_away(made: Any, person: Any, attempt: Any) -> None:
    client = signed_in(person)

    def save(value: Any, part: Any = "0") -> int:
        posted = {"dataType": "state", "subContentId": part, "value": value}
        return int(client.post(state_of(attempt), posted, content_type=JSON).status_code)

    assert [save('{"a":1}'), save('{"a":2}'), save("[]", PARTS[0]), save("1", 0)] == [204] * 4
    answer = client.post(play(made), {}, content_type=JSON).json()
    assert answer["state"] == {"0": {"state": "1"}, PARTS[0]: {"state": "[]"}}
    assert save(None) == 204
    assert client.post(play(made), {}, content_type=JSON).json()["state"] == {PARTS[0]: {"state": "[]"}}


@pytest.mark.parametrize(
    ("status", "posted"),
    [
        (400, b"no json"),
        (400, b"[1]"),
        (400, b"{}"),
        (400, b'{"dataType": "state", "subContentId": "0"}'),
        (400, b'{"dataType": "state", "subContentId": "0", "value": 5}'),
        (400, b'{"dataType": "state", "subContentId": "0", "value": "\\u0000"}'),
        (400, b'{"dataType": "state", "subContentId": "0", "value": "\\ud800"}'),
        (400, b'{"dataType": "", "subContentId": "0", "value": "x"}'),
        (400, b'{"dataType": ["state"], "subContentId": "0", "value": "x"}'),
        (400, b'{"dataType": "state", "subContentId": "' + b"x" * 65 + b'", "value": "x"}'),
        (400, b'{"dataType": "state", "subContentId": true, "value": "x"}'),
        (413, b'{"dataType": "state", "subContentId": "0", "value": "' + b"x" * 65_537 + b'"}'),
        (413, b'{"dataType": "state", "subContentId": "0", "value": "' + b"x" * 1_000_000 + b'"}'),
    ],
    ids=range(13),
)
def test_what_is_no_state_is_refused(person: Any, attempt: Any, status: int, posted: bytes) -> None:
    answer = signed_in(person).post(state_of(attempt), posted, content_type=JSON)
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
    assert ActivityState.objects.count() == 0


def test_a_state_of_64_kb_is_kept_and_too_many_are_not(
    person: Any, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(person)
    monkeypatch.setattr("courses.attempts.rules.activities.MOST_STATES", 2)
    statuses = [
        client.post(
            state_of(attempt),
            {"dataType": kind, "subContentId": "0", "value": '"' * (64 * 1024)},
            content_type=JSON,
        ).status_code
        for kind in ("one", "two", "three", "one")
    ]
    assert statuses == [204, 204, 429, 204]
    assert ActivityState.objects.count() == 2


def test_nothing_is_left_off_after_the_end(made: Any, person: Any, attempt: Any) -> None:
    client = signed_in(person)
    client.post(statements_of(attempt), body(statement(attempt, "completed"), named("a")), content_type=JSON)
    posted = {"dataType": "state", "subContentId": "0", "value": "x"}
    assert client.post(state_of(attempt), posted, content_type=JSON).status_code == 204
    assert ActivityState.objects.count() == 0
    # The next attempt in the same sitting is reached by the same address.
    client.post(statements_of(attempt), body(statement(attempt, "attempted"), named("b")), content_type=JSON)
    assert client.post(state_of(attempt), posted, content_type=JSON).status_code == 204
    assert ActivityState.objects.get().attempt.number == 2


def test_a_course_that_is_withdrawn_leaves_attempts_as_they_are(made: Any, person: Any, attempt: Any) -> None:
    CoursePage.objects.get(pk=made.course.course.pk).unpublish()
    made.activity.unpublish()
    client = signed_in(person)
    answer = client.post(
        statements_of(attempt),
        body(statement(attempt, "answered", score=(1, 1), response="1"), named("a")),
        content_type=JSON,
    )
    assert (answer.status_code, answer.json()["done"], facts(person, made)) == (201, False, [])
