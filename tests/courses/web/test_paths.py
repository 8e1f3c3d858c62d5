"""The page of a path for who is signed in, and its forms."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from academy.people.models import User
from courses.enrolments.models import Enrolment
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import LearningPathPage
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem
from tests.factories import booking, paths
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course
from tests.factories.people import make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class World:
    """Two courses, a third in preparation, a choice of one of two workshops; a short route of one module."""

    def __init__(self, **fields: Any) -> None:
        self.one = make_course("CPA-1", lessons=2, languages=["en"], questions=1)
        self.two = make_course("CPA-2", lessons=1, languages=["en"], questions=1)
        self.three = make_course("CPA-3", lessons=1, languages=["en"], status=CourseStatus.IN_PREPARATION)
        self.clinic, self.lab = paths.make_workshop("W1"), paths.make_workshop("W2", "Lab")
        values: dict[str, Any] = {
            "rule": [
                *(("course", made.course) for made in (self.one, self.two, self.three)),
                ("any_of", {"number": 1, "parts": [("workshop", self.clinic), ("workshop", self.lab)]}),
            ],
            "short_rule": [("module", self.one.modules[0])],
            "completion": "It leads to a certificate and a feast.",
        }
        self.path = paths.make_path(courses=[self.one, self.two, self.three], **{**values, **fields})


@pytest.fixture
def world(site: Any) -> World:
    """A path and what it is made of."""
    return World()


def read(person: User, path: LearningPathPage) -> str:
    """The page's words, for somebody."""
    return plain(signed_in(person), path)


def plain(client: Any, path: LearningPathPage) -> str:
    """The page's words, without tags, spaces made one."""
    found = client.get(path.url).content.decode()
    words = re.sub(r"<[^>]+>", " ", found[found.index("<main") : found.index("</main>")])
    return " ".join(html.unescape(words).split())


def post(client: Any, name: str, path: LearningPathPage, **data: str) -> Any:
    """Post one of the path's forms and follow to the page that it leads to."""
    return client.post(reverse(name, args=[path.translation_key]), data, follow=True)


def said(page: Any) -> list[str]:
    """What the page was told to say."""
    return [str(message) for message in page.context["messages"]]


def test_strangers_read_the_rule_in_the_words_of_the_engine(world: World, client: Any) -> None:
    page = plain(client, world.path)
    assert (
        "To complete it: the courses “ CPA-1 Course CPA-1 ”, “ CPA-2 Course CPA-2 ” and “ CPA-3 Course CPA-3 ”" in page
    )
    # What it leads to is said by an editor, behind the rule.
    assert "Lab ”. It leads to a certificate and a feast." in page
    assert "all lessons of the module “ 1.1 Module 1 ”. You then receive a statement of participation." in page


def test_before_starting_the_steps_stand_there_with_what_counts_already(world: World) -> None:
    person = learning.make_learner(world.one)
    learning.finish_lessons(person, world.one)
    learning.pass_quiz(person, world.one)
    client = signed_in(person)
    page = read(person, world.path)
    assert "Take the short route It leads to a statement of participation." in page
    states = re.findall(r"Course CPA-\d Course.*?(Completed|Not started|In preparation|Not open yet)", page)
    assert states == ["Completed", "Not started", "In preparation"]
    assert "One of these W1 Clinic Workshop" in page
    answer = post(client, "path_start", world.path)
    assert answer.redirect_chain == [(world.path.url, 302)]
    assert said(answer) == [
        "You have started this path. Its courses stand on your page from now on.",
        "Counts already: the course “CPA-1 Course CPA-1”.",
    ]
    assert said(post(client, "path_start", world.path)) == ["You take this path already."]


