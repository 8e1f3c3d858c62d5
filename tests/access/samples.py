"""What the matrix fills in for the arguments of an address, and valid data for the forms of our own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupApprovalTask, Locale, Page, Revision, Site, Workflow
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from academy.mail import tokens
from academy.mail.models import Notice, OutgoingEmail
from academy.mail.queries import wishes_of
from academy.people.models import Unit, User
from courses.attempts.queries import authored_questions
from courses.attempts.rules.starting import freeze_all
from courses.booking.enums import SeatMode
from courses.booking.models import Booking, Reservation, WorkshopSession
from courses.booking.tokens import Act, make
from courses.certificates.editing import exported
from courses.flows import book_seat
from courses.models import (
    Answer,
    AttemptRequest,
    Certificate,
    CertificateBundle,
    CertificateTemplate,
    Enrolment,
    HandedIn,
    OutsideTraining,
    QuizAttempt,
)
from courses.outside import rules as outside
from courses.outside.files import Evidence
from curriculum.models import (
    Activity,
    Competence,
    CoursePage,
    GlossaryTerm,
    LearningItem,
    LessonPage,
    Question,
    Quiz,
    Rubric,
    RuleVersion,
)
from tests.factories.notices import tell

from . import (
    h5p_learner_samples,
    h5p_player_samples,
    h5p_samples,
    organisation_samples,
    staff_import_samples,
    team_samples,
)

JOIN_TIMES = "Name,Email,Join time,Leave time,Duration\nTom Fischer,tom.fischer@demo.example,10:01,12:58,177\n"


def first(model: type[models.Model], **wanted: Any) -> Any:
    """Primary key of the first object, or 0 where there is none."""
    found = model._default_manager.filter(**wanted).order_by("pk").first()
    return found.pk if found else 0


def handed_in(learner: User) -> QuizAttempt:
    """An attempt of the learner with a document, which waits to be marked."""
    question = Question.objects.filter(kind="hand_in").order_by("pk").first()
    assert question is not None
    content = authored_questions([question.translation_key])[0].frozen()
    (frozen,) = freeze_all([content])
    item = LearningItem.objects.get(code="cpa-2-quiz")
    settings = {"pass_mark": 58, "counts": "best", "attempts": 0, "titles": {"en": "A1"}, "language": "en"}
    attempt = QuizAttempt.objects.create(
        person=learner,
        quiz=item,
        placement=item,
        number=1,
        frozen={**settings, "digests": [frozen.digest]},
        state="marking",
        submitted_at=timezone.now(),
        full_points=10,
    )
    document = HandedIn(attempt=attempt, number=1, name="plan.pdf", size=4, kind="pdf")
    document.file.save(str(document.public_id), ContentFile(b"%PDF"), save=True)
    value = {"file": str(document.public_id), "name": "plan.pdf", "size": 4}
    Answer.objects.create(attempt=attempt, number=1, question=frozen, value=value)
    return attempt


def reported(learner: User) -> OutsideTraining:
    """Training from elsewhere, with evidence, that waits for an answer."""
    details = outside.Details("Circular building", "Town network", timezone.localdate(), 390)
    evidence = Evidence("proof.pdf", "pdf", b"%PDF")
    return outside.report(details=details, evidence=evidence, by=learner, at=timezone.now())


def manager_of_all() -> Unit:
    """The unit that the demo's manager leads."""
    unit = User.objects.get(email="manager@demo.example").role_grants.get().unit
    assert unit is not None
    return unit


def kept_seats() -> Reservation:
    """Two seats that the demo's manager keeps at the date where the learner has one."""
    manager = User.objects.get(email="manager@demo.example")
    session = date_of("W3", "going_ahead")
    assert session.starts_at is not None
    return Reservation.objects.first() or book_seat.reserve(
        session_id=session.public_id,
        unit=manager_of_all(),
        mode=SeatMode.ONLINE,
        count=2,
        return_on=session.starts_at.date(),
        by=manager,
        at=timezone.now(),
    )


def sent_to(person: User) -> UUID:
    """What names a mail to somebody in an address; it went out."""
    key = uuid4()
    words = {"key": "matrix:1", "kind": "matrix/one", "language": "en", "subject": "Hello", "text": "Hello"}
    OutgoingEmail.objects.create(**words, to=person.email, person=person, state="sent", message_id=f"<{key}@demo>")
    return key


