"""What is authored beside pages, together under one entry of the admin's menu."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, LocaleColumn, NumberColumn
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from curriculum.catalogue.models import CoursePage
from curriculum.competences.models import Competence
from curriculum.library.models import GlossaryTerm
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.models import Question, Quiz, Rubric
from curriculum.quizzes.queries import quiz_codes_of_questions, quiz_families

from .exchange import QuestionFiles
from .h5p_activities import ActivityViewSet
from .snippet_views import FreshCopyView, KeptDeleteView


# -- quizzes ----------------------------------------------------------------------------------------------------------
class QuizIndexView(IndexView):
    """The list of quizzes: how many questions each asks, from two queries for the page."""

    def get_table(self, object_list: Any) -> Any:
        """The rows, each with its number of questions; a translation has those of its source."""
        rows = list(object_list)
        families = quiz_families({row.pk for row in rows})
        for row in rows:
            family = families.get(row.pk, [])
            row.places_count = next((each.places_count for each in family if each.pk == row.pk), 0)
        return super().get_table(rows)


class QuizEditView(EditView):
    """The quiz of a course cannot be made one for practice."""

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """With that choice closed where a course has it."""
        form = super().get_form(*args, **kwargs)
        course = CoursePage.objects.filter(quiz__translation_key=self.object.translation_key).first()
        if course is not None:
            field = form.fields["formative"]
            field.disabled, field.help_text = True, _("It is the quiz of the course %s, so it counts.") % course.code
        return form


class QuizViewSet(SnippetViewSet):
    """Quizzes."""

    model = Quiz
    icon = "clipboard-list"
    index_view_class = QuizIndexView
    edit_view_class = QuizEditView
    copy_view_class = FreshCopyView
    delete_view_class = KeptDeleteView
    list_display = [
        "title",
        LocaleColumn(label=_("Language")),
        Column("code", label=_("Code"), sort_key="code"),
        NumberColumn("places_count", label=_("Questions")),
        NumberColumn("pass_mark", label=_("Pass mark (%)"), sort_key="pass_mark"),
        Column("attempts", label=_("Attempts"), accessor=lambda quiz: quiz.attempts or _("any number")),
        Column(
            "formative",
            label=_("For practice"),
            accessor=lambda quiz: _("Yes") if quiz.formative else "",
            sort_key="formative",
        ),
    ]
    list_filter = ["formative"]
    search_fields = ["title", "code"]


# -- questions --------------------------------------------------------------------------------------------------------
def topics() -> list[tuple[str, str]]:
    """All topics that a question has."""
    found = Question.objects.exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct()
    return [(topic, topic) for topic in found]


def used_competences(request: Any) -> Any:
    """Competences that a question has. Translations have the source's."""
    return Competence.objects.filter(pk__in=Question.objects.exclude(competence=None).values("competence"))


class QuestionFilterSet(WagtailFilterSet):
    """By what the list of questions is narrowed down."""

    topic = django_filters.ChoiceFilter(label=_("Topic"), choices=topics)
    competence = django_filters.ModelChoiceFilter(label=_("Competence"), queryset=used_competences)

    class Meta:
        model = Question
        fields = ["kind", "topic", "competence", "difficulty", "must_pass"]


class QuestionIndexView(QuestionFiles, IndexView):
    """The list of questions: in which quizzes each stands, from one query for the page."""

    def get_base_queryset(self) -> Any:
        """With what a row says of another table."""
        return super().get_base_queryset().select_related("parent")

    def get_table(self, object_list: Any) -> Any:
        """The rows, each with the codes of its quizzes; a part has its scenario's."""
        rows = list(object_list)
        keys = {row.pk: (row.parent or row).translation_key for row in rows}
        codes = quiz_codes_of_questions(set(keys.values()))
        for row in rows:
            row.quiz_codes = ", ".join(codes.get(keys[row.pk], []))
        return super().get_table(rows)


class QuestionCreateView(CreateView):
    """A new question; from a scenario's page, a part of that scenario, behind the others."""

    def get_initial_form_instance(self) -> Any:
        """Belongs to the scenario in `?parent=` if there is such a one."""
        instance = super().get_initial_form_instance() or self.model()
        wanted = self.request.GET.get("parent", "")
        scenario = Question.objects.filter(pk=wanted, kind=QuestionKind.SCENARIO).first() if wanted.isdigit() else None
        if scenario is not None:
            instance.parent, instance.locale = scenario, scenario.locale
            instance.sort_order = scenario.parts.filter(locale=scenario.locale).count()
        return instance


class QuestionViewSet(SnippetViewSet):
    """Questions, to be placed in quizzes."""

    model = Question
    icon = "help"
    index_view_class = QuestionIndexView
    add_view_class = QuestionCreateView
    copy_view_class = FreshCopyView
    delete_view_class = KeptDeleteView
    list_display = [
        "__str__",
        LocaleColumn(label=_("Language")),
        Column("code", label=_("Code"), sort_key="code"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("topic", label=_("Topic"), sort_key="topic"),
        NumberColumn("points", label=_("Points"), sort_key="points"),
        Column("quiz_codes", label=_("In the quizzes")),
    ]
    filterset_class = QuestionFilterSet
    search_fields = ["text", "code", "topic"]


class RubricViewSet(SnippetViewSet):
    """Rubrics, by which trainers mark open answers."""

    model = Rubric
    icon = "list-ul"
    copy_view_class = FreshCopyView
    delete_view_class = KeptDeleteView
    list_display = ["title", LocaleColumn(label=_("Language")), Column("code", label=_("Code"), sort_key="code")]
    search_fields = ["title", "code"]


# -- words ------------------------------------------------------------------------------------------------------------
class GlossaryTermViewSet(SnippetViewSet):
    """Terms that lessons show in the margin."""

    model = GlossaryTerm
    icon = "openquote"
    list_display = ["name", "code"]
    search_fields = ["name", "code", "definition"]


class CompetenceViewSet(SnippetViewSet):
    """ProcurCompEU."""

    model = Competence
    icon = "tick-inverse"
    list_display = ["code", "name", "cluster"]
    list_filter = ["cluster"]
    search_fields = ["name", "code"]


class CurriculumGroup(SnippetViewSetGroup):
    """The menu entry."""

    menu_label = _("Curriculum")
    menu_icon = "list-ul"
    menu_order = 150
    items = (QuizViewSet, QuestionViewSet, ActivityViewSet, RubricViewSet, GlossaryTermViewSet, CompetenceViewSet)
