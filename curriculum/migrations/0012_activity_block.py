import wagtail.fields
from django.db import migrations, models

import curriculum.lessons.blocks


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0011_h5p"),
    ]

    operations = [
        migrations.AddField(
            model_name="lessonpage",
            name="activity_keys",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AlterField(
            model_name="lessonpage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("text", 0),
                    ("heading", 1),
                    ("image", 5),
                    ("video", 10),
                    ("quotation", 13),
                    ("callout", 16),
                    ("steps", 19),
                    ("table", 24),
                    ("download", 27),
                    ("example", 29),
                    ("task", 31),
                    ("term", 33),
                    ("quiz", 35),
                    ("activity", 37),
                    ("sources", 39),
                ],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["bold", "italic", "h3", "ol", "ul", "link", "document-link"],
                            "label": "Text",
                            "template": "academy/blocks/text.html",
                        },
                    ),
                    1: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "icon": "title",
                            "label": "Heading",
                            "max_length": 200,
                            "template": "academy/blocks/heading.html",
                        },
                    ),
                    2: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "image"}),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the picture says, for those who do not see it. Leave empty if it only decorates.",
                            "label": "alternative text",
                            "max_length": 400,
                            "required": False,
                        },
                    ),
                    4: ("wagtail.blocks.CharBlock", (), {"label": "caption", "max_length": 300, "required": False}),
                    5: ("wagtail.blocks.StructBlock", [[("image", 2), ("alt", 3), ("caption", 4)]], {}),
                    6: ("wagtail.blocks.CharBlock", (), {"label": "title", "max_length": 150}),
                    7: (
                        "wagtail.documents.blocks.DocumentChooserBlock",
                        (),
                        {"help_text": "WebM or MP4.", "label": "video file"},
                    ),
                    8: (
                        "wagtail.documents.blocks.DocumentChooserBlock",
                        (),
                        {
                            "help_text": "A WebVTT file in the language of the page.",
                            "label": "captions",
                            "required": False,
                        },
                    ),
                    9: ("wagtail.blocks.IntegerBlock", (), {"default": 0, "label": "minutes", "min_value": 0}),
                    10: (
                        "wagtail.blocks.StructBlock",
                        [[("title", 6), ("video", 7), ("captions", 8), ("minutes", 9)]],
                        {},
                    ),
                    11: ("wagtail.blocks.RichTextBlock", (), {"features": ["bold", "italic", "link"], "label": "text"}),
                    12: ("wagtail.blocks.CharBlock", (), {"label": "source", "max_length": 200, "required": False}),
                    13: ("wagtail.blocks.StructBlock", [[("text", 11), ("source", 12)]], {}),
                    14: ("wagtail.blocks.CharBlock", (), {"label": "title", "max_length": 150, "required": False}),
                    15: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["bold", "italic", "h3", "ol", "ul", "link", "document-link"], "label": "text"},
                    ),
                    16: ("wagtail.blocks.StructBlock", [[("title", 14), ("text", 15)]], {}),
                    17: ("wagtail.blocks.RichTextBlock", (), {"features": ["bold", "italic", "link"]}),
                    18: ("wagtail.blocks.ListBlock", (17,), {"label": "steps"}),
                    19: ("wagtail.blocks.StructBlock", [[("title", 14), ("steps", 18)]], {}),
                    20: ("wagtail.blocks.CharBlock", (), {"label": "caption", "max_length": 200}),
                    21: ("wagtail.blocks.ListBlock", (17,), {"label": "cells"}),
                    22: ("wagtail.blocks.StructBlock", [[("cells", 21)]], {}),
                    23: ("wagtail.blocks.ListBlock", (22,), {"label": "rows", "min_num": 2}),
                    24: ("wagtail.blocks.StructBlock", [[("caption", 20), ("rows", 23)]], {}),
                    25: ("wagtail.blocks.CharBlock", (), {"label": "title", "max_length": 200}),
                    26: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "file"}),
                    27: ("wagtail.blocks.StructBlock", [[("title", 25), ("document", 26)]], {}),
                    28: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {
                            "default": 0,
                            "help_text": "Time to work through it, beyond reading.",
                            "label": "minutes",
                            "min_value": 0,
                        },
                    ),
                    29: ("wagtail.blocks.StructBlock", [[("title", 6), ("text", 15), ("minutes", 28)]], {}),
                    30: ("wagtail.blocks.IntegerBlock", (), {"default": 5, "label": "minutes", "min_value": 0}),
                    31: ("wagtail.blocks.StructBlock", [[("title", 6), ("text", 15), ("minutes", 30)]], {}),
                    32: (
                        "wagtail.snippets.blocks.SnippetChooserBlock",
                        (curriculum.library.models.GlossaryTerm,),
                        {"label": "term"},
                    ),
                    33: ("wagtail.blocks.StructBlock", [[("term", 32)]], {}),
                    34: (
                        "wagtail.snippets.blocks.SnippetChooserBlock",
                        (curriculum.quizzes.models.quizzes.Quiz,),
                        {"label": "quiz for practice"},
                    ),
                    35: ("wagtail.blocks.StructBlock", [[("quiz", 34)]], {}),
                    36: (
                        "wagtail.snippets.blocks.SnippetChooserBlock",
                        (curriculum.h5p.models.activities.Activity,),
                        {"label": "activity"},
                    ),
                    37: ("wagtail.blocks.StructBlock", [[("activity", 36)]], {}),
                    38: ("wagtail.blocks.ListBlock", (17,), {"label": "sources"}),
                    39: ("wagtail.blocks.StructBlock", [[("sources", 38)]], {}),
                },
                verbose_name="body",
            ),
        ),
    ]
