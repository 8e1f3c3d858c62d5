"""What is authored beside pages, together under one entry of the admin's menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from curriculum.competences.models import Competence
from curriculum.library.models import GlossaryTerm
from curriculum.quizzes.models import Question, Quiz


class QuizViewSet(SnippetViewSet):
    """Quizzes."""

    model = Quiz
    icon = "clipboard-list"
    list_display = ["title", "code", "pass_mark", "attempts"]
    search_fields = ["title", "code"]


class QuestionViewSet(SnippetViewSet):
    """Questions, to be placed in quizzes."""

    model = Question
    icon = "help"
    list_display = ["text", "code", "kind", "points"]
    list_filter = ["kind"]
    search_fields = ["text", "code"]


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
    items = (QuizViewSet, QuestionViewSet, GlossaryTermViewSet, CompetenceViewSet)
