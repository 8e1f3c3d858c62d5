"""Addresses of required learning, below the language: whoever leads people, and the learner; included by urls.py."""

from django.urls import path

from .views import assign, assign_given, required, team_deputy, team_pauses, team_requests

urlpatterns = [
    path("team/assign/", assign.team_assign, name="team_assign"),
    path("team/assign/look/", assign.team_assign_look, name="team_assign_look"),
    path("team/assignments/", assign_given.team_assignments, name="team_assignments"),
    path("team/assignments/<int:pk>/", assign_given.team_assignment, name="team_assignment"),
    path("team/assignments/<int:pk>/withdraw/", assign_given.team_withdraw, name="team_withdraw"),
    path("team/required/<int:pk>/date/", assign_given.team_change_date, name="team_change_date"),
    path("team/required/<int:pk>/end/", assign_given.team_end_duty, name="team_end_duty"),
    path("team/requests/", team_requests.team_requests, name="team_requests"),
    path("team/requests/<int:pk>/", team_requests.team_answer, name="team_answer"),
    path("team/people/<uuid:public_id>/pause/", team_pauses.team_pause, name="team_pause"),
    path("team/people/<uuid:public_id>/pause/look/", team_pauses.team_pause_look, name="team_pause_look"),
    path("team/deputy/", team_deputy.team_deputy, name="team_deputy"),
    path("learning/required/<int:pk>/more-time/", required.required_more_time, name="required_more_time"),
]
