"""Question files in the Wagtail admin: look at a file, then import it; choose questions, then download them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy

from academy.people.models import User
from curriculum.exchange import to_gift, to_moodle_xml
from curriculum.exchange.building import build
from curriculum.exchange.enums import MAX_BYTES, Format
from curriculum.exchange.errors import FileRefused
from curriculum.exchange.items import Written
from curriculum.exchange.parking import park, parked, take
from curriculum.exchange.queries import Exported, exported
from curriculum.exchange.reading import read
from curriculum.exchange.rules import import_questions
from curriculum.quizzes.models import Question, Quiz

POLICY = ModelPermissionPolicy(Question)
FILES = {
    Format.MOODLE_XML: (to_moodle_xml.write, "xml", "application/xml"),
    Format.GIFT: (to_gift.write, "txt", "text/plain"),
}


class ImportForm(forms.Form):
    """The file, and where its questions go."""

    file = forms.FileField(
        label=_("Question file"), help_text=_("Moodle XML or GIFT, up to 20 MB and 2,000 questions.")
    )
    topic = forms.CharField(
        label=_("Topic"),
        max_length=120,
        required=False,
        help_text=_("For all questions of the file. Leave empty to keep the categories of the file."),
    )

    def clean_file(self) -> Any:
        """Looked at by content before anything is kept."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        self.content = file.read()
        try:
            read(self.content)
        except FileRefused as refused:
            raise forms.ValidationError(refused.reason) from refused
        return file


class ExportForm(forms.Form):
    """Which questions, in which language, as which file."""

    topic = forms.ChoiceField(label=_("Topic"), required=False)
    quiz = forms.ModelChoiceField(
        label=_("Quiz"),
        queryset=Quiz.objects.none(),
        required=False,
        empty_label=_("Any"),
        help_text=_("The questions that were chosen for it, not those that it draws."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As written first")), *settings.LANGUAGES],
        help_text=_("What is not translated stays in the language in which it was written first."),
    )
    format = forms.ChoiceField(label=_("File"), choices=Format.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Question.objects.exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct()
        topic: Any = self.fields["topic"]
        topic.choices = [("", _("Any")), *((name, name) for name in topics)]
        # Each quiz once, as it was written first.
        quiz: Any = self.fields["quiz"]
        first = {key: pk for pk, key in Quiz.objects.order_by("-pk").values_list("pk", "translation_key")}
        quiz.queryset = Quiz.objects.filter(pk__in=first.values()).order_by("title")


class _FileView(WagtailAdminTemplateMixin, PermissionCheckedMixin, View):
    """What the pages about question files share."""

    permission_policy = POLICY
    header_icon = "help"
    request: Any

    @property
    def person(self) -> User:
        """Who is at it."""
        return User.objects.get(pk=self.request.user.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the list of questions."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": _listing(), "label": _("Questions")},
            {"url": "", "label": self.page_title},
        ]

    def page(self, **context: Any) -> HttpResponse:
        """The page with these values."""
        return render(self.request, self.template_name, self.get_context_data(**context))


class ImportView(_FileView):
    """First step: choose a file."""

    permission_required = "add"
    page_title = _("Import questions")
    template_name = "curriculum/panel/question_import.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return self.page(form=ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file and show what is in it, or say what is wrong with it."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form=form)
        topic = form.cleaned_data["topic"].strip()
        ticket = park(form.content, topic=topic, by=self.person, at=timezone.now())
        return redirect("question_import_report", ticket=ticket)


class ImportReportView(_FileView):
    """Second step: what would be taken and what not; only then it is written."""

    permission_required = "add"
    page_title = _("Import questions")
    template_name = "curriculum/panel/question_report.html"

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """The report."""
        found = parked(ticket, by=self.person)
        if found is None:
            return self._gone()
        content, topic = found
        return self.page(built=build(read(content), topic=topic))

    def post(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Write what the report said."""
        found = take(ticket, by=self.person)
        if found is None:
            return self._gone()
        content, topic = found
        imported = import_questions(read(content), topic=topic, by=self.person, at=timezone.now())
        number, out = len(imported.questions), len(imported.skipped)
        text = ngettext("%(count)s question was imported.", "%(count)s questions were imported.", number)
        text %= {"count": number}
        if out:
            left = ngettext("%(count)s was not taken.", "%(count)s were not taken.", out) % {"count": out}
            text = f"{text} {left}"
        messages.success(request, text)
        return redirect(_listing())

    def _gone(self) -> HttpResponse:
        messages.error(self.request, _("This file was imported already, or is no longer kept. Choose it again."))
        return redirect("question_import")


class ExportView(_FileView):
    """Choose questions; see what the file cannot hold; download it."""

    any_permission_required = ["add", "change"]
    page_title = _("Export questions")
    template_name = "curriculum/panel/question_export.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; the report below it once something was chosen; the file if it was asked for."""
        form = ExportForm(request.GET if "format" in request.GET else None)
        if not form.is_valid():
            return self.page(form=form)
        chosen = form.cleaned_data
        found = exported(topic=chosen["topic"], quiz=chosen["quiz"], language=chosen["language"])
        write, ending, kind = FILES[Format(chosen["format"])]
        written = write(found.questions)
        if "download" not in request.GET or not written.count:
            return self.page(form=form, report=_joined(found, written), query=request.GET.urlencode())
        name = slugify(chosen["quiz"].code if chosen["quiz"] else chosen["topic"]) or "questions"
        return HttpResponse(
            written.content,
            content_type=f"{kind}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
        )


class QuestionFiles:
    """For the list of questions: the way to both pages, for those who may."""

    request: HttpRequest

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Import and export among the list's other buttons."""
        buttons: list[Button] = [*super().header_more_buttons]  # type: ignore[misc]  # of the list this is mixed into
        if POLICY.user_has_permission(self.request.user, "add"):
            url = reverse("question_import")
            buttons.append(Button(_("Import questions"), url=url, icon_name="upload", priority=80))
        if POLICY.user_has_any_permission(self.request.user, ["add", "change"]):
            url = reverse("question_export")
            buttons.append(Button(_("Export questions"), url=url, icon_name="download", priority=90))
        return buttons


def urls() -> list[URLPattern]:
    """For the hook `register_admin_urls`."""
    return [
        path("question-files/import/", ImportView.as_view(), name="question_import"),
        path("question-files/import/<str:ticket>/", ImportReportView.as_view(), name="question_import_report"),
        path("question-files/export/", ExportView.as_view(), name="question_export"),
    ]


def _listing() -> str:
    """Where the list of questions is."""
    return reverse(Question.snippet_viewset.get_url_name("list"))


def _joined(found: Exported, written: Written) -> dict[str, Any]:
    """What stays behind, in the bank and on the way into the file."""
    return {
        "count": written.count,
        "skipped": (*found.skipped, *written.skipped),
        "notes": (*found.notes, *written.notes),
    }
