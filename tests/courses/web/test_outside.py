"""Pages of training from elsewhere: reported with evidence, answered, seen by nobody whom it does not concern."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import Unit, User
from academy.people.rules import join
from courses.outside import rules
from courses.outside.files import Evidence
from courses.outside.models import OutsideTraining
from curriculum.competences.models import Competence
from tests.courses.outside.files import pdf, picture, uploaded
from tests.factories.curriculum import locale_of
from tests.factories.people import AT, LONG_AGO, grant, make_person, make_unit, signed_in

pytestmark = pytest.mark.one_database


@pytest.fixture
def unit(site: Any) -> Unit:
    """Where Jana works."""
    return make_unit("Office")


@pytest.fixture
def jana(unit: Unit) -> User:
    """Who reports."""
    person = make_person(display_name="Jana Albers")
    join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    return person


@pytest.fixture
def sofia(unit: Unit) -> User:
    """Who leads her."""
    person = make_person(display_name="Sofia Lind")
    grant(person, Role.MANAGER, unit)
    return person


def report(person: User, title: str = "Circular building", *, has_file: bool = True) -> OutsideTraining:
    """A report that waits."""
    day = timezone.localdate() - timedelta(days=10)
    details = rules.Details(title, "Town network", day, 390, "PC9", "Two <days>.")
    evidence = Evidence("proof.pdf", "pdf", pdf()) if has_file else None
    return rules.report(details=details, evidence=evidence, by=person, at=timezone.now())


def page_of(name: str, training: OutsideTraining) -> str:
    """An address of a report."""
    return reverse(name, args=[training.public_id])


def posted(**fields: Any) -> dict[str, Any]:
    """What the form posts."""
    day = timezone.localdate() - timedelta(days=10)
    values = {"title": "Circular building", "provider": "Town network", "on": day.isoformat(), "hours": "6"}
    return values | {"minutes": "30", "competence": "", "description": "Two days"} | fields


def main(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def told(person: User) -> list[str]:
    """Kinds of the mails to somebody, oldest first."""
    return list(OutgoingEmail.objects.filter(to=person.email).order_by("pk").values_list("kind", flat=True))


def test_a_report_is_made_changed_and_withdrawn(jana: User, sofia: User) -> None:
    Competence.objects.create(code="PC9", cluster="c", name="Life-cycle costing", locale=locale_of("en"))
    client = signed_in(jana)
    assert "You have not reported any training yet" in main(client.get(reverse("my_trainings")))
    assert "Sofia Lind can read this report" in main(client.get(reverse("report_training")))
    form = posted(competence="PC9", file=uploaded(picture("PNG"), "Foto.jpg"))
    page = main(client.post(reverse("report_training"), form, follow=True))
    training = OutsideTraining.objects.get()
    assert (training.minutes, training.file_name, training.competence) == (390, "Foto.png", "PC9")
    shown = ("Reported.", "6 h 30 min", "PC9 Life-cycle costing", "Foto.png", "Waits for Sofia Lind")
    assert [words in page for words in shown] == [True] * 5
    assert 'value="6"' in main(client.get(page_of("change_training", training)))
    page = main(client.post(page_of("change_training", training), posted(drop_file="on", title="Other"), follow=True))
    assert [words in page for words in ("Changed.", "Other", "Foto.png")] == [True, True, False]
    assert "Withdraw this report?" in main(client.get(page_of("withdraw_training", training)))
    page = main(client.post(page_of("withdraw_training", training), follow=True))
    assert [words in page for words in ("Nobody but you sees this report any more.", "Withdrawn</span>")] == [
        True,
        True,
    ]
    page = main(client.post(page_of("withdraw_training", training), follow=True))
    assert "does not wait for an answer any more" in page
    assert "does not wait for an answer any more" in main(client.get(page_of("change_training", training), follow=True))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": ""}, "This field is required."),
        ({"on": "2999-01-01"}, "This day is still to come."),
        ({"on": "0026-01-01"}, "Look at the year again"),
        ({"hours": "", "minutes": "45"}, "Say how long it took."),
        ({"hours": "0", "minutes": ""}, "Say how long it took."),
        ({"hours": "2001"}, "less than or equal to 2000"),
        ({"competence": "PC99"}, "PC99 is not one of the available choices"),
        ({"description": "x" * 2001}, "at most 2000 characters"),
        ({"file": uploaded(b"just words")}, "This is not a PDF, PNG or JPEG file."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    jana: User, fields: dict[str, Any], why: str
) -> None:
    response = signed_in(jana).post(reverse("report_training"), posted(**fields))
    page = main(response)
    assert (response.status_code, why in page, 'value="Town network"' in page) == (422, True, True)
    assert not OutsideTraining.objects.exists()


def test_a_manager_accepts_and_the_team_page_says_what_waits(jana: User, sofia: User) -> None:
    client = signed_in(sofia)
    assert "Training from elsewhere" not in main(client.get(reverse("my_team")))
    training = report(jana)
    page = main(client.get(reverse("my_team")))
    assert ("1 report of training from elsewhere waits" in page, reverse("team_trainings") in page) == (True, True)
    page = main(client.get(reverse("team_trainings")))
    shown = ("Jana Albers", "Circular building", page_of("team_training", training))
    assert [words in page for words in shown] == [True] * 3
    page = main(client.get(page_of("team_training", training)))
    assert [words in page for words in ("Two &lt;days&gt;.", "proof.pdf", training.version)] == [True] * 3
    answer = {"accept": "1", "seen": training.version}
    page = main(client.post(page_of("team_training", training), answer, follow=True))
    assert ("Accepted. Jana Albers is told by mail." in page, "No report waits for you." in page) == (True, True)
    page = main(client.post(page_of("team_training", training), answer, follow=True))
    assert [words in page for words in ("Nothing was changed.", "Answered by Sofia Lind")] == [True, True]
    page = main(signed_in(jana).get(page_of("my_training", training)))
    shown = ("Accepted</span>", "Answered by Sofia Lind", "Change the report")
    assert [words in page for words in shown] == [True, True, False]


def test_not_accepted_needs_a_reason_and_what_was_read(jana: User, sofia: User) -> None:
    training = report(jana)
    client, address = signed_in(sofia), page_of("team_training", training)
    for wrong, why in (
        ({"refuse": "1", "reason": " "}, "Say why"),
        ({"refuse": "1", "reason": "x" * 501}, "at most 500"),
    ):
        response = client.post(address, {"seen": training.version, **wrong})
        assert (response.status_code, why in main(response)) == (422, True)
    page = main(client.post(address, {"refuse": "1", "reason": "Too short", "seen": "old"}, follow=True))
    assert "The report was changed while you read it." in page
    assert client.post(address, {"seen": training.version}).status_code == 422
    page = main(client.post(address, {"refuse": "1", "reason": "Too <short>", "seen": training.version}, follow=True))
    assert "Not accepted. Jana Albers is told by mail." in page
    page = main(signed_in(jana).get(page_of("my_training", training)))
    assert [words in page for words in ("Not accepted</span>", "The reason: Too &lt;short&gt;")] == [True, True]
    assert told(jana) == ["outside/refused"]


def test_nobody_else_sees_a_report_or_its_evidence(jana: User, sofia: User, unit: Unit) -> None:
    training = report(jana)
    colleague, elsewhere, trainer = make_person(), make_person(), make_person()
    join(person=colleague, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    grant(elsewhere, Role.MANAGER, make_unit("Elsewhere"))
    grant(trainer, Role.TRAINER)
    own = ("my_training", "change_training", "withdraw_training")
    every = (*own, "training_file", "team_training")

    def answers(client: Client) -> list[int]:
        found = []
        for name in every:
            response = client.get(page_of(name, training))
            b"".join(response.streaming_content if response.streaming else [])
            found.append(response.status_code)
        return found

    assert answers(signed_in(jana)) == [200, 200, 200, 200, 404]
    assert answers(signed_in(sofia)) == [404, 404, 404, 200, 200]
    for person in (colleague, elsewhere, trainer):
        client = signed_in(person)
        assert answers(client) == [404] * 5
        changed = [client.post(page_of(name, training), {"accept": "1"}).status_code for name in (*own[1:], every[4])]
        assert changed == [404] * 3
        assert "Jana" not in client.get(reverse("team_trainings")).content.decode()
    assert answers(Client()) == [302] * 5
    assert signed_in(sofia).get(reverse("team_training", args=[uuid4()])).status_code == 404
    assert signed_in(jana).get(reverse("my_training", args=[uuid4()])).status_code == 404
    training.refresh_from_db()
    assert training.is_waiting


def test_the_evidence_is_a_download_and_never_a_page(jana: User, sofia: User) -> None:
    training = report(jana)
    response = signed_in(sofia).get(page_of("training_file", training))
    assert (b"".join(response.streaming_content), response["Content-Type"]) == (pdf(), "application/octet-stream")
    assert [response[name] for name in ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")] == [
        'attachment; filename="proof.pdf"',
        "nosniff",
        "private, no-store",
    ]
    without = report(jana, has_file=False)
    assert signed_in(jana).get(page_of("training_file", without)).status_code == 404


def test_a_trainer_answers_where_nobody_leads(site: Any) -> None:
    trainer = make_person()
    grant(trainer, Role.TRAINER)
    training = report(make_person(display_name="Can Demir"))
    client = signed_in(trainer)
    assert "Can Demir" in main(client.get(reverse("team_trainings")))
    response = client.post(page_of("team_training", training), {"accept": "1", "seen": training.version})
    assert (response.status_code, response["Location"]) == (302, reverse("team_trainings"))
    assert signed_in(make_person()).get(reverse("team_trainings")).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_the_lists_cost_the_same_with_one_report_and_with_thirty(
    jana: User, sofia: User, unit: Unit, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any, count: int
) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 99)
    for number in range(count):
        report(jana, f"Waits no. {number}", has_file=False)
        answered = report(jana, f"Done no. {number}", has_file=False)
        rules.accept(public_id=answered.public_id, seen=answered.version, by=sofia, at=timezone.now())
    for person, name, queries in ((jana, "my_trainings", 3), (sofia, "team_trainings", 8)):
        client = signed_in(person)
        client.get(reverse(name))
        with django_assert_num_queries(queries):
            page = main(client.get(reverse(name)))
        assert len(set(re.findall(r"(?:Waits|Done) no\. \d+", page))) == 2 * count
