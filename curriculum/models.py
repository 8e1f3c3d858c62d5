"""Gathers the models of this package for Django; no logic."""

from .catalogue.models import CataloguePage, CoursePage, LearningPathPage, ModuleCompetence, ModulePage, PathCourse
from .competences.models import Competence
from .completion.models import RuleVersion
from .h5p.models import Activity, Library, LibraryNeed, LibraryRevision, Package, PackageLibrary
from .items.models import LearningItem
from .lessons.models import LessonCase, LessonPage
from .library.models import GlossaryTerm, PracticeCaseIndexPage, PracticeCasePage
from .loading.models import ContentFileState
from .quizzes.models import Choice, Question, Quiz, QuizBand, QuizQuestion, Rubric, RubricLine
from .workshops.models import WorkshopIndexPage, WorkshopPage

__all__ = [
    "Activity", "CataloguePage", "Choice", "Competence", "ContentFileState", "CoursePage", "GlossaryTerm",
    "LearningItem", "LearningPathPage", "LessonCase", "LessonPage", "Library", "LibraryNeed", "LibraryRevision",
    "ModuleCompetence", "ModulePage", "Package", "PackageLibrary", "PathCourse", "PracticeCaseIndexPage",
    "PracticeCasePage", "Question", "Quiz", "QuizBand", "QuizQuestion", "Rubric", "RubricLine", "RuleVersion",
    "WorkshopIndexPage", "WorkshopPage",
]  # fmt: skip
