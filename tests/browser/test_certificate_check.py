"""A stranger checks a certificate and its files; an administrator revokes it; somebody renews what ends soon."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from . import path_world
from .hands import Mouse, Person
from .serving import Server
from .signing_in import sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
HOLDER = path_world.NAMES[path_world.CHECKED]
REASON = "It was issued to somebody else of this name."


def test_a_stranger_checks_everything_and_sees_that_it_is_revoked(small_academy: Server, window: Window) -> None:
    code = holder_confirms_the_name(small_academy, window)
    page = window().new_page()
    stranger = Person(Mouse(page), small_academy.url)

    finds_it_by_its_code(stranger, code)
    checks_the_files(stranger, code)
    administrator_revokes_it(small_academy, window, code)
    stranger.opens(f"/c/{code}/")
    stranger.sees(re.compile("^Revoked on"))
    stranger.sees(f"The reason that was given: {REASON}")


def holder_confirms_the_name(server: Server, window: Window) -> str:
    """The certificate is issued in the same request. Returns its code, from the address as one hands it on."""
    page = window().new_page()
    sign_in(page, server, path_world.CHECKED)
    holder = Person(Mouse(page), server.url)
    holder.opens("/en/certificates/")
    holder.stands_at("My certificates")
    holder.presses("Confirm and issue")
    holder.stands_at("Check a certificate")
    found = re.search(r"/c/([a-z2-7]{26})/", page.url)
    assert found, f"no code in {page.url}"
    return found[1]


def finds_it_by_its_code(stranger: Person, code: str) -> None:
    """Every claim stands there."""
    stranger.opens("/c/")
    stranger.fills("Code or address on the certificate", code)
    stranger.presses("Check")
    expect(stranger.page).to_have_url(re.compile(f"/c/{code}/"))
    expect(stranger.page.get_by_role("article")).to_contain_text(HOLDER)
    stranger.sees(re.compile("^Valid until"))


def checks_the_files(stranger: Person, code: str) -> None:
    """The PDF as it is served, the same with one byte more, the badge as a picture, the badge with another name."""
    pdf = downloads(stranger.page, "Download the PDF in English")
    picture = downloads(stranger.page, "As a picture (PNG)")
    badge = stranger.page.request.get(f"{stranger.server_url}/c/{code}/badge.json").body()
    assert HOLDER.encode() in badge
    told = {
        "certificate.pdf": (pdf, "This file is exactly as we issued it."),
        "longer.pdf": (pdf + b"\n", "The badge in this file is ours, the document around it is not."),
        "badge.png": (picture, "The badge in this file is ours and unchanged."),
        "badge.json": (badge.replace(b"Wilhelmina", b"Wilhelmine"), "This file was changed after we issued it."),
    }
    for name, (content, words) in told.items():
        stranger.opens("/c/file/")
        stranger.stands_at("Check a file")
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        stranger.page.get_by_label("The file").set_input_files(file)  # type: ignore[arg-type]  # a TypedDict of the same
        stranger.presses("Check")
        expect(stranger.page.get_by_role("status").get_by_role("heading")).to_have_text(words)


def downloads(page: Page, name: str) -> bytes:
    """What a link of the page gives."""
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    return waiting.value.path().read_bytes()


def administrator_revokes_it(server: Server, window: Window, code: str) -> None:
    """Found by the holder's name; without a reason nothing is done."""
    page = window().new_page()
    sign_in(page, server, path_world.ADMINISTRATOR)
    administrator = Person(Mouse(page), server.url)
    administrator.opens("/en/certificates/manage/")
    administrator.stands_at("Look after certificates")
    administrator.fills("Code, or a part of the holder's name", "oudenaarden")
    administrator.presses("Find")
    administrator.follows(HOLDER)
    administrator.stands_at("Course CPA-5")
    administrator.presses("Revoke it")
    expect(page.get_by_role("alert")).to_contain_text("Why is it revoked?")
    administrator.fills("Why is it revoked?", REASON)
    administrator.presses("Revoke it")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text(REASON)


def test_what_ends_soon_is_renewed_by_the_quiz_alone(small_academy: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, small_academy, path_world.HOLDER)
    holder = Person(Mouse(page), small_academy.url)
    holder.opens("/en/certificates/")
    holder.stands_at("My certificates")
    holder.presses(re.compile("^Renew"))
    holder.stands_at("Course CPA-5")
    holder.sees("You have begun to renew it.")
    holder.follows("Continue")
    holder.stands_at(re.compile("Quiz"))
    holder.presses("Start the quiz")
    holder.ticks("right")
    holder.presses("Save and check your answers")
    expect(page).to_have_url(re.compile("/check/$"))
    holder.presses("Hand in")
    holder.stands_at("Passed")
    holder.follows("See your certificate")
    holder.sees(re.compile("^It renews the one of"))
