"""Words with placeholders: what is refused, how values are said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from academy.mail import kinds, rules, wording
from academy.mail.errors import PlaceholderMissing, TextRefused
from academy.mail.models import MailText
from academy.mail.wording import Words
from tests.factories.notices import KIND, tell
from tests.factories.people import AT, make_person

pytestmark = pytest.mark.one_database


def kind() -> kinds.Kind:
    found = kinds.find(KIND)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ends on {day}: {title}", ""),
        ("Hello {name}", "{name} is not known here. You can use: {day}, {title}."),
        ("Until {day", "A brace stands alone."),
        ("Until day}", "A brace stands alone."),
        ("{{ day }}", "A brace stands alone."),
        ("{title.__class__}", "A brace stands alone."),
    ],
)
def test_what_cannot_be_filled_in_is_refused_with_what_to_do(text: str, says: str) -> None:
    found = wording.problem(text, kind().placeholders)
    assert found.startswith(says)
    assert bool(found) == bool(says)


VALUES = st.text(max_size=30).filter(lambda value: "\n" not in value)


@given(title=VALUES, day=VALUES)
def test_values_are_said_as_they_are_whatever_is_in_them(title: str, day: str) -> None:
    said = wording.filled(kind(), Words("x", "|{title}|{day}|"), {"title": title, "day": day})
    assert said.text == f"|{title}|{day}|"


def test_days_and_moments_are_said_in_language_and_zone() -> None:
    moment = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)
    with translation.override("de"), timezone.override("Europe/Berlin"):
        said = wording.filled(kind(), Words("{day}", "{title}"), {"day": date(2027, 6, 30), "title": moment})
    assert said == Words("Mi, 30. Juni 2027", "Do, 1. Juli 2027, 00:30")


def test_what_has_nothing_to_say_leaves_no_blank_lines() -> None:
    said = wording.filled(kind(), Words("x", "One.\n\n{day}\n\n{title}"), {"day": "", "title": "Two."})
    assert said.text == "One.\n\nTwo."


def test_a_value_that_the_caller_forgot_is_a_mistake() -> None:
    with pytest.raises(PlaceholderMissing):
        wording.filled(kind(), Words("{day}", ""), {"title": "x"})


@pytest.mark.django_db
def test_an_edited_text_is_used_in_its_language_alone_until_it_is_set_back() -> None:
    editor = make_person()
    change: dict[str, Any] = {"kind": KIND, "language": "nl", "by": editor, "at": AT}
    rules.change_text(words=Words("Bijna: {title}", "Tot {day}."), **change)
    dutch, german = make_person(language="nl"), make_person(language="de")
    titles = [notice.title for person in (dutch, german) if (notice := tell(person, AT)) is not None]
    assert titles[0] == "Bijna: Circular furniture"
    assert titles[1] != titles[0]
    assert rules.reset_text(**change)
    assert not rules.reset_text(**change)
    again = tell(dutch, AT)
    assert again is not None
    assert again.title != titles[0]


@pytest.mark.django_db
def test_a_text_with_unknown_placeholders_is_not_kept_and_an_old_one_not_used() -> None:
    with pytest.raises(TextRefused) as refused:
        rules.change_text(kind=KIND, language="en", words=Words("{day}", "{score}"), by=None, at=AT)
    assert refused.value.field == "text"
    MailText.objects.create(kind=KIND, language="en", subject="{gone}", text="x", changed_at=AT)
    notice = tell(make_person(), AT)
    assert notice is not None
    assert notice.title == "Your certificate ends on Wed 30 June 2027: Circular furniture"
