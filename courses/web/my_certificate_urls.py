"""Addresses of certificates for holders and administrators, below the language; included by urls.py."""

from django.urls import path

from .views import manage_certificates, my_certificates

urlpatterns = [
    path("certificates/", my_certificates.my_certificates, name="my_certificates"),
    path("certificates/name/", my_certificates.confirm_certificate_name, name="confirm_certificate_name"),
    path("certificates/manage/", manage_certificates.certificates, name="manage_certificates"),
    path("certificates/manage/<str:code>/", manage_certificates.certificate, name="manage_certificate"),
    path("certificates/<str:code>/renew/", my_certificates.renew_certificate, name="renew_certificate"),
]
