"""Authors make and change questions, quizzes and rubrics in the admin: the views that they use."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.snippets.models import get_snippet_models

from academy.people.models import User
from academy.website.rules import EDITORS, prepare_groups
from curriculum.competences.models import Competence
from curriculum.panel.snippet_views import free_code
from curriculum.quizzes.models import Choice, Question, Quiz, QuizQuestion, Rubric
from tests.factories.curriculum import OPTIONS, locale_of, make_course, make_question, make_quiz, make_rubric
from tests.factories.people import make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
QUESTIONS, QUIZZES, RUBRICS = (f"/cms/snippets/curriculum/{name}/" for name in ("question", "quiz", "rubric"))
FIELDS = ("text", "correct", "match", "number", "tolerance", "words", "share", "feedback")


@pytest.fixture
def editor() -> Client:
    """Somebody who writes the curriculum, signed in."""
    person: User = make_person(is_staff=True)
    person.groups.add(prepare_groups(snippets=get_snippet_models())[EDITORS])
    return signed_in(person)


def rows_of(client: Client, address: str) -> list[list[str]]:
    """The cells of each row of a list, in order, without its check box, title and buttons."""
    table = BeautifulSoup(client.get(address).content, "html.parser").find("table", class_="listing")
    assert isinstance(table, Tag)
    rows = [[" ".join(cell.text.split()) for cell in row.find_all("td")[2:]] for row in table.find_all("tr")]
    return [cells for cells in rows if cells]


def fields_of(response: Any) -> dict[str, str]:
    """What a browser would post from this page if nothing were changed."""
    form = BeautifulSoup(response.content, "html.parser").find("form", attrs={"data-edit-form": True})
    assert isinstance(form, Tag)
    fields: dict[str, str] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if field.name == "textarea":
            value = field.text.removeprefix("\n").removesuffix("\n")
        elif field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            value = str(chosen.get("value", "")) if isinstance(chosen, Tag) else ""
        elif field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        else:
            value = str(field.get("value", "on" if field.get("type") == "checkbox" else ""))
        if field.get("name") and not field.find_parent("template"):
            fields[str(field["name"])] = value
    return fields


def form_of(client: Client, address: str) -> dict[str, Any]:
    """The form of a page, as it is."""
    response = client.get(address)
    assert response.status_code == 200, response
    return fields_of(response)


def with_options(data: dict[str, Any], options: list[dict[str, Any]], name: str = "choices") -> dict[str, Any]:
    """The form with these options added, as "Add option" does."""
    filled = {**data, f"{name}-TOTAL_FORMS": str(len(options))}
    for n, each in enumerate(options):
        values = {"id": "", "ORDER": str(n + 1), "DELETE": "", **each}
        filled |= {f"{name}-{n}-{field}": value for field, value in values.items() if value not in (None, False)}
    return filled


def values(question: Question) -> list[dict[str, Any]]:
    """The options of a question, as far as something stands in them."""
    return [
        {name: value for name in FIELDS if (value := getattr(choice, name))}
        for choice in question.choices.order_by("sort_order")
    ]


def problems(response: Any) -> list[str]:
    """What the page says is wrong, wherever it says so."""
    html = response.content.decode()
    found = re.findall(r'class="error-message[^"]*"[^>]*>(.*?)</(?:div|p|li)>', html, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]


# -- making questions -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_an_editor_makes_a_question_of_each_kind(editor: Client, kind: str) -> None:
    data = form_of(editor, f"{QUESTIONS}add/") | {"code": "mine", "kind": kind, "text": "What?", "points": "2.5"}
    options = [{key: "on" if value is True else value for key, value in each.items()} for each in OPTIONS[kind]]

    response = editor.post(f"{QUESTIONS}add/", with_options(data, options))

    assert (response.status_code, problems(response)) == (302, [])
    question = Question.objects.get()
    assert (question.kind, question.text, str(question.points), question.locale) == (
        kind, "What?", "2.50", locale_of("en"),
    )  # fmt: skip
    assert values(question) == [{key: value for key, value in each.items() if value} for each in OPTIONS[kind]]


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("single", [{"text": "Only one", "correct": "on"}], "Write at least two options, each with a text."),
        ("multiple", [{"text": "One"}, {"text": "Two"}], "Tick at least one option as right."),
        (
            "true_false",
            [{"text": "True", "correct": "on"}, {"text": "False", "correct": "on"}],
            "True or false has two options, one of them right.",
        ),
        (
            "ordering",
            [{"text": "One"}, {"text": "Two"}, {"text": ""}],
            "Write at least two items, in the right order, each with a text.",
        ),
        ("matching", [{"text": "One", "match": "1"}, {"text": "Two"}], "Each line needs what belongs to it."),
        (
            "numeric",
            [{"number": "7", "feedback": "Too few."}],
            "Add an option with the right number, and tick it as right.",
        ),
        (
            "short_text",
            [{"words": "passport"}, {"text": "x", "correct": "on"}],
            "Add an option with the accepted words, and tick it as right.",
        ),
    ],
)
def test_what_is_missing_is_said_at_the_options_and_nothing_typed_is_lost(
    editor: Client, kind: str, options: list[dict[str, str]], expected: str
) -> None:
    data = form_of(editor, f"{QUESTIONS}add/") | {"code": "mine", "kind": kind, "text": "What do I keep?"}
    posted = with_options(data, options)

    response = editor.post(f"{QUESTIONS}add/", posted)

    assert (response.status_code, problems(response)) == (200, [expected])
    assert Question.objects.count() == 0
    again = fields_of(response)
    typed = {name: value for name, value in posted.items() if value and name != "csrfmiddlewaretoken"}
    assert {name: again.get(name) for name in typed} == typed


def test_a_question_cannot_lose_its_right_answer(editor: Client) -> None:
    question = make_question("q", languages=("en",))
    data = form_of(editor, f"{QUESTIONS}edit/{question.pk}/")
    del data["choices-0-correct"]

    response = editor.post(f"{QUESTIONS}edit/{question.pk}/", data)

    assert problems(response) == ["Tick at least one option as right."]
    assert Question.objects.get().choices.filter(correct=True).count() == 1


def test_an_option_is_taken_away_and_the_others_keep_their_identity(editor: Client) -> None:
    question = make_question("q", languages=("en",))
    keys = list(question.choices.order_by("sort_order").values_list("translation_key", flat=True))
    data = form_of(editor, f"{QUESTIONS}edit/{question.pk}/") | {"choices-1-DELETE": "on"}

    editor.post(f"{QUESTIONS}edit/{question.pk}/", data)

    left = list(question.choices.order_by("sort_order").values_list("translation_key", flat=True))
    assert left == [keys[0], keys[2]]


def test_a_picture_needs_words() -> None:
    with pytest.raises(ValidationError) as error:
        Question(image_id=1, image_alt=" ").clean()
    assert error.value.message_dict == {"image_alt": ["Say what the picture shows, for those who cannot see it."]}


def test_fields_that_a_kind_does_not_need_are_marked_for_hiding(editor: Client) -> None:
    """The browser hides them (Wagtail's w-rules); without JavaScript all are shown, so none can be missing."""
    html = editor.get(f"{QUESTIONS}add/").content.decode()
    rules = dict(re.findall(r"data-w-rules='?\"?(\{[^}]*\})\"?'?[^>]*>\s*<label[^>]*for=\"id_(\w+)\"", unescape(html)))
    assert 'data-controller="w-rules"' in html
    assert {name: kinds for kinds, name in rules.items() if name == "unit"} == {"unit": '{"kind": ["numeric"]}'}


def test_numbers_stand_there_as_people_write_them(editor: Client) -> None:
    question = make_question("q", "numeric", languages=("en",), points=Decimal("2.50"))
    question.choices.filter(correct=True).update(number=Decimal("0.05"), tolerance=Decimal(100), share=Decimal(50))
    data = form_of(editor, f"{QUESTIONS}edit/{question.pk}/")
    numbers = ("points", "choices-0-number", "choices-0-tolerance", "choices-0-share", "choices-1-tolerance")
    assert [data[name] for name in numbers] == ["2.5", "0.05", "100", "50", "0"]


# -- scenarios --------------------------------------------------------------------------------------------------------
def test_lines_that_a_browser_posts_stay_the_same_text_for_translations(editor: Client) -> None:
    question = make_question("two-lines")
    question.text = "One\n\n1. two"
    question.save()
    data = form_of(editor, f"{QUESTIONS}edit/{question.pk}/")
    data |= {"text": "One\r\n\r\n1. two", "choices-0-feedback": "Yes.\r\nIndeed."}

    response = editor.post(f"{QUESTIONS}edit/{question.pk}/", data)

    question.refresh_from_db()
    assert (response.status_code, question.text) == (302, "One\n\n1. two")
    assert question.choices.order_by("sort_order")[0].feedback == "Yes.\nIndeed."


def test_a_scenario_gets_its_questions_from_its_own_page(editor: Client) -> None:
    scenario = make_question("case", "scenario", languages=("en",))
    make_question("first", languages=("en",), parent=scenario)
    html = editor.get(f"{QUESTIONS}edit/{scenario.pk}/").content.decode()
    (address,) = re.findall(r'href="([^"]*add/\?parent=[^"]*)"', html)
    data = form_of(editor, unescape(address)) | {"code": "second", "text": "And then?"}
    editor.post(f"{QUESTIONS}add/", with_options(data, [{"text": "a", "correct": "on"}, {"text": "b"}]))

    parts = Question.objects.filter(parent=scenario).order_by("sort_order", "pk").values_list("code", "sort_order")
    assert list(parts) == [("first", 0), ("second", 1)]
    html = editor.get(f"{QUESTIONS}edit/{scenario.pk}/").content.decode()
    assert re.findall(r'<li><a href="[^"]*/question/edit/\d+/">([^<]*)</a>', html) == ["Question first?", "And then?"]


def test_a_scenario_with_questions_stays_a_scenario(editor: Client) -> None:
    scenario = make_question("case", "scenario", languages=("en",))
    make_question("first", languages=("en",), parent=scenario)
    data = form_of(editor, f"{QUESTIONS}edit/{scenario.pk}/") | {"kind": "open_text"}

    response = editor.post(f"{QUESTIONS}edit/{scenario.pk}/", data)

    assert problems(response) == ["This scenario has questions. Take them out of it before you change its kind."]


def test_only_scenarios_of_the_same_language_can_be_chosen(editor: Client) -> None:
    make_question("case", "scenario", languages=("en", "nl"))
    make_question("other")

    html = editor.get(f"{QUESTIONS}add/").content.decode()

    select = html[html.index('name="parent"') :]
    assert re.findall(r"<option[^>]*>([^<]*)", select[: select.index("</select>")]) == ["---------", "Question case?"]


# -- lists ------------------------------------------------------------------------------------------------------------
def test_the_list_of_questions_says_where_each_stands(editor: Client, django_assert_max_num_queries: Any) -> None:
    quiz = make_quiz("cpa-9", questions=0)
    question = make_question("waste", topic="r-ladder")
    scenario = make_question("case", "scenario", languages=("en",))
    make_question("part", "open_text", languages=("en",), parent=scenario)
    other = make_quiz("cpa-9-b", questions=0, languages=("en",))
    for where, each in ((quiz, question), (quiz, scenario), (other, scenario)):
        QuizQuestion.objects.create(quiz=where, question=each)

    with django_assert_max_num_queries(30):
        rows = rows_of(editor, QUESTIONS)

    assert rows == [
        ["English", "case", "Scenario with several questions", "", "1.00", "cpa-9, cpa-9-b"],
        ["English", "part", "Open text", "", "1.00", "cpa-9, cpa-9-b"],
        ["English", "waste", "Single choice", "r-ladder", "1.00", "cpa-9"],
        ["Dutch", "waste", "Single choice", "r-ladder", "1.00", "cpa-9"],
    ]


def test_questions_are_found_by_text_code_and_topic_and_narrowed_down(editor: Client) -> None:
    competence = Competence.objects.create(code="PC5", cluster="x", name="Planning", locale=locale_of("en"))
    make_question("ladder", topic="r-ladder", difficulty="easy", languages=("en",), competence=competence)
    make_question("price", "numeric", topic="costs", must_pass=True, languages=("en",))

    def found(**asked: Any) -> list[str]:
        html = editor.get(QUESTIONS, asked).content.decode()
        return [code for code in ("ladder", "price") if f"Question {code}?" in html]

    assert {
        "all": found(),
        "text": found(q="Question price"),
        "code": found(q="ladder"),
        "topic": found(q="costs"),
        "kind": found(kind="numeric"),
        "by topic": found(topic="r-ladder"),
        "competence": found(competence=competence.pk),
        "difficulty": found(difficulty="easy"),
        "must pass": found(must_pass="true"),
    } == {
        "all": ["ladder", "price"],
        "text": ["price"],
        "code": ["ladder"],
        "topic": ["price"],
        "kind": ["price"],
        "by topic": ["ladder"],
        "competence": ["ladder"],
        "difficulty": ["ladder"],
        "must pass": ["price"],
    }


def test_the_list_of_quizzes_says_what_each_asks(editor: Client) -> None:
    make_quiz("exam", questions=3, languages=("en",), pass_mark=80, attempts=2)
    make_quiz("try", questions=1, languages=("en",), formative=True, attempts=0)

    assert rows_of(editor, QUIZZES) == [
        ["English", "exam", "3", "80", "2", ""],
        ["English", "try", "1", "70", "any number", "Yes"],
    ]


# -- quizzes ----------------------------------------------------------------------------------------------------------
def test_an_editor_makes_a_quiz_of_a_question_and_a_draw(editor: Client) -> None:
    question = make_question("q", languages=("en",))
    data = form_of(editor, f"{QUIZZES}add/") | {"title": "Mine", "code": "mine"}
    places = [{"question": str(question.pk), "draw_count": "0"}, {"draw_count": "2", "draw_topic": "r-ladder"}]

    response = editor.post(f"{QUIZZES}add/", with_options(data, places, "places"))

    assert (response.status_code, problems(response)) == (302, [])
    found = QuizQuestion.objects.order_by("sort_order").values_list("question", "draw_count", "draw_topic")
    assert list(found) == [(question.pk, 0, ""), (None, 2, "r-ladder")]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"draw_count": "0"}, "Choose a question, or a topic, competence or difficulty to draw by."),
        ({"draw_count": "3"}, "Choose a question, or a topic, competence or difficulty to draw by."),
        ({"draw_count": "0", "draw_topic": "x"}, "Choose a question, or say how many to draw."),
    ],
)
def test_a_place_without_a_question_says_what_it_needs(editor: Client, place: dict[str, str], expected: str) -> None:
    data = form_of(editor, f"{QUIZZES}add/") | {"title": "Mine", "code": "mine"}

    response = editor.post(f"{QUIZZES}add/", with_options(data, [place], "places"))

    assert (response.status_code, expected in problems(response)) == (200, True)
    assert Quiz.objects.count() == 0


