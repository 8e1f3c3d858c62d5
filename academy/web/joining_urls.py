"""Joining an organisation, below the language; included by academy.urls. Tokens stand in addresses, never names."""

from django.urls import path

from .views import joining, organisation_joining

urlpatterns = [
    path("join/", joining.offers, name="join_offers"),
    path("join/offer/<int:domain>/", joining.accept_offer, name="join_offer"),
    path("join/link/<slug:token>/", joining.join_link, name="join_link"),
    path("join/<slug:token>/", joining.join, name="join"),
    path("settings/work/", joining.work, name="settings_work"),
    path("settings/work/<slug:organisation>/leave/", joining.leave, name="settings_leave"),
    path("team/invite/", organisation_joining.team_invite, name="team_invite"),
    path("team/invite/<int:invitation>/", organisation_joining.team_invitation, name="team_invitation"),
    path("team/links/", organisation_joining.team_links, name="team_links"),
    path("team/links/<int:link>/end/", organisation_joining.team_link_end, name="team_link_end"),
]
