import django.db.models.deletion
import django.utils.timezone
import modelsearch.index
import taggit.managers
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Pages, files and settings of the site's frame."""

    dependencies = [
        ("academy", "0001_initial"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_code", models.SlugField()),
                ("page_url", models.CharField(blank=True, max_length=400)),
                ("message", models.TextField(max_length=4000, verbose_name="message")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("language", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="HomePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="One or two sentences for lists and search engines.",
                        max_length=320,
                        verbose_name="summary",
                    ),
                ),
                ("door_buy_title", models.CharField(blank=True, max_length=80, verbose_name="door 1: title")),
                ("door_buy_text", models.CharField(blank=True, max_length=250, verbose_name="door 1: text")),
                ("door_budget_title", models.CharField(blank=True, max_length=80, verbose_name="door 2: title")),
                ("door_budget_text", models.CharField(blank=True, max_length=250, verbose_name="door 2: text")),
                ("door_policy_title", models.CharField(blank=True, max_length=80, verbose_name="door 3: title")),
                ("door_policy_text", models.CharField(blank=True, max_length=250, verbose_name="door 3: text")),
            ],
            options={
                "verbose_name": "front page",
                "verbose_name_plural": "front pages",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="StandardPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="One or two sentences for lists and search engines.",
                        max_length=320,
                        verbose_name="summary",
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        blank=True,
                        help_text="How the site finds this page, the same in all languages: privacy, imprint, accessibility …",
                        verbose_name="code",
                    ),
                ),
                (
                    "body",
                    wagtail.fields.StreamField(
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
                            4: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "caption", "max_length": 300, "required": False},
                            ),
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
                            11: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {"features": ["bold", "italic", "link"], "label": "text"},
                            ),
                            12: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "source", "max_length": 200, "required": False},
                            ),
                            13: ("wagtail.blocks.StructBlock", [[("text", 11), ("source", 12)]], {}),
                            14: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "title", "max_length": 150, "required": False},
                            ),
                            15: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": ["bold", "italic", "h3", "ol", "ul", "link", "document-link"],
                                    "label": "text",
                                },
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
                        },
                        verbose_name="body",
                    ),
                ),
                ("with_form", models.BooleanField(default=False, verbose_name="with a feedback form")),
                ("reviewed_on", models.DateField(blank=True, null=True, verbose_name="last reviewed")),
            ],
            options={
                "verbose_name": "standard page",
                "verbose_name_plural": "standard pages",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="AcademyDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("file", models.FileField(upload_to="documents", verbose_name="file")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("file_size", models.PositiveBigIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "collection",
                    models.ForeignKey(
                        default=wagtail.models.media.get_root_collection_id,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "tags",
                    taggit.managers.TaggableManager(
                        blank=True, help_text=None, through="taggit.TaggedItem", to="taggit.Tag", verbose_name="tags"
                    ),
                ),
                (
                    "uploaded_by_user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by user",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "abstract": False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="AcademyImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        upload_to=wagtail.images.models.get_upload_to,
                        verbose_name="file",
                        width_field="width",
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=255, verbose_name="description")),
                ("width", models.IntegerField(editable=False, verbose_name="width")),
                ("height", models.IntegerField(editable=False, verbose_name="height")),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="created at")),
                ("focal_point_x", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_y", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_width", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_height", models.PositiveIntegerField(blank=True, null=True)),
                ("file_size", models.PositiveIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source and licence")),
                (
                    "collection",
                    models.ForeignKey(
                        default=wagtail.models.media.get_root_collection_id,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "tags",
                    taggit.managers.TaggableManager(
                        blank=True, help_text=None, through="taggit.TaggedItem", to="taggit.Tag", verbose_name="tags"
                    ),
                ),
                (
                    "uploaded_by_user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by user",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filter_spec", models.CharField(db_index=True, max_length=255)),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        storage=wagtail.images.models.get_rendition_storage,
                        upload_to=wagtail.images.models.get_rendition_upload_to,
                        width_field="width",
                    ),
                ),
                ("width", models.IntegerField(editable=False)),
                ("height", models.IntegerField(editable=False)),
                ("focal_point_key", models.CharField(blank=True, default="", editable=False, max_length=16)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="academy.academyimage",
                    ),
                ),
            ],
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name="SiteSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operator", models.CharField(blank=True, max_length=200, verbose_name="operator")),
                ("contact_email", models.EmailField(blank=True, max_length=254, verbose_name="contact address")),
                ("signatory_name", models.CharField(blank=True, max_length=150, verbose_name="who signs certificates")),
                ("signatory_role", models.CharField(blank=True, max_length=150, verbose_name="signatory's role")),
                (
                    "site",
                    models.OneToOneField(
                        editable=False, on_delete=django.db.models.deletion.CASCADE, to="wagtailcore.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "academy settings",
            },
        ),
        migrations.AlterUniqueTogether(
            name="rendition",
            unique_together={("image", "filter_spec", "focal_point_key")},
        ),
    ]
