"""Workshop formats get their place in the spine: a date points to the item, never to the page."""

from django.db import migrations


def make_items(apps, schema_editor):
    """An item for each published source format; the oldest page with a key is the source."""
    WorkshopPage = apps.get_model("curriculum", "WorkshopPage")
    LearningItem = apps.get_model("curriculum", "LearningItem")
    seen = set()
    for page in WorkshopPage.objects.order_by("pk"):
        if page.translation_key in seen:
            continue
        seen.add(page.translation_key)
        if page.live:
            LearningItem.objects.get_or_create(
                key=page.translation_key,
                defaults={"kind": "workshop", "code": page.code[:40], "title": page.title[:255]},
            )


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0006_lesson_done_by_workshop")]

    # Backwards the items stay: other records may point to them by then, and they do no harm.
    operations = [migrations.RunPython(make_items, migrations.RunPython.noop)]
