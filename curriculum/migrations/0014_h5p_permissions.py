from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0013_rules_with_activities")]

    operations = [
        migrations.AlterModelOptions(
            name="activity",
            options={
                "ordering": ("code",),
                "permissions": [("trust_h5p_player", "Can let scores count that cannot be checked")],
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
            },
        ),
        migrations.AlterModelOptions(
            name="library",
            options={
                "ordering": ("machine_name", "major", "minor"),
                "permissions": [("install_h5p_library", "Can install, replace and remove H5P libraries")],
                "verbose_name": "H5P library",
                "verbose_name_plural": "H5P libraries",
            },
        ),
    ]
