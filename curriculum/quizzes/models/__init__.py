"""Questions, rubrics and quizzes, authored as snippets. What is right, and all numbers, are read from the source."""

from .questions import Choice, Question
from .quizzes import Quiz, QuizBand, QuizQuestion
from .rubrics import Rubric, RubricLine

__all__ = ["Choice", "Question", "Quiz", "QuizBand", "QuizQuestion", "Rubric", "RubricLine"]
