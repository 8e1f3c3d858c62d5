"""Addresses of taking quizzes, below the language; included by urls.py."""

from django.urls import path

from .views import quiz

urlpatterns = [
    path("courses/<uuid:key>/quiz/", quiz.quiz_start, name="quiz_start"),
    path("quiz/<uuid:attempt>/", quiz.quiz_result, name="quiz_result"),
    path("quiz/<uuid:attempt>/check/", quiz.quiz_check, name="quiz_check"),
    path("quiz/<uuid:attempt>/<int:number>/", quiz.quiz_question, name="quiz_question"),
]
