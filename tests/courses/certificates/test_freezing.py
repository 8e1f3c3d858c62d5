"""What a certificate says is gathered once, in all languages, from the course as it is at that moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.attempts.models import QuizAttempt
from courses.certificates.pieces import Done
from courses.certificates.taught import LONGEST_OUTCOME, MOST_OUTCOMES, chosen, outcome_texts, read
from curriculum.catalogue.models import CoursePage, ModuleCompetence
from curriculum.competences.models import Competence
from curriculum.items.models import LearningItem
from tests.factories.certificates import AT, frozen_for, make_completed, make_holder, sign
from tests.factories.curriculum import Course, locale_of, make_course

pytestmark = pytest.mark.django_db


def freeze_it(course: Course, **changes: Any) -> dict[str, Any]:
    """What is frozen for a person who completed this course."""
    values: dict[str, Any] = {"language": "nl", "time_zone": "Europe/Brussels", "code": "a" * 26, "at": AT, **changes}
    return frozen_for(make_completed(course.course), **values)


def make_competence(code: str, name: str, **translations: str) -> Competence:
    """A competence with its names in other languages."""
    source = Competence.objects.create(code=code, cluster="horizontal", name=name, locale=locale_of("en"))
    for language, translated in translations.items():
        Competence.objects.create(
            code=code,
            cluster="horizontal",
            name=translated,
            locale=locale_of(language),
            translation_key=source.translation_key,
        )
    return source


def test_titles_and_outcomes_are_frozen_in_each_language_with_the_language_of_their_words(academy: Course) -> None:
    texts = freeze_it(academy)["texts"]
    assert sorted(texts) == ["de", "en", "fr", "nl"]
    assert texts["nl"]["course"] == {"text": "Course CPA-9 [nl]", "lang": "nl"}
    assert texts["en"]["course"] == {"text": "Course CPA-9", "lang": "en"}
    # There is no French: the source's words, marked as such.
    assert texts["fr"]["course"] == {"text": "Course CPA-9", "lang": "en"}
    assert texts["en"]["outcomes"] == [{"text": "Explain module 1", "lang": "en"}]


def test_facts_beside_the_texts(academy: Course) -> None:
    sign()
    frozen = freeze_it(academy, code="b" * 26, language="en")
    assert {key: value for key, value in frozen.items() if key != "texts"} == {
        "version": 2,
        "code": "b" * 26,
        "check_url": f"http://localhost:8000/c/{'b' * 26}/",
        "platform": "Circular Procurement Academy",
        "issuer": "Lindenmark Academy",
        "signatory": {"name": "Mira Voorbeeld", "role": "Head of learning"},
        "issued_on": "2027-02-09",
        "course_code": "CPA-9",
        "curriculum_version": "2026.1",
        "rule_version": 1,
        "item_kind": "course",
        "route": "full",
        "valid_until": None,
        "logo": None,
        "signature": None,
        "minutes": 0,
        "competences": [],
        "outcomes": ["Explain module 1"],
        "criteria": "Completed everything that was asked for.",
    }


def test_without_an_operator_the_platform_itself_issues(academy: Course) -> None:
    assert freeze_it(academy)["issuer"] == "Circular Procurement Academy"


def test_the_day_of_issue_is_the_one_where_the_holder_lives(academy: Course) -> None:
    late = datetime(2027, 2, 9, 23, 30, tzinfo=UTC)
    assert freeze_it(academy, at=late)["issued_on"] == "2027-02-10"
    assert freeze_it(academy, at=late, time_zone="Atlantic/Azores")["issued_on"] == "2027-02-09"


def test_the_assessment_is_the_quiz_as_it_was_given_and_promised(academy: Course) -> None:
    quiz = LearningItem.objects.get(kind="quiz")
    rule = {"version": 1, "since": None, "all": [{"kind": "quiz", "key": str(quiz.key), "at": 70}]}
    enrolment = make_completed(academy.course, rule=rule)
    academy.course.assessment = "Quiz of a thousand questions"
    academy.course.save()
    before = frozen_for(enrolment, language="nl", time_zone="Europe/Brussels", code="a" * 26, at=AT)
    assert before["texts"]["en"]["assessment"]["text"] == "Quiz of a thousand questions"
    QuizAttempt.objects.create(
        person=enrolment.person, quiz=quiz, placement=enrolment.item, enrolment=enrolment, number=1, full_points=3,
        frozen={"digests": ["a", "b", "c"], "pass_mark": 70}, state="submitted", submitted_at=AT, points=3, passed=True,
    )  # fmt: skip
    after = frozen_for(enrolment, language="nl", time_zone="Europe/Brussels", code="a" * 26, at=AT)
    assert after["texts"]["en"]["assessment"]["text"].replace("\N{NO-BREAK SPACE}", " ") == (
        "Quiz of 3 questions, passed at 70 % or more"
    )


def test_each_competence_stands_once_at_its_highest_level_with_its_name_in_the_language(site: Any) -> None:
    course = make_course(modules=2)
    planning = make_competence("PC1", "Planning", de="Planung")
    buying = make_competence("PC5", "Sustainable procurement")
    for module, competence, level in [(0, buying, 1), (0, planning, 2), (1, buying, 3)]:
        ModuleCompetence.objects.create(module=course.modules[module], competence=competence, level=level)
    texts = freeze_it(course)["texts"]
    assert [part["lang"] for part in texts["de"]["competences"]] == ["en", "de"]
    assert [part["text"].partition(",")[0] for part in texts["de"]["competences"]] == [
        "PC5 Sustainable procurement",
        "PC1 Planung",
    ]
    assert texts["en"]["competences"] == [
        {"text": "PC5 Sustainable procurement, level 3 (advanced)", "lang": "en"},
        {"text": "PC1 Planning, level 2 (intermediate)", "lang": "en"},
    ]


def test_a_course_whose_page_is_gone_is_called_as_its_item_remembers(academy: Course) -> None:
    enrolment = make_completed(academy.course)
    for page in CoursePage.objects.filter(translation_key=academy.course.translation_key):
        page.delete()
    frozen = frozen_for(enrolment, language="nl", time_zone="Europe/Brussels", code="a" * 26, at=AT)
    assert frozen["texts"]["nl"]["course"]["text"] == "Course CPA-9"
    assert (frozen["course_code"], frozen["texts"]["nl"]["outcomes"]) == ("CPA-9", [])


def test_a_translation_that_does_not_run_parallel_gives_way_to_the_source(academy: Course) -> None:
    module = academy.modules[0]
    module.outcomes = [("outcome", "One"), ("outcome", "Two")]
    module.save()
    assert freeze_it(academy)["texts"]["nl"]["outcomes"] == [
        {"text": "One", "lang": "en"},
        {"text": "Two", "lang": "en"},
    ]


def test_an_outcome_too_long_in_one_language_is_left_out_in_all(academy: Course) -> None:
    module, dutch = academy.modules[0], academy.translation(academy.modules[0], "nl")
    module.outcomes = [("outcome", "One"), ("outcome", "Two")]
    dutch.outcomes = [("outcome", "E" * (LONGEST_OUTCOME + 1)), ("outcome", "Twee")]
    module.save()
    dutch.save()
    texts = freeze_it(academy)["texts"]
    assert [part["text"] for part in texts["nl"]["outcomes"]] == ["Twee"]
    assert [part["text"] for part in texts["en"]["outcomes"]] == ["Two"]


def test_every_module_has_a_word_before_any_has_two(site: Any) -> None:
    course = make_course(modules=4)
    for number, module in enumerate(course.modules):
        module.outcomes = [("outcome", f"{number}{letter}") for letter in "abc"]
        module.save()
    taught = read(course.course.translation_key, Done())
    assert taught is not None
    assert [
        outcome_texts(module)[place]
        for module, places in zip(taught.modules, chosen(taught), strict=True)
        for place in places
    ] == ["0a", "0b", "1a", "1b", "2a", "3a"]


class FakeModule:
    """As much of a module as choosing needs."""

    def __init__(self, key: int, outcomes: list[str]) -> None:
        self.translation_key = key
        self.outcomes = [type("Block", (), {"value": text})() for text in outcomes]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(1, 160), max_size=5), max_size=8))
def test_never_more_or_longer_than_fits_and_nothing_left_out_without_need(lengths: list[list[int]]) -> None:
    modules: Any = [FakeModule(n, ["x" * length for length in row]) for n, row in enumerate(lengths)]
    taught: Any = type("Taught", (), {"modules": modules, "words": {}})()
    picked = [modules[n].outcomes[place].value for n, places in enumerate(chosen(taught)) for place in places]
    short = sum(length <= LONGEST_OUTCOME for row in lengths for length in row)
    assert len(picked) == min(MOST_OUTCOMES, short)
    assert all(len(text) <= LONGEST_OUTCOME for text in picked)


def test_the_holders_language_is_frozen_also_if_the_site_no_longer_speaks_it(academy: Course) -> None:
    frozen = frozen_for(
        make_completed(academy.course, make_holder()),
        language="mt",
        time_zone="Europe/Malta",
        code="a" * 26,
        at=AT,
    )
    assert sorted(frozen["texts"]) == ["de", "en", "fr", "mt", "nl"]