def test_dates_and_what_is_shown_are_checked_at_their_fields(editor: Client) -> None:
    data = form_of(editor, f"{QUIZZES}add/") | {
        "title": "Mine",
        "code": "mine",
        "opens_at": "2027-02-02 09:00",
        "closes_at": "2027-02-01 09:00",
        "show_marks": "submitted",
    }
    late = editor.post(f"{QUIZZES}add/", data)
    at_once = editor.post(f"{QUIZZES}add/", data | {"closes_at": "", "show_right": "during"})

    assert (problems(late), problems(at_once)) == (
        ["The quiz closes before it opens."],
        ["Only a quiz for practice can show this at once."],
    )


def test_the_quiz_of_a_course_counts(admin_client: Client) -> None:
    course = make_course(languages=("en",))
    assert course.quiz is not None
    address = f"{QUIZZES}edit/{course.quiz.pk}/"
    data = form_of(admin_client, address)

    html = admin_client.get(address).content.decode()
    response = admin_client.post(address, data | {"formative": "on", "title": "Renamed", "action-publish": "1"})

    assert ("It is the quiz of the course CPA-9, so it counts." in html, problems(response)) == (True, [])
    assert list(Quiz.objects.values_list("title", "formative")) == [("Renamed", False)]


def test_a_quiz_for_practice_is_not_the_quiz_of_a_course(admin_client: Client) -> None:
    course = make_course(languages=("en",), quiz=False).course
    practice = make_quiz("try", formative=True, languages=("en",))
    data = form_of(admin_client, f"/cms/pages/{course.pk}/edit/")
    # Streams are written into the page by JavaScript.
    data |= {f"{name}-count": "0" for name in ("rule", "advised", "prerequisites")}

    response = admin_client.post(f"/cms/pages/{course.pk}/edit/", data | {"quiz": str(practice.pk)})

    assert problems(response) == ["This quiz is for practice. Choose one that counts."]


