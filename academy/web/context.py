"""What every template of the site may use: the frame round a page. Nothing is read before a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_path, get_language_info, pgettext
from django.utils.translation import gettext as _

from academy.mail.queries import unread
from academy.people.access import LEADERS
from academy.people.enums import Role
from academy.people.workplaces import Logo, roles_and_logo

from .menus import Menus, PageLink, menus

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
# Pages of what somebody does besides learning that the menu's row has room for, at 1440 px and in every language.
DESKS_IN_ROW = 2


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu. `url` empty: not shown."""

    label: str
    url: str
    is_current: bool = False
    language: str = ""


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or empty where the device decides. Part of the key of every cached page."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def site(request: HttpRequest) -> dict[str, Any]:
    """`frame`: header, footer, languages and theme of the page."""
    return {"frame": Frame(request)}


class Frame:
    """The frame round a page, worked out piece by piece when it is asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.language = get_language() or settings.LANGUAGE_CODE

    @cached_property
    def theme(self) -> str:
        """See theme_of."""
        return theme_of(self.request)

    @cached_property
    def menus(self) -> Menus:
        """Links to pages of the CMS in the current language."""
        return menus(self.language)

    @cached_property
    def pages(self) -> dict[str, PageLink]:
        """Pages of the menus by model name or code: `frame.pages.cataloguepage.url`."""
        return {link.kind: link for link in (*self.menus.footer, *self.menus.main)}

    @cached_property
    def languages(self) -> list[Link]:
        """The same place in each language; the place in the page's own words, query string kept."""
        return [
            Link(get_language_info(code)["name_local"].capitalize(), self._in(code), code == self.language, code)
            for code, _name in settings.LANGUAGES
        ]

    @property
    def language_name(self) -> str:
        """The current language's own name."""
        return get_language_info(self.language)["name_local"].capitalize()

    @cached_property
    def alternates(self) -> list[Link]:
        """Absolute addresses of a CMS page in the languages that it has words in, for search engines."""
        route = self._route
        return [
            Link("", settings.BASE_URL + route.alternatives[code], language=code)
            for code in (route.translated_into if route else ())
            if code in route.alternatives
        ]

    @property
    def canonical(self) -> str:
        """Where the words at home are, of a page that is shown in another language for want of a translation."""
        route = self._route
        if not route or not route.is_fallback:
            return ""
        return settings.BASE_URL + route.alternatives.get(route.words_language, "")

    @cached_property
    def desks(self) -> list[tuple[str, str]]:
        """Pages of what somebody does besides learning: words and address, the daily ones first."""
        found: list[tuple[str, str]] = []
        if self.roles is None:
            return found
        roles, is_superuser = self.roles, self.request.user.is_superuser
        if roles & set(LEADERS):
            found.append((_("My team"), _url("my_team")))
        if Role.TRAINER in roles:
            found.append((_("Teaching"), _url("trainer_home")))
            found.append((_("My workshops"), _url("my_workshops")))
        if roles & {Role.PROGRAMME_OWNER, Role.PLATFORM_ADMIN} or is_superuser:
            found.append((pgettext("menu", "Figures"), _url("figures")))
        if Role.ORGANISATION_ADMIN in roles:
            found.append((pgettext("menu", "Organisation"), _url("organisations")))
        if roles & {Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN} or is_superuser:
            found.append((pgettext("menu", "Support"), _url("support_find")))
        if Role.AUDITOR in roles:
            found.append((_("Evidence for a day"), _url("evidence_organisations")))
        return [desk for desk in found if desk[1]]

    @cached_property
    def nav(self) -> list[Link]:
        """The main menu: learners' own pages first, then what everybody sees. Desks that would break the row of a
        wide page in two stand in the account's menu."""
        entries: list[tuple[str, ...]] = []
        if self.roles is not None:
            entries += [(_("My learning"), _url("my_learning")), *self.desks[:DESKS_IN_ROW]]
        entries += [(link.title, link.url, link.language) for link in self.menus.main]
        if self.roles is None:
            entries.append((_("Check a certificate"), _url("certificate_find")))
        help_page = self.menus.find("help")
        if help_page and len(self.desks) < DESKS_IN_ROW:  # where the row is full, it is in the footer alone
            entries.append((help_page.title, help_page.url, help_page.language))
        return [self._entry(*entry) for entry in entries if entry[1]]

    @property
    def roles(self) -> set[Role] | None:
        """Roles of the person who is signed in; None for a stranger, without a query."""
        return self._person[0]

    @property
    def logo(self) -> Link | None:
        """The logo of where the person works: its address, and whose it is."""
        logo = self._person[1]
        return Link(logo.organisation, default_storage.url(logo.file)) if logo is not None else None

    @cached_property
    def unread(self) -> int:
        """How many news the person has not opened. One query at most; none for a stranger."""
        user = getattr(self.request, "user", None)
        return unread(user.pk) if user is not None and user.is_authenticated else 0

    @property
    def bell_url(self) -> str:
        """Where the news of the person stand."""
        return _url("notifications")

    @cached_property
    def account(self) -> list[Link]:
        """The account's menu."""
        entries = self.desks[DESKS_IN_ROW:]
        entries += [(_("My certificates"), _url("my_certificates")), (_("Settings"), _url("settings_profile"))]
        if (self.roles or set()) & {Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN}:
            entries.append((_("Look after certificates"), _url("manage_certificates")))
        if (self.roles or set()) & {*LEADERS, Role.ORGANISATION_ADMIN}:
            entries.append((_("Evidence for a day"), _url("evidence_organisations")))
        if Role.PLATFORM_ADMIN in (self.roles or set()):
            entries.append((_("Organisations"), _url("organisations")))
        if self.request.user.is_staff:
            entries.append((_("Edit the academy"), _url("wagtailadmin_home")))
        # Two roles may lead to one page: it stands in the menus once.
        shown = {"", *(url for _label, url in self.desks[:DESKS_IN_ROW])}
        found = []
        for label, url in entries:
            if url not in shown:
                shown.add(url)
                found.append(Link(label, url, self.request.path == url))
        return found

    @property
    def sign_in_url(self) -> str:
        """Sign-in that comes back to this page."""
        return self._with_next("account_login")

    @property
    def sign_up_url(self) -> str:
        """Sign-up that comes back to this page."""
        return self._with_next("account_signup")

    def _entry(self, label: str, url: str, language: str = "") -> Link:
        return Link(label, url, self.request.path.startswith(url), language if language != self.language else "")

    def _with_next(self, name: str) -> str:
        url, path = _url(name), self.request.get_full_path()
        query = QueryDict(mutable=True)
        if "/account/" in self.request.path:
            path = self.request.GET.get("next", "")
        # The front page leads nowhere in particular: after signing in everybody lands on their own page.
        if not path or path == self.menus.home_url:
            return url
        query["next"] = path
        return f"{url}?{query.urlencode(safe='/')}"

    @cached_property
    def _person(self) -> tuple[set[Role] | None, Logo | None]:
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return None, None
        return roles_and_logo(user, timezone.localdate())

    @property
    def _route(self) -> Any:
        return getattr(self.request, "route", None)

    def _in(self, code: str) -> str:
        query = self.request.GET.copy()
        alternatives = getattr(self._route, "alternatives", {})
        if code in alternatives:
            return alternatives[code] + (f"?{query.urlencode()}" if query else "")
        if get_language_from_path(self.request.path):
            return translate_url(self.request.get_full_path(), code)
        query["lang"] = code
        return f"{self.request.path}?{query.urlencode()}"


def _url(name: str) -> str:
    """The address of a named view; empty where this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
