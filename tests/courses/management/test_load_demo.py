"""The demo's cast: everybody there once, standing as the cast says, by the rules of real use."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Locale, Revision, Site
from wagtail_localize.models import Translation

from academy.mail.models import OutgoingEmail
from academy.people.access import has_role, roles_of
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit, User
from academy.website.models import SiteSettings
from courses.assignments.models import Duty, DutyEvent, Extension
from courses.assignments.queries import today_in, with_state
from courses.attempts.models import Answer, QuizAttempt
from courses.certificates.models import Certificate
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.management.demo import cast, editing, learning
from courses.progress.models import LearningEvent, Place
from courses.progress.queries import course_standing, next_part, progress_rows
from courses.progress.rebuilding import differences
from curriculum.translation import rules as translating
from tests.factories.curriculum import make_course

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def content(site: Any) -> None:
    """A course of the same shape as the real one, without its words."""
    make_course(cast.COURSE, modules=4, lessons=3, questions=10)


def load() -> None:
    """Load the cast, as the demo does."""
    call_command("load_demo", "--force", verbosity=0)


def rows() -> dict[str, int]:
    """How many rows of each kind there are."""
    models = (
        User,
        EmailAddress,
        Membership,
        Duty,
        DutyEvent,
        Enrolment,
        LearningEvent,
        QuizAttempt,
        Answer,
        Certificate,
        OutgoingEmail,
    )
    return {model.__name__: model._default_manager.count() for model in models}


def test_known_passwords_stay_out_of_real_installations() -> None:
    with pytest.raises(CommandError, match="same known password"):
        call_command("load_demo", verbosity=0)
    assert User.objects.count() == 0


def test_without_content_there_are_people_all_the_same(site: Any) -> None:
    load()
    assert (User.objects.count(), Enrolment.objects.count()) == (20, 0)


def test_the_cast_stands_as_the_script_says_and_loading_again_changes_nothing(content: None) -> None:
    load()
    before = rows()
    load()
    assert rows() == before
    # The facts and what was derived from them agree.
    assert list(differences(repair=False, at=timezone.now())) == []

    for account in cast.ACCOUNTS:
        person: Any = authenticate(None, email=account.email, username=account.email, password="circular-demo")
        assert person is not None, account.role
        assert EmailAddress.objects.filter(user=person, verified=True, primary=True).count() == 1
    assert not User.objects.get(email="tomas.brink@demo.example").has_usable_password()

    manager = User.objects.get(email="manager@demo.example")
    whole = Unit.objects.get(parent=None, organisation__slug=cast.TOWN_SLUG)
    assert has_role(manager, Role.MANAGER, whole)
    assert roles_of(User.objects.get(email="trainer@demo.example")) == {Role.TRAINER}
    assert {unit.name: unit.memberships.count() for unit in whole.organisation.units.all()} == {
        cast.TOWN: 0,
        "Purchasing": 10,
        "Facilities": 4,
    }
    today = today_in(whole.organisation, timezone.now())
    duties = with_state(Duty.objects.filter(organisation=whole.organisation, item__code=cast.COURSE), today)
    assert Counter(duties.values_list("state", flat=True)) == {
        Due.OVERDUE: 2,
        Due.DUE_SOON: 3,
        Due.ON_TRACK: 6,
        Due.PAUSED: 1,
        Due.COMPLETED: 2,
    }
    assert Extension.objects.get().duty.person.email == "maike.lorenz@demo.example"
    stand_in = RoleGrant.objects.get(role=Role.DEPUTY)
    assert (stand_in.until_day.weekday(), stand_in.until_day > today) == (4, True)
    assert User.objects.get(email="tomas.brink@demo.example").last_login is None

    ours = Certificate.objects.exclude(person__memberships__unit__organisation__slug__in=["ostheide", "nordmarsch"])
    assert sorted(ours.values_list("holder_name", "status")) == [
        ("Marten Vos", "revoked"),
        ("Petra Hollmann", "valid"),
        ("Petra Holmann", "replaced"),
        ("Łukasz Wrona", "valid"),
    ]
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    assert (settings.operator, settings.signatory_name) == (cast.OPERATOR, "Mira Voorbeeld")
    for role in ("editor", "translator", "admin"):
        person = User.objects.get(email=f"{role}@demo.example")
        assert (person.is_staff, person.has_perm("wagtailadmin.access_admin")) == (True, True), role

    jana_is_in_the_middle()


def jana_is_in_the_middle() -> None:
    """Six lessons done, the seventh open, four questions of the quiz answered yesterday, due in three weeks."""
    jana = User.objects.get(email="learner@demo.example")
    outline = learning.course()
    assert outline is not None
    enrolment = Enrolment.objects.get(person=jana)
    assert enrolment.due_on == timezone.localdate() + timedelta(days=21)
    done = [lesson.item_id for lesson in outline.lessons[:6]]
    assert list(jana.item_progress.filter(standing="completed").order_by("pk").values_list("item", flat=True)) == done
    place = Place.objects.get(person=jana)
    assert place.item_id == outline.lessons[6].item_id
    standing = course_standing(enrolment, outline, progress_rows(jana, [outline]), place.item_id)
    part = next_part(standing, outline, place.item_id)
    assert part is not None
    assert (part.key, jana.language) == (outline.lessons[6].key, "de")
    attempt = QuizAttempt.objects.get(person=jana)
    assert (attempt.state, attempt.answers.count(), len(attempt.frozen["digests"])) == ("open", 4, 10)
    yesterday = timezone.now() - timedelta(days=1)
    assert all(abs(answer.saved_at - yesterday) < timedelta(hours=1) for answer in attempt.answers.all())


def test_days_count_from_the_first_load_however_often_it_is_loaded(content: None) -> None:
    load()
    User.objects.filter(email="admin@demo.example").update(date_joined=timezone.now() - timedelta(days=410))
    for model in (User, EmailAddress):
        model.objects.filter(email="eleni.pappa@demo.example").update(email="somebody.else@demo.example")
    load()
    expected = timezone.localdate() - timedelta(days=10) + timedelta(days=75)
    assert Enrolment.objects.get(person__email="eleni.pappa@demo.example").due_on == expected


def test_the_editor_and_the_translator_find_what_waits_for_them(site: Any) -> None:
    course = make_course(cast.COURSE, modules=4, lessons=3, questions=10, languages=("en",))
    edited, overdue, drafted = (course.lessons[n] for n in (editing.EDITED, editing.OVERDUE, editing.DRAFTED))
    edited.body = [("heading", "R8 and R9: when nothing else is left")]
    edited.save_revision().publish()
    overdue.review_by = timezone.localdate() + timedelta(days=300)
    overdue.save_revision().publish()
    for target in translating.submit(edited, ["nl", "de", "fr"], by=None).values():
        translating.write_words(target, edited, by=None, at=timezone.now())
        translating.publish(target, by=None, at=timezone.now())
    load()

    edited.refresh_from_db()
    assert edited.opening_question == editing.CHANGES[0].en
    assert timezone.now() - timedelta(days=2) < edited.last_published_at < timezone.now() - timedelta(hours=20)
    waiting = {}
    for target in Translation.objects.filter(source__object_id=edited.translation_key):
        total, done = target.get_progress()
        waiting[target.target_locale.language_code] = total - done
    assert waiting == {"nl": 3, "de": 0, "fr": 0}
    german = edited.get_translation(Locale.objects.get(language_code="de")).specific
    assert (german.opening_question, german.body[0].value) == (editing.CHANGES[0].de, editing.CHANGES[2].de)
    overdue.refresh_from_db()
    assert overdue.review_by < timezone.localdate()
    drafted.refresh_from_db()
    assert (drafted.live, drafted.has_unpublished_changes) == (True, True)
    assert drafted.get_latest_revision_as_object().summary == editing.DRAFT_SUMMARY
    assert drafted.workflow_in_progress

    before = Revision.objects.count()
    load()
    assert Revision.objects.count() == before