# -- copies and deleting ----------------------------------------------------------------------------------------------
def test_a_copy_of_a_question_is_another_question(editor: Client) -> None:
    question = make_question("q", "matching")
    address = f"{QUESTIONS}copy/{question.pk}/"
    data = form_of(editor, address)
    assert [data[name] for name in ("code", "choices-0-id", "choices-1-id", "choices-2-id")] == ["q-2", "", "", ""]

    response = editor.post(f"{QUESTIONS}add/", data | {"text": "Otherwise?"})

    assert (response.status_code, problems(response)) == (302, [])
    fresh = Question.objects.get(code="q-2")
    assert (fresh.text, values(fresh)) == ("Otherwise?", values(question))
    assert Question.objects.filter(code="q").count() == 2
    assert {fresh.translation_key} & {question.translation_key} == set()
    assert set(fresh.choices.values_list("translation_key", flat=True)).isdisjoint(
        question.choices.values_list("translation_key", flat=True)
    )
    assert Choice.objects.filter(question=question).count() == 3


def test_a_copy_of_a_quiz_asks_the_same_questions(editor: Client) -> None:
    quiz = make_quiz("exam", questions=2, languages=("en",), pass_mark=80)
    data = form_of(editor, f"{QUIZZES}copy/{quiz.pk}/")

    response = editor.post(f"{QUIZZES}add/", data | {"title": "Exam of autumn"})

    assert (response.status_code, problems(response)) == (302, [])
    fresh = Quiz.objects.get(code="exam-2")
    assert (fresh.title, fresh.pass_mark, fresh.translation_key != quiz.translation_key) == ("Exam of autumn", 80, True)
    assert [place.question.code for place in fresh.places.order_by("sort_order")] == ["exam-1", "exam-2"]
    assert Quiz.objects.get(pk=quiz.pk).places.count() == 2


