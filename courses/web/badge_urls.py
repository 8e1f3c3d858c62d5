"""Addresses that programs ask when they check a badge: without a language and for ever (architecture decision 14)."""

from django.urls import path

from .views import badges

urlpatterns = [
    path(".well-known/did.json", badges.did_document, name="did_document"),
    path("issuer.json", badges.issuer, name="badge_issuer"),
    path("status/1", badges.status_list, name="badge_status"),
]
