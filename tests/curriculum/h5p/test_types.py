"""Our own content type and the demo's activity: words in all languages, one source for each, a faultless package."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
import yaml

from curriculum.h5p.building import build_package, type_folder, with_words
from curriculum.h5p.limits import limits
from curriculum.h5p.reading import missing_libraries, read_package
from curriculum.loading.files import CONTENT_DIR, LANGUAGES

FOLDER = type_folder("H5P.CircularLadder")
SEMANTICS = json.loads((FOLDER / "semantics.json").read_text())
ACTIVITY = CONTENT_DIR / "activities" / "r-ladder"
FACTS = yaml.safe_load((ACTIVITY / "activity.yaml").read_text())
CODES = [f"R{number}" for number in range(10)]


def content(language: str) -> dict[str, Any]:
    """The words of the demo's activity."""
    words: dict[str, Any] = json.loads((ACTIVITY / f"content.{language}.json").read_text())
    return words


def translatable(field: dict[str, Any]) -> dict[str, Any]:
    """The shape of what a language file says of a field."""
    shape: dict[str, Any] = {key: True for key in ("label", "description", "entity") if key in field}
    if isinstance(field.get("default"), str):
        shape["default"] = True
    if "fields" in field:
        shape["fields"] = [translatable(each) for each in field["fields"]]
    if "field" in field:
        shape["field"] = translatable(field["field"])
    return shape


def filled(words: Any) -> Any:
    """The shape of a language file, with True for each text that says something."""
    if isinstance(words, list):
        return [filled(each) for each in words]
    if isinstance(words, dict):
        return {key: filled(each) for key, each in words.items()}
    return bool(words.strip())


def values_in(words: dict[str, str]) -> dict[str, list[str]]:
    """Of each sentence the "@name"s that are filled in."""
    return {key: sorted(re.findall("@[a-z]+", text)) for key, text in words.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_package_is_accepted_as_any_other(language: str) -> None:
    package = build_package(FOLDER, content(language), title=FACTS["title"][language], language=language)
    report = read_package(io.BytesIO(package), limits())
    assert (report.findings, report.title, report.language) == ((), FACTS["title"][language], language)
    assert missing_libraries(report, ()) == ()
    assert report.content == with_words(FOLDER, content(language), language)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_language_file_says_all_that_the_semantics_say(language: str) -> None:
    words = json.loads((FOLDER / "language" / f"{language}.json").read_text())
    assert filled(words) == {"semantics": [translatable(field) for field in SEMANTICS]}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translated_words_name_the_same_values(language: str) -> None:
    english, translated = (with_words(FOLDER, {}, code)["l10n"] for code in ("en", language))
    names = [
        {key: sorted(re.findall("@[a-z]+", text)) for key, text in words.items()} for words in (english, translated)
    ]
    assert names[0] == names[1]


def test_the_script_falls_back_on_the_words_of_the_semantics() -> None:
    script = (FOLDER / "scripts" / "circular-ladder.js").read_text()
    block = re.search(r"var WORDS = (\{.*?\});", script, re.DOTALL)
    assert block is not None
    words = json.loads(re.sub(r"^    (\w+):", r'"\1":', block[1], flags=re.MULTILINE))
    assert words == with_words(FOLDER, {}, "en")["l10n"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_activity_runs_parallel_in_all_languages(language: str) -> None:
    words, source = content(language), content("en")
    assert [rung["code"] for rung in words["rungs"]] == CODES
    assert [each["rung"] for each in words["purchases"]] == [each["rung"] for each in source["purchases"]]
    assert (len(words["purchases"]), words["behaviour"]) == (8, source["behaviour"])
    assert words["task"].count("<p>") == source["task"].count("<p>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_activity_fits_its_semantics(language: str) -> None:
    words = content(language)
    lists = {field["name"]: field["field"]["fields"] for field in SEMANTICS if field["type"] == "list"}
    wrong = [
        (name, field["name"], text)
        for name, fields in lists.items()
        for item in words[name]
        for field in fields
        # Plain text of H5P is escaped text: words here do without characters that would need it.
        if not (text := item[field["name"]]) or len(text) > field["maxLength"] or set(text) & set("<>&")
    ]
    assert wrong == []
    assert {each["rung"] for each in words["purchases"]} <= set(CODES)


def test_the_text_alternative_asks_and_answers_the_same() -> None:
    for language in LANGUAGES:
        purchases = content(language)["purchases"]
        lines = FACTS["alternative"][language].splitlines()
        asked = [f"{number}. {each['text']}" for number, each in enumerate(purchases, 1)]
        answered = [f"{number}. **{each['rung']}.** {each['feedback']}" for number, each in enumerate(purchases, 1)]
        assert [line for line in lines if re.match(r"\d", line)] == asked + answered


def test_scripts_hold_nothing_that_a_strict_policy_refuses() -> None:
    scripts = "".join(path.read_text() for path in (FOLDER / "scripts").iterdir())
    # One text is rich by its semantics: the task.
    assert re.findall(r"\beval\(|new Function|\bon[a-z]+=|innerHTML = (?!this\.task;)|style=", scripts) == []
