"""What the script of an activity asks for, and what it sends: JSON both ways. Nobody sees these addresses."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from academy.web.access import public, refuse_script, signed_in_script
from courses.attempts.errors import ActivityUnknown, NoPlayer, StatementKnown, TooFast, TooMuch
from courses.attempts.queries.activities import account_of, package_with_library
from courses.attempts.statements import LARGEST_BODY, BadStatement, TooLarge
from courses.enrolments.errors import NotEnrolled, Refused
from courses.enrolments.queries import current
from courses.flows.play_activity import Playing, Taken, begin, keep_state, take_statement
from courses.progress.errors import LessonUnknown, NotOpenYetBecause
from courses.progress.paths import asked_by_a_path
from courses.progress.queries import course_of_lesson
from courses.web.answers import is_for_members, language, outline_or_404, person_of
from curriculum.h5p.models import Package
from curriculum.h5p.queries import activities
from curriculum.h5p.tokens import frame_token

# Bytes of what an activity leaves off with, and of the JSON around it, in which many characters take two.
LARGEST_STATE = 64 * 1024
LARGEST_STATE_BODY = 3 * LARGEST_STATE
SECONDS_TO_WAIT = 60
_NAME = re.compile(r"[\w.:/-]{1,64}", re.ASCII)

# What is refused, by its status. Everything else that is refused is a conflict.
STATUS: dict[type[Refused], int] = {
    ActivityUnknown: 404,
    LessonUnknown: 404,
    NotEnrolled: 403,
    NotOpenYetBecause: 403,
    NoPlayer: 409,
    StatementKnown: 409,
    TooFast: 429,
    TooMuch: 429,
}


def play_address(lesson: UUID, activity: UUID, of: str) -> str:
    """Hook `activity_play`: where the player of an activity in a lesson is asked for, in the language `of`."""
    with override(of):
        return reverse("activity_play", args=[lesson, activity])


@public
@require_http_methods(["GET", "HEAD", "POST"])
def activity_play(request: HttpRequest, lesson: UUID, activity: UUID) -> HttpResponseBase:
    """Where the player is. POST, by who takes the course: an attempt begins or goes on. GET: only to look at, for
    everybody who may read the lesson; nothing is kept."""
    if request.method != "POST":
        return _look(request, lesson, activity)
    if not request.user.is_authenticated:
        return refuse_script(request)
    person = person_of(request)
    try:
        playing = begin(
            person=person,
            lesson_key=lesson,
            activity_key=activity,
            language=language(),
            by=person,
            at=timezone.now(),
        )
    except Refused as why:
        return _refused(why)
    return JsonResponse(_playing(playing, account_of(person)))


@signed_in_script
@require_POST
def activity_statements(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """One xAPI statement about an attempt of one's own: `{"id": "<uuid>", "statement": {...}}`."""
    body = _body(request, LARGEST_BODY)
    if isinstance(body, HttpResponse):
        return body
    person = person_of(request)
    try:
        taken = take_statement(person=person, public_id=attempt, body=body, by=person, at=timezone.now())
    except TooLarge as why:
        return _error(str(why), 413)
    except BadStatement as why:
        return _error(str(why), 400)
    except Refused as why:
        return _refused(why)
    return JsonResponse(_taken(taken), status=201)


