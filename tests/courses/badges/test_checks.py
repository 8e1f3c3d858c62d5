"""The proof holds for the whole document and for nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator, FormatChecker
from pyld import jsonld
from pytest_django.fixtures import Settings

from courses.badges import addresses, checks, document
from courses.badges.checks import add_proof, canonical, check_proof, read_script
from courses.badges.errors import ContextChanged, ProofWrong, TermsLost
from courses.badges.tokens import public_of
from tests.factories.badges import AT, CODE, KEY_ID, PUBLIC, SEED, badge, facts

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "openbadges"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the official schema and samples lie in shared/data/openbadges"
)
Document = dict[str, Any]
Place = tuple[str | int, ...]


def load(name: str) -> Document:
    return json.loads((DATA / name).read_text("utf-8"))


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Where everything stands: objects, lists and leaves, outer ones first."""
    names = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield (*here, name)
        yield from places(value[name], (*here, name))


def at_place(value: Any, place: Place) -> Any:
    for name in place:
        value = value[name]
    return value


def changed(original: Document, place: Place, change: Callable[[Any, Any], None]) -> Document:
    """A copy in which `change` was done to what holds this place."""
    found = copy.deepcopy(original)
    change(at_place(found, place[:-1]), place[-1])
    return found


def is_proved(found: Document) -> bool:
    try:
        check_proof(found, public=PUBLIC)
    except (ProofWrong, TermsLost):
        return False
    return True


def alter(holder: Any, name: Any) -> None:
    """Another value of the same kind."""
    value = holder[name]
    if isinstance(value, bool):
        holder[name] = not value
    elif isinstance(value, str):
        holder[name] = ("y" if value[:1] == "x" else "x") + value[1:]
    else:
        holder[name] = {} if isinstance(value, dict) else []


def remove(holder: Any, name: Any) -> None:
    del holder[name]


def test_a_badge_is_proved_by_its_key_and_no_other() -> None:
    assert is_proved(badge())
    with pytest.raises(ProofWrong):
        check_proof(badge(), public=public_of(bytes(32)))


def test_every_single_change_is_refused() -> None:
    original = badge()
    all_places = list(places(original))
    assert len(all_places) > 70
    survived = [
        (place, change.__name__)
        for place in all_places
        for change in (alter, remove)
        if is_proved(changed(original, place, change))
    ]
    assert survived == []


@pytest.mark.parametrize(
    "addition",
    [
        {"unknownToAllContexts": "one"},
        {"https://example.org/vocabulary#term": "one"},
        {"@included": [{"id": "urn:x:1", "name": "one"}]},
        {"image": {"id": "relative", "type": "Image"}},
        {"identityHash": "Somebody Else"},
        {"@type": "Other"},
    ],
    ids=str,
)
def test_nothing_can_be_added_anywhere(addition: Document) -> None:
    original = badge()
    objects = [(), *(place for place in places(original) if isinstance(at_place(original, place), dict))]
    survived = []
    for place in objects:
        found = copy.deepcopy(original)
        here = at_place(found, place)
        here.update({name: value for name, value in addition.items() if name not in here})
        if found != original and is_proved(found):
            survived.append(place)
    assert survived == []


def test_a_list_of_one_says_the_same_as_the_one() -> None:
    found = badge()
    found["proof"] = [found["proof"]]
    found["issuer"]["type"] = "Profile"
    assert is_proved(found)


def test_what_no_context_knows_is_not_signed() -> None:
    bare = document.build(CODE, facts(), status_index=1)
    bare["credentialSubject"]["achievement"]["stars"] = "five"
    with pytest.raises(TermsLost, match="unknown to its contexts"):
        add_proof(bare, seed=SEED, method=addresses.method(KEY_ID), at=AT)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.update({"@context": [*found["@context"], "https://example.org/context"]}),
        lambda found: found.update({"@context": [*found["@context"], {"stars": "https://example.org/stars"}]}),
        lambda found: found["credentialSubject"]["achievement"].update(alignment=[[{"type": "Alignment"}]]),
        lambda found: found["credentialSubject"]["achievement"].update(related=[{"id": "_:b0", "type": ["Related"]}]),
        lambda found: found["credentialSubject"]["achievement"].update(tag=["x"] * 51),
        lambda found: found["credentialSubject"].update(identifier=[{"type": "IdentityObject"}] * 9),
        lambda found: found.update(evidence=[{"type": ["Evidence"], "name": str(n)} for n in range(50)] * 3),
        lambda found: found.update(name="\ud800"),
        lambda found: found.update(proof=[found["proof"], found["proof"]]),
        lambda found: found.update(proof="none"),
        lambda found: found["proof"].update(proofPurpose="authentication"),
    ],
)  # fmt: skip
def test_odd_documents_are_refused_and_never_crash(spoil: Callable[[Document], None]) -> None:
    found = badge()
    spoil(found)
    assert not is_proved(found)


def test_documents_made_to_take_for_ever_are_refused_at_once() -> None:
    """Nameless parts that say the same: the algorithm would try all their orders."""
    found = badge()
    found["credentialSubject"]["achievement"]["alignment"] = [
        {"type": "Alignment", "targetName": "same", "targetUrl": "https://example.org/"} for _ in range(12)
    ]
    with pytest.raises(TermsLost, match="two parts say the same"):
        check_proof(found, public=PUBLIC)


@needs_data
def test_the_sample_of_1edtech_is_proved_and_the_bad_one_is_not() -> None:
    good, bad = load("sample_valid.json"), load("sample_bad_proof.json")
    check_proof(good, public=good["proof"][0]["verificationMethod"].partition("#")[2])
    with pytest.raises(ProofWrong):
        check_proof(bad, public=bad["proof"][0]["verificationMethod"].partition("#")[2])


@needs_data
@pytest.mark.parametrize(
    "changes",
    [{}, {"holder_email": "", "valid_until": None, "alignments": (), "course_code": "", "course_version": ""}],
    ids=["everything", "the least"],
)
def test_badges_follow_the_official_schema(changes: Document) -> None:
    schema = Draft201909Validator(load("ob_v3p0_achievementcredential_schema.json"), format_checker=FormatChecker())
    assert [error.message for error in schema.iter_errors(badge(**changes))] == []


@needs_data
def test_the_schema_sees_what_is_missing() -> None:
    schema = Draft201909Validator(load("ob_v3p0_achievementcredential_schema.json"), format_checker=FormatChecker())
    found = badge()
    del found["credentialSubject"]["achievement"]["criteria"]
    found["validFrom"] = "2025-02-09"
    assert len(list(schema.iter_errors(found))) == 2


def test_contexts_come_from_files_and_nothing_is_fetched() -> None:
    with pytest.raises(jsonld.JsonLdError):
        checks.loader()("https://www.w3.org/ns/credentials/examples/v2", {})


def test_another_version_of_a_context_is_noticed(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / checks.OB_FILE
    file.parent.mkdir(parents=True)
    file.write_text('module.exports = {"@context": {}};\n', "utf-8")
    settings.FONTS_DIR = tmp_path
    with pytest.raises(ContextChanged):
        checks.loader.__wrapped__()
    file.write_text("export default {};", "utf-8")
    with pytest.raises(ContextChanged):
        read_script(file)


def test_line_ends_and_quotation_marks_are_signed_as_they_are() -> None:
    text = canonical(document.build(CODE, facts(criteria='One "\\t"\r\nTwo\tthree\x07'), status_index=1))
    assert rb'"One \"\\t\"\nTwo three"' in text
