"""Activities in the admin: the list and its filters, the form, publishing, copies, deleting, translations."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from courses.attempts.models import ActivityAttempt
from curriculum.h5p.enums import Rule
from curriculum.h5p.models import Activity, Package
from curriculum.items.models import LearningItem
from tests.factories import h5p
from tests.factories.activities import activity, activity_in_lesson, package, upload
from tests.factories.curriculum import Course, locale_of, make_quiz
from tests.factories.people import make_person, signed_in

from . import h5p_hands as hands
from .h5p_hands import ACTIVITIES, files_url
from .test_snippets import form_of, problems, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
QUIZ = h5p.library("H5P.TestQuiz", major=2, minor=3)


@pytest.fixture
def editor() -> Client:
    return hands.editor()


def translation_of(source: Activity, language: str, **fields: Any) -> Activity:
    """A published translation."""
    values = {name: getattr(source, name) for name in ("code", "rule", "counts", "translation_key")}
    return Activity.objects.create(locale=locale_of(language), title=f"{source.title} [{language}]", **values, **fields)


def unpublished(**fields: Any) -> Activity:
    """One that was never published."""
    made = activity(**fields)
    made.live = False
    made.save()
    return made


def typed(client: Client, address: str, **changed: str) -> dict[str, Any]:
    """The form of a page, with these fields filled in."""
    return form_of(client, address) | changed


# -- the list ---------------------------------------------------------------------------------------------------------
def test_the_list_says_what_each_activity_is_played_with(editor: Client) -> None:
    ladder = activity(code="ladder", title="Ladder", rule=Rule.VIEWED, counts=True)
    package(ladder)
    translation_of(ladder, "nl")
    quiz = activity(code="quiz", title="Quiz", rule=Rule.PASSED)
    package(quiz, h5p.package(QUIZ))
    upload(quiz, h5p.package(h5p.library(minor=1)))
    activity(code="plan", title="Plan")

    assert rows_of(editor, f"{ACTIVITIES}?ordering=code") == [
        ["English", "ladder", "Test 1.0", "Opened", "Yes", "Ready"],
        ["Dutch", "ladder", "", "Opened", "Yes", "No file yet"],
        ["English", "plan", "", "Worked through to the end", "", "No file yet"],
        ["English", "quiz", "TestQuiz 2.3", "Passed", "", "Waits for its libraries to be allowed"],
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["ladder", "plan", "quiz", "wait"]),
        ({"q": "quiz"}, ["quiz"]),
        ({"rule": "passed"}, ["quiz"]),
        ({"counts": "true"}, ["ladder"]),
        ({"kind": "H5P.TestQuiz"}, ["quiz"]),
        ({"played": "ready"}, ["ladder", "quiz"]),
        ({"played": "none"}, ["plan", "wait"]),
        ({"played": "waiting"}, ["wait"]),
    ],
    ids=lambda value: "-".join(value) or "all" if isinstance(value, dict) else "",
)
def test_the_list_is_narrowed_down(editor: Client, wanted: dict[str, str], found: list[str]) -> None:
    package(activity(code="ladder", counts=True))
    package(activity(code="quiz", rule=Rule.PASSED), h5p.package(QUIZ))
    activity(code="plan")
    upload(activity(code="wait"), h5p.package(h5p.library(minor=1)))

    assert sorted(row[1] for row in rows_of(editor, f"{ACTIVITIES}?{'&'.join(map('='.join, wanted.items()))}")) == found


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_often_for_many_as_for_one(count: int) -> None:
    for number in range(count):
        source = activity(code=f"a{number}")
        Package.objects.create(
            activity=source, locale=source.locale, number=1, file_name="a.h5p", sha256="0" * 64, size=1, state="refused"
        )
    # Who may hand things over for translation has wagtail-localize ask for each row: as in all its lists.
    person = make_person(is_staff=True)
    names = ("access_admin", "view_activity", "change_activity")
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = signed_in(person)
    client.get(ACTIVITIES)

    with CaptureQueriesContext(connection) as caught:
        assert len(rows_of(client, ACTIVITIES)) == min(count, 20)

    assert len(caught) == LIST_QUERIES


LIST_QUERIES = 20


def test_only_who_may_install_libraries_finds_the_way_to_them(editor: Client) -> None:
    shown = [hands.LIBRARIES in client.get(ACTIVITIES).content.decode() for client in (editor, hands.administrator())]
    assert shown == [False, True]


# -- the form ---------------------------------------------------------------------------------------------------------
def test_an_editor_makes_an_activity_and_is_led_to_its_files(editor: Client) -> None:
    data = typed(editor, f"{ACTIVITIES}add/", title="Ladder", code="ladder", about="Put them in order.", rule="viewed")

    response = editor.post(f"{ACTIVITIES}add/", data, follow=True)

    made = Activity.objects.get()
    assert (made.title, made.code, made.about, made.rule, made.live) == (
        "Ladder", "ladder", "Put them in order.", "viewed", False,
    )  # fmt: skip
    assert f'href="{files_url(made)}"' in response.content.decode()


def test_the_form_shows_files_hindrances_and_places(editor: Client, academy: Course) -> None:
    ladder = activity(title="Ladder", counts=True)
    upload(ladder, h5p.zipped([("readme.txt", b"no package")]))
    activity_in_lesson(academy.lessons[0], ladder)
    ReferenceIndex.create_or_update_for_object(academy.lessons[0])

    page = hands.text_of(editor.get(f"{ACTIVITIES}edit/{ladder.pk}/"))

    assert "It cannot count yet:" in page
    assert "English: no file yet, x.h5p Refused" in page
    assert f"{academy.lessons[0].title} (English)" in page


def test_a_quiz_that_counts_is_no_quiz_instead(editor: Client) -> None:
    counting = make_quiz("exam", languages=("en",))
    data = typed(editor, f"{ACTIVITIES}add/", title="A", code="a", alternative_quiz=str(counting.pk))

    response = editor.post(f"{ACTIVITIES}add/", data)

    assert (problems(response), Activity.objects.count()) == (["Choose a quiz for practice."], 0)


# -- scores that nobody can check -------------------------------------------------------------------------------------
def trust_field(client: Client, address: str) -> Tag:
    """The box by which such scores are allowed."""
    found = BeautifulSoup(client.get(address).content, "html.parser").find("input", attrs={"name": "trusts_player"})
    assert isinstance(found, Tag)
    return found


@pytest.mark.parametrize(("may", "kept"), [(False, False), (True, True)], ids=["editor", "administrator"])
def test_only_an_administrator_lets_unchecked_scores_count(may: bool, kept: bool) -> None:
    client = hands.administrator() if may else hands.editor()
    ladder = activity()
    address = f"{ACTIVITIES}edit/{ladder.pk}/"

    assert trust_field(client, address).has_attr("disabled") is not may
    client.post(address, form_of(client, address) | {"trusts_player": "on", "action-publish": "1"})

    ladder.refresh_from_db()
    assert ladder.trusts_player is kept


def test_an_editor_keeps_what_an_administrator_allowed(editor: Client) -> None:
    ladder = activity(trusts_player=True)
    address = f"{ACTIVITIES}edit/{ladder.pk}/"

    editor.post(address, form_of(editor, address) | {"title": "Renamed", "action-publish": "1"})

    ladder.refresh_from_db()
    assert (ladder.title, ladder.trusts_player) == ("Renamed", True)


def test_going_back_to_an_older_revision_allows_nothing(editor: Client) -> None:
    ladder = activity(trusts_player=True)
    older = ladder.save_revision()
    older.publish()
    ladder.refresh_from_db()
    ladder.trusts_player = False
    ladder.save_revision().publish()
    address = f"{ACTIVITIES}history/{ladder.pk}/revisions/{older.pk}/revert/"

    edit = f"{ACTIVITIES}edit/{ladder.pk}/"
    older_words = form_of(editor, address) | {"trusts_player": "on", "revision": str(older.pk)}
    for posted in (address, edit):
        assert editor.post(posted, older_words | {"action-publish": "1"}).status_code == 302

    ladder.refresh_from_db()
    assert ladder.trusts_player is False


# -- publishing -------------------------------------------------------------------------------------------------------
def test_what_cannot_count_is_not_published_but_kept_as_a_draft(editor: Client) -> None:
    ladder = unpublished(title="Ladder")
    address = f"{ACTIVITIES}edit/{ladder.pk}/"
    data = form_of(editor, address) | {"title": "Renamed", "counts": "on"}

    refused = editor.post(address, data | {"action-publish": "1"})
    ladder.refresh_from_db()
    said, live = problems(refused), ladder.live
    draft = editor.post(address, data)

    ladder.refresh_from_db()
    assert (refused.status_code, len(said), live) == (200, 1, False)
    assert 'value="Renamed"' in refused.content.decode()
    assert (draft.status_code, ladder.live, ladder.get_latest_revision_as_object().counts) == (302, False, True)


def test_what_can_count_is_published_and_becomes_an_item(editor: Client) -> None:
    ladder = unpublished(title="Ladder", alternative="<p>In words.</p>")
    package(ladder)
    address = f"{ACTIVITIES}edit/{ladder.pk}/"
    data = form_of(editor, address) | {"counts": "on", "rule": "interacted"}

    response = editor.post(address, data | {"action-publish": "1"})

    assert (response.status_code, problems(response)) == (302, [])
    assert LearningItem.objects.filter(key=ladder.translation_key).values_list("kind", "title").get() == (
        "activity", "Ladder",
    )  # fmt: skip


def test_a_new_activity_that_counts_is_not_published_without_a_file(editor: Client) -> None:
    data = typed(editor, f"{ACTIVITIES}add/", title="Ladder", code="ladder", counts="on")

    response = editor.post(f"{ACTIVITIES}add/", data | {"action-publish": "1"})

    assert (response.status_code, bool(problems(response)), Activity.objects.count()) == (200, True, 0)


# -- copies and deleting ----------------------------------------------------------------------------------------------
def test_a_copy_is_a_new_activity_without_files(editor: Client) -> None:
    ladder = activity(code="ladder", title="Ladder", trusts_player=True)
    package(ladder)

    data = form_of(editor, f"{ACTIVITIES}copy/{ladder.pk}/")
    response = editor.post(f"{ACTIVITIES}add/", data)

    assert (response.status_code, problems(response)) == (302, [])
    fresh = Activity.objects.get(code="ladder-2")
    assert (fresh.title, fresh.packages.count(), fresh.trusts_player) == ("Ladder", 0, False)
    assert fresh.translation_key != ladder.translation_key


def test_an_activity_that_stands_nowhere_is_deleted_with_its_files() -> None:
    ladder = activity(title="Ladder")
    package(ladder)
    upload(ladder, h5p.package(QUIZ))

    response = hands.administrator().post(f"{ACTIVITIES}delete/{ladder.pk}/", follow=True)

    assert (Activity.objects.count(), Package.objects.count()) == (0, 0)
    assert hands.messages_of(response) == ["Activity 'Ladder' deleted."]


def in_a_lesson(ladder: Activity, academy: Course) -> None:
    activity_in_lesson(academy.lessons[0], ladder)
    ReferenceIndex.create_or_update_for_object(academy.lessons[0])


def translated(ladder: Activity, academy: Course) -> None:
    translation_of(ladder, "nl")


def played(ladder: Activity, academy: Course) -> None:
    item = LearningItem.objects.get(key=ladder.translation_key)
    lesson = LearningItem.objects.get(key=academy.lessons[0].translation_key)
    ActivityAttempt.objects.create(
        person=make_person(), activity=item, placement=lesson, package=package(ladder), number=1
    )


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (in_a_lesson, "“Ladder” cannot be deleted, because it is in use. Take it out first."),
        (translated, "“Ladder” cannot be deleted while there are translations of it. Delete these first."),
        (played, "“Ladder” cannot be deleted: learners worked with it. Unpublish it instead."),
    ],
    ids=["in-a-lesson", "translated", "played"],
)
def test_what_is_used_is_not_deleted(academy: Course, use: Any, why: str) -> None:
    ladder = activity(title="Ladder")
    use(ladder, academy)
    before = Package.objects.count()

    response = hands.administrator().post(f"{ACTIVITIES}delete/{ladder.pk}/", follow=True)

    assert hands.messages_of(response) == [why]
    assert (Activity.objects.filter(pk=ladder.pk).exists(), Package.objects.count()) == (True, before)


def test_several_at_once_are_deleted_only_without_files() -> None:
    empty, full = activity(title="Empty"), activity(title="Full")
    package(full)
    client = hands.administrator()
    address = "/cms/bulk/curriculum/activity/delete/"

    refused = client.post(f"{address}?id={empty.pk}&id={full.pk}", follow=True)
    left = Activity.objects.count()
    client.post(f"{address}?id={empty.pk}")

    assert (hands.messages_of(refused), left) == (["“Full” has files. Delete it by itself."], 2)
    assert list(Activity.objects.values_list("title", flat=True)) == ["Full"]


# -- translations -----------------------------------------------------------------------------------------------------
def test_words_are_translated_and_rules_stay_the_source_s(editor: Client) -> None:
    ladder = activity(title="Ladder", about="Put them in order.", rule=Rule.PASSED, pass_mark=80, counts=True)
    source, _made = TranslationSource.get_or_create_from_instance(ladder)
    translation = Translation.objects.create(source=source, target_locale=locale_of("nl"))
    segments = list(StringSegment.objects.filter(source=source).order_by("order"))
    for segment in segments:
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=locale_of("nl"),
            context=segment.context,
            data=f"{segment.string.data} [nl]",
        )

    translation.save_target()

    dutch = Activity.objects.get(translation_key=ladder.translation_key, locale=locale_of("nl"))
    assert [segment.string.data for segment in segments] == ["Ladder", "Put them in order."]
    latest = dutch.get_latest_revision_as_object()
    assert (latest.title, latest.about, latest.rule, latest.pass_mark, latest.counts) == (
        "Ladder [nl]", "Put them in order. [nl]", "passed", 80, True,
    )  # fmt: skip
    assert editor.get(f"{ACTIVITIES}edit/{dutch.pk}/").status_code == 200


def test_half_a_translation_is_not_published(editor: Client) -> None:
    ladder = activity(title="Ladder", about="Put them in order.")
    source, _made = TranslationSource.get_or_create_from_instance(ladder)
    translation = Translation.objects.create(source=source, target_locale=locale_of("nl"))
    translation.save_target(publish=False)
    dutch = Activity.objects.get(translation_key=ladder.translation_key, locale=locale_of("nl"))

    response = editor.post(f"{ACTIVITIES}edit/{dutch.pk}/", {"action": "publish"}, follow=True)

    assert "2 segments are not translated yet." in hands.text_of(response)


def test_the_preview_of_a_translation_leads_to_the_file_of_its_language(editor: Client) -> None:
    ladder = activity()
    dutch = translation_of(ladder, "nl")
    german = translation_of(ladder, "de")
    own, theirs = package(ladder), package(ladder, language="nl")

    addresses = [editor.get(f"/cms/h5p/activities/{each.pk}/preview/")["Location"] for each in (ladder, dutch, german)]

    assert addresses == [hands.package_url(each, "preview") for each in (own, theirs, own)]


def test_without_a_file_the_preview_leads_to_the_files(editor: Client) -> None:
    ladder = activity()
    response = editor.get(f"/cms/h5p/activities/{ladder.pk}/preview/", follow=True)
    assert response.redirect_chain[-1][0] == files_url(ladder)
    assert hands.messages_of(response) == ["There is no file yet that can be played. Upload one."]
