"""Codes as people type them, and what a certificate says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.certificates.models import new_code
from courses.certificates.queries import CODE, claims, is_expired, language_for, languages_of, printed_code, tidy_code
from tests.factories.certificates import plain_certificate

CODES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26)


@settings(max_examples=30)
@given(
    CODES, st.sampled_from(["{}", " {} ", "{}/", "https://a.example/c/{}/", "http://a/c/{}/certificate.pdf?lang=de"])
)
def test_a_code_is_found_in_what_is_typed_or_pasted(code: str, way: str) -> None:
    assert tidy_code(way.format(code)) == code
    assert tidy_code(way.format(printed_code(code).upper())) == code


@settings(max_examples=30)
@given(CODES)
def test_signs_that_no_code_holds_are_read_as_what_they_look_like(code: str) -> None:
    assert tidy_code(code.replace("o", "0").replace("l", "1").replace("b", "8")) == code


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_whatever_is_typed_gives_a_code_or_nothing(typed: str) -> None:
    found = tidy_code(typed)
    assert found is None or CODE.fullmatch(found)


def test_new_codes_are_codes_and_never_alike() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(CODE.fullmatch(code) for code in codes)


def test_claims_keep_their_order_and_leave_out_what_is_not_known() -> None:
    keys = [claim.key for claim in claims(plain_certificate(outcomes=[], hours=""), "en")]
    assert keys == [
        "holder", "course", "issued", "level", "assessment", "competences", "curriculum", "language", "signatory",
        "issuer", "code",
    ]  # fmt: skip


def test_facts_stay_as_frozen_whatever_language_asks() -> None:
    certificate = plain_certificate(language="de", hours="2 Std. 20 Min.")
    found = {claim.key: [part.text for part in claim.words] for claim in claims(certificate, "de")}
    assert found["hours"] == ["2 Std. 20 Min."]
    assert found["code"] == [printed_code(certificate.code)]


def test_the_holders_language_stands_in_for_one_that_was_not_frozen() -> None:
    certificate = plain_certificate(language="de")
    certificate.frozen["texts"]["fr"] = certificate.frozen["texts"]["de"]
    assert (language_for(certificate, "fr"), language_for(certificate, "xx")) == ("fr", "de")
    assert languages_of(certificate) == ["de", "fr"]


@pytest.mark.parametrize(("until", "expired"), [(None, False), (date(2027, 2, 9), False), (date(2027, 2, 8), True)])
def test_it_is_valid_to_the_end_of_its_last_day(until: date | None, expired: bool) -> None:
    certificate = plain_certificate()
    certificate.valid_until = until
    assert is_expired(certificate, on=date(2027, 2, 9)) is expired
