"""A holder's own pages: the name on certificates, the list with every state, renewing, asking for a correction."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.people.models import User
from courses.certificates import rules
from courses.certificates.models import Certificate, CertificateCorrection
from courses.certificates.queries import months_later
from courses.enrolments.errors import NotEnrolled
from courses.flows import enrol
from curriculum.catalogue.enums import CourseStatus
from tests.factories import courses as learning
from tests.factories.certificates import AT, make_certificate, make_completed, make_holder
from tests.factories.curriculum import Course, make_course
from tests.factories.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
READY = "Your certificate is ready. Which name should it carry?"


@pytest.fixture
def nameless(academy: Course) -> User:
    """Somebody who has completed the course and not said under which name."""
    person = learning.make_learner(academy, display_name="Jana Albers")
    learning.pass_quiz(person, academy)
    learning.finish_lessons(person, academy, 2)
    User.objects.filter(pk=person.pk).update(certificate_name_confirmed_at=None)
    person.refresh_from_db()
    return person


def finish(person: User, academy: Course, **headers: str) -> Any:
    """Mark the last lesson as done, by its button."""
    url = reverse("lesson_done", args=[academy.lessons[2].translation_key])
    return signed_in(person).post(url, headers=headers)


# -- the name ---------------------------------------------------------------------------------------------------------
def test_who_completes_is_asked_for_the_name_wherever_they_look(nameless: User, academy: Course) -> None:
    answer = finish(nameless, academy, **{"HX-Request": "true"}).content.decode()
    assert (READY in answer, 'value="Jana Albers"' in answer, Certificate.objects.count()) == (True, True, 0)
    client = signed_in(nameless)
    pages = ("/en/learning/", "/en/certificates/", academy.course.url, academy.lessons[2].url)
    assert [page for page in pages if READY not in client.get(page).content.decode()] == []


def test_one_button_confirms_and_issues(nameless: User, academy: Course) -> None:
    finish(nameless, academy)
    response = signed_in(nameless).post("/en/certificates/name/", {"certificate_name": "Dr.  Jana Albers"})
    certificate = Certificate.objects.get()
    assert (response.status_code, response["Location"], certificate.holder_name) == (
        302,
        f"/c/{certificate.code}/",
        "Dr. Jana Albers",
    )
    assert READY not in signed_in(nameless).get("/en/learning/").content.decode()


def test_a_sign_that_cannot_be_printed_is_said_on_the_field(nameless: User, academy: Course) -> None:
    finish(nameless, academy)
    response = signed_in(nameless).post("/en/certificates/name/", {"certificate_name": "Jana 字"})
    text = response.content.decode()
    assert (response.status_code, "We cannot print these signs: 字" in text, 'value="Jana 字"' in text) == (
        422,
        True,
        True,
    )
    assert Certificate.objects.count() == 0


def test_the_name_can_be_confirmed_before_the_quiz(academy: Course) -> None:
    person = learning.make_learner(academy, certificate_name_confirmed_at=None)
    start = reverse("quiz_start", args=[academy.course.translation_key])
    assert "Confirm the name on your certificate already" in signed_in(person).get(start).content.decode()
    response = signed_in(person).post("/en/certificates/name/", {"certificate_name": "Jana", "next": start})
    assert response["Location"] == start
    assert "Confirm the name" not in signed_in(person).get(start).content.decode()


def test_nobody_is_asked_who_has_confirmed_it(academy: Course) -> None:
    person = learning.make_learner(academy)
    assert READY not in signed_in(person).get("/en/learning/").content.decode()


# -- the list ---------------------------------------------------------------------------------------------------------
def ending(course: Any, person: User, days: int, **fields: Any) -> Certificate:
    """A certificate that ends so many days from now."""
    certificate = make_certificate(course, person, **fields)
    Certificate.objects.filter(pk=certificate.pk).update(valid_until=timezone.localdate() + timedelta(days=days))
    return Certificate.objects.get(pk=certificate.pk)


def test_every_state_stands_in_the_list(site: Any) -> None:
    person = make_holder("Jana Albers", language="en")
    courses = [make_course(f"CPA-{n}").course for n in range(1, 6)]
    ending(courses[0], person, 200)
    soon, over = ending(courses[1], person, 26), ending(courses[2], person, -3)
    rules.withdraw(certificate=make_certificate(courses[3], person), by=person, at=AT)
    old = make_certificate(courses[4], person)
    rules.replace(certificate=old, holder_name="Jana Berg", reason="x", by=None, at=AT)
    text = signed_in(person).get("/en/certificates/").content.decode()
    words = ("Valid until", "Expired on", "Withdrawn by you on", "Replaced by a later version", "See the later version")
    assert [word for word in words if word not in text] == []
    offered = re.findall(r'action="/en/certificates/(\w+)/renew/"', text)
    assert set(offered) == {soon.code, over.code}


def test_what_was_renewed_is_not_offered_again(academy: Course) -> None:
    person = make_holder(language="en")
    old = ending(academy.course, person, 20)
    ending(academy.course, person, 700, cycle=2)
    text = signed_in(person).get("/en/certificates/").content.decode()
    assert ("You have renewed it." in text, "/renew/" in text) == (True, False)
    check = signed_in(person).get(f"/c/{old.code}/", {"lang": "en"}).content.decode()
    assert "See the certificate that renews it" in check


def test_the_list_costs_the_same_for_one_and_for_many(site: Any, django_assert_max_num_queries: Any) -> None:
    person = make_holder(language="en")
    client = signed_in(person)
    for codes in (["CPA-1"], ["CPA-2", "CPA-3"]):
        for code in codes:
            make_certificate(make_course(code).course, person)
        client.get("/en/certificates/")
        with django_assert_max_num_queries(5):
            client.get("/en/certificates/")


# -- renewing ---------------------------------------------------------------------------------------------------------
def test_renewing_begins_the_refresher_and_leads_to_the_course(
    academy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    monkeypatch.setattr(enrol, "renew", lambda **named: begun.append(named["item_key"]))
    person = make_holder(language="en")
    certificate = ending(academy.course, person, 26)
    response = signed_in(person).post(f"/en/certificates/{certificate.code}/renew/")
    assert (response["Location"], begun) == (academy.course.url, [certificate.item.key])


def test_the_quiz_alone_renews_it_and_the_new_one_counts_from_the_end_of_the_old(site: Any) -> None:
    made = make_course("CPA-3", lessons=1, questions=1, valid_months=24, refresher="quiz")
    person = learning.make_learner(made, time_zone="UTC")
    learning.finish_lessons(person, made)
    learning.pass_quiz(person, made)
    old = Certificate.objects.get()
    end = timezone.localdate() + timedelta(days=26)
    Certificate.objects.update(valid_until=end)
    made.course.status = CourseStatus.IN_PREPARATION
    made.course.save_revision().publish()
    page: Any = signed_in(person).post(f"/en/certificates/{old.code}/renew/", follow=True)
    assert ("0 of 1 part done" in page.content.decode(), "There is no certificate yet" in page.content.decode()) == (
        True,
        False,
    )
    learning.pass_quiz(person, made, at=timezone.now())
    new = Certificate.objects.get(renews=old)
    assert new.valid_until == months_later(end, 24)
    assert "It renews the one of" in signed_in(person).get(f"/c/{new.code}/", {"lang": "en"}).content.decode()


def test_too_early_or_refused_it_says_so(academy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_holder(language="en")
    certificate = ending(academy.course, person, 91)
    client = signed_in(person)

    def refuse(**_named: Any) -> None:
        raise NotEnrolled

    monkeypatch.setattr(enrol, "renew", refuse)
    answers = [client.post(f"/en/certificates/{certificate.code}/renew/", follow=True).content.decode()]
    Certificate.objects.update(valid_until=timezone.localdate())
    answers.append(client.post(f"/en/certificates/{certificate.code}/renew/", follow=True).content.decode())
    assert ["There is nothing to renew here yet." in answer for answer in answers] == [True, False]
    assert str(NotEnrolled()) in answers[1]


def test_nobody_renews_anothers(academy: Course) -> None:
    certificate = ending(academy.course, make_holder(), 26)
    assert signed_in(make_holder("Other")).post(f"/en/certificates/{certificate.code}/renew/").status_code == 404


# -- a wrong name -----------------------------------------------------------------------------------------------------
def test_the_holder_asks_for_the_right_name(academy: Course) -> None:
    person = make_holder("Jana Alber", language="en")
    certificate = make_certificate(academy.course, person)
    client, url = signed_in(person), f"/c/{certificate.code}/correction/"
    assert url in client.get(f"/c/{certificate.code}/").content.decode()
    empty = client.post(f"{url}?lang=en", {"certificate_name": "Jana Albers", "why": ""})
    assert (empty.status_code, "Say it in a few words" in empty.content.decode()) == (422, True)
    assert 'value="Jana Albers"' in empty.content.decode()
    same = client.post(f"{url}?lang=en", {"certificate_name": "Jana Alber", "why": "x"})
    assert (same.status_code, "carries this name already" in same.content.decode()) == (422, True)
    for _ in range(2):
        response = client.post(url, {"certificate_name": "Jana Albers", "why": "An s is missing"})
        assert response["Location"] == f"/c/{certificate.code}/"
    assert list(CertificateCorrection.objects.values_list("wanted_name", "why", "state")) == [
        ("Jana Albers", "An s is missing", "asked")
    ]
    waits = client.get(f"{url}?lang=en").content.decode()
    assert ("It is not decided yet." in waits, 'name="certificate_name"' in waits) == (True, False)


def test_a_completed_course_of_somebody_without_a_name_shows_on_no_ones_page_but_theirs(academy: Course) -> None:
    make_completed(academy.course, make_holder(certificate_name_confirmed_at=None))
    other = make_holder("Other", language="en", certificate_name_confirmed_at=None)
    assert READY not in signed_in(other).get("/en/certificates/").content.decode()
