"""Whoever has the code sees what the certificate says; who has none learns nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from academy.people.models import User
from courses.certificates import rules
from courses.certificates.models import Certificate, CertificateFile, new_code
from courses.certificates.queries import claims, printed_code
from courses.web.throttle import Throttle
from courses.web.views import certificates as views
from tests.courses.certificates.test_document import squeezed, text_of
from tests.factories.certificates import AT, make_certificate, make_holder, sign
from tests.factories.curriculum import Course
from tests.factories.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _files_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CertificateFile._meta.get_field("file"), "storage", type(storages["private"])(str(tmp_path)))


@pytest.fixture
def certificate(academy: Course) -> Certificate:
    """A valid certificate of Jana's, in Dutch."""
    sign()
    return make_certificate(academy.course, make_holder("Jana Albers", language="nl"))


def address(certificate: Certificate) -> str:
    """Where it is checked."""
    return reverse("certificate_check", args=[certificate.code])


def holder(certificate: Certificate) -> User:
    """Whose it is."""
    assert certificate.person is not None
    return certificate.person


def test_addresses_have_no_language_and_are_those_on_paper(certificate: Certificate) -> None:
    assert address(certificate) == f"/c/{certificate.code}/"
    assert certificate.frozen["check_url"].endswith(address(certificate))


def test_every_claim_stands_on_the_page_and_in_the_document_in_each_language(
    certificate: Certificate, client: Client
) -> None:
    for language in ("en", "nl", "de", "fr"):
        page = squeezed(unescape(client.get(address(certificate), {"lang": language}).content.decode()))
        response: Any = client.get(f"{address(certificate)}certificate.pdf", {"lang": language})
        sheet = squeezed(text_of(b"".join(response.streaming_content)))
        said = [(claim.key, part.text) for claim in claims(certificate, language) for part in claim.words]
        assert len(said) >= 10
        for key, text in said:
            assert squeezed(text) in page, (language, key)
            parts = text.split(", ") if key == "signatory" else [text]
            assert all(squeezed(part) in sheet for part in parts), (language, key)


def test_a_valid_one_says_so_and_offers_the_document(certificate: Certificate, client: Client) -> None:
    response = client.get(address(certificate), {"lang": "en"})
    assert response.status_code == 200
    assert response.context["state"] == "valid"
    assert [claim.key for claim in response.context["claims"]][:1] == ["issued"]
    assert f"{address(certificate)}certificate.pdf?lang=en" in response.content.decode()


def test_the_page_is_in_the_language_asked_for_or_the_browsers(certificate: Certificate, client: Client) -> None:
    assert '<html lang="nl"' in client.get(address(certificate), headers={"accept-language": "nl"}).content.decode()
    assert '<html lang="de"' in client.get(address(certificate), {"lang": "de"}).content.decode()
    assert '<html lang="en"' in client.get(address(certificate), {"lang": "xx"}).content.decode()


def test_no_cache_keeps_it_and_no_search_engine_lists_it(certificate: Certificate, client: Client) -> None:
    for path in (address(certificate), f"{address(certificate)}certificate.pdf", "/c/", "/c/unknown/"):
        response: Any = client.get(path)
        if response.streaming:
            list(response.streaming_content)
        assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-cache", "noindex")


def test_what_somebody_who_is_signed_in_sees_is_kept_nowhere(certificate: Certificate) -> None:
    response = signed_in(User.objects.get(pk=certificate.person_id)).get(address(certificate))
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_an_expired_one_still_shows_what_was_right(certificate: Certificate, client: Client) -> None:
    Certificate.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    response = client.get(address(certificate), {"lang": "en"})
    assert response.context["state"] == "expired"
    assert "Expired on" in response.content.decode()
    assert response.context["claims"] != []


def test_a_revoked_one_says_since_when_and_why(certificate: Certificate, client: Client) -> None:
    rules.revoke(certificate=certificate, by=None, reason="Somebody else sat the quiz", at=AT)
    text = client.get(address(certificate), {"lang": "en"}).content.decode()
    assert "Revoked on Tue 9 February 2027" in text
    assert "Somebody else sat the quiz" in text
    assert "certificate.pdf" not in text
    response = client.get(f"{address(certificate)}certificate.pdf")
    assert (response.status_code, response["Location"]) == (302, address(certificate))


