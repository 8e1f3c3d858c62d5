"""Building blocks of text that every kind of page may use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "italic", "h3", "ol", "ul", "link", "document-link"]
PLAIN_FEATURES = ["bold", "italic", "link"]


class ImageBlock(blocks.StructBlock):
    """A picture with the words that stand in for it. Empty words mean: decoration."""

    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(
        label=_("alternative text"),
        required=False,
        max_length=400,
        help_text=_("What the picture says, for those who do not see it. Leave empty if it only decorates."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        template = "academy/blocks/image.html"
        label = _("Image")


class VideoBlock(blocks.StructBlock):
    """A video file of our own with captions; nothing is loaded from elsewhere."""

    title = blocks.CharBlock(label=_("title"), max_length=150)
    video = DocumentChooserBlock(label=_("video file"), help_text=_("WebM or MP4."))
    captions = DocumentChooserBlock(
        label=_("captions"), required=False, help_text=_("A WebVTT file in the language of the page.")
    )
    minutes = blocks.IntegerBlock(label=_("minutes"), min_value=0, default=0)

    class Meta:
        icon = "media"
        template = "academy/blocks/video.html"
        label = _("Video")


class QuotationBlock(blocks.StructBlock):
    """Somebody's words, and whose."""

    text = blocks.RichTextBlock(label=_("text"), features=PLAIN_FEATURES)
    source = blocks.CharBlock(label=_("source"), required=False, max_length=200)

    class Meta:
        icon = "openquote"
        template = "academy/blocks/quotation.html"
        label = _("Quotation")


class CalloutBlock(blocks.StructBlock):
    """What should not be missed."""

    title = blocks.CharBlock(label=_("title"), required=False, max_length=150)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)

    class Meta:
        icon = "warning"
        template = "academy/blocks/callout.html"
        label = _("Callout")


class StepsBlock(blocks.StructBlock):
    """Things done one after the other."""

    title = blocks.CharBlock(label=_("title"), required=False, max_length=150)
    steps = blocks.ListBlock(blocks.RichTextBlock(features=PLAIN_FEATURES), label=_("steps"))

    class Meta:
        icon = "list-ol"
        template = "academy/blocks/steps.html"
        label = _("Steps")


class TableRowBlock(blocks.StructBlock):
    """One row; its first cell names it."""

    cells = blocks.ListBlock(blocks.RichTextBlock(features=PLAIN_FEATURES), label=_("cells"))

    class Meta:
        icon = "table"
        label = _("Row")


class TableBlock(blocks.StructBlock):
    """A table with a caption; the first row is the header, the first cell of a row names it."""

    caption = blocks.CharBlock(label=_("caption"), max_length=200)
    rows = blocks.ListBlock(TableRowBlock(), label=_("rows"), min_num=2)

    class Meta:
        icon = "table"
        template = "academy/blocks/table.html"
        label = _("Table")


class DownloadBlock(blocks.StructBlock):
    """A file to take along."""

    title = blocks.CharBlock(label=_("title"), max_length=200)
    document = DocumentChooserBlock(label=_("file"))

    class Meta:
        icon = "download"
        template = "academy/blocks/download.html"
        label = _("Download")


class BodyBlock(blocks.StreamBlock):
    """The blocks of a plain page."""

    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, template="academy/blocks/text.html")
    heading = blocks.CharBlock(label=_("Heading"), icon="title", max_length=200, template="academy/blocks/heading.html")
    image = ImageBlock()
    video = VideoBlock()
    quotation = QuotationBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    table = TableBlock()
    download = DownloadBlock()
