"""Addresses of the trainer's desk and of the author's preview, below the language; included by urls.py."""

from django.urls import path

from .views import preview, trainer, trainer_learners

urlpatterns = [
    path("teaching/", trainer.trainer_home, name="trainer_home"),
    path("teaching/marking/", trainer.trainer_marking, name="trainer_marking"),
    path("teaching/marking/<uuid:attempt>/", trainer.trainer_mark, name="trainer_mark"),
    path("teaching/marking/<uuid:attempt>/<int:number>/document/", trainer.trainer_document, name="trainer_document"),
    path("teaching/requests/", trainer_learners.trainer_requests, name="trainer_requests"),
    path("teaching/requests/<uuid:request_id>/grant/", trainer_learners.trainer_grant, name="trainer_grant"),
    path("teaching/extra-time/", trainer_learners.trainer_extra_time, name="trainer_extra_time"),
    path("teaching/preview/<uuid:key>/", preview.quiz_preview, name="quiz_preview"),
    path("teaching/preview/<uuid:key>/<int:number>/", preview.quiz_preview_question, name="quiz_preview_question"),
]
