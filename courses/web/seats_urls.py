"""Addresses of seats for a team, below the language; included by urls.py."""

from django.urls import path

from .views import approvals, seats

urlpatterns = [
    path("dates/<uuid:date>/reserve/", seats.reserve_seats, name="reserve_seats"),
    path("dates/<uuid:date>/book-for/", seats.book_for, name="book_for"),
    path("team/workshops/", seats.team_seats, name="team_seats"),
    path("team/workshops/<uuid:reservation>/", seats.reservation, name="reservation"),
    path("team/bookings/<uuid:booking>/cancel/", seats.cancel_for, name="cancel_for"),
    path("team/approvals/<uuid:booking>/", approvals.approval, name="approval"),
]
