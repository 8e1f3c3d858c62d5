"""What becomes of a certificate: the name it waits for, its end, the one that renews it, a wrong name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from academy.mail.models import Notice, OutgoingEmail
from academy.people import rules as people_rules
from academy.people.enums import Role
from academy.people.models import User
from courses.certificates import rules
from courses.certificates.access import administered_by, administrators_of
from courses.certificates.enums import CertificateStatus, Renewal
from courses.certificates.errors import AskedAlready, NotValid
from courses.certificates.models import Certificate, CertificateCorrection
from courses.certificates.queries import months_later, newer_one, renewal_of, with_earlier, with_name
from tests.factories import people
from tests.factories.certificates import AT, make_certificate, make_completed, make_holder
from tests.factories.curriculum import Course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
RULE: dict[str, Any] = {"version": 1, "since": None, "all": [], "valid_months": 24}


def mails(kind: str) -> list[str]:
    """Keys of the mails of a kind, in order."""
    return list(OutgoingEmail.objects.filter(kind=f"certificates/{kind}").order_by("pk").values_list("key", flat=True))


# -- the name ---------------------------------------------------------------------------------------------------------
def test_without_a_confirmed_name_there_is_none_and_a_mail_waits_an_hour(academy: Course) -> None:
    person = make_holder(certificate_name_confirmed_at=None)
    enrolment = make_completed(academy.course, person)
    assert rules.issue(enrolment=enrolment, at=AT) is None
    assert rules.issue(enrolment=enrolment, at=AT) is None
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.to, mail.not_before) == ("certificates/name_wanted", person.email, AT + timedelta(hours=1))
    assert "/nl/certificates/" in mail.text


def test_once_it_is_confirmed_the_mail_about_it_is_taken_back(academy: Course) -> None:
    person = make_holder(certificate_name_confirmed_at=None)
    enrolment = make_completed(academy.course, person)
    rules.issue(enrolment=enrolment, at=AT)
    User.objects.filter(pk=person.pk).update(certificate_name_confirmed_at=AT, certificate_name="Dr. Jana Albers")
    # The row in the hand is older than the one in the database.
    certificate = rules.issue(enrolment=enrolment, at=AT)
    assert certificate is not None
    assert certificate.holder_name == "Dr. Jana Albers"
    assert (mails("name_wanted"), len(mails("issued"))) == ([], 1)


def test_a_closed_account_gets_neither_certificate_nor_mail(academy: Course) -> None:
    enrolment = make_completed(academy.course, make_holder(is_active=False))
    assert (rules.issue(enrolment=enrolment, at=AT), OutgoingEmail.objects.count()) == (None, 0)


def test_the_short_route_ends_in_a_statement_of_participation_that_does_not_run_out(academy: Course) -> None:
    made = [make_certificate(academy.course, route=route, rule=RULE) for route in ("short", "full", "refresher")]
    assert [(certificate.kind, certificate.valid_until is None) for certificate in made] == [
        ("participation", True),
        ("completion", False),
        ("completion", False),
    ]


# -- the end ----------------------------------------------------------------------------------------------------------
def test_months_end_on_the_same_day_or_the_last_of_the_month() -> None:
    days = [(date(2026, 1, 31), 1), (date(2028, 2, 29), 12), (date(2026, 12, 9), 24), (date(2026, 11, 30), 3)]
    assert [months_later(day, months) for day, months in days] == [
        date(2026, 2, 28),
        date(2029, 2, 28),
        date(2028, 12, 9),
        date(2027, 2, 28),
    ]


def test_it_is_valid_for_so_many_months_from_the_day_of_completion_where_its_holder_is(academy: Course) -> None:
    late = datetime(2027, 2, 9, 23, 30, tzinfo=UTC)
    certificate = make_certificate(academy.course, make_holder(time_zone="Europe/Berlin"), completed_at=late, rule=RULE)
    assert certificate.valid_until == date(2029, 2, 10)
    assert certificate.frozen["valid_until"] == "2029-02-10"
    assert make_certificate(academy.course).valid_until is None


def test_who_renews_early_loses_no_day_and_both_stand(academy: Course) -> None:
    person = make_holder(time_zone="UTC")
    first = make_certificate(academy.course, person, rule=RULE)
    again = datetime(2028, 12, 1, 9, 0, tzinfo=UTC)
    second = make_certificate(academy.course, person, rule=RULE, cycle=2, completed_at=again, started_at=again)
    assert (first.valid_until, second.valid_until, second.renews) == (date(2029, 2, 9), date(2031, 2, 9), first)
    assert newer_one(first) == second
    assert [(row.pk, row.is_renewed) for row in with_earlier(person)] == [(second.pk, False), (first.pk, True)]  # type: ignore[attr-defined]  # an annotation
    late = datetime(2032, 1, 5, 9, 0, tzinfo=UTC)
    third = make_certificate(academy.course, person, rule=RULE, cycle=3, completed_at=late, started_at=late)
    assert (third.valid_until, third.renews) == (date(2034, 1, 5), second)


def test_who_takes_a_course_twice_gains_no_years(academy: Course) -> None:
    person = make_holder(time_zone="UTC")
    make_certificate(academy.course, person, rule=RULE)
    soon = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    again = make_certificate(academy.course, person, rule=RULE, cycle=2, completed_at=soon, started_at=soon)
    assert again.valid_until == date(2029, 3, 1)


def test_what_does_not_end_is_not_renewed_by_taking_it_twice(academy: Course) -> None:
    person = make_holder(time_zone="UTC")
    for cycle in (1, 2):
        made = make_certificate(academy.course, person, cycle=cycle)
        assert (made.valid_until, newer_one(made)) == (None, None)
    assert list(with_earlier(person).values_list("is_renewed", flat=True)) == [False, False]


def test_of_two_that_end_on_one_day_one_is_told_of(academy: Course) -> None:
    person = make_holder(time_zone="UTC")
    first = make_certificate(academy.course, person, rule=RULE)
    second = make_certificate(academy.course, person, rule=RULE, cycle=2)
    assert (first.valid_until, newer_one(first), newer_one(second)) == (second.valid_until, second, None)
    assert rules.remind(at=datetime(2029, 2, 1, 7, 0, tzinfo=UTC)) == 1


def test_a_certificate_that_was_taken_back_is_not_renewed(academy: Course) -> None:
    person = make_holder()
    first = make_certificate(academy.course, person, rule=RULE)
    rules.revoke(certificate=first, by=None, reason="x", at=AT)
    assert make_certificate(academy.course, person, rule=RULE, cycle=2).renews is None


def test_the_window_opens_90_days_before_the_end() -> None:
    certificate = Certificate(valid_until=date(2029, 2, 9))
    days = [date(2028, 11, 10), date(2028, 11, 11), date(2029, 2, 9), date(2029, 2, 10)]
    assert [renewal_of(certificate, day) for day in days] == [
        Renewal.VALID,
        Renewal.WINDOW,
        Renewal.WINDOW,
        Renewal.EXPIRED,
    ]
    assert renewal_of(Certificate(), days[0]) == Renewal.NONE
    assert renewal_of(Certificate(valid_until=days[0], status=CertificateStatus.REVOKED), days[2]) == Renewal.NONE


def test_its_holder_is_told_90_and_14_days_before_and_the_day_after_each_once(academy: Course) -> None:
    certificate = make_certificate(academy.course, make_holder(time_zone="UTC"), rule=RULE)
    end = datetime(2029, 2, 9, 7, 0, tzinfo=UTC)
    told = []
    for before in (91, 90, 89, 15, 14, 13, 0, -1, -2, -31):
        if rules.remind(at=end - timedelta(days=before)):
            told.append(before)
        rules.remind(at=end - timedelta(days=before))
    assert told == [90, 14, -1]
    key = f"certificate:{certificate.pk}:ends:"
    told = Notice.objects.filter(essential=False).order_by("pk").values_list("kind", "key")
    assert list(told) == [
        ("certificates/ending", f"{key}90"),
        ("certificates/ending", f"{key}14"),
        ("certificates/ended", f"{key}ended"),
    ]


def test_what_was_renewed_or_taken_back_is_not_told_of_any_more(academy: Course) -> None:
    person = make_holder(time_zone="UTC")
    first = make_certificate(academy.course, person, rule=RULE)
    soon = datetime(2029, 1, 1, 7, 0, tzinfo=UTC)
    assert (rules.remind(at=soon), Notice.objects.filter(thing=f"certificate:{first.pk}").count()) == (1, 1)
    make_certificate(academy.course, person, rule=RULE, cycle=2, completed_at=soon, started_at=soon)
    assert Notice.objects.filter(thing=f"certificate:{first.pk}").count() == 0


def test_what_no_worker_sent_on_its_day_is_sent_on_the_next(academy: Course) -> None:
    make_certificate(academy.course, make_holder(time_zone="UTC"), rule=RULE)
    assert rules.remind(at=datetime(2028, 12, 24, 7, 0, tzinfo=UTC)) == 1


def test_nobody_is_told_of_what_was_renewed_taken_back_or_is_not_theirs_any_more(academy: Course) -> None:
    person, gone = make_holder(time_zone="UTC"), make_holder("Gone")
    make_certificate(academy.course, person, rule=RULE)
    again = datetime(2028, 12, 1, 9, 0, tzinfo=UTC)
    make_certificate(academy.course, person, rule=RULE, cycle=2, completed_at=again, started_at=again)
    revoked = make_certificate(academy.course, rule=RULE)
    rules.revoke(certificate=revoked, by=None, reason="x", at=AT)
    make_certificate(academy.course, gone, rule=RULE)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert rules.remind(at=datetime(2029, 2, 1, 7, 0, tzinfo=UTC)) == 0


# -- revoking and correcting ------------------------------------------------------------------------------------------
def test_who_holds_what_is_revoked_is_told_why_once(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    for _ in range(2):
        rules.revoke(certificate=certificate, by=None, reason="Somebody else sat the quiz", at=AT)
    mail = OutgoingEmail.objects.get(kind="certificates/revoked")
    assert "Somebody else sat the quiz" in mail.text


@pytest.fixture
def asked(academy: Course) -> CertificateCorrection:
    """Jana asks for her name with an s."""
    certificate = make_certificate(academy.course, make_holder("Jana Alber", language="en"))
    return rules.ask_for_correction(
        certificate=certificate, wanted_name="Jana Albers", why="An s is missing", by=certificate.person, at=AT
    )


def test_asked_twice_it_is_asked_once_and_written_down_without_words(asked: CertificateCorrection) -> None:
    with pytest.raises(AskedAlready):
        rules.ask_for_correction(certificate=asked.certificate, wanted_name="J", why="x", by=None, at=AT)
    assert list(ModelLogEntry.objects.filter(action=rules.ASKED).values_list("data", flat=True)) == [{}]


def test_administrators_of_the_holders_unit_and_of_the_platform_get_a_mail_without_names(academy: Course) -> None:
    holder = make_holder("Jana Alber")
    unit = people.make_unit()
    people_rules.join(person=holder, unit=unit, from_day=people.LONG_AGO, by=None, at=AT)
    admins = [people.make_person() for _ in range(4)]
    people.grant(admins[0], Role.PLATFORM_ADMIN)
    people.grant(admins[1], Role.ORGANISATION_ADMIN, unit.parent)
    people.grant(admins[2], Role.ORGANISATION_ADMIN, people.make_unit())
    people.grant(admins[3], Role.MANAGER, unit)
    certificate = make_certificate(academy.course, holder)
    assert administrators_of(certificate) == admins[:2]
    assert [administered_by(admin).filter(pk=certificate.pk).exists() for admin in admins] == [True, True, False, False]
    rules.ask_for_correction(certificate=certificate, wanted_name="Jana Albers", why="s", by=holder, at=AT)
    sent = OutgoingEmail.objects.filter(kind="certificates/correction_asked")
    assert {mail.to for mail in sent} == {admin.email for admin in admins[:2]}
    assert [word for mail in sent for word in ("Jana", "Alber") if word in mail.text] == []


def test_correcting_grants_what_was_asked_for_and_links_both_ways(asked: CertificateCorrection) -> None:
    new = rules.correct(certificate=asked.certificate, holder_name="Jana Albers", reason="s", by=None, at=AT)
    asked.refresh_from_db()
    old = Certificate.objects.get(pk=asked.certificate_id)
    assert (asked.state, old.replaced_by, list(new.replaces.all()), new.holder_name) == (
        "granted",
        new,
        [old],
        "Jana Albers",
    )


def test_declining_tells_the_holder_why_and_once(asked: CertificateCorrection) -> None:
    answers = [rules.decline(certificate=asked.certificate, reason="It is your name", by=None, at=AT) for _ in range(2)]
    assert answers == [True, False]
    assert "It is your name" in OutgoingEmail.objects.get(kind="certificates/correction_declined").text


def test_what_is_no_longer_valid_cannot_be_asked_about(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    rules.withdraw(certificate=certificate, by=None, at=AT)
    with pytest.raises(NotValid):
        rules.ask_for_correction(certificate=certificate, wanted_name="x", why="x", by=None, at=AT)


def test_names_are_found_by_their_parts(academy: Course) -> None:
    found = make_certificate(academy.course, make_holder("Łucja Ősz"))
    make_certificate(academy.course, make_holder("Jana Albers"))
    rows: Any = Certificate.objects.all()
    assert [list(with_name(rows, wanted)) for wanted in ("ucja sz", "nobody")] == [[found], []]


def test_an_erased_person_leaves_no_wish(asked: CertificateCorrection) -> None:
    rules.forget(asked.certificate.person)
    assert CertificateCorrection.objects.count() == 0