def test_a_replaced_one_leads_to_its_successor_without_the_old_name(certificate: Certificate, client: Client) -> None:
    new = rules.replace(certificate=certificate, holder_name="Jana Berg", reason="Married", by=None, at=AT)
    text = client.get(address(certificate), {"lang": "en"}).content.decode()
    assert f'href="{address(new)}"' in text
    assert "Jana Albers" not in text
    assert "Married" not in text
    assert "Jana Berg" in client.get(address(new)).content.decode()


def test_a_withdrawn_one_keeps_quiet(certificate: Certificate, client: Client) -> None:
    rules.withdraw(certificate=certificate, by=certificate.person, at=AT)
    text = client.get(address(certificate), {"lang": "en"}).content.decode()
    assert "Withdrawn by its holder on" in text
    assert [word for word in ("Jana", "CPA-9", "Module") if word in text] == []


def test_an_erased_person_and_a_deleted_course_change_nothing(
    certificate: Certificate, academy: Course, client: Client
) -> None:
    before = client.get(address(certificate), {"lang": "en"}).context["claims"]
    academy.course.delete()
    rules.forget(certificate.person)
    response = client.get(address(certificate), {"lang": "en"})
    assert (response.context["state"], response.context["claims"]) == ("valid", before)


# -- finding ----------------------------------------------------------------------------------------------------------
def test_a_typed_code_leads_to_the_page(certificate: Certificate, client: Client) -> None:
    for typed in (printed_code(certificate.code).upper(), certificate.frozen["check_url"], f" {certificate.code} "):
        response = client.get("/c/", {"code": typed})
        assert (response.status_code, response["Location"]) == (302, address(certificate))
    response = client.get(f"/c/{printed_code(certificate.code).upper()}/", {"lang": "de"})
    assert (response.status_code, response["Location"]) == (302, f"{address(certificate)}?lang=de")


def test_nothing_typed_says_what_to_do(site: Any, client: Client) -> None:
    assert client.get("/c/").status_code == 200
    response = client.get("/c/", {"code": " ", "lang": "en"})
    assert response.status_code == 400
    assert "Enter the code" in response.content.decode()


def test_unknown_and_malformed_codes_get_the_same_answer(
    site: Any, client: Client, django_assert_num_queries: Any
) -> None:
    """Status, headers, words and the number of queries; only what was typed comes back as it was."""
    client.get("/c/", {"lang": "en"})
    answers = set()
    for typed in (new_code(), new_code(), "x", "%00", "a" * 500, "<script>alert(1)</script>", "1234", "ä ö"):
        for path, query in ((f"/c/{typed.replace('/', '')}/", {}), ("/c/", {"code": typed})):
            with django_assert_num_queries(1):
                response = client.get(path, {**query, "lang": "en"})
            words = re.sub(r' ?(value|href|action|nonce|aria-current)="[^"]*"', "", response.content.decode())
            headers = tuple(sorted((name, value) for name, value in response.items() if "length" not in name.lower()))
            answers.add((response.status_code, re.sub(r"nonce-[^']*", "", str(headers)), words))
            assert "<script>alert" not in response.content.decode()
    assert [status for status, *_ in answers] == [404]


def test_a_badge_or_pdf_of_an_unknown_code_is_answered_like_its_page(site: Any, client: Client) -> None:
    code = new_code()
    rest = ("certificate.pdf", "badge.json", "badge.png", "badge.svg")
    assert {client.get(f"/c/{code}/{end}").status_code for end in ("", *rest)} == {404}


def test_what_is_somebody_elses_looks_like_what_is_unknown(certificate: Certificate, client: Client) -> None:
    client.force_login(make_holder("Other"))
    for end in ("withdraw/", "correction/"):
        answers = [client.get(f"/c/{code}/{end}") for code in (certificate.code, new_code())]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = {re.sub(r'"[^"]*"', "", answer.content.decode()) for answer in answers}
        assert len(bodies) == 1


