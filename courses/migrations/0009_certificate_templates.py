import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import courses.certificates.models


class Migration(migrations.Migration):
    """Templates of certificates, the pictures on them, and bundles for auditors."""

    dependencies = [
        ("academy", "0002_website"),
        ("courses", "0008_routes_and_waivers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateAsset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("content_type", models.CharField(max_length=20)),
                (
                    "file",
                    models.FileField(
                        storage=courses.certificates.models.private_storage, upload_to="certificate-pictures/"
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "picture on certificates",
                "verbose_name_plural": "pictures on certificates",
            },
        ),
        migrations.CreateModel(
            name="CertificateTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text=(
                            "For whose people it is. Leave empty for everybody whose organisation has no template."
                        ),
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="certificate_templates",
                        to="academy.organisation",
                        verbose_name="organisation",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, editable=False)),
                (
                    "name",
                    models.CharField(
                        help_text="Only you see it, in the list of templates.", max_length=100, verbose_name="name"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="Certificates from now on follow it.", verbose_name="in use"
                    ),
                ),
                (
                    "issuer",
                    models.CharField(
                        blank=True,
                        help_text="Who awards the certificate. Empty: the operator.",
                        max_length=120,
                        verbose_name="issuer",
                    ),
                ),
                ("signatory_name", models.CharField(blank=True, max_length=100, verbose_name="who signs")),
                ("signatory_role", models.CharField(blank=True, max_length=120, verbose_name="role of who signs")),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.certificateasset",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.certificateasset",
                    ),
                ),
                ("words", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "certificate template",
                "verbose_name_plural": "certificate templates",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_default", False), ("organisation", None), _connector="OR"),
                        name="template_default_is_for_everybody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("organisation__isnull", False)),
                        fields=("organisation",),
                        name="template_once_for_organisation",
                        violation_error_message=("This organisation has a template in use already. Change that one."),
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("is_default", True)),
                        fields=("is_default",),
                        name="template_once_for_everybody",
                        violation_error_message="There is a template for everybody already. Change that one.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateBundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("scope", models.JSONField(default=dict)),
                ("count", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=courses.certificates.models.private_storage,
                        upload_to="certificate-bundles/",
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "bundle of certificates",
                "verbose_name_plural": "bundles of certificates",
                "ordering": ("-asked_at", "-pk"),
            },
        ),
    ]