@signed_in_script
@require_POST
def activity_state(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Where somebody left off: `{"dataType": ..., "subContentId": ..., "value": "..." or null}`."""
    body = _body(request, LARGEST_STATE_BODY)
    if isinstance(body, HttpResponse):
        return body
    try:
        kind, part, value = _state(body)
    except ValueError:
        return _error("no state", 400)
    if value is not None and len(value.encode()) > LARGEST_STATE:
        return _error("more than 64 KB", 413)
    person = person_of(request)
    try:
        keep_state(
            person=person,
            public_id=attempt,
            data_type=kind,
            sub_content_id=part,
            value=value,
            by=person,
            at=timezone.now(),
        )
    except Refused as why:
        return _refused(why)
    return HttpResponse(status=204)


def _look(request: HttpRequest, lesson: UUID, activity: UUID) -> HttpResponse:
    """The player for whoever may read the lesson, without an attempt."""
    outline, row = course_of_lesson(lesson, language()) or (None, None)
    shown = activities(language()).get(activity)
    if outline is None or row is None or shown is None or not any(each.key == activity for each in row.activities):
        return _refused(ActivityUnknown())
    outline_or_404(request, outline.key)
    user = request.user
    if is_for_members(outline, row) and not (
        user.is_authenticated and (current(user, outline.key) or asked_by_a_path(user, lesson, activity))
    ):
        return _refused(NotEnrolled())
    package = package_with_library(shown.package) if shown.package else None
    if package is None:
        return _refused(NoPlayer())
    return JsonResponse(
        {
            **_frame(package, ""),
            "attempt": None,
            "statements": "",
            "state_url": "",
            "iri": "",
            "state": {},
            "best": None,
            "done": False,
            "note": "",
        }
    )


def _playing(playing: Playing, stamp: str) -> dict[str, Any]:
    public_id = playing.attempt.public_id
    return {
        **_frame(playing.package, stamp),
        "attempt": str(public_id),
        "statements": reverse("activity_statements", args=[public_id]),
        "state_url": reverse("activity_state", args=[public_id]),
        "iri": playing.iri,
        "state": playing.state,
        "best": playing.best,
        "done": playing.done,
        "note": playing.note,
    }


def _frame(package: Package, stamp: str) -> dict[str, Any]:
    """The player's own page, and what it has to repeat so that it is known. `language` is the reader's."""
    token = frame_token(package.public_id, stamp, timezone.now())
    return {
        "frame": reverse("h5p_frame", args=[token]),
        "nonce": secrets.token_urlsafe(16),
        "language": language(),
        "content_language": package.locale.language_code,
    }


def _taken(taken: Taken) -> dict[str, Any]:
    issued = taken.consequences.certificates
    return {
        "attempt": str(taken.attempt.public_id),
        "done": taken.done,
        "percent": taken.attempt.percent,
        "trust": str(taken.attempt.trust),
        "reached": str(taken.attempt.reached),
        "note": _("This score cannot be checked, so it does not count. Do the activity without the player, below.")
        if taken.unreliable
        else "",
        "certificate": reverse("certificate_check", args=[issued[0].code]) if issued else None,
    }


def _state(body: bytes) -> tuple[str, str, str | None]:
    """Kind of state, part (empty: the whole) and value. Raises ValueError for anything else."""
    try:
        posted = json.loads(body)
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(posted, dict) or "value" not in posted:
        raise ValueError
    value = posted["value"]
    if value is not None and (not isinstance(value, str) or "\x00" in value):
        # NUL is what no database keeps.
        raise ValueError
    if value is not None:
        value.encode()  # half of a character raises UnicodeEncodeError, which is a ValueError
    part = posted.get("subContentId")
    if part in (None, 0, "", "0"):
        return _name(posted.get("dataType")), "", value
    return _name(posted.get("dataType")), _name(part), value


def _name(given: Any) -> str:
    """Raises ValueError for what is no name of a kind or a part."""
    if not isinstance(given, str) or not _NAME.fullmatch(given):
        raise ValueError
    return given


def _body(request: HttpRequest, largest: int) -> bytes | HttpResponse:
    """What was posted, or why it is not read."""
    if request.content_type != "application/json":
        return _error("send application/json", 400)
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        return _error(_("This is too much to be saved."), 413)
    return request.body


def _refused(why: Refused) -> HttpResponse:
    response = _error(str(why), STATUS.get(type(why), 409))
    if isinstance(why, TooFast):
        response["Retry-After"] = str(SECONDS_TO_WAIT)
    return response


def _error(words: str, status: int) -> HttpResponse:
    return JsonResponse({"error": words}, status=status)
