"""Addresses of certificates: without a language and for ever (architecture decision 14)."""

from django.urls import path

from .views import certificates

urlpatterns = [
    path("", certificates.find, name="certificate_find"),
    path("<str:code>/", certificates.check, name="certificate_check"),
    path("<str:code>/certificate.pdf", certificates.pdf, name="certificate_pdf"),
    path("<str:code>/withdraw/", certificates.withdraw, name="certificate_withdraw"),
]
