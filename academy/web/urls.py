"""Addresses of the settings and of the feedback form, below /<language>/settings/."""

from django.urls import path

from .views import notifications, settings

urlpatterns = [
    path("", settings.profile, name="settings_profile"),
    path("sessions/", settings.sessions, name="settings_sessions"),
    path("notifications/", notifications.settings, name="settings_notifications"),
    path("data/", settings.data, name="settings_data"),
    path("data/download/", settings.export, name="settings_export"),
    path("data/delete/", settings.delete, name="settings_delete"),
    path("deleted/", settings.deleted, name="settings_deleted"),
    path("feedback/", settings.feedback, name="feedback"),
]
