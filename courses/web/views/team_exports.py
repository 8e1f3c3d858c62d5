"""The list of the team as it is filtered, as a file to take along. Who took it is written down."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from academy.people.enums import Looked
from courses.assignments.enums import ListFormat
from courses.reports.sheet import CONTENT_TYPES, file_of, table
from courses.web import team_page
from courses.web.answers import language, person_of
from courses.web.team_doors import leads


@leads
@require_safe
def team_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as XLSX or CSV: the same people in the same order, a row for each thing that is required of them."""
    view = team_page.view_of(request)
    if view is None:
        raise Http404
    rows = table(
        view.scope,
        view.wanted,
        name=view.name,
        today=view.today,
        at=view.at,
        language=language(),
        reader=person_of(request),
    )
    team_page.note(request, Looked.EXPORT, view)
    form = ListFormat(kind)
    file = file_of([row.cells for row in rows], _("Required learning"), form)
    answer = HttpResponse(file, content_type=CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="team-{view.today.isoformat()}.{form.value}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
