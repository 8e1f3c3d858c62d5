"""Activities in the admin: the list, the form, what keeps one from being published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column, LocaleColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from academy.people.models import User
from curriculum.h5p.access import may_install_libraries, may_trust_player
from curriculum.h5p.enums import PackageState, Rule
from curriculum.h5p.errors import InUse
from curriculum.h5p.models import Activity, Library, Package
from curriculum.h5p.rules import delete_packages
from curriculum.quizzes.forms import FOLLOWS_CHOICES

from . import h5p_shown as shown
from .snippet_views import FreshCopyView, KeptDeleteView

ICON = "media"
NEEDS_PASS_MARK = {"data-w-rules-target": "show", "data-w-rules": json.dumps({"rule": [str(Rule.PASSED)]})}


# -- the form ---------------------------------------------------------------------------------------------------------
class ActivityForm(WagtailAdminModelForm):
    """Who may not allow scores that cannot be checked finds that box closed, and posting it changes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "trusts_player" in self.fields and not may_trust_player(self.for_user):
            field = self.fields["trusts_player"]
            field.disabled = True
            field.help_text = _("Only an administrator can change this: any learner can claim any score.")
            # Not what an older revision said, to which somebody goes back.
            self.initial["trusts_player"] = self._kept
        if "alternative_quiz" in self.fields:
            self.fields["alternative_quiz"].error_messages["invalid_choice"] = _("Choose a quiz for practice.")

    def clean_alternative(self) -> str:
        """Nothing, where the editor of rich text was left empty: it leaves empty tags, which are no alternative."""
        typed = str(self.cleaned_data["alternative"])
        return typed if strip_tags(typed).strip() or "<embed" in typed else ""

    @property
    def _kept(self) -> bool:
        if self.instance.pk is None:
            return False
        return bool(Activity.objects.get(pk=self.instance.pk).get_latest_revision_as_object().trusts_player)


class _SavedPanel(Panel):
    """A part of the form that shows what belongs to the activity, once it is saved."""

    class BoundPanel(Panel.BoundPanel):
        """With an instance and a form."""

        @cached_property
        def source(self) -> Activity:
            """Files, rules and places are the source's, whatever language is edited."""
            return shown.source_or_self(self.instance)

        @property
        def is_saved(self) -> bool:
            """Whether there can be anything yet."""
            return self.instance.pk is not None


class FilesPanel(_SavedPanel):
    """What is played in each language, what keeps it from counting, and the way to the files."""

    class BoundPanel(_SavedPanel.BoundPanel):
        """With an instance and a form."""

        template_name = "curriculum/panel/h5p/files_panel.html"

        @cached_property
        def files(self) -> list[shown.LanguageFiles]:
            """By language."""
            return shown.files_of(self.source)

        @property
        def hindrances(self) -> tuple[str, ...]:
            """With the rule as it was saved last."""
            if self.instance.pk != self.source.pk:
                return shown.hindrances(self.source, self.files)
            return shown.hindrances(self.instance, self.files)

        @property
        def warnings(self) -> list[str]:
            """What the content types lack for some people, each sentence once."""
            played = [each.current for each in self.files if each.current is not None]
            notes = [shown.type_notes(package, self.instance.rule) for package in played]
            return list(dict.fromkeys(each for note in notes if note is not None for each in note.warnings))


class UsePanel(_SavedPanel):
    """Where the activity stands."""

    class BoundPanel(_SavedPanel.BoundPanel):
        """With an instance and a form."""

        template_name = "curriculum/panel/h5p/use_panel.html"

        @cached_property
        def pages(self) -> list[shown.UsedBy]:
            """Lessons and rules, in all languages."""
            return shown.pages_with(self.source.translation_key)


def edit_handler() -> ObjectList:
    """The form; the pass mark is there for a rule that has one."""
    return ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("code"), FieldPanel("minutes")]),
            FieldPanel("about"),
            FilesPanel(heading=_("Files")),
            MultiFieldPanel(
                [FieldPanel("rule"), FieldPanel("pass_mark", attrs=NEEDS_PASS_MARK), FieldPanel("counts")],
                heading=_("Completion"),
            ),
            MultiFieldPanel(
                [FieldPanel("alternative"), FieldPanel("alternative_quiz")], heading=_("Without the player")
            ),
            MultiFieldPanel([FieldPanel("trusts_player")], heading=_("Trust"), attrs=NEEDS_PASS_MARK),
            UsePanel(heading=_("Where it is used")),
        ],
        base_form_class=ActivityForm,
        attrs=FOLLOWS_CHOICES,
    )


