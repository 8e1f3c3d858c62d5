"""What code asks for is found, and a catalogue that does not answer is noticed."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from academy.kernel.messages import Extraction, Key, extract, merge, problems

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
A = _("Start this course")
B = pgettext_lazy("mail", "Queued")
C = ngettext("%(n)s lesson", "%(n)s lessons", 2)
D = _("a text in "
      "two parts")
E = _(A)
"""
TEMPLATE = """
{# Translators: not a text #}
{% translate "My learning" %} {% translate 'Open' context 'status' %}
{% blocktranslate trimmed %}
  Hello {{ name }},
  100% sure
{% endblocktranslate %}
{% blocktranslate count n=things|length %}{{ n }} thing{% plural %}{{ n }} things{% endblocktranslate %}
{{ value|default:_("nothing") }} {% include "x.html" with title=_("A title") %}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "code" / "b.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def test_finds_every_text_in_code_and_templates(project: Path) -> None:
    found = {(key.context, key.singular, message.plural) for key, message in extract(project, ["code"]).items()}
    assert found == {
        (None, "Start this course", None),
        ("mail", "Queued", None),
        (None, "%(n)s lesson", "%(n)s lessons"),
        (None, "a text in two parts", None),
        (None, "My learning", None),
        ("status", "Open", None),
        (None, "Hello %(name)s, 100%% sure", None),
        (None, "%(n)s thing", "%(n)s things"),
        (None, "nothing", None),
        (None, "A title", None),
    }


def wanted(*texts: str) -> Extraction:
    found = Extraction()
    for text in texts:
        found.add(Key(None, text), None, ("a.py", 1))
    return found


def catalogue(**texts: str) -> polib.POFile:
    made = polib.POFile()
    made += [polib.POEntry(msgid=english, msgstr=words) for english, words in texts.items()]
    return made


@pytest.mark.parametrize(
    ("english", "words", "problem"),
    [
        ("Quiz", "", "missing: 'Quiz', a.py:1"),
        ("Lesson", "Lesson", "equal to English and not in allow-equal.txt: 'Lesson'"),
        ("By %(name)s", "Von %(nam)s", "other placeholders than ['name']: 'By %(name)s'"),
        ("By %(name)s", "Von ihr", "other placeholders than ['name']: 'By %(name)s'"),
        ("Yes\n", "Ja", "begins or ends with a line break where the other does not: 'Yes\\n'"),
    ],
)
def test_notices_what_a_catalogue_lacks(english: str, words: str, problem: str) -> None:
    assert problems(catalogue(**{english: words}), wanted(english), {"Quiz"}) == [problem]


def test_notices_a_text_that_was_never_collected() -> None:
    assert problems(catalogue(), wanted("New text"), set()) == ["missing: 'New text', a.py:1"]


def test_notices_a_guess_that_nobody_confirmed() -> None:
    guessed = catalogue(Lesson="Lektion")
    guessed[0].flags.append("fuzzy")
    assert problems(guessed, wanted("Lesson"), set()) == ["fuzzy: 'Lesson'"]


def test_a_complete_catalogue_has_no_problem() -> None:
    assert problems(catalogue(Quiz="Quiz", Lesson="Lektion"), wanted("Quiz", "Lesson"), {"Quiz"}) == []


def test_collecting_keeps_translations_and_sets_aside_what_nobody_asks_for() -> None:
    kept = catalogue(Lesson="Lektion", Gone="Weg")
    assert merge(kept, wanted("Lesson", "Path")) == (1, 1)
    assert {(entry.msgid, entry.msgstr, bool(entry.obsolete)) for entry in kept} == {
        ("Lesson", "Lektion", False),
        ("Gone", "Weg", True),
        ("Path", "", False),
    }


def test_collecting_twice_changes_nothing(project: Path) -> None:
    made = polib.POFile()
    asked = extract(project, ["code"])
    merge(made, asked)
    once = str(made)
    assert (merge(made, asked), str(made)) == ((0, 0), once)
