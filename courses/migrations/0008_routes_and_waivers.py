from django.db import migrations, models


class Migration(migrations.Migration):
    """Several ways through a course or path; what need not be done any more stands with the enrolment."""

    dependencies = [("courses", "0007_badges"), ("curriculum", "0009_composed_rules")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="route",
            field=models.CharField(
                choices=[("full", "Full route"), ("short", "Short route"), ("refresher", "Refresher")],
                default="full",
                max_length=10,
            ),
        ),
        migrations.AddField(model_name="enrolment", name="waived", field=models.JSONField(blank=True, default=list)),
    ]
