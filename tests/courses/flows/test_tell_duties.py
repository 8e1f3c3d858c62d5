"""What people are told about required learning: once, in their language, and no more than holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.mail.models import Notice, OutgoingEmail
from academy.mail.posting import post
from academy.mail.rules import mark_read
from academy.people import rules as people
from academy.people.models import User
from courses.assignments import emails, rules
from courses.flows import assign_learning, change_duty, extend_time, tell_duties
from tests.factories.people import AT
from tests.factories.teams import Team, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DUE, LATER = date(2027, 6, 30), date(2027, 7, 30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def kinds(person: User) -> list[str]:
    """What somebody would see or get, in order, without the name of the sub-domain."""
    seen = [one for one in Notice.objects.filter(person=person).order_by("pk") if one.in_bell or one.mail_on]
    return [one.kind.rpartition("/")[2] for one in seen]


@pytest.fixture
def team() -> Team:
    return make_team({"Buying": 1})


@pytest.fixture
def buyer(team: Team) -> User:
    return team.people["Buying"][0]


def test_what_is_required_is_told_with_who_asks_until_when_and_where(team: Team, buyer: User) -> None:
    User.objects.filter(pk=buyer.pk).update(language="nl")
    assign(team, make_item(title="Circular buying"), due_on=DUE)
    [notice] = Notice.objects.all()
    assert (notice.person_id, notice.language, notice.essential, notice.url) == (buyer.pk, "nl", False, "/nl/learning/")
    for words in ("CPA-9 Circular buying", "Mona Manager (Town of Lindau)", "30 juni 2027"):
        assert words in f"{notice.title}\n{notice.text}"


def test_what_somebody_requires_of_themselves_is_no_news(team: Team) -> None:
    people.join(person=team.manager, unit=team.whole, from_day=date(2020, 1, 1), by=None, at=AT)
    assign(team, make_item(), picked=[team.manager], due_on=DUE)
    assert Notice.objects.count() == 0


def test_another_date_before_anything_was_mailed_is_one_notice(team: Team, buyer: User) -> None:
    assignment = assign(team, make_item(), due_on=DUE)
    for number, due_on in enumerate((LATER, DUE, LATER), start=1):
        assign_learning.change_date(
            assignment=assignment, due_on=due_on, due_days=None, by=team.manager, at=AT + timedelta(minutes=number)
        )
    assert kinds(buyer) == ["assigned"]
    post(at=AT + HOUR)
    [mail] = OutgoingEmail.objects.all()
    assert (mail.subject, "30 July 2027" in mail.text, "30 June 2027" in mail.text) == (
        "Required of you: CPA-9 Course CPA-9", True, False,
    )  # fmt: skip


def test_another_date_later_is_news_of_its_own(team: Team, buyer: User) -> None:
    assign(team, make_item(), due_on=DUE)
    post(at=AT + HOUR)
    change_duty.change_date(duty=duty_of(buyer), due_on=LATER, by=team.manager, at=AT + DAY)
    assert kinds(buyer) == ["assigned", "date_changed"]


def test_what_is_done_or_called_off_before_the_mail_is_never_told(team: Team, buyer: User) -> None:
    first, second = make_item("CPA-1"), make_item("CPA-2")
    assignment = assign(team, first, due_on=DUE)
    assign(team, second, due_on=DUE)
    assign_learning.withdraw(assignment=assignment, by=team.manager, at=AT)
    done = rules.note_completed(person_id=buyer.pk, completed={second.pk: AT}, at=AT)
    tell_duties.over(done, at=AT)
    assert (Notice.objects.count(), post(at=AT + HOUR)) == (0, 0)


@pytest.mark.parametrize("how", ["mailed", "opened"])
def test_who_was_told_that_it_is_required_is_told_that_it_is_not_any_more(team: Team, buyer: User, how: str) -> None:
    assignment = assign(team, make_item(), due_on=DUE)
    if how == "mailed":
        post(at=AT + HOUR)
    else:
        mark_read(notice=Notice.objects.get(), at=AT + HOUR)
    assign_learning.withdraw(assignment=assignment, by=team.manager, at=AT + DAY)
    assert kinds(buyer) == ["assigned", "not_required"]
    # What it said before counts no more.
    assert Notice.objects.get(kind=emails.ASSIGNED).read_at is not None


def test_a_request_goes_to_who_leads_and_is_taken_back_with_the_answer(team: Team, buyer: User) -> None:
    assign(team, make_item(), due_on=DUE)
    extension = extend_time.ask(duty=duty_of(buyer), wanted_on=LATER, why="my back hurts", by=buyer, at=AT)
    [asked] = Notice.objects.filter(person=team.manager)
    assert (asked.kind, asked.thing) == (emails.MORE_TIME_ASKED, f"duty:{extension.duty_id}")
    # Why may be a matter of health: it stands on the page alone.
    assert ("back" in asked.text, buyer.display_name in asked.text, "30 July 2027" in asked.text) == (False, True, True)
    extend_time.answer(extension=extension, granted_on=LATER, words="Fine.", by=team.manager, at=AT + HOUR)
    assert list(Notice.objects.filter(person=team.manager)) == []
    # Before it was told that it is required, it has another date: told with that one; the answer is mailed at once.
    assert kinds(buyer) == ["assigned", "more_time_granted"]
    [mail] = OutgoingEmail.objects.all()
    assert (mail.essential, "They write: Fine." in mail.text, "30 July 2027" in mail.text) == (True, True, True)
    assert "30 July 2027" in Notice.objects.get(kind=emails.ASSIGNED, mail_on__isnull=False).text


def test_a_request_that_is_not_granted_or_taken_back(team: Team, buyer: User) -> None:
    assign(team, make_item(), due_on=DUE)
    ask = {"duty": duty_of(buyer), "wanted_on": LATER, "why": "", "by": buyer}
    extend_time.take_back(extension=extend_time.ask(**ask, at=AT), by=buyer, at=AT)
    assert list(Notice.objects.filter(person=team.manager)) == []
    again = extend_time.ask(**ask, at=AT + HOUR)
    extend_time.answer(extension=again, granted_on=None, words="", by=team.manager, at=AT + HOUR)
    assert kinds(buyer) == ["assigned", "more_time_denied"]
    assert Notice.objects.get(kind=emails.MORE_TIME_DENIED).text.endswith("It is still due on Wed 30 June 2027.")


def test_telling_thirty_costs_as_many_statements_as_telling_three() -> None:
    counts = []
    for size in (3, 30):
        team = make_team({"Buying": size})
        assignment = assign(team, make_item(), due_on=DUE)
        duties = list(assignment.duties.all())
        Notice.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as told:
            tell_duties.assigned(duties, at=AT)
        with CaptureQueriesContext(connection) as changed:
            tell_duties.date_changed(duties, at=AT)
        with CaptureQueriesContext(connection) as ended:
            tell_duties.over(duties, at=AT)
        counts.append((len(told), len(changed), len(ended)))
    assert counts[0] == counts[1]


def test_nobody_is_told_who_has_no_account_any_more(team: Team, buyer: User) -> None:
    User.objects.filter(pk=buyer.pk).update(is_active=False)
    assign(team, make_item(), picked=[buyer], due_on=DUE, at=datetime(2027, 2, 1, tzinfo=UTC))
    assert Notice.objects.count() == 0
