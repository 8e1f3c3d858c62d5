"""Addresses that the player's page sends to: without a language, for they name attempts (curriculum.h5p knows none)."""

from django.urls import path

from .views import activities_api

urlpatterns = [
    path("<uuid:attempt>/statements/", activities_api.activity_statements, name="activity_statements"),
    path("<uuid:attempt>/state/", activities_api.activity_state, name="activity_state"),
]
