"""Addresses of bundles of certificates, below the language; included by urls.py before those of single ones."""

from django.urls import path

from .views import bundles

urlpatterns = [
    path("certificates/bundles/", bundles.certificate_bundles, name="certificate_bundles"),
    path("certificates/bundles/<uuid:bundle>/", bundles.certificate_bundle, name="certificate_bundle"),
    path(
        "certificates/bundles/<uuid:bundle>/certificates.zip",
        bundles.certificate_bundle_file,
        name="certificate_bundle_file",
    ),
]
