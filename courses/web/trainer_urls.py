"""Addresses below the language; included by urls.py."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