class _Countable:
    """An activity that counts is published only when nothing hinders it from counting. A draft can be kept."""

    def is_valid(self, form: Any) -> bool:
        """Looks at what was typed, with the files that are there."""
        view: Any = self
        if super().is_valid(form) and not self._hindered(form):  # type: ignore[misc]  # of the view this is mixed into
            return True
        view.produced_error_code = "validation_error"
        view.produced_error_message = view.get_error_message()
        return False

    def _hindered(self, form: Any) -> bool:
        activity, view = form.instance, self
        if getattr(view, "action", "") != "publish" or not activity.counts:
            return False
        source = shown.source_or_self(activity)
        if source.pk != activity.pk:
            return False  # words only: the rule is the source's
        files = shown.files_of(source) if source.pk else []
        for sentence in shown.hindrances(activity, files):
            form.add_error("counts", forms.ValidationError(sentence, code="hindered"))
        return bool(form.errors)


class ActivityCreateView(_Countable, CreateView):
    """A new activity; then its files."""

    def get_success_buttons(self) -> list[Any]:
        """The way to the files first: that is what comes next."""
        url = reverse("h5p_files", args=[self.object.pk])
        return [messages.button(url, _("Upload a file")), *super().get_success_buttons()]


class ActivityEditView(_Countable, EditView):
    """With the ways to files and preview."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Among the page's other buttons."""
        source = shown.source_or_self(self.object)
        return [
            *super().header_more_buttons,
            Button(_("Files"), url=reverse("h5p_files", args=[source.pk]), icon_name="upload", priority=5),
            Button(PREVIEW, url=preview_url(self.object), icon_name="view", priority=6),
        ]


# -- the way to the preview -------------------------------------------------------------------------------------------
PREVIEW = _("Preview as learner")


def preview_url(activity: Activity) -> str:
    """Where an activity is tried, in its language."""
    return reverse("h5p_activity_preview", args=[activity.pk])


class PreviewMenuItem(ActionMenuItem):
    """A line in the menu of actions below the form: shows the file that is played now."""

    name = "preview-as-learner"
    label = PREVIEW
    icon_name = "view"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Only for an activity that was saved once."""
        return bool(context["view"] == "edit")

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """The preview's address."""
        return preview_url(parent_context["instance"])


def action_menu_item(model: Any) -> ActionMenuItem | None:
    """Hook `register_snippet_action_menu_item`."""
    return PreviewMenuItem(order=80) if model is Activity else None


