"""Addresses of the player, without a language: its page and the files that it asks for."""

from django.urls import path

from . import h5p_views as views

urlpatterns = [
    path("l/<str:folder>/<str:stamp>/<path:path>", views.library_file, name="h5p_library_file"),
    path("c/<str:token>/<path:path>", views.content_file, name="h5p_content_file"),
    path("frame/<str:token>/", views.frame, name="h5p_frame"),
]
