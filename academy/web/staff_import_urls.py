"""Addresses of lists of staff, below /<language>/organisation/<organisation>/import/."""

from django.urls import path

from .views import staff_import

urlpatterns = [
    path("", staff_import.staff_imports, name="staff_imports"),
    path("template.csv", staff_import.staff_import_template, {"kind": "csv"}, name="staff_import_template_csv"),
    path("template.xlsx", staff_import.staff_import_template, {"kind": "xlsx"}, name="staff_import_template_xlsx"),
    path("<uuid:staff_import>/", staff_import.staff_import, name="staff_import"),
    path("<uuid:staff_import>/faults.csv", staff_import.staff_import_faults, name="staff_import_faults"),
]
