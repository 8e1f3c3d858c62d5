"""Addresses of certificates: without a language and for ever (architecture decision 14)."""

from django.urls import path

from .views import certificate_file, certificates, my_certificates

urlpatterns = [
    path("", certificates.find, name="certificate_find"),
    # Of 4 signs: no code is that short.
    path("file/", certificate_file.check_file, name="certificate_file"),
    path("<str:code>/", certificates.check, name="certificate_check"),
    path("<str:code>/certificate.pdf", certificates.pdf, name="certificate_pdf"),
    path("<str:code>/badge.json", certificates.badge, {"form": "json"}, name="certificate_badge"),
    path("<str:code>/badge.png", certificates.badge, {"form": "png"}, name="certificate_badge_png"),
    path("<str:code>/badge.svg", certificates.badge, {"form": "svg"}, name="certificate_badge_svg"),
    path("<str:code>/withdraw/", certificates.withdraw, name="certificate_withdraw"),
    path("<str:code>/correction/", my_certificates.ask_for_correction, name="certificate_ask"),
]
