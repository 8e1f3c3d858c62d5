"""Addresses of figures about groups, below the language; included by urls.py."""

from django.urls import path

from .views import figures

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/csv/", figures.figures_csv, name="figures_csv"),
    path("figures/xlsx/", figures.figures_xlsx, name="figures_xlsx"),
]
