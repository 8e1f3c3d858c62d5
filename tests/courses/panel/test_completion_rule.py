"""The completion rule of a course in the CMS: its versions, whom a new one touches, applying it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, PageLogEntry

from academy.jobs.models import Job
from academy.people.enums import Role
from courses.enrolments.models import Enrolment
from courses.flows.apply_rule import APPLIED, apply_rule
from curriculum.catalogue.models import CoursePage
from curriculum.completion.rules import note_versions
from tests.factories import courses as learning
from tests.factories.people import grant, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def text_of(response: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def learner(academy: Any) -> Any:
    """Somebody who has done all lessons of a course, of which then only the quiz is asked for."""
    person = learning.make_learner(academy, display_name="Ada Buyer")
    learning.finish_lessons(person, academy)
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = [("own_quiz", None)]
    page.save_revision().publish()
    note_versions()
    return person


@pytest.fixture
def admin(academy: Any) -> Client:
    """An administrator of the platform who may enter the CMS."""
    return signed_in(make_person("root@example.org", is_staff=True, is_superuser=True))


def address(made: Any, route: str = "") -> str:
    """Of the versions, or of applying the newest one of a route."""
    args = [made.course.pk, *([route] if route else [])]
    return reverse("completion_rule_apply" if route else "completion_rule", args=args)


def test_versions_say_what_they_ask_for_and_who_holds_them(academy: Any, learner: Any, admin: Client) -> None:
    page = text_of(admin.get(address(academy))).replace("\xa0", " ")
    assert "To complete it: “Quiz cpa-9” with at least 70 %. 0 1" in page
    assert "To complete it: all 3 lessons and “Quiz cpa-9” with at least 70 %. 1" in page
    assert "Look at whom the newest version would touch" in page
    dutch = academy.translation(academy.course, "nl")
    assert "all 3 lessons" in text_of(admin.get(reverse("completion_rule", args=[dutch.pk])))


def test_two_versions_that_ask_for_the_same_can_be_told_apart(academy: Any, admin: Client) -> None:
    learning.make_learner(academy)
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.quiz_after_lessons, page.valid_months = True, 24
    page.save_revision().publish()
    note_versions()
    said = "Quiz after the lessons Valid for how many months: 24"
    versions = text_of(admin.get(address(academy))).replace("\xa0", " ")
    assert (f"at least 70 %. {said} 0" in versions, "at least 70 %. 1" in versions) == (True, True)
    assert said in text_of(admin.get(address(academy, "full")))


def test_the_preview_says_whom_it_touches_and_nothing_is_written(academy: Any, learner: Any, admin: Client) -> None:
    page = text_of(admin.get(address(academy, "full")))
    for said in (
        "Full route: apply version 2 to all who are under way",
        "1 person under way holds an earlier version and would be asked for this one.",
        "0 of them complete at once.",
        "The percentage of 1 of them falls. Ada Buyer: from 75\xa0% to 0\xa0%".replace("\xa0", " "),
        "Apply to 1 person",
    ):
        assert said in page.replace("\xa0", " ")
    assert Enrolment.objects.get().rule_version == 1


def test_applying_wants_a_reason_and_says_how_far_it_is(academy: Any, learner: Any, admin: Client) -> None:
    refused = admin.post(address(academy, "full"), {"version": "2", "reason": " "})
    assert (refused.status_code, Job.objects.filter(kind="courses.apply_rule").count()) == (422, 0)
    stale = admin.post(address(academy, "full"), {"version": "1", "reason": "A new law."})
    assert stale.status_code == 422
    assert "The rule has changed since you looked." in text_of(stale)
    assert "A new law." in stale.content.decode()
    answer: Any = admin.post(address(academy, "full"), {"version": "2", "reason": "A new law."})
    assert (answer.status_code, answer.url) == (302, address(academy))
    job = Job.objects.get(kind="courses.apply_rule")
    assert "Being applied to all who are under way: 0 % so far." in text_of(admin.get(answer.url)).replace("\xa0", " ")
    assert apply_rule(**job.payload) == 1
    Job.objects.filter(pk=job.pk).update(state="done", done_at=job.created_at)
    page = text_of(admin.get(answer.url))
    assert "Applied to all who were under way" in page
    assert "Look at whom the newest version would touch" not in page
    assert PageLogEntry.objects.filter(action=APPLIED).count() == 1


def in_group(*pages: Any, may: tuple[str, ...] = ("add_page", "publish_page")) -> Client:
    """Somebody who may enter the CMS and write and publish these pages, as an editor does."""
    group = Group.objects.create(name=f"of {len(pages)} {may[0]}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=page, permission=permission)
        for page in pages
        for permission in Permission.objects.filter(codename__in=may)
    )
    person = make_person(is_staff=True)
    person.groups.add(group)
    return signed_in(person)


def test_translators_publish_words_and_change_nobody_s_rule(academy: Any, learner: Any) -> None:
    translator = in_group(academy.course, may=("change_page", "publish_page"))
    assert [translator.get(url).status_code for url in (address(academy), address(academy, "full"))] == [404, 404]


def test_only_who_writes_the_page_finds_it_and_reads_no_names(academy: Any, learner: Any) -> None:
    without, editor = in_group(), in_group(academy.course)
    assert [without.get(url).status_code for url in (address(academy), address(academy, "full"))] == [404, 404]
    assert without.post(address(academy, "full"), {"version": "2", "reason": "Why not."}).status_code == 404
    assert editor.get(address(academy)).status_code == 200
    page = text_of(editor.get(address(academy, "full")))
    assert "The percentage of 1 of them falls." in page
    assert "Ada Buyer" not in page
    administrator = make_person(is_staff=True)
    administrator.groups.add(Group.objects.get(name="of 0 add_page"))
    grant(administrator, Role.PLATFORM_ADMIN)
    assert "Ada Buyer" in text_of(signed_in(administrator).get(address(academy, "full")))


@pytest.mark.parametrize("url", ["/cms/completion-rule/999999/", "/cms/completion-rule/1/full/"])
def test_what_is_not_there_is_not_found(admin: Client, url: str) -> None:
    assert admin.get(url).status_code == 404


def test_the_way_there_stands_in_the_menu_of_the_page(academy: Any, admin: Client) -> None:
    edit = admin.get(reverse("wagtailadmin_pages:edit", args=[academy.course.pk])).content.decode()
    assert address(academy) in edit
    assert address(academy) in admin.get(reverse("wagtailadmin_explore", args=[academy.catalogue.pk])).content.decode()
    lesson = admin.get(reverse("wagtailadmin_pages:edit", args=[academy.lessons[0].pk])).content.decode()
    assert "completion-rule" not in lesson


def test_the_editor_of_a_course_shows_the_sentence_in_each_language(academy: Any, admin: Client) -> None:
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = [("own_quiz", None)]
    page.save_revision()
    edit = text_of(admin.get(reverse("wagtailadmin_pages:edit", args=[academy.course.pk]))).replace("\xa0", " ")
    assert "To complete it: “Quiz cpa-9” with at least 70 %." in edit
    assert "Nederlands" in edit