def test_the_ring_and_continue_follow_the_course_that_runs(world: World) -> None:
    person = make_person()
    paths.start(person, world.path)
    learning.finish_lessons(person, world.one, 1)
    page = signed_in(person).get(world.path.url)
    learner = page.context["learner"]
    assert (learner.standing.percent, learner.done, len(learner.rows)) == (8, 0, 4)
    assert learner.goes_on_at.url == world.one.lessons[1].url
    assert [(step.state, step.key) for step in learner.steps][:3] == [
        ("in_progress", world.one.course.translation_key),
        ("not_started", world.two.course.translation_key),
        ("in_preparation", world.three.course.translation_key),
    ]
    assert f'href="{world.one.lessons[1].url}">Continue</a>' in page.content.decode()


def test_in_order_a_step_says_what_comes_first_and_links_to_it(site: Any) -> None:
    world = World(in_order=True)
    person = make_person()
    paths.start(person, world.path)
    page = signed_in(person).get(world.path.url)
    assert [step.state for step in page.context["learner"].steps] == [
        "in_progress",
        "not_open",
        "in_preparation",
        "not_open",
        "not_open",
    ]
    link = f'Not open yet. First: the course “<a href="{world.one.course.url}">CPA-1 Course CPA-1</a>”.'
    assert link in page.content.decode()


def test_a_course_that_wants_another_first_says_so_to_who_takes_no_path(site: Any) -> None:
    one = make_course("CPA-1", languages=["en"])
    two = make_course("CPA-2", languages=["en"], prerequisites=[("course", one.course)])
    path = paths.make_path(courses=[one, two])
    page = read(make_person(), path)
    assert "Not open yet. First: the course “ CPA-1 Course CPA-1 ”." in page


def test_a_workshop_shows_its_next_date_and_the_own_seat(world: World) -> None:
    person = make_person()
    paths.start(person, world.path)
    day = timezone.localdate() + timedelta(days=30)
    item = LearningItem.objects.get(key=world.clinic.translation_key)
    session = booking.make_date(item=item, day=day, at=timezone.now())
    page = signed_in(person).get(world.path.url).content.decode()
    assert ("Next date:" in page, reverse("workshop_date", args=[session.public_id]) in page) == (True, True)
    booking.book(session, person, at=timezone.now())
    assert "You have a seat:" in read(person, world.path)
    other = make_person()
    full = booking.make_date(
        item=LearningItem.objects.get(key=world.lab.translation_key), day=day + timedelta(days=2), seats=1, at=AT
    )
    booking.book(full)
    booking.book(full, other)
    paths.start(other, world.path)
    assert re.search(r"W2 Lab Workshop .*You wait for a seat: .* Waiting", read(other, world.path))


def test_the_short_route_goes_on_in_its_lessons_and_ends_in_a_statement(world: World) -> None:
    person = make_person()
    client = signed_in(person)
    page = post(client, "path_start", world.path, route="short")
    learner = page.context["learner"]
    assert (learner.is_short, [step.state for step in learner.steps]) == (True, ["not_started"])
    assert learner.goes_on_at.url == world.one.lessons[0].url
    for lesson in world.one.lessons:
        client.post(reverse("lesson_done", args=[lesson.translation_key]))
    assert Enrolment.objects.get(person=person).completed_at is not None
    done = read(person, world.path)
    assert "You have completed this path." in done
    assert "Start the full route" in done


def test_leaving_and_taking_it_anew(world: World) -> None:
    person = make_person()
    client = signed_in(person)
    assert said(post(client, "path_leave", world.path)) == ["You do not take this path. Nothing was changed."]
    paths.start(person, world.path)
    assert said(post(client, "path_leave", world.path)) == ["You have left this path. The courses that you take go on."]
    assert list(Enrolment.objects.order_by("pk").values_list("item__code", "left_at")) == [
        ("P1", Enrolment.objects.get(item__code="P1").left_at),
        ("CPA-1", None),
    ]
    paths.start(person, world.path)
    assert said(post(client, "path_restart", world.path))[0].startswith("You have started this path anew.")
    assert Enrolment.objects.filter(item__code="P1", left_at=None).count() == 1


