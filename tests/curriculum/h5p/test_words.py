"""Every reason has a sentence, and what is kept of it comes back."""

from __future__ import annotations

import json

import pytest
from django.utils import translation

from curriculum.h5p.findings import Finding, FindingCode, Findings, shown
from curriculum.h5p.words import sentence


@pytest.mark.parametrize("code", FindingCode)
def test_each_reason_has_a_sentence_of_its_own(code: FindingCode) -> None:
    detail = {
        "limit": 5 * 1024 * 1024, "other": "B", "extension": "png", "line": 3, "field": "title", "library": "L 1.0",
        "needs": "1.29", "has": "1.28", "path": "a.js",
    }  # fmt: skip
    said = sentence(Finding(code, "content/a%s.png", detail))
    assert said.endswith((".", ")."))
    assert "?" not in said
    others = {sentence(Finding(other, "content/a%s.png", detail)) for other in FindingCode if other != code}
    assert said not in others


def test_sizes_are_told_in_megabytes_and_files_by_name() -> None:
    with translation.override("en"):
        assert sentence(Finding(FindingCode.FILE_TOO_LARGE, "a.mp4", {"limit": 128 * 1024 * 1024})).replace(
            "\xa0", " "
        ) == ("“a.mp4” is larger than 128.0 MB.")


def test_a_finding_from_an_older_version_still_makes_a_sentence() -> None:
    assert sentence(Finding(FindingCode.COLLISION)) == "“The archive” and “?” would be one file on some computers."


def test_findings_are_kept_as_json() -> None:
    finding = Finding(FindingCode.FIELD_INVALID, "h5p.json", {"field": "title"})
    kept = json.loads(json.dumps(finding.as_dict()))
    assert kept == {"code": "field_invalid", "file": "h5p.json", "detail": {"field": "title"}}
    assert Finding.from_dict(kept) == finding
    with pytest.raises(ValueError, match="unheard_of"):
        Finding.from_dict({"code": "unheard_of"})


def test_names_of_strangers_are_shown_without_tricks() -> None:
    assert shown("a\0b\nc\u202egnp.exe") == "a\ufffdb\ufffdc\ufffdgnp.exe"
    assert (len(shown("x" * 201)), shown("x" * 200)) == (200, "x" * 200)


def test_each_reason_is_noted_once_and_not_without_end() -> None:
    findings = Findings(2)
    for file in ("a", "a", "b", "c"):
        findings.add(FindingCode.LINK, file)
    assert [each.file for each in findings.all()] == ["a", "b"]
    assert (len(findings), bool(findings), bool(Findings(2))) == (2, True, False)
