"""Keys that sign badges, and what they signed."""

import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0006_notes_and_outside_training")]

    operations = [
        migrations.CreateModel(
            name="IssuerKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(help_text="Such as key-2026-11.", max_length=40, unique=True)),
                ("public_multibase", models.CharField(max_length=100, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "key of the issuer",
                "verbose_name_plural": "keys of the issuer",
                "ordering": ("made_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="SignedCredential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(editable=False, max_length=26, unique=True)),
                (
                    "credential",
                    models.TextField(blank=True, help_text="The exact text that was signed; empty once erased."),
                ),
                (
                    "status_index",
                    models.PositiveIntegerField(
                        unique=True, validators=[django.core.validators.MaxValueValidator(131071)]
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signed", to="courses.issuerkey"
                    ),
                ),
            ],
            options={"verbose_name": "signed badge", "verbose_name_plural": "signed badges"},
        ),
        migrations.AddConstraint(
            model_name="issuerkey",
            constraint=models.UniqueConstraint(
                django.db.models.lookups.IsNull(models.F("retired_at"), True),
                condition=models.Q(retired_at=None),
                name="issuer_key_one_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(status_index__lt=131072), name="signed_credential_place_in_list"
            ),
        ),
    ]
