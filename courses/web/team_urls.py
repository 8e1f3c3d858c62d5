"""Addresses of whoever leads people, below the language and team/."""

from django.urls import path

from .views import team, team_exports, team_filters, team_person

urlpatterns = [
    path("", team.my_team, name="my_team"),
    path("find/", team.team_find, name="team_find"),
    path("people.xlsx", team_exports.team_export, {"kind": "xlsx"}, name="team_xlsx"),
    path("people.csv", team_exports.team_export, {"kind": "csv"}, name="team_csv"),
    path("people/<uuid:public_id>/", team_person.team_person, name="team_person"),
    path("lists/", team_filters.team_filters, name="team_filters"),
    path("lists/new/", team_filters.save_filter, name="save_filter"),
    path("lists/<int:pk>/", team_filters.change_filter, name="change_filter"),
    path("lists/<int:pk>/delete/", team_filters.delete_filter, name="delete_filter"),
]
