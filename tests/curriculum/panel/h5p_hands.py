"""What tests of the H5P pages share: who is signed in, how a page reads, how a file is sent."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.test import Client
from wagtail.snippets.models import get_snippet_models

from academy.website.rules import EDITORS, TRANSLATORS, prepare_groups
from curriculum.h5p.models import Activity, Package
from tests.factories import h5p
from tests.factories.people import make_person, signed_in

ACTIVITIES = "/cms/snippets/curriculum/activity/"
LIBRARIES = "/cms/h5p/libraries/"


def editor() -> Client:
    """Somebody who writes the curriculum, signed in."""
    return _in_group(EDITORS)


def translator() -> Client:
    """Somebody who translates it."""
    return _in_group(TRANSLATORS)


def administrator() -> Client:
    """Somebody who may do everything, and so install libraries."""
    return signed_in(make_person(is_staff=True, is_superuser=True, display_name="Ada Admin"))


def _in_group(name: str) -> Client:
    person = make_person(is_staff=True, display_name=f"{name[:-1]} Ed")
    person.groups.add(prepare_groups(snippets=get_snippet_models())[name])
    return signed_in(person)


def main_of(response: Any) -> Tag:
    """The page without the admin's frame."""
    found = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(found, Tag)
    return found


def text_of(response: Any) -> str:
    """What a page says, with its messages."""
    return " ".join(main_of(response).get_text(" ").split())


def messages_of(response: Any) -> list[str]:
    """What Wagtail says at the top of the page."""
    found = main_of(response).select(".messages > ul > li")
    for each in found:
        for button in each.find_all("button"):
            button.decompose()
    return [" ".join(each.get_text(" ").split()) for each in found]


def files_url(activity: Activity) -> str:
    """Where the files of an activity are listed."""
    return f"/cms/h5p/activities/{activity.pk}/"


def package_url(package: Package, *more: str) -> str:
    """A page of one file."""
    return "/".join([f"/cms/h5p/packages/{package.public_id}", *more, ""])


def upload(client: Client, activity: Activity, data: bytes, language: str = "en", name: str = "ladder.h5p") -> Any:
    """Send a file, as the form does."""
    return client.post(f"{files_url(activity)}upload/{language}/", {"file": h5p.uploaded(data, name)})


def links_of(response: Any) -> list[str]:
    """Where the buttons of a page lead, and what its forms do."""
    page = main_of(response)
    links = [str(each.get("href")) for each in page.find_all("a", class_="button")]
    return links + [f"do={each.get('value')}" for each in page.find_all("button", attrs={"name": "do"})]
