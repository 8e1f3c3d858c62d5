"""Addresses of the evidence of a past day, below the language; included by urls.py."""

from django.urls import path

from .views import evidence

urlpatterns = [
    path("evidence/", evidence.evidence_organisations, name="evidence_organisations"),
    path("organisation/<slug:slug>/evidence/", evidence.evidence, name="evidence"),
    path("organisation/<slug:slug>/evidence/<slug:day>/", evidence.evidence_day, name="evidence_day"),
    path("organisation/<slug:slug>/evidence/<slug:day>/evidence.zip", evidence.evidence_pack, name="evidence_pack"),
]
