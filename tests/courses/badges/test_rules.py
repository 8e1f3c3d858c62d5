"""A badge is signed once; keys come, go and are missed."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from courses.badges import queries, rules
from courses.badges.checks import check_proof
from courses.badges.enums import Outcome
from courses.badges.errors import BadgeForgotten, KeyMissing
from courses.badges.models import IssuerKey, SignedCredential
from courses.badges.reading import verify
from courses.badges.states import is_set
from courses.badges.tokens import public_of, write_seed
from tests.factories.badges import AT, CODE, SEED, facts

pytestmark = pytest.mark.django_db
OTHER_CODE = "z" * 26


@pytest.fixture(autouse=True)
def keys_dir(settings: Settings, tmp_path: Path) -> Path:
    """Each test begins without a key."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.ISSUER_KEY = ""
    return settings.KEYS_DIR


def test_a_badge_is_signed_once_whatever_its_facts_become() -> None:
    first = rules.signed(CODE, facts(), at=AT)
    again = rules.signed(CODE, facts(title="Another title"), at=AT)
    assert (again.pk, again.credential) == (first.pk, first.credential)
    assert verify(first.credential).outcome == Outcome.SIGNED
    assert json.loads(first.credential)["credentialStatus"]["statusListIndex"] == str(first.status_index)


def test_who_is_quicker_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked before either wrote: the constraint decides."""
    first = rules.signed(CODE, facts(), at=AT)
    looks = iter([None])
    monkeypatch.setattr(rules, "credential_of", lambda code: next(looks, first))
    assert rules.signed(CODE, facts(title="Another title"), at=AT) == first


def test_a_place_in_the_list_that_is_taken_is_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    places = iter([5, 5, 5, 6])
    monkeypatch.setattr(rules.secrets, "randbelow", lambda size: next(places))
    assert [rules.signed(code, facts(), at=AT).status_index for code in (CODE, OTHER_CODE)] == [5, 6]


def test_what_is_forgotten_keeps_its_place_and_is_never_signed_again() -> None:
    place = rules.signed(CODE, facts(), at=AT).status_index
    rules.forget([CODE, OTHER_CODE])
    assert SignedCredential.objects.values_list("credential", "status_index").get() == ("", place)
    with pytest.raises(BadgeForgotten):
        rules.signed(CODE, facts(), at=AT)


def test_the_list_is_signed_and_says_which_places_are_set() -> None:
    found = json.loads(rules.status_list({3, 9}, at=AT))
    check_proof(found, public=queries.all_keys()[0].public_multibase)
    encoded = found["credentialSubject"]["encodedList"]
    assert [is_set(encoded, place) for place in (2, 3, 9)] == [False, True, True]


# -- keys -------------------------------------------------------------------------------------------------------------
def test_the_first_need_makes_a_key_that_its_owner_alone_can_read(keys_dir: Path) -> None:
    key, seed = rules.signing_key(at=AT)
    file = keys_dir / "key-2025-02.key"
    assert (key.key_id, key.public_multibase) == ("key-2025-02", public_of(seed))
    assert [path.name for path in keys_dir.iterdir()] == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_dir.stat().st_mode) == 0o700
    assert rules.signing_key(at=AT) == (key, seed)


def test_a_file_without_a_row_is_used_not_replaced(keys_dir: Path) -> None:
    """Its maker may not have committed yet: both must come to the same key."""
    keys_dir.mkdir()
    (keys_dir / "key-2025-02.key").write_text(write_seed(SEED), "ascii")
    assert rules.signing_key(at=AT)[1] == SEED


def test_two_first_needs_at_once_come_to_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key, _seed = rules.signing_key(at=AT)
    looks = iter([None])
    monkeypatch.setattr(rules, "current_key", lambda: next(looks, key))
    assert rules.signing_key(at=AT)[0] == key
    assert IssuerKey.objects.count() == 1


def test_the_database_lets_one_key_sign() -> None:
    IssuerKey.objects.create(key_id="one", public_multibase="z1")
    IssuerKey.objects.create(key_id="two", public_multibase="z2", retired_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.create(key_id="three", public_multibase="z3")


def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_proves() -> None:
    before = rules.signed(CODE, facts(), at=AT)
    out = StringIO()
    call_command("rotate_issuer_key", stdout=out)
    after = rules.signed(OTHER_CODE, facts(), at=AT)
    assert before.key != after.key
    assert [key.retired_at is None for key in queries.all_keys()] == [False, True]
    assert [verify(each.credential).key for each in (before, after)] == [before.key, after.key]
    assert f"{before.key.key_id} is retired" in out.getvalue()


def test_two_rotations_in_a_month_make_names_of_their_own() -> None:
    for _each in range(3):
        rules.rotate(at=AT)
    assert [key.key_id for key in queries.all_keys()] == ["key-2025-02", "key-2025-02-2", "key-2025-02-3"]


def test_a_lost_key_is_said_and_a_rotation_helps(keys_dir: Path) -> None:
    old = rules.signed(CODE, facts(), at=AT)
    (keys_dir / "key-2025-02.key").unlink()
    with pytest.raises(KeyMissing, match=r"manage\.py rotate_issuer_key"):
        rules.signed(OTHER_CODE, facts(), at=AT)
    rules.rotate(at=AT)
    assert rules.signed(OTHER_CODE, facts(), at=AT).key.key_id == "key-2025-02-2"
    assert verify(old.credential).outcome == Outcome.SIGNED


def test_another_key_in_the_file_is_not_signed_with(keys_dir: Path) -> None:
    rules.signing_key(at=AT)
    (keys_dir / "key-2025-02.key").write_text(write_seed(SEED), "ascii")
    with pytest.raises(KeyMissing, match="is not the private half"):
        rules.signing_key(at=AT)
    (keys_dir / "key-2025-02.key").write_text("nonsense", "ascii")
    with pytest.raises(KeyMissing, match="holds no private key"):
        rules.signing_key(at=AT)


def test_the_key_may_come_from_the_environment(settings: Settings, keys_dir: Path) -> None:
    settings.ISSUER_KEY = write_seed(SEED)
    assert rules.signing_key(at=AT)[0].public_multibase == public_of(SEED)
    assert not keys_dir.exists()


def test_a_new_key_in_the_environment_signs_after_a_rotation_and_an_old_one_never_again(settings: Settings) -> None:
    settings.ISSUER_KEY = write_seed(SEED)
    rules.signing_key(at=AT)
    with pytest.raises(CommandError, match="put a new one there first"):
        call_command("rotate_issuer_key")
    settings.ISSUER_KEY = write_seed(bytes(32))
    with pytest.raises(KeyMissing, match="ISSUER_KEY is not the private half of key-2025-02"):
        rules.signing_key(at=AT)
    rules.rotate(at=AT)
    assert rules.signing_key(at=AT)[0].key_id == "key-2025-02-2"
    settings.ISSUER_KEY = write_seed(SEED)
    with pytest.raises(KeyMissing):
        rules.signing_key(at=AT)
    settings.ISSUER_KEY = "nonsense"
    with pytest.raises(KeyMissing, match="ISSUER_KEY is no private key"):
        rules.signing_key(at=AT)
