"""Addresses of planning dates, for those who run them, below the language; included by urls.py."""

from django.urls import path

from .views import availability, desk, planning, workshops, writing

urlpatterns = [
    path("my-workshops/", workshops.my_workshops, name="my_workshops"),
    path("my-workshops/not-available/", availability.unavailable, name="unavailable"),
    path("my-workshops/clashes/", planning.planning_clashes, name="planning_clashes"),
    path("my-workshops/plan/<uuid:key>/", planning.plan_date, name="plan_date"),
    path("my-workshops/<uuid:date>/", desk.session_desk, name="session_desk"),
    path("my-workshops/<uuid:date>/edit/", planning.session_edit, name="session_edit"),
    path("my-workshops/<uuid:date>/cancel/", desk.session_cancel, name="session_cancel"),
    path("my-workshops/<uuid:date>/go-ahead/", desk.session_go_ahead, name="session_go_ahead"),
    path("my-workshops/<uuid:date>/open/", desk.session_open, name="session_open"),
    path("my-workshops/<uuid:date>/seat/", desk.session_seat, name="session_seat"),
    path("my-workshops/<uuid:date>/bookings/<uuid:booking>/", desk.session_booking, name="session_booking"),
    path("my-workshops/<uuid:date>/write/", writing.session_write, name="session_write"),
]
