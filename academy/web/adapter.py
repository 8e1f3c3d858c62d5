"""How allauth talks to the academy: its mails go through the outbox, its new people get a language."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override

from academy.mail import emails, rules
from academy.people.models import User

# allauth's names of mails that hold a code or a one-time link.
SECRETS = {"login_code", "email_confirmation", "email_confirmation_signup", "password_reset_key", "password_reset_code"}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's mails go through the outbox like all others."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of allauth's mails in the language of the person, or of the page where nobody has this address.

        Raises TemplateDoesNotExist for a mail that templates/email/account does not have.
        """
        name = template_prefix.rpartition("/")[2]
        person = _person(email, context)
        language = person.language if person else get_language() or settings.LANGUAGE_CODE
        with override(language):
            addresses = {
                "sign_in_url": settings.BASE_URL + reverse("account_login"),
                "signup_url": settings.BASE_URL + reverse("account_signup"),
            }
        subject, text, html = emails.build(
            f"account/{name}",
            language,
            {"person": _greeted(person, email), "email": email, **addresses, **_only_words(context)},
            time_zone=person.time_zone if person else None,
        )
        rules.queue(
            key=f"account:{name}:{uuid.uuid4().hex}",
            kind=f"account/{name}",
            to=email,
            language=language,
            subject=subject,
            text=text,
            html=html,
            person=person,
            has_secret=name in SECRETS,
        )

    def new_user(self, request: HttpRequest) -> User:
        """A new person speaks the language of the page where they signed up."""
        return User(language=get_language() or settings.LANGUAGE_CODE)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The mailed link; built on BASE_URL, because a request's Host header can be forged."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)


def _person(email: str, context: dict[str, Any]) -> User | None:
    user = context.get("user")
    if isinstance(user, User):
        return user
    address = EmailAddress.objects.filter(email__iexact=email).select_related("user").order_by("-verified").first()
    return address.user if address else User.objects.filter(email=email.lower()).first()


def _greeted(person: User | None, email: str) -> User | None:
    """The person, whose name the mail will say, if they have shown that the address is theirs.

    Anybody can sign up or change their address with somebody else's, and with an advertisement for a name.
    """
    if person is None or not EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists():
        return None
    return person


def _only_words(context: dict[str, Any]) -> dict[str, Any]:
    """What mails need of allauth's context: no request, no objects."""
    return {name: value for name, value in context.items() if isinstance(value, str) and name != "signup_url"}