def listing_buttons(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Hook `register_snippet_listing_buttons`. An activity of the list knows its source."""
    if isinstance(snippet, Activity) and user.has_perm("curriculum.change_activity"):
        source = getattr(snippet, "source_pk", snippet.pk)
        yield Button(_("Files"), url=reverse("h5p_files", args=[source]), icon_name="upload", priority=50)
        yield Button(PREVIEW, url=preview_url(snippet), icon_name="view", priority=60)


# -- the list ---------------------------------------------------------------------------------------------------------
class Played(models.TextChoices):
    """How the files of an activity stand, as far as the list can be narrowed down by it."""

    READY = "ready", _("Ready")
    NONE = "none", _("No file that can be played")
    WAITING = "waiting", _("Waits for its libraries to be allowed")


def content_types() -> list[tuple[str, str]]:
    """Content types that an activity is played with, by machine name."""
    used = Package.objects.filter(is_current=True).values("main_library")
    found = dict(Library.objects.filter(pk__in=used).order_by("pk").values_list("machine_name", "title"))
    return sorted(found.items(), key=lambda each: each[1].casefold())


def _packages(**wanted: Any) -> QuerySet[Package]:
    """Packages of the activity of an outer query, source or translation."""
    return Package.objects.filter(activity__translation_key=OuterRef("translation_key"), **wanted)


class ActivityFilterSet(WagtailFilterSet):
    """By what the list of activities is narrowed down."""

    kind = django_filters.ChoiceFilter(label=_("Type"), choices=content_types, method="of_type")
    played = django_filters.ChoiceFilter(label=_("File"), choices=Played.choices, method="by_files")

    class Meta:
        model = Activity
        fields = ["rule", "counts"]

    def of_type(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        """Played with this content type in some language."""
        return rows.filter(Exists(_packages(is_current=True, main_library__machine_name=value)))

    def by_files(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        """Ready in some language, ready in none, or with a file that waits."""
        if value == Played.WAITING:
            return rows.filter(Exists(_packages(state=PackageState.WAITING)))
        ready = Exists(_packages(is_current=True))
        return rows.filter(ready if value == Played.READY else ~ready)


class ActivityIndexView(IndexView):
    """The list: which file each is played with, from two queries for the page."""

    def get_table(self, object_list: Any) -> Any:
        """The rows, each with the file of its language; a translation's packages are its source's."""
        rows = list(object_list)
        keys = {row.translation_key for row in rows}
        pairs = Activity.objects.filter(translation_key__in=keys).order_by("-pk").values_list("translation_key", "pk")
        sources = dict(pairs)
        packages = shown.packages_of(sources.values())
        for row in rows:
            row.source_pk = sources.get(row.translation_key, row.pk)
            own = [each for each in packages.get(row.source_pk, []) if each.locale_id == row.locale_id]
            current = next((each for each in own if each.is_current), None)
            files = shown.LanguageFiles("", current, tuple(each for each in own if each is not current))
            row.type_name = shown.type_name(current.main_library if current is not None else None)
            row.file_state = shown.state_words(current, files.newest)
        return super().get_table(rows)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The libraries among the list's other buttons, for those who may install them."""
        buttons: list[Button] = [*super().header_more_buttons]
        if may_install_libraries(self.request.user):
            buttons.append(Button(_("H5P libraries"), url=reverse("h5p_libraries"), icon_name="cogs", priority=80))
        return buttons


# -- deleting ---------------------------------------------------------------------------------------------------------
class ActivityDeleteView(KeptDeleteView):
    """Only what stands nowhere and nobody worked with; its files go with it, or nothing does."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete, or say why not."""
        try:
            return super().form_valid(form)
        except InUse:
            text = _("“%(name)s” cannot be deleted: learners worked with it. Unpublish it instead.")
            messages.error(self.request, text % {"name": self.object})
            return redirect(self.get_success_url())

    def delete_action(self) -> None:
        """Files first: they hold on to the activity. All in the transaction of the view."""
        by = User.objects.get(pk=self.request.user.pk)
        delete_packages(activity=self.object, by=by, at=timezone.now())
        super().delete_action()


def refuse_delete(request: HttpRequest, snippets: Iterable[Any]) -> HttpResponse | None:
    """Hook `before_delete_snippet`, for one and for several at once: not what is used, and not in one go with files."""
    match = request.resolver_match
    is_bulk = match is not None and match.url_name == "wagtail_bulk_action"
    for activity in snippets:
        why = _why_kept(activity, is_bulk=is_bulk) if isinstance(activity, Activity) else ""
        if why:
            messages.error(request, why % {"name": activity})
            return redirect(shown.list_url())
    return None


def _why_kept(activity: Activity, *, is_bulk: bool) -> Any:
    source = shown.source_or_self(activity)
    if source.pk == activity.pk and shown.pages_with(activity.translation_key):
        return _("“%(name)s” cannot be deleted, because it is in use. Take it out first.")
    if source.pk == activity.pk and activity.get_translations().exists():
        return _("“%(name)s” cannot be deleted while there are translations of it. Delete these first.")
    if is_bulk and Package.objects.filter(activity=activity).exists():
        return _("“%(name)s” has files. Delete it by itself.")
    return ""


class ActivityViewSet(SnippetViewSet):
    """Activities, to be placed in lessons."""

    model = Activity
    icon = ICON
    index_view_class = ActivityIndexView
    add_view_class = ActivityCreateView
    edit_view_class = ActivityEditView
    copy_view_class = FreshCopyView
    delete_view_class = ActivityDeleteView
    edit_handler = edit_handler()
    list_display = [
        "title",
        LocaleColumn(label=_("Language")),
        Column("code", label=_("Code"), sort_key="code"),
        Column("type_name", label=_("Type")),
        Column("rule", label=_("Done when"), accessor="get_rule_display", sort_key="rule"),
        Column("counts", label=_("Counts"), accessor=lambda row: _("Yes") if row.counts else "", sort_key="counts"),
        Column("file_state", label=_("File")),
    ]
    filterset_class = ActivityFilterSet
    search_fields = ["title", "code"]
