"""Addresses that only the demo has."""

from django.urls import path

from .views import demo

urlpatterns = [
    path("sign-in/<slug:role>/", demo.sign_in, name="demo_sign_in"),
    path("mail/", demo.mail, name="demo_mail"),
]
