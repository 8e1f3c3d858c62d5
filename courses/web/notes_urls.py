"""Addresses of notes and bookmarks, below the language; included by urls.py."""

from django.urls import path

from .views import notes

urlpatterns = [
    path("lessons/<uuid:key>/note/", notes.lesson_note, name="lesson_note"),
    path("lessons/<uuid:key>/bookmark/", notes.lesson_bookmark, name="lesson_bookmark"),
    path("learning/notes/", notes.my_notes, name="my_notes"),
]
