from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0015_activities")]

    operations = [
        migrations.AddField(
            model_name="activityattempt", name="since", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="activityattempt", name="mark", field=models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.RemoveField(model_name="activityattempt", name="statements_count"),
        migrations.RemoveField(model_name="activityattempt", name="minute_at"),
        migrations.RemoveField(model_name="activityattempt", name="minute_count"),
    ]
