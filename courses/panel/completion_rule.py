"""The completion rule of a course or path in the Wagtail admin: its versions, who holds which, apply to all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from academy.jobs.models import Job
from academy.people.models import User
from courses.certificates.access import can_revoke
from courses.enrolments.errors import Refused
from courses.enrolments.models import Enrolment
from courses.flows.apply_rule import apply_to_all, job_of, newest, preview
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.completion.models import RuleVersion
from curriculum.completion.queries import versions
from curriculum.completion.sentences import advised, asked_for
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import from_json, parts_of
from curriculum.items.enums import ItemKind

LABEL = _("Completion rule")


@dataclass(frozen=True)
class VersionRow:
    """A version as it is listed."""

    version: RuleVersion
    sentence: str
    besides: list[str]
    running: int
    job: Job | None


@dataclass(frozen=True)
class RouteRows:
    """The versions of one route, the newest first; `waits`: what is published is not numbered yet."""

    route: Route
    rows: list[VersionRow]
    waits: bool

    @property
    def older(self) -> int:
        """How many running enrolments hold a version that is not the newest."""
        return sum(row.running for row in self.rows[1:])


class ApplyForm(forms.Form):
    """Why people are asked for something else than what they were promised, and which version was looked at."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the log with your name. Who is under way is not told of it."),
    )
    version = forms.IntegerField()


class _RuleView(WagtailAdminTemplateMixin, View):
    """What both pages share: they are there for whoever may publish the course or path, and for nobody else."""

    header_icon = "success"
    request: Any
    page: CoursePage | LearningPathPage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Unknown and forbidden look the same."""
        page = source_of(Page.objects.filter(pk=kwargs["page_id"]).first())
        if page is None or not may_see(page, request.user):
            raise Http404
        self.page = page
        self.page_title = f"{LABEL}: {page.get_admin_display_title()}"
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the page."""
        url = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        edit = {"url": url, "label": self.page.get_admin_display_title()}
        return [*super().get_breadcrumbs_items(), edit, {"url": "", "label": LABEL}]

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page with these values."""
        found = self.get_context_data(page_shown=self.page, **context)
        return render(self.request, self.template_name, found, status=status)


class VersionsView(_RuleView):
    """All versions of a rule, route by route."""

    template_name = "courses/panel/completion_rule.html"

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """The lists."""
        key = self.page.translation_key
        counts = running_by_version(key)
        routes = []
        for route in Route:
            rows = [
                VersionRow(
                    version=version,
                    sentence=asked_for(from_json(version.rule["root"]), html=True),
                    besides=besides(self.page, version),
                    running=counts.get((str(route), version.number), 0),
                    job=job_of(version) if place == 0 else None,
                )
                for place, version in enumerate(versions(key, route))
            ]
            if rows:
                routes.append(RouteRows(route, rows, waits=newest(key, route) is None))
        return self.show(routes=routes)


class ApplyView(_RuleView):
    """Whom applying the newest version touches; only then it is applied."""

    template_name = "courses/panel/completion_rule_apply.html"

    def get(self, request: HttpRequest, page_id: int, route: str) -> HttpResponse:
        """The preview, with nothing written."""
        return self.preview(_route(route))

    def post(self, request: HttpRequest, page_id: int, route: str) -> HttpResponse:
        """Apply what was looked at, or say why not."""
        form = ApplyForm(request.POST)
        if not form.is_valid():
            return self.preview(_route(route), form, status=422)
        try:
            apply_to_all(
                page=self.page,
                route=_route(route),
                number=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
                by=User.objects.get(pk=self.request.user.pk),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("reason", str(refused))
            return self.preview(_route(route), form, status=422)
        messages.success(request, _("The new version is being applied. This page says how far it is."))
        return redirect("completion_rule", page_id=self.page.pk)

    def preview(self, route: Route, form: ApplyForm | None = None, status: int = 200) -> HttpResponse:
        """The page with the preview of now."""
        found = preview(self.page.translation_key, route)
        if found is None:
            raise Http404
        sentence = asked_for(from_json(found.version.rule["root"]), html=True)
        shows_names = can_revoke(self.request.user)
        form = form or ApplyForm()
        context = {"sentence": sentence, "besides": besides(self.page, found.version), "shows_names": shows_names}
        return self.show(status, found=found, route=route, form=form, **context)


def besides(page: CoursePage | LearningPathPage, version: RuleVersion) -> list[str]:
    """What else belongs to a version, in the words of the page's fields: its order, how long it lasts, what is advised.

    Without it two versions that ask for the same could not be told apart.
    """
    rule = version.rule
    locked, quizzes = set(rule.get("locks", {})), set()
    if isinstance(page, CoursePage):
        quizzes = {str(part.key) for part in parts_of(from_json(rule["root"])) if part.kind == ItemKind.QUIZ}
    found = []
    if locked - quizzes:
        found.append(_label(page, "in_order"))
    if locked & quizzes:
        found.append(_label(page, "quiz_after_lessons"))
    if rule.get("valid_months"):
        found.append(f"{_label(page, 'valid_months')}: {rule['valid_months']}")
    if rule.get("advised"):
        found.append(advised(tuple(map(from_json, rule["advised"])), html=True))
    return found


def _label(page: Page, name: str) -> str:
    return capfirst(str(page._meta.get_field(name).verbose_name))


def source_of(page: Page | None) -> CoursePage | LearningPathPage | None:
    """The course or path that a page in any language is about; rules stand on the oldest row with the key."""
    if page is None:
        return None
    course = CoursePage.objects.filter(translation_key=page.translation_key).order_by("pk").first()
    return course or LearningPathPage.objects.filter(translation_key=page.translation_key).order_by("pk").first()


def may_see(page: Any, user: Any) -> bool:
    """Who writes courses and paths (may publish this one and add to it or beside it; translators publish words, and
    have no say in what is asked for), and who answers for the whole platform."""
    adds = any(place.permissions_for_user(user).can_add_subpage() for place in (page, page.get_parent()))
    return bool(adds and page.permissions_for_user(user).can_publish()) or can_revoke(user)


def running_by_version(key: Any) -> dict[tuple[str, int], int]:
    """How many running enrolments hold a version, by route and number. One query."""
    running = Enrolment.objects.filter(item__key=key, completed_at=None, left_at=None, person__erased_at=None)
    rows = running.order_by().values_list("route", "rule_version").annotate(count=Count("pk"))
    return {(route, number): count for route, number, count in rows}


def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Hook `register_page_header_buttons`: the way here from the page's own menu."""
    return listing_buttons(page, user, next_url)


def listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Hook `register_page_listing_more_buttons`: the way here from the list of pages."""
    if isinstance(page.specific_deferred, CoursePage | LearningPathPage) and may_see(page, user):
        url = reverse("completion_rule", args=[page.pk])
        yield Button(LABEL, url=url, icon_name="success", priority=66)


def urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [
        path("completion-rule/<int:page_id>/", VersionsView.as_view(), name="completion_rule"),
        path("completion-rule/<int:page_id>/<str:route>/", ApplyView.as_view(), name="completion_rule_apply"),
    ]


def _route(route: str) -> Route:
    if route not in Route.values:
        raise Http404
    return Route(route)
