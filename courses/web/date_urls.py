"""Addresses of dates for those who take part, below the language; included by urls.py."""

from django.urls import path

from .views import date_answers, date_feedback, dates, interest

urlpatterns = [
    path("dates/<uuid:date>/", dates.workshop_date, name="workshop_date"),
    path("dates/<uuid:date>/book/", dates.date_book, name="date_book"),
    path("dates/<uuid:date>/cancel/", dates.date_cancel, name="date_cancel"),
    path("dates/<uuid:date>/accept/", dates.date_accept, name="date_accept"),
    path("dates/<uuid:date>/decline/", dates.date_decline, name="date_decline"),
    path("dates/<uuid:date>/join/", dates.date_join, name="date_join"),
    path("dates/<uuid:date>/code.svg", dates.date_code, name="date_code"),
    path("dates/<uuid:date>/answers/", date_answers.date_answers, name="date_answers"),
    path("dates/<uuid:date>/feedback/", date_feedback.date_feedback, name="date_feedback"),
    path("workshops/<uuid:key>/interest/", interest.workshop_interest, name="workshop_interest"),
]
