"""Addresses of training from elsewhere, below the language; included by urls.py."""

from django.urls import path

from .views import outside, outside_answers

urlpatterns = [
    path("learning/outside/", outside.my_trainings, name="my_trainings"),
    path("learning/outside/new/", outside.report_training, name="report_training"),
    path("learning/outside/<uuid:training>/", outside.my_training, name="my_training"),
    path("learning/outside/<uuid:training>/change/", outside.change_training, name="change_training"),
    path("learning/outside/<uuid:training>/withdraw/", outside.withdraw_training, name="withdraw_training"),
    path("learning/outside/<uuid:training>/file/", outside.training_file, name="training_file"),
    path("team/outside/", outside_answers.team_trainings, name="team_trainings"),
    path("team/outside/<uuid:training>/", outside_answers.team_training, name="team_training"),
]
