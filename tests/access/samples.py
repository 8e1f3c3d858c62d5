"""What the matrix fills in for the arguments of an address, and valid data for the forms of our own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupApprovalTask, Locale, Page, Revision, Site, Workflow
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from academy.people.models import User
from courses.attempts.queries import authored_questions
from courses.attempts.rules.starting import freeze_all
from courses.models import Answer, AttemptRequest, Certificate, Enrolment, HandedIn, QuizAttempt
from curriculum.models import Competence, CoursePage, GlossaryTerm, LearningItem, LessonPage, Question, Quiz, Rubric


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
        },
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
        "cms/users/": {"pk": learner.pk},
        "cms/groups/": {"pk": first(Group)},
        "cms/documents/chooser/": {"pk": first(get_document_model())},
        "cms/images/chooser/": {"pk": first(get_image_model())},
        "<language>/courses/<uuid:key>/": {"key": course.translation_key},
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
    for model in (Competence, GlossaryTerm, Question, Quiz, Rubric):
        for prefix in ("cms/snippets/curriculum/", "cms/snippets/choose/curriculum/"):
            values[f"{prefix}{model._meta.model_name}/"] = {"pk": first(model, locale=english)}
    return values


def form_data(learner: User) -> dict[str, dict[str, Any]]:
    """Valid data for our own forms, by pattern."""
    running = Enrolment.objects.filter(person=learner, completed_at=None, left_at=None).first()
    return {
        "c/": {"code": "a" * 26},
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
        "<language>/lessons/<uuid:key>/done/": {"enrolment": running.pk if running else ""},
    }


def page_count() -> int:
    """How many pages there are; a refused request changes none."""
    return Page.objects.count()
