"""Every kind of mail is registered: it has a name, and it is said whether it can be turned off."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from academy.mail import kinds, wording
from academy.mail.kinds import Kind

TEMPLATES = Path(settings.PROJECT_DIR) / "templates" / "email"
CODES = sorted(path.parent.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*/subject.txt"))


@pytest.mark.parametrize("code", CODES)
def test_a_kind_of_mail_is_registered(code: str) -> None:
    kind = kinds.find(code)
    assert kind is not None, f"{code}: say in notification_kinds.py what it is called and whether it is essential"
    # Words that are filled in or a body that is built, never both.
    has_words = (TEMPLATES / code / "words.txt").exists()
    assert has_words == bool(kind.placeholders) != (TEMPLATES / code / "body.txt").exists()


def test_no_kind_is_registered_that_has_no_templates() -> None:
    assert sorted(kind.code for kind in kinds.kinds()) == CODES


@pytest.mark.parametrize("kind", [kind for kind in kinds.kinds() if kind.placeholders], ids=lambda kind: kind.code)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_default_words_can_be_filled_in_every_language(kind: Kind, language: str) -> None:
    words = wording.default(kind.code, language)
    with translation.override(language):
        wording.check(kind, words)
        said = wording.preview(kind, words)
    assert "{" not in f"{said.subject}{said.text}"
    assert set(kind.samples) == set(kind.placeholders)
