"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from .panel import branding
from .website.rendering import register_links

# After Wagtail's own, whose handler of page links it replaces.
hooks.register("register_rich_text_features", register_links, order=100)

hooks.register("insert_global_admin_css", branding.style_sheets)
