"""Addresses of who can see what, below the language; included by urls.py."""

from django.urls import path

from .views import who_can_see, wider_views

urlpatterns = [
    path("settings/who-can-see/", who_can_see.who_can_see, name="who_can_see"),
    path("organisation/<slug:slug>/privacy/", wider_views.organisation_privacy, name="organisation_privacy"),
    path(
        "organisation/<slug:slug>/privacy/<slug:what>/close/",
        wider_views.close_wider_view,
        name="close_wider_view",
    ),
]
