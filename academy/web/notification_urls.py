"""What is new for the person who is signed in, below /<language>/notifications/."""

from django.urls import path

from .views import notifications

urlpatterns = [
    path("", notifications.bell, name="notifications"),
    path("read/", notifications.read_all, name="notifications_read"),
    path("<int:notice>/", notifications.open_notice, name="notification_open"),
    path("<int:notice>/read/", notifications.read_one, name="notification_read"),
]
