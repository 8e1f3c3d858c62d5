"""Addresses of calendars that people read, below the language; included by urls.py."""

from django.urls import path

from .views import calendar

urlpatterns = [
    path("calendar/", calendar.workshop_calendar, name="workshop_calendar"),
    path("my-calendar/", calendar.my_calendar, name="my_calendar"),
    path("my-calendar/feed/", calendar.calendar_feed, name="calendar_feed"),
]