def test_taken_anew_nothing_of_what_was_completed_closes_the_ring(world: World) -> None:
    person = make_person()
    paths.start(person, world.path)
    learning.finish_lessons(person, world.one)
    learning.pass_quiz(person, world.one)
    assert "1 of 4 steps done" in read(person, world.path)
    page: Any = post(signed_in(person), "path_restart", world.path)
    learner = page.context["learner"]
    assert (learner.standing.percent, learner.done) == (0, 0)


def test_a_completed_path_is_not_started_twice(world: World) -> None:
    person = make_person()
    paths.start(person, world.path)
    Enrolment.objects.filter(item__code="P1").update(completed_at=AT)
    client = signed_in(person)
    assert said(post(client, "path_start", world.path)) == [
        "You have completed this path. To take it again, take it anew from its page."
    ]
    assert "100 % round" in read(person, world.path).replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["path_start", "path_leave", "path_restart"])
def test_opening_a_form_s_address_shows_the_path_and_changes_nothing(world: World, client: Any, name: str) -> None:
    person = signed_in(make_person())
    response = person.get(reverse(name, args=[world.path.translation_key]))
    assert (response.status_code, response["Location"]) == (302, world.path.url)
    unknown = reverse(name, args=[world.one.course.translation_key])
    assert [person.get(unknown).status_code, person.post(unknown).status_code] == [404, 404]
    assert client.post(reverse(name, args=[world.path.translation_key]))["Location"].startswith("/en/account/login/")
    assert Enrolment.objects.count() == 0


def test_a_path_without_a_short_route_has_none(site: Any) -> None:
    path = paths.make_path(courses=[make_course(languages=["en"])])
    client = signed_in(make_person())
    assert "Take the short route" not in client.get(path.url).content.decode()
    assert post(client, "path_start", path, route="short").status_code == 404
    assert Enrolment.objects.filter(route=Route.SHORT).count() == 0


def test_a_path_for_a_group_has_no_forms_for_others(world: World) -> None:
    members = Group.objects.create(name="Members")
    PageViewRestriction.objects.create(page=world.path, restriction_type="groups").groups.add(members)
    assert post(signed_in(make_person()), "path_start", world.path).status_code == 404


def test_the_page_costs_the_same_for_a_small_path_and_a_large_one(
    site: Any, django_assert_max_num_queries: Any
) -> None:
    person = make_person()
    client = signed_in(person)
    courses = [make_course(f"X-{n}", lessons=1, questions=1, languages=["en"]) for n in range(8)]
    formats = [paths.make_workshop(f"W{n}", f"Workshop {n}") for n in range(4)]
    small = paths.make_path("P1", courses=courses[:1], rule=[("course", courses[0].course), ("workshop", formats[0])])
    steps = [*(("course", made.course) for made in courses), *(("workshop", page) for page in formats)]
    large = paths.make_path("P2", courses=courses, rule=steps)
    for n, page in enumerate(formats):
        item = LearningItem.objects.get(key=page.translation_key)
        booking.make_date(item=item, day=timezone.localdate() + timedelta(days=30 + n), at=timezone.now())
    for path in (small, large):
        paths.start(person, path)
        for made in courses[: 1 if path is small else None]:
            learning.take(person, made)
            client.get(made.lessons[0].url)
        client.get(path.url)
        with django_assert_max_num_queries(13):
            client.get(path.url)


def test_a_hand_in_is_made_in_its_course_and_waits_for_it(world: World) -> None:
    rule = [("hand_in", {"quiz": made.quiz, "at": None}) for made in (world.one, world.three)]
    path = paths.make_path("P2", "Assignments", courses=[world.one], rule=rule)
    learner = signed_in(make_person()).get(path.url).context["learner"]
    assert [(step.state, step.url) for step in learner.steps] == [
        ("not_started", reverse("quiz_start", args=[world.one.course.translation_key])),
        ("in_preparation", world.three.course.url),
    ]