def test_a_copy_of_a_rubric_has_lines_of_its_own(editor: Client) -> None:
    rubric = make_rubric(languages=("en",))
    data = form_of(editor, f"{RUBRICS}copy/{rubric.pk}/")

    response = editor.post(f"{RUBRICS}add/", data)

    assert (response.status_code, problems(response)) == (302, [])
    assert [(each.code, each.lines.count()) for each in Rubric.objects.order_by("pk")] == [("R1", 2), ("R1-2", 2)]


def test_a_copy_takes_the_first_code_that_is_free() -> None:
    for code in ("q", "q-2", "q-4"):
        make_question(code, languages=("en",))
    assert (free_code(Question, "q"), free_code(Question, "x")) == ("q-3", "x-2")


@pytest.mark.parametrize("as_part", [False, True])
def test_a_question_that_stands_in_a_quiz_is_not_deleted(admin_client: Client, as_part: bool) -> None:
    quiz = make_quiz("exam", questions=0, languages=("en",))
    question = make_question("q", languages=("en",))
    QuizQuestion.objects.create(quiz=quiz, question=question)
    thing = question
    if as_part:  # deleting the scenario would take the part with it
        thing = make_question("case", "scenario", languages=("en",))
        Question.objects.filter(pk=question.pk).update(parent=thing)
    address = f"{QUESTIONS}delete/{thing.pk}/"

    asked = admin_client.get(address)
    response = admin_client.post(address, follow=True)

    assert (asked.status_code, response.status_code) == (200, 200)
    assert "cannot be deleted, because it is in use. Take it out first." in unescape(response.content.decode())
    assert Question.objects.filter(pk=thing.pk).exists()


def test_a_question_that_stands_nowhere_is_deleted(admin_client: Client) -> None:
    question = make_question("q", languages=("en",))
    admin_client.post(f"{QUESTIONS}delete/{question.pk}/")
    assert Question.objects.count() == 0
