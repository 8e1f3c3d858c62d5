"""`manage.py first_steps`: the first administrator, the first organisation and its manager, in one go."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Site

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Organisation, Unit, User


class Command(BaseCommand):
    """Makes the people that everything else starts from. Safe to run again: what is there stays as it is."""

    help = "Create the first administrator, organisation and manager; they sign in by a mailed code or set a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="who looks after the whole academy")
        parser.add_argument("--organisation", required=True, metavar="NAME", help="the first public body")
        parser.add_argument("--manager", required=True, metavar="EMAIL", help="who looks after its people")
        parser.add_argument("--country", default="", metavar="CODE", help="two letters, ISO 3166")
        parser.add_argument("--time-zone", default=settings.DEFAULT_TIME_ZONE, help="such as Europe/Vienna")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["organisation"].strip()
        now = timezone.now()
        try:
            for email in (options["admin"], options["manager"]):
                validate_email(email.strip())
            with transaction.atomic():
                admin = self._person(options["admin"], now, superuser=True)
                manager = self._person(options["manager"], now, superuser=False)
                unit = self._organisation(name, options["country"].upper(), options["time_zone"], now)
                rules.grant_role(person=admin, role=Role.PLATFORM_ADMIN, by=None, at=now)
                rules.grant_role(person=manager, role=Role.MANAGER, unit=unit, by=None, at=now)
                rules.join(person=manager, unit=unit, from_day=now.date(), by=None, at=now)
                self._name_site()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            "\n".join(
                [
                    f"{admin.email} looks after the academy, {manager.email} looks after {name}.",
                    "",
                    "What to do next:",
                    f"1. Sign in at {settings.BASE_URL}/en/account/login/code/ with the administrator's address; a "
                    "code comes by mail. Set a password under Settings.",
                    f"2. Open {settings.BASE_URL}/cms/ and fill in Settings > Academy settings: operator, contact "
                    "address, who signs certificates.",
                    "3. Load the curriculum, if that has not been done: manage.py load_content",
                    "4. Fill in the imprint and the privacy notice: they name the operator of this site.",
                    "5. Run manage.py doctor: it says in plain sentences what is still missing.",
                ]
            )
        )

    def _person(self, email: str, at: datetime, *, superuser: bool) -> User:
        address = email.strip().lower()
        person = User.objects.filter(email=address).first()
        if person is None:
            # Without a password: nobody has to choose one on a command line, where others could read it.
            person = rules.create_person(email=address, by=None, at=at)
        if superuser and not person.is_superuser:
            person.is_staff = person.is_superuser = True
            person.save(update_fields=["is_staff", "is_superuser"])
        # allauth asks who has no confirmed address to confirm it first; the operator vouches for this one.
        rules.confirm_address(person=person)
        return person

    def _organisation(self, name: str, country: str, time_zone: str, at: datetime) -> Unit:
        """The unit that stands for the whole of the organisation with this name, made if there is none."""
        unit = Unit.objects.filter(organisation__name=name, parent=None).first()
        if unit is None:
            slug = slugify(name)[:50]
            Organisation(name=name, slug=slug, country=country, time_zone=time_zone).full_clean()
            organisation = rules.create_organisation(
                name=name, slug=slug, by=None, at=at, country=country, time_zone=time_zone
            )
            unit = organisation.units.get(parent=None)
        return unit

    def _name_site(self) -> None:
        """The CMS learns under which name people reach it, unless somebody has told it already."""
        address = urlsplit(settings.BASE_URL)
        default = Site.objects.filter(is_default_site=True, hostname="localhost").first()
        if default and address.hostname:
            default.hostname = address.hostname
            default.port = address.port or (443 if address.scheme == "https" else 80)
            default.save()
