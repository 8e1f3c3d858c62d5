"""Addresses of attendance, check-in and feedback, below the language; included by urls.py."""

from django.urls import path

from .views import attendance, check_in, session_feedback

urlpatterns = [
    path("my-workshops/<uuid:date>/attendance/<int:number>/", attendance.attendance, name="attendance"),
    path(
        "my-workshops/<uuid:date>/attendance/<int:number>/sheet/", attendance.attendance_sheet, name="attendance_sheet"
    ),
    path(
        "my-workshops/<uuid:date>/attendance/<int:number>/import/",
        attendance.attendance_import,
        name="attendance_import",
    ),
    path("my-workshops/<uuid:date>/feedback/", session_feedback.session_feedback, name="session_feedback"),
    path("check-in/<str:token>/", check_in.check_in, name="check_in"),
]
