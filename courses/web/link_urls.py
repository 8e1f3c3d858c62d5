"""Addresses without a language, for ever: links in mails (decision 14)."""

from django.urls import path

from .views import booking_links

urlpatterns = [
    path("<str:token>/", booking_links.booking_link, name="booking_link"),
]
