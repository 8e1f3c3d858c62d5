"""Calendars as files, below /ics/: without a language, for ever (decision 14)."""

from django.urls import path

from .views import feeds

urlpatterns = [
    path("workshops.ics", feeds.public_ics, name="public_ics"),
    path("date/<uuid:date>.ics", feeds.date_ics, name="date_ics"),
    path("<str:token>.ics", feeds.feed_ics, name="feed_ics"),
]
