"""Addresses in mails that stop their like, below /n/: without a language, for ever (decision 14)."""

from django.urls import path

from .views import notifications

urlpatterns = [path("<str:token>/", notifications.stop_mails, name="stop_mails")]
