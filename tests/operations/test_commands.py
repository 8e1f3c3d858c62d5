"""What an operator types on the first day, and when something is wrong."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import polib
import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings
from wagtail.models import Site as WagtailSite

from academy.jobs.models import Heartbeat
from academy.kernel import health
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from academy.management.commands import doctor
from academy.management.commands.compile_messages import compile_all
from academy.management.commands.doctor import Finding
from academy.people.enums import Role
from academy.people.models import Membership, Organisation, RoleGrant, UnitVersion, User
from tests.factories.curriculum import Site

from .processes import free_port

pytestmark = pytest.mark.django_db
NAMES = ("--admin", "Boss@Town.eu", "--organisation", "Town of Eu", "--manager", "head@town.eu", "--country", "fr")


def first_steps(*arguments: str) -> str:
    out = StringIO()
    call_command("first_steps", *arguments, stdout=out)
    return out.getvalue()


def test_first_steps_make_administrator_organisation_and_manager() -> None:
    said = first_steps(*NAMES)
    assert said.startswith("boss@town.eu looks after the academy, head@town.eu looks after Town of Eu.")
    assert list(Organisation.objects.values_list("name", "slug", "country")) == [("Town of Eu", "town-of-eu", "FR")]
    assert set(User.objects.values_list("email", "is_staff", "is_superuser")) == {
        ("boss@town.eu", True, True),
        ("head@town.eu", False, False),
    }
    assert set(RoleGrant.objects.values_list("person__email", "role", "unit__name")) == {
        ("boss@town.eu", Role.PLATFORM_ADMIN, None),
        ("head@town.eu", Role.MANAGER, "Town of Eu"),
    }
    assert list(UnitVersion.objects.values_list("name", "until_day")) == [("Town of Eu", None)]


def test_first_steps_confirm_addresses_and_set_no_password() -> None:
    first_steps(*NAMES)
    assert set(EmailAddress.objects.values_list("email", "verified", "primary")) == {
        ("boss@town.eu", True, True),
        ("head@town.eu", True, True),
    }
    assert not any(person.has_usable_password() for person in User.objects.all())


def test_first_steps_tell_the_cms_its_name(settings: Settings) -> None:
    settings.BASE_URL = "https://academy.town.eu"
    WagtailSite.objects.update(hostname="localhost", port=80)
    first_steps(*NAMES)
    assert list(WagtailSite.objects.values_list("hostname", "port")) == [("academy.town.eu", 443)]


def test_first_steps_may_be_taken_twice() -> None:
    def counts() -> list[int]:
        return [m.objects.count() for m in (User, Organisation, RoleGrant, Membership, UnitVersion, EmailAddress)]

    first_steps(*NAMES)
    once = counts()
    first_steps(*NAMES)
    assert counts() == once == [2, 1, 2, 1, 1, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--admin", "nobody"),
        ("--manager", "no one@town.eu"),
        ("--time-zone", "Europe/Atlantis"),
        ("--organisation", ""),
    ],
)
def test_first_steps_change_nothing_when_something_is_wrong(wrong: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        first_steps(*NAMES, *wrong)
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)


# -- doctor -----------------------------------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _unknown(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    settings.LOCALE_PATHS = [tmp_path / "locale"]


def examine(*arguments: str) -> tuple[int, list[str]]:
    out = StringIO()
    code = 0
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue().splitlines()


def test_doctor_is_content_with_a_working_academy(site: Site) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    code, said = examine()
    assert (code, said[-1]) == (0, "The academy works.")
    assert "ok   Cache: keeps what it is given." in said
    assert "ok   Migrations: all applied." in said
    assert "ok   Outbox: no mail waits or failed." in said


def test_doctor_misses_a_silent_worker(site: Site) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=20))
    code, said = examine()
    assert code == 1
    assert "fail Worker: was last seen 20 minutes ago: look at the Celery worker and beat." in said


def test_doctor_sees_that_nothing_listens_at_the_mail_server(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert next(iter(doctor.examine_mail())) == Finding(
        "fail",
        "Mail server",
        f"127.0.0.1:{settings.EMAIL_PORT} cannot be used (ConnectionRefusedError): look at EMAIL_URL.",
    )


def test_doctor_sees_mails_that_wait_and_failed() -> None:
    old = timezone.now() - timedelta(hours=1)
    for key, state in (("a", MailState.QUEUED), ("b", MailState.FAILED), ("c", MailState.SENT)):
        OutgoingEmail.objects.create(
            key=key,
            kind="test",
            to="x@town.eu",
            language="en",
            subject="x",
            message_id=key,
            state=state,
            created_at=old,
        )
    assert [finding.sentence for finding in doctor.examine_mail() if finding.thing == "Outbox"] == [
        "1 mails wait for more than 15 minutes.",
        "1 mails could not be delivered at all.",
    ]


def test_doctor_sees_a_folder_that_cannot_be_written(settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    settings.MEDIA_ROOT = str(blocked / "media")
    [finding] = [finding for finding in doctor.examine_disk() if finding.thing == "Media"]
    assert (finding.level, finding.sentence.endswith("cannot be written (Not a directory).")) == ("fail", True)


def test_doctor_sees_missing_migrations_and_asks_nothing_more_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'courses'")
    code, said = examine()
    assert (code, [line[:16] for line in said if line.startswith("fail")]) == (1, ["fail Migrations:"])
    assert not [line for line in said if "Worker" in line]


def test_doctor_finds_the_demos_people_outside_the_demo() -> None:
    User.objects.create_user("learner@demo.example")
    assert "fail" in {finding.level for finding in doctor.examine_site() if finding.thing == "People"}


def test_doctor_goes_on_when_a_check_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[Finding]:
        raise RuntimeError("secret")

    assert doctor.Command()._safely("Disk", broken) == [
        Finding("fail", "Disk", "could not be examined (RuntimeError).")
    ]


# -- catalogues -------------------------------------------------------------------------------------------------------
def test_catalogues_are_compiled_once_and_without_guesses(tmp_path: Path) -> None:
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue += [
        polib.POEntry(msgid="Lesson", msgstr="Les"),
        polib.POEntry(msgid="Path", msgstr="Pad", flags=["fuzzy"]),
    ]
    catalogue.save(str(folder / "django.po"))
    assert [compile_all([tmp_path]), compile_all([tmp_path])] == [[folder / "django.mo"], []]
    assert [(entry.msgid, entry.msgstr) for entry in polib.mofile(str(folder / "django.mo"))] == [("Lesson", "Les")]
