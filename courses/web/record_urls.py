"""Addresses of what somebody has learnt: competences and the transcript, below the language; included by urls.py."""

from django.urls import path

from .views import records

urlpatterns = [
    path("learning/competences/", records.my_competences, name="my_competences"),
    path("learning/transcript/", records.my_transcript, name="my_transcript"),
    path("learning/transcript.csv", records.transcript_csv, name="transcript_csv"),
    path("learning/transcript.pdf", records.transcript_pdf, name="transcript_pdf"),
]
