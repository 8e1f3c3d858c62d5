"""What the doors of those who run dates share: whose door it is, which date, and that a form is sent once."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import Http404, HttpRequest

from academy.people.enums import Role
from academy.web.access import role_required
from courses.booking.access import sessions_run_by
from courses.booking.models import WorkshopSession
from courses.booking.queries.sessions import with_all

# So long a form that was sent is known; somebody may press "back" and send it again.
KNOWN = 24 * 60 * 60
runs_dates = role_required(Role.TRAINER, Role.PLATFORM_ADMIN)


def date_or_404(request: HttpRequest, public_id: UUID) -> WorkshopSession:
    """A date that the person runs, with all that belongs to it; others do not learn that it is there."""
    session = with_all(sessions_run_by(request.user)).filter(public_id=public_id).first()
    if session is None:
        raise Http404
    return session


def new_mark(posted: str = "") -> str:
    """What a form carries so that it counts once: the mark that was posted, or a new one."""
    return posted if _is_mark(posted) else str(uuid4())


def is_first(request: HttpRequest, mark: str) -> bool:
    """Whether the form with this mark is sent for the first time, as long as nobody says `not_sent`."""
    return not _is_mark(mark) or cache.add(_key(request, mark), 1, KNOWN)


def not_sent(request: HttpRequest, mark: str) -> None:
    """The form was refused: it may be sent again."""
    if _is_mark(mark):
        cache.delete(_key(request, mark))


def _is_mark(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _key(request: HttpRequest, mark: str) -> str:
    return f"sent:{request.user.pk}:{mark}"
