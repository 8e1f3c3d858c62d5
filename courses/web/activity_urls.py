"""Address of an activity without its player, below the language; included by urls.py."""

from django.urls import path

from .views import activity

urlpatterns = [path("activity/<uuid:lesson>/<uuid:activity>/", activity.activity, name="activity")]
