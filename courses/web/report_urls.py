"""Addresses of reports on quizzes and activities, and of grading again, below the language; included by urls.py."""

from django.urls import path

from .views import activity_reports, item_report

urlpatterns = [
    path("teaching/activities/", activity_reports.activity_reports, name="activity_reports"),
    path("teaching/activities/<uuid:key>/", activity_reports.activity_report, name="activity_report"),
    path("teaching/quizzes/", item_report.item_reports, name="item_reports"),
    path("teaching/quizzes/<uuid:key>/", item_report.item_report, name="item_report"),
    path("teaching/questions/<uuid:key>/regrade/", item_report.regrade, name="regrade"),
]
