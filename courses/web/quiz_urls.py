"""Addresses of taking quizzes, below the language; included by urls.py."""

from django.urls import path

from .views import practice, quiz, quiz_result, quiz_start

urlpatterns = [
    path("courses/<uuid:key>/quiz/", quiz_start.quiz_start, name="quiz_start"),
    path("courses/<uuid:key>/quiz/before/", quiz_start.quiz_pretest, name="quiz_pretest"),
    path("courses/<uuid:key>/quiz/ask/", quiz_start.quiz_ask, name="quiz_ask"),
    path("practice/<uuid:lesson>/<uuid:quiz>/", practice.practice_start, name="practice_start"),
    path("quiz/<uuid:attempt>/", quiz_result.quiz_result, name="quiz_result"),
    path("quiz/<uuid:attempt>/check/", quiz.quiz_check, name="quiz_check"),
    path("quiz/<uuid:attempt>/extend/", quiz.quiz_extend, name="quiz_extend"),
    path("quiz/<uuid:attempt>/<int:number>/", quiz.quiz_question, name="quiz_question"),
    path("quiz/<uuid:attempt>/<int:number>/document/", quiz.quiz_document, name="quiz_document"),
]
