"""Addresses of paths, below the language; included by urls.py."""

from django.urls import path

from .views import paths

urlpatterns = [
    path("paths/<uuid:key>/start/", paths.start, name="path_start"),
    path("paths/<uuid:key>/leave/", paths.leave, name="path_leave"),
    path("paths/<uuid:key>/restart/", paths.restart, name="path_restart"),
]