def test_who_guesses_ten_thousand_times_is_soon_not_answered(
    certificate: Certificate, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not rendered here: only what is decided and looked up counts."""
    looks = []
    monkeypatch.setattr(views, "by_code", lambda code: looks.append(code))
    monkeypatch.setattr(
        views, "render", lambda request, template, context=None, status=200: views.HttpResponse(status=status)
    )
    answers = [client.get(f"/c/{new_code()}/").status_code for _ in range(300)]
    assert answers == [404] * 200 + [429] * 100
    assert len(looks) == 200
    # Every door is closed then, also to right codes; somebody else's is open.
    assert client.get("/c/", {"code": certificate.code}).status_code == 429
    assert client.get(f"/c/{certificate.code}/certificate.pdf").status_code == 429
    assert client.get(f"/c/{new_code()}/", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_of_ten_thousand_guesses_two_hundred_are_looked_at() -> None:
    throttle = Throttle("guesses", limit=views.MISSES.limit, seconds=600)
    request = RequestFactory().get("/c/x/")
    looked_at = 0
    for _ in range(10_000):
        if not throttle.is_closed(request):
            looked_at += 1
            throttle.count(request)
    assert looked_at == 200


def test_who_waits_is_told_how_long(site: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.MISSES, "limit", 0)
    response = client.get("/c/x/")
    assert (response.status_code, response["Retry-After"]) == (429, "600")


# -- the document -----------------------------------------------------------------------------------------------------
def test_the_document_comes_as_a_file_with_a_plain_name(certificate: Certificate, client: Client) -> None:
    response: Any = client.get(f"{address(certificate)}certificate.pdf")
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="CPA-9-{certificate.code[:8]}-nl.pdf"'
    assert response["Content-Language"] == "nl"
    again: Any = client.get(f"{address(certificate)}certificate.pdf", {"lang": "xx"})
    assert b"".join(again.streaming_content) == content
    assert CertificateFile.objects.count() == 1


def test_a_name_that_cannot_be_drawn_gets_an_explanation(academy: Course, client: Client) -> None:
    certificate = make_certificate(academy.course, make_holder("字"))
    response = client.get(f"{address(certificate)}certificate.pdf", {"lang": "en"})
    assert response.status_code == 503
    assert "cannot be drawn" in response.content.decode()


# -- the holder -------------------------------------------------------------------------------------------------------
def test_only_the_holder_sees_what_the_holder_can_do(certificate: Certificate, client: Client) -> None:
    withdraw = f"{address(certificate)}withdraw/"
    assert withdraw not in client.get(address(certificate)).content.decode()
    client.force_login(make_holder("Other"))
    assert withdraw not in client.get(address(certificate)).content.decode()
    client.force_login(holder(certificate))
    assert withdraw in client.get(address(certificate), {"lang": "en"}).content.decode()


def test_everybody_gets_the_document_in_each_language(certificate: Certificate, client: Client) -> None:
    text = client.get(address(certificate), {"lang": "de"}).content.decode()
    assert re.findall(r"certificate\.pdf\?lang=(\w\w)", text) == ["de", "nl", "en", "fr"]


def test_the_holder_withdraws_after_one_question(certificate: Certificate, client: Client) -> None:
    client.force_login(holder(certificate))
    path = f"{address(certificate)}withdraw/"
    assert client.get(path).status_code == 200
    certificate.refresh_from_db()
    assert certificate.status == "valid"
    response = client.post(path)
    assert (response.status_code, response["Location"]) == (302, address(certificate))
    certificate.refresh_from_db()
    assert certificate.status == "withdrawn"
    assert client.post(path).status_code == 302


def test_nobody_else_withdraws_it(certificate: Certificate, client: Client) -> None:
    path = f"{address(certificate)}withdraw/"
    assert client.post(path).status_code == 302  # to sign in
    client.force_login(make_holder("Other"))
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_one_look_costs_few_queries(
    certificate: Certificate, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(address(certificate))
    with django_assert_max_num_queries(3):
        client.get(address(certificate))
