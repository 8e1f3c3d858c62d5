"""The living page of components; wired where DEBUG or DEMO is on."""

from django.urls import path

from .views import components

urlpatterns = [path("", components.components, name="components")]
