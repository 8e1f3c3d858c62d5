"""Pages and downloads of figures about groups: who sees them, and what they say."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from academy.people.enums import Role
from academy.people.models import Centre, Organisation, RoleGrant
from courses.figures.rules import take_snapshots
from curriculum.items.models import LearningItem
from tests.factories.figures import make_type, require
from tests.factories.people import AT, LONG_AGO, grant, make_person, make_unit, signed_in
from tests.factories.teams import make_item

WEEK = date(2027, 2, 1)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def item(site: Any) -> LearningItem:
    """Something that four organisations require; two of them have too few people in one state."""
    town = make_type("town", en="Municipality", nl="Gemeente")
    item = make_item("CPA-1", title="Foundations")
    require("Lindau", item, completed=21, still_open=10, kind=town)
    require("=Weert", item, completed=6, overdue=9, kind=town)
    require("Apeldoorn", item, completed=3, still_open=8, kind=town)
    require("Delft", item, completed=2, still_open=7, overdue=5, kind=town)
    take_snapshots(at=AT)
    return item


@pytest.fixture
def owner(site: Any) -> Client:
    """The programme owner's browser."""
    person = make_person()
    grant(person, Role.PROGRAMME_OWNER)
    return signed_in(person)


def words(page: Any) -> str:
    """The page's text in one line, for looking."""
    return " ".join(page.content.decode().split())


def test_the_table_says_what_was_published_and_who_is_counted_with_whom(item: LearningItem, owner: Client) -> None:
    page = owner.get(reverse("figures"))

    found = page.context["chosen"].figures
    assert [(line.level, line.label, tuple(line.counts), line.together) for line in found.lines] == [
        ("all", "All organisations", (30, 25, 15), ()),
        ("kind", "Municipality", (30, 25, 15), ()),
        ("group", "Lindau", (20, 10, 0), ()),
        ("group", "=Weert", (5, 0, 10), ()),
        ("group", "2 other organisations", (5, 15, 5), ("Apeldoorn", "Delft")),
    ]
    assert "Hidden, and why" in words(page)
    assert '<svg class="chart-bar" role="img" aria-labelledby="chart-1 chart-1-words"' in words(page)
    assert " style=" not in page.content.decode()


def test_downloads_hold_the_same_numbers_as_text_that_cannot_run(item: LearningItem, owner: Client) -> None:
    where = {"item": str(item.key), "week": WEEK.isoformat()}
    csv, xlsx = (owner.get(reverse(name), where) for name in ("figures_csv", "figures_xlsx"))

    assert csv.content.startswith(b"\xef\xbb\xbfWeek that begins on,")
    assert csv.content.decode("utf-8-sig").splitlines()[4:] == [
        "2027-02-01,CPA-1 Foundations,Organisations,Municipality,'=Weert,15,5,0,10,",
        '2027-02-01,CPA-1 Foundations,Organisations,Municipality,2 other organisations,25,5,15,5,"Apeldoorn, Delft"',
    ]
    cells = list(load_workbook(io.BytesIO(xlsx.content)).worksheets[0].values)
    assert len(cells) == 6
    assert [cells[1][4:9], cells[4][4:9]] == [("All organisations", 70, 30, 25, 15), ("=Weert", 15, 5, 0, 10)]
    assert csv["Content-Disposition"] == 'attachment; filename="figures-cpa-1-foundations-2027-02-01.csv"'


def test_a_week_before_it_was_required_has_nothing_to_count(item: LearningItem, owner: Client) -> None:
    later = make_item("CPA-2")
    require("Rijn", later, completed=5)
    take_snapshots(at=AT + timedelta(days=7))

    page = owner.get(reverse("figures"), {"item": str(later.key), "week": WEEK.isoformat()})
    assert "In this week this was not required of anybody." in words(page)
    assert owner.get(reverse("figures_csv"), {"item": str(later.key), "week": WEEK.isoformat()}).status_code == 404


def test_before_the_first_week_the_page_says_when_it_comes(site: Any, owner: Client) -> None:
    assert "They stand here from the first Monday" in words(owner.get(reverse("figures")))
    assert owner.get(reverse("figures_xlsx")).status_code == 404


def test_what_there_never_was_is_an_error_at_the_field(item: LearningItem, owner: Client) -> None:
    page = owner.get(reverse("figures"), {"item": "no such thing", "week": WEEK.isoformat()})

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["item"])


def test_managers_and_learners_find_no_figures(item: LearningItem) -> None:
    manager, coordinator = make_person(), make_person()
    grant(manager, Role.MANAGER, make_unit())
    grant(coordinator, Role.TRAINING_COORDINATOR, make_unit())

    seen = [
        signed_in(person).get(reverse(name)).status_code
        for person in (manager, coordinator, make_person())
        for name in ("figures", "figures_csv", "figures_xlsx")
    ]
    assert seen == [404] * 9
    assert Client().get(reverse("figures")).status_code == 302


def test_a_centre_sees_those_of_its_organisations_that_stand_alone_and_no_new_number(item: LearningItem) -> None:
    centre = Centre.objects.create(name="South", slug="south")
    organisations = {each.name: each for each in Organisation.objects.all()}
    centre.organisations.set([organisations["Lindau"], organisations["Apeldoorn"]])
    coordinator = make_person()
    RoleGrant.objects.create(person=coordinator, role=Role.TRAINING_COORDINATOR, centre=centre, from_day=LONG_AGO)

    page = signed_in(coordinator).get(reverse("figures"))
    found = page.context["chosen"].figures
    assert [(line.label, tuple(line.counts)) for line in found.lines] == [("Lindau", (20, 10, 0))]
    assert found.left_out == ("Apeldoorn",)


@pytest.mark.parametrize("count", [1, 30])
def test_many_organisations_and_weeks_cost_no_more_queries(
    item: LearningItem, owner: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        require(f"Town {number}", item, completed=10)
    take_snapshots(at=AT + timedelta(days=7))
    owner.get(reverse("figures"))

    with django_assert_num_queries(6):
        owner.get(reverse("figures"))
