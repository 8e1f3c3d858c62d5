"""Wagtail's pages: every address that nothing else answered. The names are Wagtail's own, its admin reverses them."""

from django.urls import path, re_path
from wagtail import views as wagtail_views

from .views import pages

urlpatterns = [
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    re_path(r"^((?:[\w\-]+/)*)$", pages.serve, name="wagtail_serve"),
]
