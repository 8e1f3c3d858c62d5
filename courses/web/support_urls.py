"""Addresses of support, below the language; included by urls.py. No name, no e-mail address stands in any."""

from django.urls import path

from .views import support, support_changes

urlpatterns = [
    path("support/", support.support_find, name="support_find"),
    path("support/<uuid:person>/", support.support_person, name="support_person"),
    path("support/<uuid:person>/view/", support.support_view, name="support_view"),
    path("support/<uuid:person>/mails/<uuid:mail>/", support_changes.support_mail_resend, name="support_mail_resend"),
    path("support/<uuid:person>/progress/", support_changes.support_progress, name="support_progress"),
    path(
        "support/<uuid:person>/attendance/<uuid:booking>/<int:number>/",
        support_changes.support_attendance,
        name="support_attendance",
    ),
]