def told(person: User) -> int:
    """The number of an item of their bell."""
    at = timezone.now()
    return (tell(person, at, key="access") or Notice.objects.get(key="access")).pk


def asked_bundle() -> CertificateBundle:
    """An archive that the demo's administrator asked for and can fetch."""
    admin = User.objects.get(email="admin@demo.example")
    bundle = CertificateBundle(
        asked_by=admin, scope={"unit": None, "from": None, "until": None, "items": []}, count=0,
        made_at=timezone.now(), expires_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    bundle.file.save("certificates.zip", ContentFile(b"PK"), save=True)
    return bundle


def template_for_everybody() -> CertificateTemplate:
    """How the demo's certificates look."""
    return CertificateTemplate.objects.get_or_create(is_default=True, defaults={"name": "Everybody"})[0]


def date_of(code: str, state: str) -> WorkshopSession:
    """The last of the demo's dates of a workshop that stands so."""
    found = WorkshopSession.objects.filter(item__code=code, state=state).order_by("starts_at").last()
    assert found is not None
    return found


def samples(learner: User) -> dict[str, dict[str, Any]]:
    """Values by the beginning of a pattern and argument name; things of a person are this learner's."""
    english = Locale.objects.get(language_code="en")
    lesson = LessonPage.objects.filter(locale=english, live=True).order_by("path").first()
    course = CoursePage.objects.get(locale=english, code="CPA-1")
    quiz = Quiz.objects.get(locale=english, code="cpa-1-quiz")
    attempt = QuizAttempt.objects.filter(person=learner, state="open").order_by("-pk").first()
    request = AttemptRequest.objects.get()
    to_mark = handed_in(learner)
    practice = Quiz.objects.get(locale=english, code="practice-r-ladder")
    coming, attended = date_of("W3", "going_ahead"), date_of("W3", "took_place")
    asked = Booking.objects.get(state="asked")
    seen = Booking.objects.filter(session=attended, state="booked", person__isnull=False).order_by("pk")[0]
    assert seen.person is not None
    mine = Booking.objects.get(session=coming, person=learner)
    until = timezone.now() + timedelta(days=30)
    certificate = Certificate.objects.filter(person=learner).first() or Certificate.objects.first()
    revision = Revision.page_revisions.filter(object_id=str(lesson.pk)).order_by("-pk").first()
    translation = Translation.objects.order_by("pk").first()
    values: dict[str, dict[str, Any]] = {
        "": {
            "page_id": lesson.pk,
            "parent_page_id": lesson.get_parent().pk,
            "page_to_move_id": lesson.pk,
            "destination_id": lesson.get_parent().pk,
            "page_pk": lesson.pk,
            "revision_id": revision.pk if revision else 0,
            "content_type_app_name": "curriculum",
            "content_type_model_name": "lessonpage",
            "app_label": "curriculum",
            "app_name": "curriculum",
            "model_name": "lessonpage",
            "object_id": lesson.pk,
            "session_id": 1,
            "action": "delete",
            "action_name": "publish",
            "task_state_id": 1,
            "task_id": first(GroupApprovalTask),
            "workflow_state_id": 1,
            "workflow_pk": first(Workflow),
            "collection_id": first(Collection),
            "document_id": first(get_document_model()),
            "doc_id": first(get_document_model()),
            "image_id": first(get_image_model()),
            "uploaded_file_id": 1,
            "filter_spec": "width-100",
            "mode": "default",
            "redirect_id": 1,
            "restriction_id": 1,
            "page_view_restriction_id": 1,
            "pk": 1,
            "translation_id": translation.pk if translation else 0,
            "translation_source_id": first(TranslationSource),
            "string_segment_id": first(StringSegment),
            "overridable_segment_id": 1,
            "uidb64": "MQ",
            "uidb36": "1",
            "token": "set-password",
            "key": "set-password",
            "path": "no-such-file.txt",
            "code": certificate.code if certificate else "a" * 26,
            "bundle": asked_bundle().public_id,
            "attempt": attempt.public_id if attempt else uuid4(),
            "number": 1,
            "ticket": "0" * 32,
            "lesson": lesson.translation_key,
            "quiz": practice.translation_key,
            "request_id": request.public_id,
            "revision_id_a": "earliest",
            "revision_id_b": "live",
            "role": "learner",
            "name": "status",
            "date": coming.public_id,
            "booking": asked.public_id,
            "reservation": kept_seats().public_id,
            "training": reported(learner).public_id,
            "notice": told(learner),
        },
        "n/": {"token": tokens.make(learner, ["certificates/ending"])},
        "cms/mail-texts/": {"group": "certificates", "name": "ending", "language": "nl"},
        "b/": {"token": make(mine.public_id, Act.CANCEL, until)},
        "ics/": {"token": "a" * 32},
        "<language>/dates/<uuid:date>/answers/": {"date": date_of("W1", "going_ahead").public_id},
        "<language>/check-in/": {"token": make(mine.public_id, Act.CHECK_IN, until)},
        "<language>/workshops/": {"key": LearningItem.objects.get(code="W6").key},
        "<language>/my-workshops/plan/": {"key": LearningItem.objects.get(code="W6").key},
        "<language>/my-workshops/<uuid:date>/attendance/": {"date": attended.public_id},
        "<language>/my-workshops/<uuid:date>/feedback/": {"date": attended.public_id},
        "<language>/my-workshops/<uuid:date>/bookings/": {"date": asked.session.public_id},
        "<language>/support/": {"person": learner.public_id, "mail": sent_to(learner)},
        "<language>/support/<uuid:person>/attendance/": {"person": seen.person.public_id, "booking": seen.public_id},
        "cms/pages/add/": {"content_type_model_name": "lessonpage"},
        "cms/api/main/pages/": {"pk": lesson.pk, "action_name": "copy"},
        "cms/api/main/documents/": {"pk": first(get_document_model())},
        "cms/api/main/images/": {"pk": first(get_image_model())},
        "cms/bulk/": {"app_label": "wagtailcore", "model_name": "page"},
        "cms/collections/": {"pk": first(Collection, depth=2)},
        "cms/workflows/": {"pk": first(Workflow), "model_name": "groupapprovaltask", "app_label": "wagtailcore"},
        "cms/workflows/tasks/": {"pk": first(GroupApprovalTask)},
        "cms/localize/submit/snippet/": {"model_name": "quiz", "pk": quiz.pk},
        "cms/localize/api/snippets/": {"model_name": "quiz", "pk": quiz.pk},
        "cms/tag-autocomplete/": {"app_name": "taggit", "model_name": "tag"},
        "cms/settings/": {"app_name": "academy", "model_name": "sitesettings", "pk": first(Site)},
        "cms/locales/": {"pk": english.pk},
        "cms/sites/": {"pk": first(Site)},
        "cms/completion-rule/": {"page_id": course.pk, "route": "full"},
        "cms/certificate-template": {"pk": template_for_everybody().pk},
        "cms/users/": {"pk": learner.pk},
        "cms/groups/": {"pk": first(Group)},
        "cms/documents/chooser/": {"pk": first(get_document_model())},
        "cms/images/chooser/": {"pk": first(get_image_model())},
        "<language>/organisation/<slug:slug>/": {
            "slug": manager_of_all().organisation.slug,
            "day": timezone.localdate().isoformat(),
            "what": "started",
        },
        "<language>/courses/<uuid:key>/": {"key": course.translation_key},
        "<language>/paths/<uuid:key>/": {"key": LearningItem.objects.get(code="P1").key},
        "<language>/lessons/<uuid:key>/": {"key": lesson.translation_key},
        "<language>/quiz/<uuid:attempt>/<int:number>/document/": {"attempt": to_mark.public_id},
        "<language>/teaching/marking/": {"attempt": to_mark.public_id},
        "<language>/teaching/preview/": {"key": quiz.translation_key},
        "<language>/teaching/quizzes/": {"key": quiz.translation_key},
        "<language>/teaching/questions/": {
            "key": Question.objects.filter(locale=english, code="cpa-1-order-r-strategies").get().translation_key
        },
        "documents/(\\d+)/(.*)": {"=": get_document_model().objects.order_by("pk")[0].url.lstrip("/")},
        "cms/.*/": {"=": "cms/no-such-page/"},
        "<language>/((?:[\\w\\-]+/)*)": {"=": lesson.url.lstrip("/")},
    }
    for model in (Activity, Competence, GlossaryTerm, Question, Quiz, Rubric):
        for prefix in ("cms/snippets/curriculum/", "cms/snippets/choose/curriculum/"):
            values[f"{prefix}{model._meta.model_name}/"] = {"pk": first(model, locale=english)}
    modules = (organisation_samples, staff_import_samples, team_samples, h5p_learner_samples, h5p_player_samples)
    for more in (*modules, h5p_samples):
        values |= more.values(learner)
    return values


def form_data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data for our own forms, by pattern."""
    running = Enrolment.objects.filter(person=learner, completed_at=None, left_at=None).first()
    coming = date_of("W3", "going_ahead")
    assert coming.starts_at is not None
    day = coming.starts_at.date() - timedelta(days=1)
    plan = {
        "meeting": ["1"],
        "meeting-1-day": (day + timedelta(days=70)).isoformat(),
        "meeting-1-start": "10:00",
        "meeting-1-minutes": "180",
        "zone": "Europe/Berlin",
        "city": "Lindenmark",
        "venue": "Rathaus",
        "seats_place": "16",
        "language": "de",
        "kind": "workshop",
        "minimum": "6",
        "approval": "none",
        "waiting": "automatic",
        "offer_hours": "24",
        "reason": "The other one moves.",
    }
    unit = User.objects.get(email="manager@demo.example").role_grants.get().unit
    colleague = User.objects.get(email="tomas.brink@demo.example")
    training = {
        "title": "Circular building",
        "provider": "Town network",
        "on": timezone.localdate().isoformat(),
        "hours": "6",
        "minutes": "30",
    }
    return {
        "c/": {"code": "a" * 26},
        "c/file/": {"file": SimpleUploadedFile("badge.json", b"{}")},
        "c/<str:code>/correction/": {"certificate_name": "Jana M. Albers", "why": "A typing error"},
        "<language>/certificates/name/": {"certificate_name": "Jana Albers"},
        "<language>/certificates/manage/": {"wanted": "Jana"},
        "<language>/organisation/<slug:slug>/evidence/": {"day": timezone.localdate().isoformat()},
        "<language>/organisation/<slug:slug>/privacy/": {
            "what": "started",
            "reason": "Agreed with the works council until the audit.",
            "confirmed": "on",
        },
        "<language>/certificates/bundles/": {"from_day": "2027-01-01", "unit": unit.pk if unit else ""},
        "cms/certificate-template-files/preview/": {"name": "Everybody"},
        "cms/certificate-template-files/preview/<int:pk>/": {"name": "Everybody"},
        "cms/certificate-template-files/import/": {
            "file": SimpleUploadedFile("template.json", exported(CertificateTemplate(name="Everybody"))),
        },
        "<language>/certificates/manage/<str:code>/": {"do": "revoke", "revoke-reason": "A mistake"},
        "cms/completion-rule/<int:page_id>/<str:route>/": {
            "version": str(RuleVersion.objects.filter(item__code="CPA-1", route="full").latest("number").number),
            "reason": "The law has changed.",
        },
        "cms/mail-texts/<str:group>/<str:name>/<str:language>/": {"subject": "{title}", "text": "{day}"},
        "<language>/settings/notifications/": {f"rhythm-{wish.kind.code}": "now" for wish in wishes_of(learner)},
        "theme/": {"theme": "dark"},
        "<language>/settings/": {
            "display_name": "A new name",
            "certificate_name": "",
            "language": "en",
            "time_zone": "Europe/Paris",
        },
        "<language>/settings/feedback/": {"message": "A word", "page_code": "contact", "email": ""},
        "<language>/account/signup/": {"email": "new@demo.example", "display_name": "New"},
        "<language>/account/login/": {"login": "nobody@demo.example", "password": "wrong"},
        "<language>/account/sessions/": {"sessions": [str(first(UserSession))]},
        "<language>/courses/<uuid:key>/quiz/ask/": {"trainer": str(User.objects.get(email="trainer@demo.example").pk)},
        "<language>/quiz/<uuid:attempt>/check/": {"certificate_name": "Jana Albers"},
        "<language>/quiz/<uuid:attempt>/<int:number>/": {"choice": "1"},
        "<language>/teaching/marking/<uuid:attempt>/": {"go": "draft"},
        "<language>/teaching/extra-time/": {"email": "learner@demo.example", "factor": "1.5"},
        "<language>/teaching/questions/<uuid:key>/regrade/": {"reason": "The key was wrong."},
        "<language>/teaching/preview/<uuid:key>/<int:number>/": {"choice": "1"},
        "<language>/dates/<uuid:date>/book/": {"mode": "online", "accepts_overlap": "on"},
        "<language>/dates/<uuid:date>/answers/": {
            f"question_{question.pk}": "A lift" for question in date_of("W1", "going_ahead").questions.all()
        },
        "<language>/dates/<uuid:date>/feedback/": {"useful": "5", "clear": "4", "pace": "3"},
        "<language>/my-calendar/feed/": {"go": "new"},
        "<language>/my-workshops/not-available/": {"starts": "2027-08-02T08:00", "ends": "2027-08-06T18:00"},
        "<language>/my-workshops/plan/<uuid:key>/": {"mark": str(uuid4()), **plan},
        "<language>/my-workshops/<uuid:date>/edit/": {
            **plan,
            "seats_place": "",
            "seats_online": "20",
            "join_url": "https://rooms.demo.example/w3",
            "revision": coming.revision,
            "meeting-1-number": "1",
        },
        "<language>/my-workshops/<uuid:date>/cancel/": {"reason": "Too few people.", "revision": coming.revision},
        "<language>/my-workshops/<uuid:date>/seat/": {
            "name": "A guest",
            "mode": "online",
            "language": "en",
            "mark": str(uuid4()),
            "reason": "Invited.",
        },
        "<language>/my-workshops/<uuid:date>/write/": {
            "group": "booked",
            "subject_en": "Please bring",
            "text_en": "Hello {name}",
            "step": "preview",
            "mark": str(uuid4()),
        },
        "<language>/dates/<uuid:date>/reserve/": {
            "key": str(uuid4()),
            "unit": unit.pk if unit else "",
            "mode": "online",
            "count": 1,
            "return_on": day.isoformat(),
        },
        "<language>/dates/<uuid:date>/book-for/": {
            "person": str(colleague.public_id),
            "mode": "online",
            "accepts_overlap": "on",
        },
        "<language>/team/workshops/<uuid:reservation>/": {"back-had": 2, "back-count": 1},
        "<language>/my-workshops/<uuid:date>/attendance/<int:number>/": {"all": "full"},
        "<language>/my-workshops/<uuid:date>/attendance/<int:number>/import/": {
            "file": SimpleUploadedFile("times.csv", JOIN_TIMES.encode()),
        },
        "<language>/my-workshops/<uuid:date>/bookings/<uuid:booking>/": {"do": "refuse", "reason": ""},
        "<language>/team/approvals/<uuid:booking>/": {"yes": "1"},
        "<language>/support/": {"wanted": "jana"},
        "<language>/support/<uuid:person>/mails/<uuid:mail>/": {"reason": "It never came."},
        "<language>/support/<uuid:person>/progress/": {
            "item": str(LearningItem.objects.get(code="W6").key),
            "state": "done",
            "reason": "Attended elsewhere.",
        },
        "<language>/support/<uuid:person>/attendance/<uuid:booking>/<int:number>/": {
            "presence": "absent",
            "reason": "The list was wrong.",
        },
        "<language>/lessons/<uuid:key>/note/": {"note": "Ask about the ladder."},
        "<language>/learning/outside/new/": training,
        "<language>/learning/outside/<uuid:training>/change/": training,
        "<language>/team/outside/<uuid:training>/": {"accept": "1"},
        "<language>/lessons/<uuid:key>/done/": {"enrolment": running.pk if running else ""},
        **h5p_samples.data(learner),
        **organisation_samples.data(learner),
        **team_samples.data(learner),
        **staff_import_samples.data(learner),
        **h5p_learner_samples.data(learner),
    }


def page_count() -> int:
    """How many pages there are; a refused request changes none."""
    return Page.objects.count()
